package ingest

import "gatehouse"

// value is what a cell said, read by its field's type. n counts in the unit of
// the type: fen; ten-thousandths (Quantity, Score); millionths (Ratio); days
// (Date, Period); seconds (DateTime); months; 0 or 1 (Bool).
type value struct {
	given bool
	n     int64
	end   int64  // Period: the day after its last
	text  string // Text, Room, Enum
}

// record is one row of a sheet on its way to becoming facts.
type record struct {
	v       [fieldCount]value
	faults  []fault
	facts   []fact
	answers []answer
	origin
	compared
}

// compared is what comes of comparing a record with what is known.
type compared struct {
	doubts   []finding
	estate   *estate // its project, nil while it names none
	stranger stranger
	slot     uint64   // account of the charge, or meter of the reading
	account  *account // the one of the slot
	charge   charge   // its key is 0 where the row makes none
	readout  readout  // its day is 0 where the row makes none
}

// origin is where a row stands. brought is the attempt whose file has it, 0 for
// the file being read.
type origin struct {
	sheet   string
	row     int
	brought uint64
}

// fault is one bad cell. col is -1 where the column is missing.
type fault struct {
	field  field
	name   string
	header string
	col    int
	code   Code
	detail string
}

// fact is one row of a fact table that a record makes. answer is an index into
// the record's answers, -1 for none.
type fact struct {
	table  string
	key    string
	answer int
	// shared facts may come again unchanged: a bill paid in two rows of a ledger.
	shared bool

	hash, id uint64 // of its values, and of its table, project and key
	fresh    bool   // not a repetition
}

// answer is one answer of a wide survey row.
type answer struct {
	question, dimension, comment string
	score                        value
	min, max                     int64
}

func (r *record) reset(at origin) {
	r.v = [fieldCount]value{}
	r.faults, r.facts, r.answers = r.faults[:0], r.facts[:0], r.answers[:0]
	r.origin = at
	r.compared = compared{doubts: r.doubts[:0]}
}

func (r *record) given(f field) bool         { return r.v[f].given }
func (r *record) text(f field) string        { return r.v[f].text }
func (r *record) n(f field) int64            { return r.v[f].n }
func (r *record) day(f field) gatehouse.Date { return gatehouse.Date(r.v[f].n) }

func (r *record) setText(f field, s string) { r.v[f].given, r.v[f].text = s != "", s }
func (r *record) setN(f field, n int64)     { r.v[f].given, r.v[f].n = true, n }

// bad tells whether a fault of the field is known already.
func (r *record) bad(f field) bool {
	for i := range r.faults {
		if r.faults[i].field == f {
			return true
		}
	}
	return false
}

func (r *record) fact(table, key string) {
	r.facts = append(r.facts, fact{table: table, key: key, answer: -1})
}
