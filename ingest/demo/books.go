package demo

import (
	"fmt"
	"strconv"
	"strings"
)

// books plans the files of the whole portfolio.
func (p *Portfolio) books() []book {
	var books []book
	add := func(b book) { books = append(books, b) }
	folders := p.folders()
	for _, f := range folders {
		f.masterBooks(add)
		f.feeBooks(add)
		f.requestBooks(add)
		f.surveyBooks(add)
		f.energyBooks(add)
	}
	p.companyBooks(folders, add)
	return books
}

// folders sorts the rows by project; each kind keeps its order.
func (p *Portfolio) folders() []*folder {
	names, byCode := directory{}, map[string]*folder{}
	folders := make([]*folder, len(p.Projects))
	for i, project := range p.Projects {
		names[project.Code] = project.Name
		folders[i] = &folder{index: i, Project: project, directory: names}
		byCode[project.Code] = folders[i]
	}
	share(p.Rooms, func(r *Room) *[]Room { return &byCode[r.Project].rooms })
	share(p.Bills, func(b *Bill) *[]Bill { return &byCode[b.Project].bills })
	share(p.Payments, func(r *Payment) *[]Payment { return &byCode[r.Project].payments })
	share(p.Requests, func(r *Request) *[]Request { return &byCode[r.Project].requests })
	share(p.Answers, func(a *Answer) *[]Answer { return &byCode[a.Project].answers })
	share(p.Meters, func(m *Meter) *[]Meter { return &byCode[m.Project].meters })
	share(p.Readings, func(r *Reading) *[]Reading { return &byCode[r.Project].readings })
	for _, f := range folders {
		for _, b := range f.bills {
			f.last = max(f.last, b.Month)
		}
	}
	return folders
}

// share appends each record to the list it belongs to.
func share[T any](records []T, to func(*T) *[]T) {
	for i := range records {
		list := to(&records[i])
		*list = append(*list, records[i])
	}
}

// masterBooks list the rooms.
func (f *folder) masterBooks(add func(book)) {
	l := lookOf(f.index, f.last.Year())
	l.totals, l.subtotals, l.dates = false, false, dateSlash
	parts := f.index%4 == 1
	add(book{f.path("房屋资料"), l, func() []*table {
		return []*table{tabulate(l, "房屋资料", f.Name+" 房屋资料", "room", roomColumns(l, f.directory, parts), f.rooms, nil)}
	}})
}

// requestBooks hold the service requests, of a year or of all years.
func (f *folder) requestBooks(add func(book)) {
	year := func(r *Request) int { return r.OpenedAt.Year() }
	name := func(year int) string { return fmt.Sprintf("%d年服务工单", year) }
	if f.index%2 == 0 {
		year = func(*Request) int { return f.last.Year() }
		name = func(int) string { return "服务工单汇总" }
	}
	groupBy(f.requests, year, func(year int, some []Request) {
		l := lookOf(f.index, year)
		add(book{f.path(name(year)), l, func() []*table {
			t := tabulate(l, "服务工单", f.Name+" "+name(year), "service_request", requestColumns(l, f.directory), some, nil)
			t.spoil(f.requestFaults(year))
			return []*table{t}
		}})
	})
}

// surveyBooks hold the wide forms, a file a wave.
func (f *folder) surveyBooks(add func(book)) {
	if !wideForm(f.index) {
		return
	}
	groupBy(f.answers, halfOf, func(half int, some []Answer) {
		l := lookOf(f.index, half/2)
		l.lean = false
		wave := some[0].Wave
		n := len(questions())
		var forms []form
		for i := 0; i+n <= len(some); i += n {
			forms = append(forms, form(some[i:i+n]))
		}
		add(book{f.path(wave + "满意度调查"), l, func() []*table {
			return []*table{tabulate(l, "满意度调查", f.Name+" "+wave+" 业主满意度调查", "survey_response", formColumns(l, f.directory), forms, nil)}
		}})
	})
}

// halfOf numbers the half-years since year 0.
func halfOf(a *Answer) int { return a.SubmittedAt.Year()*2 + (int(a.SubmittedAt.Month())-1)/6 }

// energyBooks hold the meters and their readings: sheets of a workbook, or files.
func (f *folder) energyBooks(add func(book)) {
	l := lookOf(f.index, f.last.Year())
	if l.money == moneyWide {
		l.money = moneyNumber
	}
	meters := func() *table {
		return tabulate(l, "表计台账", f.Name+" 表计台账", "meter", meterColumns(l, f.directory), f.meters, nil)
	}
	readings := func() *table {
		t := tabulate(l, "抄表记录", f.Name+" 抄表记录", "energy_reading", readingColumns(l, f.directory), f.readings, nil)
		t.spoil(f.readingFaults())
		return t
	}
	if l.format == xlsx {
		add(book{f.path("能耗抄表"), l, func() []*table { return []*table{meters(), readings()} }})
		return
	}
	add(book{f.path("表计台账"), l, func() []*table { return []*table{meters()} }})
	add(book{f.path("抄表记录"), l, func() []*table { return []*table{readings()} }})
}

// companyBooks are what head office keeps: the projects, the targets, how many
// questionnaires went out, and the long form of the survey.
func (p *Portfolio) companyBooks(folders []*folder, add func(book)) {
	const office = "集团/"
	l := look{title: true, help: true, units: true, shared: true}
	add(book{office + "项目台账", l, func() []*table {
		return []*table{tabulate(l, "项目台账", "项目台账", "project", projectColumns(), p.Projects, nil)}
	}})
	issued := look{format: csvBOM, dates: dateISO}
	add(book{office + "问卷发放", issued, func() []*table {
		return []*table{tabulate(issued, "问卷发放", "问卷发放", "survey_wave", waveColumns(), p.Waves, nil)}
	}})
	groupBy(p.Targets, func(t *Target) int { return yearOf(t) }, func(year int, some []Target) {
		aims := look{notes: year%2 == 0, title: true}
		add(book{fmt.Sprintf("%s%d年经营目标", office, year), aims, func() []*table {
			return []*table{tabulate(aims, "经营目标", "年度经营目标", "kpi_target", targetColumns(year%2 == 0), some, nil)}
		}})
	})
	var long []Answer
	latest := 0
	for _, f := range folders {
		if !wideForm(f.index) {
			long = append(long, f.answers...)
		}
	}
	for i := range long {
		latest = max(latest, halfOf(&long[i]))
	}
	names := folders[0].directory
	groupBy(long, halfOf, func(half int, some []Answer) {
		form := look{format: []format{xlsx, csvGB18030, csvBOM, xlsx}[half%4], lean: half%2 == 1, dates: dateSlash, alias: half}
		add(book{office + some[0].Wave + "业主满意度调查", form, func() []*table {
			t := tabulate(form, "调查明细", "业主满意度调查", "survey_response", answerColumns(form, names), some, nil)
			if half == latest {
				t.spoil(answerFaults())
			}
			return []*table{t}
		}})
	})
}

// yearOf is the year of a target's period, which begins with one.
func yearOf(t *Target) int {
	year, _, _ := strings.Cut(t.Period, "-")
	n, err := strconv.Atoi(year)
	if err != nil {
		return 0
	}
	return n
}
