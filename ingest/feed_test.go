package ingest

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse"
)

// feedCase is a file of one feed and the facts it must become.
type feedCase struct {
	name    string
	lines   []string
	feed    string
	fact    string
	columns []string
	want    []string
	codes   []string // of the cells in quarantine
	skipped uint64
	notes   []string
}

func feedCases() []feedCase {
	return []feedCase{
		{
			name: "project", feed: "project", fact: "project",
			lines:   []string{"项目编码,项目名称,区域,业态,建筑面积,计费面积,户数,交付日期,项目经理,联系电话", "P1,阳光花园,华东,住宅,\"85,000.5\",80000,800,2018/6/30,张三,13800000000"},
			columns: []string{"project", "name", "region", "segment", "floor_area", "billable_area", "households", "handed_over", "manager", "key"},
			want:    []string{"P1 阳光花园 华东 住宅 85000.5 80000 800 2018-06-30 张三 P1"},
			notes:   []string{"the file: personal data dropped, never stored: 联系电话"},
		},
		{
			name: "room", feed: "room", fact: "room",
			lines:   []string{"小区编码,楼号,单元,房间,房屋面积,房屋类型,房屋状态", "P1,1栋,1单元,1001,89.125,住宅,已入住", "P1,01,2,301,,商铺,"},
			columns: []string{"room", "building", "area", "kind", "status", "key"},
			want:    []string{"1-1-1001 1 89.13 住宅 已入住 1-1-1001", "1-2-301 1 0 商铺  1-2-301"},
		},
		{
			name: "bill", feed: "fee_bill", fact: "fee_bill",
			lines: []string{"项目编码,房号,账单号,收费项目,账期,应收金额,应收减免,类型,原账单号,业主/开发商",
				"P1,1栋1单元1001,B1,物业费,202603,268.50,-10,,,", "P1,1-1-1001,B2,物业费,202603,268.50,,红冲,B1,开发商", "P1,1-1-1001,,滞纳金,202602,3.1,,正常,,业主", "小计,,,,,540.10"},
			columns: []string{"room", "key", "fee_item", "period_start", "period_end", "month", "due_on", "amount", "waived", "kind", "reverses", "payer"},
			want: []string{
				"1-1-1001 k:1-1-1001|滞纳金|2026-02-01|2026-03-01|late_fee 滞纳金 2026-02-01 2026-03-01 2026-02-01 2026-02-28 3.1 0 late_fee  owner",
				"1-1-1001 no:B1 物业费 2026-03-01 2026-04-01 2026-03-01 2026-03-31 268.5 10 normal  owner",
				"1-1-1001 no:B2 物业费 2026-03-01 2026-04-01 2026-03-01 2026-03-31 -268.5 0 reversal B1 developer",
			},
			skipped: 1,
		},
		{
			name: "payment", feed: "fee_payment", fact: "fee_payment",
			lines: []string{"项目名称,房屋编码,收据号,账单编号,费项,缴费时间,实缴金额,支付方式,收银员,原收据号",
				"阳光花园,1-1-1001,R1,B1,物业费,2026-03-05 09:30,268.50,银行代扣,李,", "阳光花园,1-1-1001,R2,,物业费,2026-03-06,-268.50,预存冲抵,李,R1", "阳光花园,1-1-1001,,,物业费,2026-03-07,5,数字人民币,,"},
			columns: []string{"key", "bill_no", "fee_item", "paid_on", "amount", "method", "cashier", "reverses"},
			want: []string{
				"k:1-1-1001|物业费|2026-03-07|5.00|1  物业费 2026-03-07 5 数字人民币  ",
				"no:R1 B1 物业费 2026-03-05 268.5 bank_debit 李 ",
				"no:R2  物业费 2026-03-06 -268.5 prepaid_balance 李 R1",
			},
		},
		{
			name: "ledger bills", feed: "fee_ledger", fact: "fee_bill", lines: ledger(),
			columns: []string{"key", "amount", "period_end"},
			want:    []string{"no:B1 300 2026-04-01", "no:B2 100 2026-04-01"},
			codes:   []string{"missing-key", "duplicate-key"},
		},
		{
			name: "ledger payments", feed: "fee_ledger", fact: "fee_payment", lines: ledger(),
			columns: []string{"key", "bill_no", "amount", "paid_on", "period_start"},
			want:    []string{"no:R1 B1 100 2026-03-05 2026-03-01", "no:R2 B1 200 2026-03-06 2026-03-01"},
			codes:   []string{"missing-key", "duplicate-key"},
		},
		{
			name: "request", feed: "service_request", fact: "service_request",
			lines: []string{"项目,工单编号,房号,问题类别,投诉时间,响应时间,办结时间,回访时间,回访结果,处理人,内容,来源",
				"P1,W1,1-1-1001,保洁,2026-03-05 09:30,2026-03-05 10:00,2026-03-06 09:30,2026-03-07,满意,李四,楼道脏,电话", "P1,W2,,保洁,2026-03-05 09:30,,2026-03-04 09:30,,,,,"},
			columns: []string{"key", "kind", "category", "channel", "room", "opened_at", "responded_at", "due_at", "closed_at", "followed_up_at", "follow_up", "handler", "text"},
			want:    []string{"no:W1 complaint 保洁 电话 1-1-1001 2026-03-05 01:30:00 2026-03-05 02:00:00 - 2026-03-06 01:30:00 2026-03-06 16:00:00 satisfied 李四 楼道脏"},
			codes:   []string{"closed-before-opened"},
		},
		{
			name: "survey, long", feed: "survey_response", fact: "survey_response",
			lines: []string{"项目,问卷批次,答卷编号,渠道,提交时间,题目,得分,意见",
				"P1,2026年上半年,A1,微信,2026-03-05 20:00,总体满意度,5,好", "P1,2026H1,A1,微信,2026-03-05 20:00,您会推荐我们吗,9,", "P1,2026H1,A1,微信,2026-03-05 20:00,保洁,9,", "P1,2026H1,A1,微信,2026-03-05 20:00,门岗,6,"},
			columns: []string{"wave", "question", "dimension", "score", "scale_min", "scale_max", "dont_know", "comment", "submitted_at"},
			want:    []string{"2026H1 您会推荐我们吗 推荐 9 0 10 false  2026-03-05 12:00:00", "2026H1 总体满意度 总体 5 1 5 false 好 2026-03-05 12:00:00", "2026H1 保洁 保洁 - 1 5 true  2026-03-05 12:00:00"},
			codes:   []string{"score-off-scale"},
		},
		{
			name: "survey, wide", feed: "survey_response", fact: "survey_response",
			lines: []string{"项目,序号,提交答卷时间,1、您对物业服务的总体评价,2、小区卫生,3、停车,Q4.您会推荐吗,其他意见,手机号",
				"P1,1,2026-07-05,5,,不清楚,10,谢谢,138", "P1,2,2026-07-05,3,9,7,8,,139"},
			columns: []string{"wave", "question", "dimension", "score", "scale_max", "dont_know", "comment"},
			want:    []string{"2026H2 停车 停车 - 5 true ", "2026H2 小区卫生 保洁 - 5 true ", "2026H2 您会推荐吗 推荐 10 10 false ", "2026H2 您对物业服务的总体评价 总体 5 5 false 谢谢"},
			codes:   []string{"score-off-scale"},
			notes:   []string{"the file: personal data dropped, never stored: 手机号"},
		},
		{
			name: "wave", feed: "survey_wave", fact: "survey_wave",
			lines:   []string{"项目,批次,发放份数,户数", "P1,2026上半年,400,800"},
			columns: []string{"key", "wave", "issued", "population"}, want: []string{"2026H1 2026H1 400 800"},
		},
		{
			name: "meter", feed: "meter", fact: "meter",
			lines:   []string{"项目,表号,能源类型,表类型,倍率,单位", "P1,E1,电,总表,40,", "P1,W1,水,,,", "P1,X1,核能,分表,1,"},
			columns: []string{"key", "energy", "role", "multiplier", "unit"}, want: []string{"E1 electricity main 40 kWh", "W1 water sub 1 m³"},
			codes: []string{"type-error"},
		},
		{
			name: "reading", feed: "energy_reading", fact: "energy_reading",
			lines: []string{"项目,表号,本期读表时间,本期度数,上期读表时间,上期度数,事件,费用",
				"P1,E1,2026-01-31,100,2025-12-31,50,,12.5", "P1,E1,2026-02-28,90,,,,", "P1,E1,2026-03-31,8,,,换表,", "P1,E1,2026-04-30,20,,,,"},
			columns: []string{"key", "value", "prev_on", "prev_value", "event", "cost"},
			want:    []string{"E1|2026-01-31 100 2025-12-31 50  12.5", "E1|2026-03-31 8 - 0 replaced -", "E1|2026-04-30 20 - -  -"},
			codes:   []string{"reading-decreased"},
		},
		{
			name: "usage", feed: "energy_reading", fact: "energy_reading",
			lines:   []string{"项目,表号,开始日期,结束日期,用电量(MWh)", "P1,E1,2026-01-01,2026-01-31,1.5"},
			columns: []string{"key", "value", "prev_on", "read_on", "usage"}, want: []string{"E1|2026-02-01 - 2026-01-01 2026-02-01 1500"},
		},
		{
			name: "target", feed: "kpi_target", fact: "kpi_target",
			lines:   []string{"项目,指标,期间,目标值,预警值", "P1,收缴率,2026,93%,90%", ",nps,2026-Q1,0.4,"},
			columns: []string{"project", "key", "month_start", "month_end", "target", "warn"},
			want:    []string{"P1 collection_rate|2026-01|2027-01 2026-01-01 2027-01-01 0.93 0.9", " nps|2026-01|2026-04 2026-01-01 2026-04-01 0.4 -"},
		},
	}
}

func ledger() []string {
	return []string{"项目,房号,账单号,收费项目,账期,应缴金额,收据号,缴费日期,实缴金额",
		"P1,1-1-1001,B1,物业费,202603,300,R1,2026-03-05,100", "P1,1-1-1001,B1,物业费,202603,300,R2,2026-03-06,200", "P1,1-1-1002,B2,物业费,202603,100,,,",
		"P1,1-1-1003,B3,物业费,202603,100,R3,,100", "P1,1-1-1002,B2,物业费,202603,101,R4,2026-03-06,101"}
}

func TestFeeds(t *testing.T) {
	t.Parallel()
	for _, c := range feedCases() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			if c.fact != "project" {
				s.load("master.csv", csv("项目编码,项目名称", "P1,阳光花园"))
			}
			r := s.load(c.name+".csv", csv(c.lines...))
			if r.Feed != c.feed || r.Status != Published {
				t.Fatalf("got feed %s, status %s: %+v", r.Feed, r.Status, r.Errors)
			}
			if got := strings.Split(s.facts(c.fact, c.columns...), "\n"); !cmp.Equal(got, c.want) {
				slices.Sort(got)
				want := slices.Sorted(slices.Values(c.want))
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("facts (-want +got):\n%s", diff)
				}
			}
			var codes []string
			for _, e := range r.Errors {
				codes = append(codes, string(e.Code))
			}
			if diff := cmp.Diff(c.codes, codes); diff != "" {
				t.Errorf("codes (-want +got):\n%s\n%+v", diff, r.Errors)
			}
			if r.Skipped != c.skipped || r.Rows != r.Loaded+r.Quarantined+r.Skipped || r.Rows != uint64(len(c.lines)-1) {
				t.Errorf("rows: %+v", r)
			}
			if diff := cmp.Diff(append([]string{}, c.notes...), wordings(r.Notes, gatehouse.English)); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
		})
	}
}
