package ingest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	gocmp "github.com/google/go-cmp/cmp"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// oracle says in plain Go what must be visible of the files that were loaded.
type oracle struct {
	loads []*madeLoad
	time  int // of publications, in order
}

type madeLoad struct {
	id       string
	file     madeFile
	attempts []*madeAttempt
}

// madeAttempt is an attempt as the database must show it.
type madeAttempt struct {
	id         uint64
	load       *madeLoad
	state      State // Published also while a correction has its place
	published  int   // when
	replaces   *madeAttempt
	facts, bad []madeFact
}

func (o *oracle) load(id string, f madeFile) *madeLoad {
	for _, l := range o.loads {
		if l.id == id {
			return l
		}
	}
	l := &madeLoad{id: id, file: f}
	o.loads = append(o.loads, l)
	return l
}

func (o *oracle) find(id string) *madeLoad {
	i := slices.IndexFunc(o.loads, func(l *madeLoad) bool { return l.id == id })
	if i < 0 {
		return nil
	}
	return o.loads[i]
}

// newest is the newest attempt in a state, nil for none.
func (l *madeLoad) newest(s State) *madeAttempt {
	for _, a := range slices.Backward(l.attempts) {
		if a.state == s {
			return a
		}
	}
	return nil
}

// successor is the published correction that has the place of an attempt.
func (o *oracle) successor(a *madeAttempt) *madeAttempt {
	for _, l := range o.loads {
		for _, b := range l.attempts {
			if b.state == Published && b.replaces == a {
				return b
			}
		}
	}
	return nil
}

// chain is the published attempt of a load and those of its corrections.
func (o *oracle) chain(load string) []*madeAttempt {
	l := o.find(load)
	if l == nil || l.newest(Published) == nil {
		return nil
	}
	chain := []*madeAttempt{l.newest(Published)}
	for next := o.successor(chain[0]); next != nil; next = o.successor(next) {
		chain = append(chain, next)
	}
	return chain
}

// try gives the attempt that loading the file makes, with the state it ends
// in: an attempt that is published already, or a new one.
func (o *oracle) try(id string, f madeFile) *madeAttempt {
	l := o.load(id, f)
	if a := l.newest(Published); a != nil {
		return a
	}
	a := &madeAttempt{load: l, state: Abandoned}
	l.attempts = append(l.attempts, a)
	if f.corrects == "" {
		a.facts, a.bad = f.readMade(nil, nil)
		return a
	}
	chain := o.chain(f.corrects)
	if chain == nil {
		a.state = Refused
		return a
	}
	var back []sentBackFile
	for _, c := range chain[1:] {
		back = append(back, sentBackFile{c.load.file.back, c})
	}
	a.replaces = chain[len(chain)-1]
	a.facts, a.bad = chain[0].load.file.readMade(chain[0], append(back, sentBackFile{f.back, nil}))
	return a
}

// publish makes an attempt visible.
func (o *oracle) publish(a *madeAttempt) {
	o.time++
	a.state, a.published = Published, o.time
}

// visible are the attempts whose rows count.
func (o *oracle) visible() []*madeAttempt {
	var list []*madeAttempt
	for _, l := range o.loads {
		for _, a := range l.attempts {
			if a.state == Published && o.successor(a) == nil {
				list = append(list, a)
			}
		}
	}
	return list
}

// rank is when a row was published first, as far as that still counts.
func (o *oracle) rank(a *madeAttempt, f madeFact) int {
	if b := f.brought; b != nil && b.state == Published && o.successor(b) != nil {
		return b.published
	}
	return a.published
}

// view is what the database must answer, each part sorted.
type view struct {
	Facts, Quarantine []string
	Attempts          []string // visible ones, with the load they are of
	Sums              []string // in fen
}

// facts are the newest published rows by key, of some tables.
func (o *oracle) facts(tables []string) (rows, sums []string) {
	type ranked struct {
		rank, rowNo int
		text        string
		fen         gatehouse.Money
		table       string
	}
	newest := map[string]ranked{}
	for _, a := range o.visible() {
		for _, f := range a.facts {
			if !slices.Contains(tables, f.table) {
				continue
			}
			key := strings.Join([]string{f.table, f.project, f.key}, " ")
			r := ranked{o.rank(a, f), f.rowNo, fmt.Sprintf("%s %s row %d of %d brought %d", key, f.value, f.at, a.id, f.broughtID()), f.fen, f.table}
			if before, ok := newest[key]; !ok || cmp.Or(cmp.Compare(r.rank, before.rank), cmp.Compare(r.rowNo, before.rowNo)) > 0 {
				newest[key] = r
			}
		}
	}
	total := map[string]gatehouse.Money{}
	for _, r := range newest {
		rows = append(rows, r.text)
		total[r.table] += r.fen
	}
	for _, table := range []string{"fee_bill", "fee_payment"} {
		sums = append(sums, fmt.Sprintf("%s %d", table, int64(total[table])))
	}
	slices.Sort(rows)
	return rows, sums
}

func (f madeFact) broughtID() uint64 {
	if f.brought == nil {
		return 0
	}
	return f.brought.id
}

// view is all that the database must show.
func (o *oracle) view(tables []string) view {
	v := view{}
	v.Facts, v.Sums = o.facts(tables)
	for _, a := range o.visible() {
		v.Attempts = append(v.Attempts, fmt.Sprintf("%d %s", a.id, a.load.id))
		for _, q := range a.bad {
			v.Quarantine = append(v.Quarantine, fmt.Sprintf("%s %d %s brought %d", a.load.id, q.at, q.fault, q.broughtID()))
		}
	}
	slices.Sort(v.Attempts)
	slices.Sort(v.Quarantine)
	return v
}

// states are all loads as they must be listed.
func (o *oracle) states() []string {
	var states []string
	for _, l := range o.loads {
		if len(l.attempts) > 0 {
			states = append(states, l.id+" "+string(o.state(l)))
		}
	}
	slices.Sort(states)
	return states
}

// state is how the list of loads shows a load.
func (o *oracle) state(l *madeLoad) State {
	if a := l.newest(Published); a == nil {
		if l.newest(Withdrawn) != nil {
			return Withdrawn // and may be restored, whatever came of later tries
		}
		return l.attempts[len(l.attempts)-1].state
	} else if o.successor(a) != nil {
		return Corrected
	}
	return Published
}

// factTexts selects the rows of the views as the oracle words them, each table
// with the sum of its amounts in fen. One pass gives both, since the views take long to plan.
func factTexts(tables []string) string {
	values := map[string]string{"project": "name", "room": "toString(toUInt64(area))", "meter": "energy", "fee_bill": "toString(toInt64(amount * 100))", "fee_payment": "toString(toInt64(amount * 100))"}
	var selects []string
	for _, table := range tables {
		row := fmt.Sprintf("concat('%s ', project, ' ', key, ' ', %s, ' row ', toString(source_row), ' of ', toString(attempt), ' brought ', toString(brought))", table, values[table])
		sums := "CAST([], 'Array(String)')"
		if strings.HasPrefix(table, "fee_") {
			sums = "['sum " + table + " ' || toString(toInt64(sum(amount) * 100))]"
		}
		selects = append(selects, fmt.Sprintf("SELECT arrayJoin(arrayConcat(%s, groupArray(%s))) AS answer FROM %s", sums, row, table))
	}
	return "-- sources: " + strings.Join(tables, ", ") + "\n" + strings.Join(selects, " UNION ALL ")
}

// shown asks the database for what the oracle's view says, but for the loads.
func (s *site) shown(asked clickhouse.Asked, tables []string) view {
	s.t.Helper()
	v := view{}
	for _, text := range s.askAt(asked, factTexts(tables)) {
		if sum, ok := strings.CutPrefix(text, "sum "); ok {
			v.Sums = append(v.Sums, sum)
		} else {
			v.Facts = append(v.Facts, text)
		}
	}
	slices.Sort(v.Sums)
	slices.Sort(v.Facts)
	v.Attempts = s.attempts(asked)
	v.Quarantine = s.askAt(asked, `-- sources: published
SELECT concat(p.load_id, ' ', toString(q.source_row), ' ', q.code, ' brought ', toString(q.brought)) AS answer
FROM quarantine AS q INNER JOIN published AS p ON p.attempt = q.attempt WHERE q.level = 'error' ORDER BY answer`)
	return v
}

// attempts are the visible ones, with their loads.
func (s *site) attempts(asked clickhouse.Asked) []string {
	s.t.Helper()
	return s.askAt(asked, "-- sources: published\nSELECT concat(toString(attempt), ' ', load_id) AS answer FROM published ORDER BY answer")
}

// states are the loads as they are listed.
func (s *site) states() []string {
	s.t.Helper()
	list, err := Loads(s.t.Context(), s.db, gatehouse.AllProjects(), LoadFilter{Limit: 10_000})
	if err != nil {
		s.t.Fatal(err)
	}
	var states []string
	for _, l := range list {
		states = append(states, l.LoadID+" "+string(l.State))
	}
	slices.Sort(states)
	return states
}

// complainer is a test or a property.
type complainer interface {
	Helper()
	Errorf(format string, args ...any)
}

// agree compares a result with the attempt that it tells of.
func agree(t complainer, r Result, a *madeAttempt) {
	t.Helper()
	sums := map[string]string{}
	for _, f := range a.facts {
		if strings.HasPrefix(f.table, "fee_") {
			sums[sumName(f.table, "amount")] = ""
		}
	}
	for name := range maps.Keys(sums) {
		var sum gatehouse.Money
		for _, f := range a.facts {
			if sumName(f.table, "amount") == name {
				sum += f.fen
			}
		}
		sums[name] = sum.String()
	}
	got := maps.Clone(r.Sums)
	maps.DeleteFunc(got, func(name, sum string) bool { return strings.HasSuffix(name, ".waived") })
	type told struct {
		Loaded, Quarantined int
		Sums                map[string]string
	}
	if diff := gocmp.Diff(told{len(a.facts), len(a.bad), sums}, told{int(r.Loaded), int(r.Quarantined), got}); diff != "" {
		t.Errorf("%s of %s (-oracle +told):\n%s", r.Status, r.File, diff)
	}
}
