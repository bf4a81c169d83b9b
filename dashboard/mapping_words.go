package dashboard

import (
	"maps"
	"slices"
	"strings"

	"gatehouse/ingest"
)

// mappingSheet is a sheet and what each of its columns may be.
type mappingSheet struct {
	Name    string
	Feed    string   // title
	Header  int      // its last row
	Left    bool     // it is not read
	Needs   []string // of each group of fields that it lacks: this or that
	Columns []mappingColumn
}

// mappingColumn is a column with the choice of what it is.
type mappingColumn struct {
	ingest.ColumnPreview
	OfFeed    string        // of the sheets it is about, in files of several feeds
	Best      string        // field that is suggested first
	Suggested []fieldOption // with reasons
	Fields    []fieldOption
	Ignored   bool // chosen
	Question  bool // chosen
	MayAsk    bool // the feed has questions
	Auto      string
	Units     []Choice
	Fixed     string // why there is no choice, empty when there is
	Class     string
}

// fieldOption is a field to choose.
type fieldOption struct {
	Value, Label, Reason string
	Current              bool
	Bare                 bool // its values have no unit
}

// fixedField is a field with a value for all rows, or for blank cells.
type fixedField struct {
	Field, Label, Value string
	Choices             []Choice // none: any text
}

// driftChoice is what becomes of files whose columns differ in a way.
type driftChoice struct {
	Name, Label string
	Choices     []Choice
}

// codeChoice is a warning that may be an error.
type codeChoice struct {
	Code    ingest.Code
	Label   string
	Current bool
}

// fill words a mapping beside what the preview has seen.
func (p *mappingData) fill(seen ingest.Preview, m ingest.Mapping) {
	p.Label, p.Header = m.Title, m.Header
	if m.Name != unnamed {
		p.Name = m.Name
	}
	p.Feeds = p.feedChoices(m.Feed)
	p.Feeds[0].Label = p.T("由表头识别，每张表各自判断", "As the headers say, each sheet by itself")
	chosen := map[[2]string]ingest.MappedColumn{}
	for _, c := range m.Columns {
		chosen[[2]string{c.Header, c.Feed}] = c
	}
	shown := map[[2]string]bool{}
	for _, s := range seen.Sheets {
		p.Sheets = append(p.Sheets, p.mappingSheet(s, m, chosen, shown))
	}
	p.fix(m, lacking(seen))
	contract, usual := m.Contract, usualDrifts()
	p.Drifts = []driftChoice{
		{"new_columns", p.T("多出的列", "A new column"), p.driftChoices(contract.NewColumns, usual["new"])},
		{"missing_columns", p.T("缺少的列", "A missing column"), p.driftChoices(contract.MissingColumns, usual["missing"])},
		{"retyped_columns", p.T("内容类型改变的列", "A column of another kind"), p.driftChoices(contract.RetypedColumns, usual["retyped"])},
	}
	drifts := []ingest.Code{ingest.NewColumn, ingest.MissingColumn, ingest.RetypedColumn}
	for _, e := range ingest.Codes() {
		if e.Level != ingest.LevelWarning || slices.Contains(drifts, e.Code) {
			continue
		}
		p.Codes = append(p.Codes, codeChoice{e.Code, p.In(e.Message), slices.Contains(m.Errors, e.Code)})
	}
}

func (p *mappingData) mappingSheet(s ingest.SheetPreview, m ingest.Mapping, chosen map[[2]string]ingest.MappedColumn, shown map[[2]string]bool) mappingSheet {
	feed := s.Feed
	if feed == "" {
		feed = s.Likely
	}
	sheet := mappingSheet{Name: s.Name, Header: s.Header, Left: s.Feed == ""}
	if feed != "" {
		sheet.Feed = p.FeedTitle(feed)
	}
	tag := feed
	if m.Feed != "" {
		tag = ""
	}
	for _, c := range s.Columns {
		column := mappingColumn{ColumnPreview: c, OfFeed: tag}
		key := [2]string{c.Header, tag}
		switch {
		case c.Use == ingest.UsePersonal:
			column.Fixed, column.Class = p.T("个人信息，不保存", "personal data, dropped"), "warn"
		case shown[key]:
			column.Fixed, column.Class = p.T("与上面同名的列相同", "as the column of that name above"), "muted"
		default:
			shown[key] = true
			p.choices(&column, feed, chosen[key])
		}
		sheet.Columns = append(sheet.Columns, column)
	}
	titles := p.fieldTitles(feed)
	for _, group := range s.Missing {
		var words []string
		for _, name := range group {
			words = append(words, titles[name])
		}
		sheet.Needs = append(sheet.Needs, strings.Join(words, p.T(" 或 ", " or ")))
	}
	p.Needs += len(sheet.Needs)
	return sheet
}

// choices are what a column may be, the suggestions first.
func (p *mappingData) choices(c *mappingColumn, feed string, is ingest.MappedColumn) {
	c.Ignored, c.Question = is.Ignore, is.Question
	titles := p.fieldTitles(feed)
	fields := fieldsOf(feed)
	for _, s := range c.Suggestions {
		bare := slices.ContainsFunc(fields, func(d ingest.Field) bool { return d.Name == s.Field && bare(d) })
		c.Suggested = append(c.Suggested, fieldOption{Value: s.Field, Label: titles[s.Field], Reason: p.In(s.Reason), Bare: bare})
	}
	if len(c.Suggested) > 0 && is == (ingest.MappedColumn{}) {
		c.Best = c.Suggested[0].Value
		p.Suggested++
	}
	for _, one := range ingest.Feeds() {
		if one.Name != feed {
			continue
		}
		c.MayAsk = one.HasQuestions()
		for _, d := range one.Fields {
			c.Fields = append(c.Fields, fieldOption{Value: d.Name, Label: titles[d.Name], Current: d.Name == is.Field, Bare: bare(d)})
		}
	}
	c.Auto = p.T("不载入：未识别", "not read: unknown")
	if c.Use == ingest.UseField {
		c.Auto = p.T("由表头识别：", "by its header: ") + titles[c.Field]
	}
	c.Units = []Choice{{Label: p.T("按表头", "as the header says")}}
	if c.Unit != "" {
		c.Units[0].Label = c.Unit
	}
	for _, u := range []string{"元", "千元", "万元", "百万元", "亿元", "kWh", "MWh", "万kWh", "m³", "㎡", "万㎡", "%"} {
		c.Units = append(c.Units, Choice{Value: u, Label: u, Current: u == is.Unit})
	}
	if is.Unit != "" && !slices.ContainsFunc(c.Units, func(u Choice) bool { return u.Current }) {
		c.Units = append(c.Units, Choice{Value: is.Unit, Label: is.Unit, Current: true})
	}
}

// bare tells fields whose values have no unit.
func bare(d ingest.Field) bool {
	return d.Type != ingest.Money && d.Type != ingest.Quantity && d.Type != ingest.Ratio
}

// lacking are the fields of which a sheet lacks one.
func lacking(seen ingest.Preview) map[string]bool {
	needed := map[string]bool{}
	for _, s := range seen.Sheets {
		for _, group := range s.Missing {
			for _, name := range group {
				needed[name] = true
			}
		}
	}
	return needed
}

// steady tells fields that may well be the same in all rows of a file; what
// each row has its own of, such as a room, is better looked for in a column.
func steady(d ingest.Field) bool {
	return slices.Contains([]string{"project", "fee_item", "wave"}, d.Name) || d.Type == ingest.Enum || d.Type == ingest.Month || d.Type == ingest.Period
}

// fix lists the constants and defaults: those there are, those that are needed,
// and of fields with words to choose from the rest.
func (p *mappingData) fix(m ingest.Mapping, needed map[string]bool) {
	seen := map[string]bool{}
	add := func(list []fixedField, d ingest.Field, value string) []fixedField {
		return append(list, fixedField{Field: d.Name, Label: p.T(d.Label(), d.Name), Value: value, Choices: p.valueChoices(d, value)})
	}
	for _, one := range ingest.Feeds() {
		if m.Feed != "" && one.Name != m.Feed {
			continue
		}
		for _, d := range one.Fields {
			if seen[d.Name] {
				continue
			}
			seen[d.Name] = true
			constant, isConstant := m.Constants[d.Name]
			standard, isDefault := m.Defaults[d.Name]
			if isConstant || needed[d.Name] && steady(d) {
				p.Constants = add(p.Constants, d, constant)
			} else if m.Feed != "" {
				p.More = append(p.More, fieldOption{Value: d.Name, Label: p.T(d.Label(), d.Name)})
			}
			if isDefault || m.Feed != "" && d.Type == ingest.Enum {
				p.Defaults = add(p.Defaults, d, standard)
			}
		}
	}
}

// valueChoices are the values of a field with few of them.
func (p *mappingData) valueChoices(d ingest.Field, value string) []Choice {
	choices := []Choice{{Label: p.T("不指定", "none")}}
	switch {
	case d.Name == "project":
		choices = append(choices, p.uploadProjects()[1:]...)
	case d.Type == ingest.Enum && !d.Open:
		for _, v := range d.Values {
			label := v.Name
			if len(v.Aliases) > 0 {
				label = p.T(v.Aliases[0], v.Name)
			}
			choices = append(choices, Choice{Value: v.Name, Label: label})
		}
	default:
		return nil
	}
	for i := range choices {
		choices[i].Current = choices[i].Value == value
	}
	if !slices.ContainsFunc(choices, func(c Choice) bool { return c.Current }) {
		choices = append(choices, Choice{Value: value, Label: value, Current: true})
	}
	return choices
}

func (p *mappingData) driftChoices(is, usual ingest.Drift) []Choice {
	if is == "" {
		is = usual
	}
	words := map[ingest.Drift]string{
		ingest.DriftAccept: p.T("照常载入", "load as ever"), ingest.DriftWarn: p.T("载入并提醒", "load and warn"), ingest.DriftRefuse: p.T("拒绝整个文件", "refuse the file"),
	}
	var choices []Choice
	for _, d := range slices.Sorted(maps.Keys(words)) {
		choices = append(choices, Choice{Value: string(d), Label: words[d], Current: d == is})
	}
	return choices
}
