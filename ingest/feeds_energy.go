package ingest

import "gatehouse"

func energyFeeds() []Feed {
	meter := Field{id: fMeter, Name: "meter", Type: Text, Required: true, Example: "E-001", Aliases: []string{"表号", "表具编号", "电表号", "水表号", "表计编号", "仪表编号", "表编号"}, Help: "number of the meter"}
	return []Feed{
		{
			Name: "meter", Title: gatehouse.Text{ZH: "表具", EN: "Meters"},
			keys: []field{fMeter}, rule: meterRule,
			Fields: fields(projectField(), meter,
				Field{id: fEnergy, Name: "energy", Type: Enum, Required: true, Example: "电", Aliases: []string{"能源类型", "能源种类", "能源", "表种类"}, Help: "what it counts",
					Values: []Value{{"electricity", []string{"电", "电力", "电能", "电表"}}, {"water", []string{"水", "自来水", "水表"}}, {"gas", []string{"气", "燃气", "天然气", "燃气表"}}, {"heat", []string{"热", "热力", "供热", "暖气", "热量表"}}}},
				Field{id: fRole, Name: "role", Type: Enum, Default: "sub", Example: "总表", Aliases: []string{"表类型", "表具类型", "用途", "表性质"}, Help: "a main meter counts what sub and common meters count again",
					Values: []Value{{"main", []string{"总表", "总", "进线总表"}}, {"sub", []string{"分表", "分", "户表"}}, {"common", []string{"公摊", "公摊表", "公共", "公区", "公共表"}}}},
				Field{id: fMultiplier, Name: "multiplier", Type: Quantity, Example: "1", Aliases: []string{"倍率", "互感器倍率", "变比"}, Help: "default 1"},
				Field{id: fMeterUnit, Name: "unit", Type: Text, Example: "kWh", Aliases: []string{"单位", "计量单位"}, Help: "default kWh, m³, m³, GJ"},
			),
		},
		{
			Name: "energy_reading", Title: gatehouse.Text{ZH: "抄表", EN: "Meter readings"},
			keys: []field{fMeter}, needs: [][]field{{fReadOn, fStart}, {fReading, fUsage}}, rule: readingRule, against: readingAgainst,
			Fields: fields(projectField(), meter,
				Field{id: fReadOn, Name: "read_at", Type: Date, Example: "2026-03-31", Aliases: []string{"本期读表时间", "抄表时间", "抄表日期", "本期抄表日期", "本期抄表时间", "读表时间", "read_on"}, Help: "day of the reading"},
				Field{id: fReading, Name: "value", Type: Quantity, Example: "10235.5", Aliases: []string{"本期度数", "本期读数", "本次读数", "读数", "本期止码", "止码"}, Help: "what the register shows; after a replacement: the new register"},
				Field{id: fPrevOn, Name: "prev_at", Type: Date, Example: "2026-02-28", Aliases: []string{"上期读表时间", "上期抄表日期", "上期抄表时间", "上次抄表日期", "prev_on"}, Help: "day of the reading before"},
				Field{id: fPrevReading, Name: "prev_value", Type: Quantity, Example: "9870", Aliases: []string{"上期度数", "上期读数", "上次读数", "上期止码", "起码"}, Help: "the reading before; after a replacement: the new register's first"},
				Field{id: fEvent, Name: "event", Type: Enum, Example: "", Aliases: []string{"事件", "换表情况", "异常事件"}, Help: "why a reading may be lower than the one before",
					Values: []Value{{"replaced", []string{"更换", "换表", "表更换"}}, {"rollover", []string{"翻转", "归零", "翻表"}}}},
				Field{id: fStart, Name: "start", Type: Date, Example: "", Aliases: []string{"开始时间", "开始日期", "用量开始日期", "起始日期"}, Help: "interval form: first day"},
				Field{id: fEnd, Name: "end", Type: Date, Example: "", Aliases: []string{"结束时间", "结束日期", "用量结束日期", "截止日期"}, Help: "interval form: last day of a month, or the day after the last"},
				Field{id: fUsage, Name: "usage", Type: Quantity, Example: "", Aliases: []string{"用量", "使用量", "用电量", "用水量", "用气量", "能耗", "本期用量"}, Help: "interval form: kWh, m³ or GJ used, multiplier applied"},
				Field{id: fCost, Name: "cost", Type: Money, Example: "", Aliases: []string{"费用", "金额", "电费", "水费", "费用金额"}, Help: "yuan"},
			),
		},
	}
}
