package ingest

// seen is a fact that the file has given already; row 0 says that it has not.
type seen struct {
	id, hash uint64 // as of fact
	row      uint32
}

// seenFacts finds facts by id. It is looked up once a row, mostly for what is
// not there, so it is a plain table with open addressing: ids are hashes and
// need no other, and a look touches one line of memory where a map touches three.
type seenFacts struct {
	slots []seen // a power of two of them; id 0 is a free one
	used  int
}

// at gives the place of a fact, which is valid until the next call.
func (t *seenFacts) at(id uint64) *seen {
	if 4*t.used >= 3*len(t.slots) {
		t.grow()
	}
	id = max(id, 1)
	s := t.find(id)
	if s.id == 0 {
		s.id = id
		t.used++
	}
	return s
}

// known gives a fact without making a place for it.
func (t *seenFacts) known(id uint64) (seen, bool) {
	if len(t.slots) == 0 {
		return seen{}, false
	}
	s := *t.find(max(id, 1))
	return s, s.row != 0
}

func (t *seenFacts) find(id uint64) *seen {
	last := uint64(len(t.slots) - 1)
	i := id & last
	for t.slots[i].id != id && t.slots[i].id != 0 {
		i = (i + 1) & last
	}
	return &t.slots[i]
}

func (t *seenFacts) grow() {
	old := t.slots
	t.slots = make([]seen, max(2*len(old), 64))
	for _, s := range old {
		if s.id != 0 {
			*t.find(s.id) = s
		}
	}
}
