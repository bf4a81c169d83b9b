package ingest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse"
)

func TestLoadMastersAndFees(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	projects := s.load("projects.csv", csv("项目编码,项目名称,户数", "P1,阳光花园,120"))
	if projects.Status != Published || projects.Loaded != 1 {
		t.Fatalf("projects: %+v", projects)
	}
	bills := s.load("阳光花园 3月.xlsx", xlsx(t, sheetOf{name: "账单", rows: [][]any{
		{"阳光花园物业费应收明细"},
		{"楼栋", "单元", "房间", "收费项目", "开始时间", "结束时间", "应收金额（元）", "联系电话"},
		{1, 1, 1001, "物业费", "2026-03-01", "2026-03-31", 268.5, "13800000000"},
		{1, 1, 1002, "物业费", "2026-03-01", "2026-03-31", "￥1,268.50", ""},
		{"合计", nil, nil, nil, nil, nil, 1537},
	}}, sheetOf{name: "房屋", rows: [][]any{{"房号", "建筑面积"}, {"1-1-1001", 89.123}}}))
	want := Result{
		File: "阳光花园 3月.xlsx", Feed: "room+fee_bill", Status: Published,
		Rows: 4, Loaded: 3, Skipped: 1, Warnings: 1, Orphans: 1, Sums: map[string]string{"fee_bill.amount": "1537.00", "fee_bill.waived": "0.00"},
		Control: []ControlTotal{{Name: "fee_bill.amount", Cells: 153700, Loaded: 153700, Claimed: new(gatehouse.Money(153700))}},
		Errors:  []RowError{}, Notes: []gatehouse.Text{{ZH: "工作表“账单”：个人信息列未保存：联系电话", EN: `sheet "账单": personal data dropped, never stored: 联系电话`}}, Projects: []string{"P1"},
	}
	bills.LoadID, bills.SHA256, bills.Attempt = "", "", 0
	if diff := cmp.Diff(want, bills); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("P1 1-1-1001 1 2026-03-01 2026-04-01 2026-03-01 2026-03-31 268.5 normal owner\nP1 1-1-1002 1 2026-03-01 2026-04-01 2026-03-01 2026-03-31 1268.5 normal owner",
		s.facts("fee_bill", "project", "room", "splitByChar('-', room)[1]", "period_start", "period_end", "month", "due_on", "amount", "kind", "payer")); diff != "" {
		t.Errorf("bills (-want +got):\n%s", diff)
	}
	payments := s.load("pay.csv", csv("小区,房号,收费项目,缴费时间,实缴金额,支付方式", "阳光花园,1栋1单元1001,物业费,2026/3/5,268.50,微信", "阳光花园,1-1-1001,物业费,2026/3/5,268.50,微信"))
	if payments.Loaded != 2 || payments.Sums["fee_payment.amount"] != "537.00" {
		t.Errorf("payments: %+v", payments)
	}
	if diff := cmp.Diff("P1 阳光花园 k:1-1-1001|物业费|2026-03-05|268.50|1 wechat\nP1 阳光花园 k:1-1-1001|物业费|2026-03-05|268.50|2 wechat",
		s.facts("fee_payment", "project", "project_ref", "key", "method")); diff != "" {
		t.Errorf("payments (-want +got):\n%s", diff)
	}
}

// Chunks are bounded by the length of their texts too, so that long comments do
// not fill the memory.
func TestLongTextsEndAChunkEarly(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	chunks := 0
	s.step = func(step Step) {
		if step == StepInserted {
			chunks++
		}
	}
	const rows, length = 2100, 20_000
	lines := []string{"项目编码,工单编号,类型,受理时间,内容"}
	for i := range rows {
		lines = append(lines, fmt.Sprintf("P1,W%d,投诉,2026-03-05 09:30,%s", i, strings.Repeat("x", length)))
	}
	r := s.load("工单.csv", csv(lines...))
	if want := 3; r.Loaded != rows || chunks != want { // two of rows, one of the warning that P1 is unknown
		t.Errorf("%d chunks, want %d: %+v", chunks, want, r)
	}
}
