package analytics

import (
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

const soundCase = `部分缴费 · Part payment

账单 Bills
  账单 bill  房号 room  费项 item  月份 month  应交日 due  应收 amount
  B1         1-1-101    物业费     2026-03     2026-03-10     1,000.00

收款 Payments
  收据 receipt  房号 room  费项 item  收款日 paid  实收 amount
  R1            1-1-101    物业费     2026-03-05        600.00

推算 Steps
  1. R1 pays B1.

台账 Ledger
  类别 entry     账单 bill  收据 receipt  日期 day    金额 amount
  应收 billed    B1         -             2026-03-01     1,000.00
  实收 received  B1         R1            2026-03-05       600.00
`

// A slip in a case is said with its line, not taken for something else.
func TestMalformedAllocationCases(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		replace, with, want string
	}{
		{"", "", ""},
		{"部分缴费 · Part", "Part", `1: begin with a heading such as 部分缴费 · Part payment`},
		{"账单 Bills", "Bills", `4: this line is in no part; the parts are 账单 Bills, 收款 Payments, 推算 Steps and 台账 Ledger, in this order, a blank line after each`},
		{"  应收 amount", "  应收 sum", `4: no column "应收 sum" is known here; there are 项目 project, 账单 bill, 类型 kind, 原账单 reverses, 房号 room, 费项 item, 月份 month, 应交日 due, 缴费方 payer, 应收 amount, 减免 waived`},
		{"应交日 due", "月份 month", `4: column "月份 month" is there twice`},
		{"收款日 paid  ", "指定账单 names bill  ", `8: column "收款日 paid" is missing`},
		{"1,000.00\n\n", "1000.00\n\n", `5: "应收 amount": write "1000.00" as 1,000.00`},
		{"1,000.00\n\n", "1,000.001\n\n", `5: "应收 amount": "1000.001" has more than two decimals`},
		{"物业费     2026-03  ", "2026-03  ", `5: 5 cells under 6 headers; keep cells two blanks apart and write - for an empty one`},
		{"2026-03-10", "2026/3/10", `5: "应交日 due": "2026/3/10" is not a date like 2026-03-31`},
		{"  B1         1-1", "\tB1         1-1", `5: indent the lines of a table with two blanks, without tabs`},
		{"  R1            1-1-101    物业费     2026-03-05        600.00\n", "", `8: a line of headers and at least one row are to follow here`},
		{"R1            1-1", "-             1-1", `9: "收据 receipt" may not be empty`},
		{"1. R1 pays", "R1 pays", `17: say under "推算 Steps" how the ledger comes about, in lines that begin with 1., 2. and so on`},
		{"实收 received", "收到 received", `17: "类别 entry": "收到 received" is none of 应收 billed, 红冲 reversed, 减免 waived, 实收 received, 抵减 settled, 预收 prepaid, 待用 waiting, 退款 refunded`},
		{"台账 Ledger", "  2. B1", `17: the file ends without a part headed "台账 Ledger"`},
		{"600.00\n\n", "600.00\n  R1  1-1-101  物业费  2026-03-06  1.00\n\n", `10: receipt R1 is there twice`},
		{"2026-03-05       600.00", "2026-03-05       500.00", `the ledger expected has 500.00 of receipt R1, which is 600.00`},
		{"B1         -  ", "B2         -  ", `the ledger expected has 0.00 of bill B1, which is 1,000.00`},
	} {
		text := strings.Replace(soundCase, c.replace, c.with, 1)
		parsed, err := parseAllocationCase(text)
		if err == nil {
			err = parsed.tiesOut()
		}
		got := ""
		if err != nil {
			got = err.Error()
		}
		if diff := gocmp.Diff(c.want, got); diff != "" {
			t.Errorf("with %q for %q (-want +got):\n%s", c.with, c.replace, diff)
		}
	}
}

// What fails is shown as a ledger too.
func TestLedgersThatDiffer(t *testing.T) {
	t.Parallel()
	c, err := parseAllocationCase(soundCase)
	if err != nil {
		t.Fatal(err)
	}
	c.payments[0].Amount = 700_00
	const want = `what is missing (-) and what should not be there (+):
  类别 entry     账单 bill  收据 receipt  日期 day    金额 amount
  应收 billed    B1         -             2026-03-01     1,000.00
- 实收 received  B1         R1            2026-03-05       600.00
+ 实收 received  B1         R1            2026-03-05       700.00
`
	if diff := gocmp.Diff(want, diffLedger(c.ledger, Allocate(c.bills, c.payments))); diff != "" {
		t.Errorf("difference (-want +got):\n%s", diff)
	}
}
