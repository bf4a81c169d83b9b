package ingest

import "github.com/cespare/xxhash/v2"

// hashed holds values by hash. It is looked up once a row and more, mostly for
// what is not there, so it is a plain table with open addressing: its keys need
// no other hash, and a look touches one line of memory where a map touches three.
type hashed[V any] struct {
	slots []slot[V] // a power of two of them
	used  int
}

// slot is a free one where its hash is 0; 1 stands for that hash.
type slot[V any] struct {
	value V // in front, where a value of no size takes no room
	hash  uint64
}

// hashes are names as xxh64.
type hashes = hashed[struct{}]

// at gives the value of a hash, the zero one where there was none. It is valid
// until the next call.
func (t *hashed[V]) at(hash uint64) *V {
	if 4*t.used >= 3*len(t.slots) {
		t.grow()
	}
	hash = max(hash, 1)
	s := t.find(hash)
	if s.hash == 0 {
		s.hash = hash
		t.used++
	}
	return &s.value
}

// known gives the value of a hash without making one.
func (t *hashed[V]) known(hash uint64) (value V, ok bool) {
	if len(t.slots) == 0 {
		return value, false
	}
	s := t.find(max(hash, 1))
	return s.value, s.hash != 0
}

// add takes over what another table has.
func (t *hashed[V]) add(o hashed[V]) {
	for i := range o.slots {
		if s := &o.slots[i]; s.hash != 0 {
			*t.at(s.hash) = s.value
		}
	}
}

func (t *hashed[V]) find(hash uint64) *slot[V] {
	last := uint64(len(t.slots) - 1)
	i := hash & last
	for t.slots[i].hash != hash && t.slots[i].hash != 0 {
		i = (i + 1) & last
	}
	return &t.slots[i]
}

func (t *hashed[V]) grow() {
	old := t.slots
	t.slots = make([]slot[V], max(2*len(old), 16))
	for i := range old {
		if s := &old[i]; s.hash != 0 {
			*t.find(s.hash) = *s
		}
	}
}

// seen is a fact that the file has given already; row 0 says that it has not.
type seen struct {
	hash uint64 // as of fact
	row  uint32
}

// seenFacts finds facts by id. Those of one project are held together, since
// files go through projects one by one: what is looked at stays in the cache.
type seenFacts [64]hashed[seen]

func (t *seenFacts) of(project string) *hashed[seen] {
	return &t[xxhash.Sum64String(project)%uint64(len(t))]
}
