package analytics

import (
	"context"
	"maps"
	"slices"

	"golang.org/x/sync/errgroup"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// ShownField is a value of a fact by which a reader knows the row again.
type ShownField struct {
	Name  string // field of the fact
	Title gatehouse.Text
	value string // expression that gives it as a text
}

// ShownOf lists what is shown of a kind of fact, in the order of Line.Shown.
func ShownOf(fact string) []ShownField { return shownFields()[fact] }

func shownFields() map[string][]ShownField {
	field := func(name, zh, en, value string) ShownField {
		return ShownField{Name: name, Title: gatehouse.Text{ZH: zh, EN: en}, value: value}
	}
	text := func(name, zh, en string) ShownField { return field(name, zh, en, "toString("+name+")") }
	maybe := func(name, zh, en string) ShownField { return field(name, zh, en, "ifNull(toString("+name+"), '')") }
	money := func(name, zh, en string) ShownField { return field(name, zh, en, "toDecimalString("+name+", 2)") }
	instant := func(name, zh, en string) ShownField {
		return field(name, zh, en, "ifNull(formatDateTime("+name+", '%F %R', {tz:String}), '')")
	}
	room, item := text("room", "房号", "Room"), text("fee_item", "收费项目", "Fee item")
	return map[string][]ShownField{
		"fee_bill": {
			room, item, field("month", "账单月", "Month", "formatDateTime(month, '%Y-%m')"), money("amount", "应收金额", "Billed"),
			text("due_on", "应交日期", "Due on"), text("bill_no", "账单号", "Bill no."), text("kind", "类型", "Kind"),
		},
		"fee_payment": {
			room, item, text("paid_on", "收款日期", "Paid on"), money("amount", "实收金额", "Received"),
			text("method", "方式", "Method"), text("receipt_no", "收据号", "Receipt no."), text("bill_no", "账单号", "Bill no."),
		},
		"service_request": {
			text("request_no", "工单号", "Request no."), text("kind", "类型", "Kind"), text("category", "类别", "Category"), room,
			instant("opened_at", "受理时间", "Opened"), instant("closed_at", "办结时间", "Closed"), text("handler", "处理人", "Handler"),
		},
		"survey_response": {
			text("wave", "批次", "Wave"), text("question", "题目", "Question"), maybe("score", "评分", "Score"),
			instant("submitted_at", "提交时间", "Submitted"), text("channel", "渠道", "Channel"),
		},
		"survey_wave": {text("wave", "批次", "Wave"), text("issued", "发放份数", "Issued"), text("population", "户数", "Homes")},
		"energy_reading": {
			text("meter", "表号", "Meter"), text("read_on", "读表日期", "Read on"), maybe("value", "读数", "Reading"),
			maybe("prev_on", "上次读表", "Read before"), maybe("prev_value", "上次读数", "Reading before"), maybe("usage", "用量", "Usage"),
		},
		"project": {
			text("name", "项目名称", "Name"), text("households", "户数", "Homes"), money("floor_area", "建筑面积", "Floor area"),
			text("region", "区域", "Region"), text("manager", "项目经理", "Manager"),
		},
		"room":       {room, text("building", "楼栋", "Building"), money("area", "建筑面积", "Area"), text("status", "状态", "Status")},
		"meter":      {text("meter", "表号", "Meter"), text("energy", "能源", "Energy"), text("role", "用途", "Role"), text("multiplier", "倍率", "Multiplier")},
		"kpi_target": {text("kpi", "指标", "KPI"), text("month_start", "自", "From"), text("target", "目标", "Target")},
	}
}

// locate finds the facts behind lines, in the projects that occur only.
func (s *Service) locate(ctx context.Context, asked clickhouse.Asked, lines []Line) error {
	byFact := map[string][]*Line{}
	for i := range lines {
		byFact[lines[i].Fact] = append(byFact[lines[i].Fact], &lines[i])
	}
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(kpisAtOnce)
	for fact, some := range byFact {
		group.Go(func() error { return s.locateFacts(within, asked, fact, some) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return s.nameFiles(ctx, lines)
}

// factName is the name of a fact within its table.
type factName struct{ project, ref, key string }

func (s *Service) locateFacts(ctx context.Context, asked clickhouse.Asked, fact string, lines []*Line) error {
	fields, ok := shownFields()[fact]
	if !ok {
		return gatehouse.Errorf(gatehouse.Invalid, "a line of KPI %s names %q, which is no fact", lines[0].KPI, fact)
	}
	values := make([]string, len(fields))
	for i, f := range fields {
		values[i] = f.value
	}
	projects, keys := map[string]bool{}, map[string]bool{}
	for _, l := range lines {
		projects[l.Project], keys[l.Key] = true, true
	}
	asked.Scope = gatehouse.Projects(slices.Sorted(maps.Keys(projects))...)
	type row struct {
		Project string   `ch:"project"`
		Ref     string   `ch:"ref"`
		Key     string   `ch:"key"`
		Load    string   `ch:"load_id"`
		Attempt uint64   `ch:"attempt"`
		Brought uint64   `ch:"brought"`
		Sheet   string   `ch:"sheet"`
		Row     uint32   `ch:"source_row"`
		Shown   []string `ch:"shown"`
	}
	rows, err := clickhouse.SelectFacts[row](ctx, s.db, fact, values, slices.Sorted(maps.Keys(keys)), asked)
	if err != nil {
		return err
	}
	found := make(map[factName]row, len(rows))
	for _, r := range rows {
		found[factName{r.Project, r.Ref, r.Key}] = r
	}
	for _, l := range lines {
		r, ok := found[factName{l.Project, l.Ref, l.Key}]
		if !ok {
			return gatehouse.Errorf(gatehouse.Internal, "KPI %s counts %s %q of project %q, which is not there", l.KPI, fact, l.Key, l.Project)
		}
		l.Origin = Origin{Load: r.Load, Attempt: r.Attempt, Brought: r.Brought, Sheet: r.Sheet, Row: r.Row}
		l.Shown = r.Shown
	}
	return nil
}

// nameFiles fills in the names of the files that lines come from.
func (s *Service) nameFiles(ctx context.Context, lines []Line) error {
	attempts := map[uint64]bool{}
	for _, l := range lines {
		attempts[l.Origin.source()] = true
	}
	if len(attempts) == 0 {
		return nil
	}
	type file struct {
		Attempt uint64 `ch:"attempt"`
		File    string `ch:"file"`
	}
	files, err := clickhouse.Select[file](ctx, s.db, "analytics.Files", clickhouse.Asked{}, clickhouse.Params{"attempts": slices.Sorted(maps.Keys(attempts))})
	if err != nil {
		return err
	}
	names := map[uint64]string{}
	for _, f := range files {
		names[f.Attempt] = f.File
	}
	for i := range lines {
		lines[i].Origin.File = names[lines[i].Origin.source()]
	}
	return nil
}

// source is the attempt whose file has the row.
func (o Origin) source() uint64 {
	if o.Brought != 0 {
		return o.Brought
	}
	return o.Attempt
}
