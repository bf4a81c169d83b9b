package demo

import (
	"strconv"
	"strings"
)

func projectColumns() []column[Project] {
	return []column[Project]{
		{"project", []string{"项目编码"}, func(p *Project) any { return p.Code }, ""},
		{"name", []string{"项目名称"}, func(p *Project) any { return p.Name }, ""},
		{"region", []string{"区域"}, func(p *Project) any { return p.Region }, ""},
		{"segment", []string{"业态"}, func(p *Project) any { return p.Segment }, ""},
		{"floor_area", []string{"建筑面积"}, func(p *Project) any { return p.FloorArea }, "㎡"},
		{"billable_area", []string{"计费面积"}, func(p *Project) any { return p.BillableArea }, "㎡"},
		{"households", []string{"户数"}, func(p *Project) any { return p.Households }, ""},
		{"handed_over", []string{"交付日期"}, func(p *Project) any { return p.HandedOver }, ""},
		{"manager", []string{"项目经理"}, func(p *Project) any { return p.Manager }, ""},
	}
}

// roomColumns give the number of a room in one column, or its parts in three.
func roomColumns(l look, d directory, parts bool) []column[Room] {
	columns := []column[Room]{projectColumn(l, d, func(r *Room) string { return r.Project })}
	if parts {
		part := func(i int) func(*Room) any {
			return func(r *Room) any {
				n, err := strconv.Atoi(strings.Split(r.Room, "-")[i])
				if err != nil {
					return nil
				}
				return n
			}
		}
		columns = append(columns,
			column[Room]{"楼栋", []string{"楼栋", "楼号"}, part(0), ""},
			column[Room]{"单元", []string{"单元"}, part(1), ""},
			column[Room]{"房间", []string{"房间"}, part(2), ""})
	} else {
		columns = append(columns, column[Room]{"room", []string{"房号", "房屋编码", "房屋"}, func(r *Room) any { return r.Room }, ""})
	}
	columns = append(columns,
		column[Room]{"area", []string{"建筑面积"}, func(r *Room) any { return r.Area }, "㎡"},
		column[Room]{"kind", []string{"房屋类型"}, func(r *Room) any { return r.Kind }, ""},
		column[Room]{"status", []string{"房屋状态"}, func(r *Room) any { return r.Status }, ""})
	if l.phone {
		columns = append(columns, column[Room]{"phone", []string{"联系电话"}, func(*Room) any { return nobody }, ""})
	}
	return columns
}

func waveColumns() []column[Wave] {
	return []column[Wave]{
		{"project", []string{"项目编码"}, func(w *Wave) any { return w.Project }, ""},
		{"wave", []string{"问卷批次"}, func(w *Wave) any { return w.Wave }, ""},
		{"issued", []string{"发放份数"}, func(w *Wave) any { return w.Issued }, ""},
		{"population", []string{"户数"}, func(w *Wave) any { return w.Population }, ""},
	}
}

func meterColumns(l look, d directory) []column[Meter] {
	return []column[Meter]{
		projectColumn(l, d, func(m *Meter) string { return m.Project }),
		{"meter", []string{"表号"}, func(m *Meter) any { return m.Meter }, ""},
		{"energy", []string{"能源类型"}, func(m *Meter) any { return l.chinese(m.Energy) }, ""},
		{"role", []string{"表类型"}, func(m *Meter) any { return l.chinese(m.Role) }, ""},
		{"multiplier", []string{"倍率"}, func(m *Meter) any { return m.Multiplier }, ""},
		{"unit", []string{"单位"}, func(m *Meter) any { return m.Unit }, ""},
	}
}

func readingColumns(l look, d directory) []column[Reading] {
	columns := []column[Reading]{
		projectColumn(l, d, func(r *Reading) string { return r.Project }),
		{"meter", []string{"表号"}, func(r *Reading) any { return r.Meter }, ""},
		{"prev_at", []string{"上期读表时间"}, func(r *Reading) any {
			if r.HasPrev {
				return r.PrevAt
			}
			return nil
		}, ""},
		{"prev_value", []string{"上期度数"}, func(r *Reading) any {
			if r.HasPrev {
				return r.PrevValue
			}
			return nil
		}, ""},
		{"read_at", []string{"本期读表时间"}, func(r *Reading) any { return r.ReadAt }, ""},
		{"value", []string{"本期度数"}, func(r *Reading) any { return r.Value }, ""},
		{"event", []string{"事件"}, func(r *Reading) any { return l.chinese(r.Event) }, ""},
		{"cost", []string{"费用"}, func(r *Reading) any { return optional(r.Cost) }, "元"},
	}
	return columns
}

// targetColumns write some rates as percentages.
func targetColumns(percents bool) []column[Target] {
	level := func(kpi string, v float64) any {
		if percents && kpi != "complaints_per_1000" && kpi != "energy_intensity" {
			return percent(v)
		}
		return v
	}
	return []column[Target]{
		{"kpi", []string{"指标"}, func(t *Target) any { return t.KPI }, ""},
		{"project", []string{"项目编码"}, func(t *Target) any { return t.Project }, ""},
		{"period", []string{"期间"}, func(t *Target) any { return t.Period }, ""},
		{"target", []string{"目标值"}, func(t *Target) any { return level(t.KPI, t.Target) }, ""},
		{"warn", []string{"预警值"}, func(t *Target) any { return level(t.KPI, t.Warn) }, ""},
	}
}
