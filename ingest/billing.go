package ingest

import (
	"cmp"
	"slices"

	"gatehouse"
)

// billing is what is published of a project's bills: of each account the newest
// normal ones, and those that the newest reversals take back.
type billing struct {
	accounts map[uint64]*account
	taken    taken
}

// publishedBill is a row of ingest.ReferenceCharges, which explains it.
type publishedBill struct {
	rank, slot, key uint64
	fen             int64
	start, end      int32
	kind            uint8
}

const (
	normalBill   = 1
	reversalBill = 2
)

// billBook finds of a project's published bills the row of each that counts.
type billBook struct {
	bills []publishedBill
	of    hashed[uint32] // by fact, where its bill is, from 1
}

func (k *billBook) add(fact uint64, b publishedBill) {
	at := k.of.at(fact)
	if *at == 0 {
		if len(k.bills) == cap(k.bills) { // append would copy a long list again and again
			k.bills = slices.Grow(k.bills, max(len(k.bills), 256))
		}
		k.bills = append(k.bills, b)
		*at = uint32(len(k.bills))
	} else if before := &k.bills[*at-1]; before.rank < b.rank {
		*before = b
	}
}

func (k *billBook) billing() billing {
	of := billing{accounts: map[uint64]*account{}, taken: taken{}}
	for _, list := range byAccount(k.bills, func(b *publishedBill) bool { return b.kind == reversalBill }) {
		for _, b := range newest(list) {
			of.taken[b.key] = struct{}{}
		}
	}
	for _, list := range byAccount(k.bills, func(b *publishedBill) bool { return b.kind == normalBill && b.start < b.end }) {
		list = newest(list)
		a := &account{published: true, charges: make([]charge, len(list), min(len(list)+8, chargesKept+1))}
		for i, b := range list {
			a.charges[i] = newCharge(b.key, gatehouse.Date(b.start), gatehouse.Date(b.end), gatehouse.Money(b.fen))
		}
		of.accounts[list[0].slot] = a
	}
	return of
}

// byAccount gives the bills of each account that are of a kind, in the order that they have.
func byAccount(bills []publishedBill, of func(*publishedBill) bool) [][]publishedBill {
	var numbers hashed[uint32] // of the lists, by account, from 1
	var sizes []int
	all := 0
	for i := range bills {
		if b := &bills[i]; of(b) {
			n := numbers.at(b.slot)
			if *n == 0 {
				sizes = append(sizes, 0)
				*n = uint32(len(sizes))
			}
			sizes[*n-1]++
			all++
		}
	}
	room := make([]publishedBill, all)
	lists := make([][]publishedBill, len(sizes))
	for i, size := range sizes {
		lists[i], room = room[:0:size], room[size:]
	}
	for i := range bills {
		if b := &bills[i]; of(b) {
			n := *numbers.at(b.slot) - 1
			lists[n] = append(lists[n], *b)
		}
	}
	return lists
}

// newest sorts the bills of an account, oldest first, and leaves out what is
// too old. Mostly they are in order already, as the table is.
func newest(list []publishedBill) []publishedBill {
	slices.SortFunc(list, func(a, b publishedBill) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end), cmp.Compare(a.key, b.key))
	})
	return list[max(len(list)-chargesKept, 0):]
}
