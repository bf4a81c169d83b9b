package ingest

import "gatehouse"

// projectField names the project of a fact, by code or by name.
func projectField() Field {
	return Field{id: fProject, Name: "project", Type: Text, Example: "P001",
		Aliases: []string{"项目编码", "小区编码", "项目代码", "项目编号", "小区编号", "项目", "小区", "项目名称", "小区名称", "所属项目", "所属小区", "project_code", "project_name"},
		Help:    "code or name of the project; one project a file may be left out and given with --project"}
}

// roomFields name a room in one column or in three.
func roomFields() []Field {
	return []Field{
		{id: fRoom, Name: "room", Type: Room, Example: "1-1-1001",
			Aliases: []string{"房号", "房屋编码", "房屋", "房屋编号", "房间编号", "房间编码", "房产", "房产编号", "门牌号", "单元房号", "户号", "room_no"},
			Help:    "building-unit-room"},
		{id: fBuilding, Name: "building", Type: Text, Variant: true, Example: "1", Aliases: []string{"楼栋", "楼号", "栋号", "楼宇", "幢号", "楼栋号", "座栋"},
			Help: "instead of room: the building"},
		{id: fUnit, Name: "unit", Type: Text, Variant: true, Example: "1", Aliases: []string{"单元", "单元号"},
			Help: "instead of room: the stairwell"},
		{id: fRoomNumber, Name: "room_number", Type: Text, Variant: true, Example: "1001", Aliases: []string{"房间", "房间号", "室号", "室"},
			Help: "instead of room: the number within the stairwell"},
	}
}

func fields(lists ...any) []Field {
	var all []Field
	for _, l := range lists {
		switch l := l.(type) {
		case Field:
			all = append(all, l)
		case []Field:
			all = append(all, l...)
		}
	}
	return all
}

func masterFeeds() []Feed {
	return []Feed{
		{
			Name: "project", Title: gatehouse.Text{ZH: "项目", EN: "Projects"},
			keys: []field{fProject}, needs: [][]field{{fProject}, {fName, fRegion, fSegment, fFloorArea, fBillableArea, fHouseholds}}, rule: projectRule,
			Fields: []Field{
				{id: fProject, Name: "project", Type: Text, Example: "P001",
					Aliases: []string{"项目编码", "小区编码", "项目代码", "项目编号", "小区编号", "project_code"}, Help: "short code that never changes"},
				{id: fName, Name: "name", Type: Text, Example: "阳光花园", Aliases: []string{"项目名称", "小区名称", "项目", "小区", "名称", "project_name"}, Help: "name as files and people say it"},
				{id: fRegion, Name: "region", Type: Text, Example: "华东", Aliases: []string{"区域", "城市公司", "大区", "片区"}, Help: "region or city company"},
				{id: fSegment, Name: "segment", Type: Text, Example: "住宅", Aliases: []string{"业态", "物业类型"}, Help: "residential, office, mall…"},
				{id: fFloorArea, Name: "floor_area", Type: Quantity, Example: "85000.00", Aliases: []string{"建筑面积", "总建筑面积", "建筑总面积"}, Help: "m²"},
				{id: fBillableArea, Name: "billable_area", Type: Quantity, Example: "80000.00", Aliases: []string{"计费面积", "收费面积"}, Help: "m²"},
				{id: fHouseholds, Name: "households", Type: Int, Example: "800", Aliases: []string{"户数", "总户数"}, Help: "number of households"},
				{id: fHandedOver, Name: "handed_over", Type: Date, Example: "2018-06-30", Aliases: []string{"交付日期", "交付时间", "交房日期"}, Help: "day of handing over"},
				{id: fManager, Name: "manager", Type: Text, Example: "张三", Aliases: []string{"项目经理", "负责人", "项目负责人"}, Help: "project manager"},
			},
		},
		{
			Name: "room", Title: gatehouse.Text{ZH: "房屋", EN: "Rooms"},
			keys: []field{fRoom, fBuilding, fRoomNumber}, needs: [][]field{{fRoom, fRoomNumber}, {fArea, fKind, fStatus}}, rule: roomRule,
			Fields: fields(projectField(), roomFields(),
				Field{id: fArea, Name: "area", Type: Quantity, Example: "89.50", Aliases: []string{"建筑面积", "面积", "房屋面积", "计费面积"}, Help: "m²"},
				Field{id: fKind, Name: "kind", Type: Text, Example: "住宅", Aliases: []string{"房屋类型", "房屋性质", "房屋用途", "类型"}, Help: "flat, shop, parking…"},
				Field{id: fStatus, Name: "status", Type: Text, Example: "已入住", Aliases: []string{"房屋状态", "状态", "入住状态"}, Help: "occupied, empty…"},
			),
		},
		{
			Name: "kpi_target", Title: gatehouse.Text{ZH: "指标目标", EN: "KPI targets"},
			keys: []field{fKPI}, projectless: true, rule: targetRule,
			Fields: fields(projectField(),
				Field{id: fKPI, Name: "kpi", Type: Enum, Open: true, Required: true, Example: "collection_rate", Aliases: []string{"指标", "指标名称", "指标编码"}, Values: kpiValues(), Help: "identifier or Chinese name of the KPI"},
				Field{id: fPeriod, Name: "period", Type: Period, Required: true, Example: "2026", Aliases: []string{"期间", "考核期间", "周期", "年度"}, Help: "2026-03, 2026-Q1, 2026-H1, 2026 or 2026-01..2026-03"},
				Field{id: fTarget, Name: "target", Type: Ratio, Required: true, Example: "93%", Aliases: []string{"目标值", "目标", "指标值"}, Help: "93% or 0.93 for a rate"},
				Field{id: fWarn, Name: "warn", Type: Ratio, Example: "90%", Aliases: []string{"预警值", "预警", "警戒值"}, Help: "below (or above) which it is a warning"},
			),
		},
	}
}

// kpiValues are the Chinese names by which a target may call a KPI.
func kpiValues() []Value {
	return []Value{
		{"collection_rate", []string{"当期收缴率", "收缴率", "收费率"}},
		{"collection_rate_with_waivers", []string{"含减免收缴率"}},
		{"on_time_rate", []string{"按期收缴率"}},
		{"arrears_recovery_rate", []string{"往年清欠率", "清欠率"}},
		{"combined_rate", []string{"综合收缴率"}},
		{"room_paid_rate", []string{"户收缴率"}},
		{"prepaid_share", []string{"预收率"}},
		{"complaints_per_1000", []string{"千户投诉率"}},
		{"response_on_time", []string{"受理及时率"}},
		{"resolved_on_time", []string{"处理及时率"}},
		{"closure_rate", []string{"办结率"}},
		{"resolution_hours", []string{"处理时长"}},
		{"follow_up_rate", []string{"回访率"}},
		{"follow_up_satisfaction", []string{"回访满意率"}},
		{"repeat_rate", []string{"重复投诉率"}},
		{"satisfaction_rate", []string{"满意率"}},
		{"satisfaction_score", []string{"满意度得分", "满意度"}},
		{"nps", []string{"净推荐值"}},
		{"response_rate", []string{"回收率"}},
		{"energy_use", []string{"能耗"}},
		{"energy_cost", []string{"能耗费用", "能源费用"}},
		{"energy_intensity", []string{"单位面积能耗"}},
		{"shared_loss_rate", []string{"公摊率"}},
		{"energy_yoy", []string{"能耗同比"}},
	}
}
