package analytics

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gatehouse"
)

var layout = flag.Bool("layout", false, "line up the tables of testdata/allocation anew; what they say stays")

// Every file of testdata/allocation is a case worked by hand, to be read by an
// accountant: its bills and payments, in whatever order they come, must give
// exactly its ledger.
func TestAllocationCases(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/allocation/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases found: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			c := checkAllocationCase(t, file, string(data))
			if *layout {
				if err := os.WriteFile(file, []byte(c.text()), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if c.text() != string(data) {
				t.Errorf("%s: the tables do not line up; run this test with -layout", file)
			}
		})
	}
}

// The example in the documentation is a case like the others.
func TestAllocationExampleOfTheDocumentation(t *testing.T) {
	t.Parallel()
	const page = "../docs/allocation.md"
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(data), "\n```\n")
	example, _, found := strings.Cut(example, "```\n")
	if !found {
		t.Fatalf("%s has no example between two lines of ```", page)
	}
	if c := checkAllocationCase(t, page, example); c.text() != example {
		t.Errorf("%s: the tables do not line up; they should be\n%s", page, c.text())
	}
}

func checkAllocationCase(t *testing.T, name, text string) *allocationCase {
	t.Helper()
	c, err := parseAllocationCase(text)
	if err != nil {
		t.Fatalf("%s:%v", name, err)
	}
	if err := c.tiesOut(); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	for order := range uint64(6) {
		bills, payments := reordered(c.bills, c.payments, order)
		if diff := diffLedger(c.ledger, Allocate(bills, payments)); diff != "" {
			t.Fatalf("%s: %s, in order %d: %s", name, c.title, order, diff)
		}
	}
	return c
}

// reordered puts the facts in one of many orders; 0 is as they are.
func reordered(bills []Bill, payments []Payment, order uint64) ([]Bill, []Payment) {
	bills, payments = append([]Bill(nil), bills...), append([]Payment(nil), payments...)
	if order > 0 {
		rnd := rand.New(rand.NewPCG(order, 0))
		rnd.Shuffle(len(bills), func(i, j int) { bills[i], bills[j] = bills[j], bills[i] })
		rnd.Shuffle(len(payments), func(i, j int) { payments[i], payments[j] = payments[j], payments[i] })
	}
	return bills, payments
}

// allocationCase is a file taken apart. Its lines outside tables stand as they are.
type allocationCase struct {
	title    string
	bills    []Bill
	payments []Payment
	ledger   []ledgerRow
	blocks   []fmt.Stringer
}

func (c *allocationCase) text() string {
	var b strings.Builder
	for _, block := range c.blocks {
		b.WriteString(block.String())
	}
	return b.String()
}

const (
	billsTitle    = "账单 Bills"
	paymentsTitle = "收款 Payments"
	stepsTitle    = "推算 Steps"
	ledgerTitle   = "台账 Ledger"
)

type proseLine string

func (p proseLine) String() string { return string(p) + "\n" }

// parseAllocationCase reads a case: a heading in Chinese and English, some
// words, and the four parts in their order. Errors begin with the line.
func parseAllocationCase(text string) (*allocationCase, error) {
	c := &allocationCase{}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	c.title = lines[0]
	if !strings.Contains(c.title, " · ") {
		return nil, errors.New("1: begin with a heading such as 部分缴费 · Part payment")
	}
	parts := []string{billsTitle, paymentsTitle, stepsTitle, ledgerTitle}
	steps := 0
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		c.blocks = append(c.blocks, proseLine(line))
		switch {
		case len(parts) > 0 && line == parts[0]:
			parts = parts[1:]
		case len(parts) == 1 && strings.HasPrefix(line, "  "):
			if strings.HasPrefix(line, fmt.Sprintf("  %d. ", steps+1)) {
				steps++
			}
			continue
		case line != "" && (len(parts) < 4 || strings.HasPrefix(line, " ")):
			return nil, fmt.Errorf("%d: this line is in no part; the parts are %s, %s, %s and %s, in this order, a blank line after each",
				i+1, billsTitle, paymentsTitle, stepsTitle, ledgerTitle)
		default:
			continue
		}
		if line == stepsTitle {
			continue
		}
		t, err := parseTable(lines, i+1)
		if err == nil {
			err = c.read(line, t)
		}
		if err != nil {
			return nil, err
		}
		c.blocks = append(c.blocks, t)
		i += 1 + len(t.rows)
	}
	switch {
	case len(parts) > 0:
		return nil, fmt.Errorf("%d: the file ends without a part headed %q", len(lines), parts[0])
	case steps == 0:
		return nil, fmt.Errorf("%d: say under %q how the ledger comes about, in lines that begin with 1., 2. and so on", len(lines), stepsTitle)
	}
	return c, nil
}

func (c *allocationCase) read(title string, t *table) (err error) {
	switch title {
	case billsTitle:
		c.bills, err = readRows(t, billColumns())
		for i, b := range c.bills {
			if slices.ContainsFunc(c.bills[:i], func(o Bill) bool { return o.Ref == b.Ref && o.Number == b.Number }) {
				err = fmt.Errorf("%d: bill %s is there twice", t.first+1+i, b.Number)
			}
		}
	case paymentsTitle:
		c.payments, err = readRows(t, paymentColumns())
		for i, p := range c.payments {
			if slices.ContainsFunc(c.payments[:i], func(o Payment) bool { return o.Ref == p.Ref && o.Receipt == p.Receipt }) {
				err = fmt.Errorf("%d: receipt %s is there twice", t.first+1+i, p.Receipt)
			}
		}
	case ledgerTitle:
		c.ledger, err = readRows(t, ledgerColumns())
	}
	return err
}

// tiesOut checks the work by hand itself: what the ledger says of a payment adds
// up to it, and each bill is billed once.
func (c *allocationCase) tiesOut() error {
	type fact struct{ column, ref, no string }
	want, got := map[fact]gatehouse.Money{}, map[fact]gatehouse.Money{}
	for _, b := range c.bills {
		if b.Kind == "reversal" {
			want[fact{"reversal", b.Ref, b.Number}] = -b.Amount
		} else {
			want[fact{"bill", b.Ref, b.Number}] = b.Amount
		}
	}
	for _, p := range c.payments {
		want[fact{"receipt", p.Ref, p.Receipt}] = p.Amount
	}
	for _, r := range c.ledger {
		switch r.kind {
		case Billed:
			got[fact{"bill", r.project, r.bill}] += r.amount
		case Reversed:
			got[fact{"reversal", r.project, r.against}] += r.amount
		case Waived:
		default:
			got[fact{"receipt", r.project, r.receipt}] += r.amount
		}
	}
	for f, amount := range want {
		if got[f] != amount {
			return fmt.Errorf("the ledger expected has %s of %s %s, which is %s", grouped(got[f]), f.column, f.no, grouped(amount))
		}
		delete(got, f)
	}
	for f := range got {
		return fmt.Errorf("the ledger expected names %s %q, which is not among the facts", f.column, f.no)
	}
	return nil
}
