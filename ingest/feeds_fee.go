package ingest

import "gatehouse"

func feeFeeds() []Feed {
	return []Feed{
		{
			Name: "fee_bill", Title: gatehouse.Text{ZH: "应收账单", EN: "Bills"},
			keys: []field{fRoom, fBuilding, fRoomNumber, fBillNo}, rule: billRule, against: billAgainst,
			needs:  [][]field{{fRoom, fRoomNumber}, {fPeriodStart, fPeriod, fMonth}},
			Fields: fields(projectField(), roomFields(), billFields(), periodFields(), amountFields()),
		},
		{
			Name: "fee_payment", Title: gatehouse.Text{ZH: "收款记录", EN: "Payments"},
			keys: []field{fRoom, fBuilding, fRoomNumber, fReceiptNo, fBillNo}, rule: paymentRule, against: paymentAgainst,
			needs: [][]field{{fRoom, fRoomNumber, fBillNo}, {fFeeItem, fBillNo}},
			Fields: fields(projectField(), roomFields(), paymentFields("reverses"),
				Field{id: fPaid, Name: "amount", Type: Money, Required: true, Example: "268.50", Aliases: append(paidAliases(), "金额", "收款金额", "缴费金额"), Help: "yuan; refunds negative"},
				Field{id: fBillNo, Name: "bill_no", Type: Text, Example: "B202603-0001", Aliases: []string{"账单号", "账单编号"}, Help: "the bill it pays, if known"},
				itemField(false), periodFields()[:3]),
		},
		{
			Name: "fee_ledger", Title: gatehouse.Text{ZH: "收费明细（应收与实收）", EN: "Ledger: a bill and its payment in one row"},
			keys: []field{fRoom, fBuilding, fRoomNumber, fBillNo}, rule: ledgerRule, against: billAgainst, blank: []field{fPaid, fPaidOn},
			needs: [][]field{{fRoom, fRoomNumber}, {fPeriodStart, fPeriod, fMonth}},
			Fields: fields(projectField(), roomFields(), billFields(), periodFields(), amountFields(), paymentFields("payment_reverses"),
				Field{id: fPaid, Name: "paid", Type: Money, Required: true, Example: "268.50", Aliases: paidAliases(), Help: "yuan paid; blank or 0: nothing yet"}),
		},
	}
}

func itemField(required bool) Field {
	return Field{id: fFeeItem, Name: "fee_item", Type: Text, Required: required, Example: "物业费",
		Aliases: []string{"收费项目", "费用名称", "费项", "科目", "费用项目", "收费科目", "费用类型", "收费项", "费用科目", "收费名称"}, Help: "what is charged"}
}

func billFields() []Field {
	return []Field{
		{id: fBillNo, Name: "bill_no", Type: Text, Example: "B202603-0001", Aliases: []string{"账单号", "账单编号", "单据号", "单据编号", "应收单号"}, Help: "unique number of the bill, if there is one"},
		itemField(true),
		{id: fKind, Name: "kind", Type: Enum, Default: "normal", Example: "正常", Aliases: []string{"类型", "账单类型", "单据类型"}, Help: "a reversal takes back another bill",
			Values: []Value{{"normal", []string{"正常", "普通", "正常账单", "应收"}}, {"reversal", []string{"红冲", "冲红", "冲销", "红冲账单"}}, {"late_fee", []string{"违约金", "滞纳金"}}}},
		{id: fReverses, Name: "reverses", Type: Text, Example: "", Aliases: []string{"原账单号", "原账单编号", "被冲账单号", "红冲账单号"}, Help: "bill number that a reversal takes back"},
		{id: fPayer, Name: "payer", Type: Enum, Default: "owner", Example: "业主", Aliases: []string{"缴费主体", "付款方", "缴费对象", "业主/开发商", "承担方", "收费对象"}, Help: "who owes it",
			Values: []Value{{"owner", []string{"业主", "住户", "租户", "个人"}}, {"developer", []string{"开发商", "建设单位", "地产", "甲方"}}}},
	}
}

// periodFields begin with the three that payments have too.
func periodFields() []Field {
	return []Field{
		{id: fPeriodStart, Name: "period_start", Type: Date, Example: "2026-03-01", Aliases: []string{"开始时间", "开始日期", "费用开始日期", "计费开始时间", "计费开始日期", "起始日期", "费用开始时间", "账期开始"}, Help: "first day of the service period"},
		{id: fPeriodEnd, Name: "period_end", Type: Date, Example: "2026-03-31", Aliases: []string{"结束时间", "结束日期", "费用结束日期", "计费结束时间", "计费结束日期", "截止日期", "费用结束时间", "账期结束"}, Help: "last day of the service period"},
		{id: fPeriod, Name: "period", Type: Period, Variant: true, Example: "", Aliases: []string{"账期", "月", "月份", "账单月份", "计费月份", "费用月份", "所属月份", "收费月份", "费用期间", "收费期间", "计费周期", "所属账期", "账单周期"}, Help: "instead of first and last day: 202603"},
		{id: fMonth, Name: "month", Type: Month, Example: "", Aliases: []string{"会计月", "会计月份", "入账月份", "会计期间", "记账月"}, Help: "accounting month; default: that of the first day"},
		{id: fDueOn, Name: "due_on", Type: Date, Example: "2026-03-31", Aliases: []string{"应交日期", "应缴日期", "到期日", "应收日期", "缴费截止日期", "到期日期", "应缴时间"}, Help: "default: last day of the month"},
	}
}

func amountFields() []Field {
	return []Field{
		{id: fAmount, Name: "amount", Type: Money, Required: true, Example: "268.50", Aliases: []string{"应收金额", "应缴金额", "收费金额", "应收", "应缴", "应缴费用", "账单金额", "应交金额", "本期应收"}, Help: "yuan before waivers"},
		{id: fWaived, Name: "waived", Type: Money, Example: "", Aliases: []string{"应收减免", "减免金额", "减免", "优惠金额"}, Help: "yuan waived up front"},
	}
}

func paidAliases() []string {
	return []string{"实收金额", "实缴金额", "实收", "实缴", "已缴金额", "已收金额", "实交金额", "本期实收"}
}

func paymentFields(reverses string) []Field {
	return []Field{
		{id: fReceiptNo, Name: "receipt_no", Type: Text, Example: "R202603-0001", Aliases: []string{"收据号", "订单号", "收据编号", "票据号", "收款单号", "流水号", "交易单号"}, Help: "unique number of the receipt, if there is one"},
		{id: fPaidOn, Name: "paid_on", Type: Date, Required: true, Example: "2026-03-05", Aliases: []string{"缴费时间", "收款日期", "缴费日期", "收款时间", "实收日期", "支付时间", "收费日期", "实缴日期", "付款日期", "缴款日期", "交易时间", "实收时间"}, Help: "day of payment"},
		{id: fMethod, Name: "method", Type: Enum, Open: true, Example: "微信", Aliases: []string{"支付方式", "缴费方式", "收款方式", "付款方式", "缴费渠道"}, Values: methodValues(), Help: "other words are kept"},
		{id: fCashier, Name: "cashier", Type: Text, Example: "", Aliases: []string{"收银员", "收款人", "经办人", "收费员"}, Help: "who took it"},
		{id: fPaidBack, Name: reverses, Type: Text, Example: "", Aliases: []string{"原收据号", "原收据编号", "被冲收据号", "原订单号"}, Help: "receipt that a refund takes back"},
	}
}

func methodValues() []Value {
	return []Value{
		{"cash", []string{"现金"}},
		{"wechat", []string{"微信", "微信支付"}},
		{"alipay", []string{"支付宝"}},
		{"bank_debit", []string{"代扣", "银行代扣", "托收", "银行托收"}},
		{"prepaid_balance", []string{"预存冲抵", "预存抵扣", "预收冲抵", "余额抵扣"}},
		{"settlement_waiver", []string{"实收减免", "减免"}},
		{"transfer", []string{"转账", "银行转账", "对公转账", "汇款"}},
		{"card", []string{"刷卡", "pos", "pos机", "银行卡", "pos刷卡"}},
	}
}
