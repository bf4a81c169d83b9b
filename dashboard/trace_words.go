package dashboard

import (
	"github.com/shopspring/decimal"

	"gatehouse"
)

// dimName words a dimension of slices.
func (f Frame) dimName(dim string) string {
	words := map[string]gatehouse.Text{
		"fee_item": {ZH: "收费项目", EN: "fee item"}, "building": {ZH: "楼栋", EN: "building"}, "age": {ZH: "账龄（天）", EN: "days past due"},
		"kind": {ZH: "类型", EN: "kind"}, "category": {ZH: "类别", EN: "category"}, "handler": {ZH: "处理人", EN: "handler"},
		"dimension": {ZH: "维度", EN: "dimension"}, "question": {ZH: "题目", EN: "question"}, "channel": {ZH: "渠道", EN: "channel"},
		"energy": {ZH: "能源", EN: "energy"},
	}
	if text, ok := words[dim]; ok {
		return f.In(text)
	}
	return dim
}

func (f Frame) sliceName(dim, slice string) string {
	switch {
	case slice == "":
		return f.T("未填", "left empty")
	case dim == "age":
		return f.ageName(slice)
	case dim == "kind" || dim == "energy":
		return f.codeName(slice)
	}
	return slice
}

// codeName words a code that facts hold in place of the file's own word.
func (f Frame) codeName(code string) string {
	words := map[string]gatehouse.Text{
		"complaint": {ZH: "投诉", EN: "complaint"}, "repair": {ZH: "报修", EN: "repair"}, "suggestion": {ZH: "建议", EN: "suggestion"}, "enquiry": {ZH: "咨询", EN: "enquiry"},
		"normal": {ZH: "正常", EN: "normal"}, "reversal": {ZH: "红冲", EN: "reversal"}, "late_fee": {ZH: "违约金", EN: "late fee"},
		"cash": {ZH: "现金", EN: "cash"}, "wechat": {ZH: "微信", EN: "WeChat"}, "alipay": {ZH: "支付宝", EN: "Alipay"}, "bank_debit": {ZH: "代扣", EN: "bank debit"},
		"prepaid_balance": {ZH: "预存冲抵", EN: "prepaid balance"}, "settlement_waiver": {ZH: "实收减免", EN: "settlement waiver"},
		"transfer": {ZH: "转账", EN: "transfer"}, "card": {ZH: "刷卡", EN: "card"},
		"electricity": {ZH: "电", EN: "electricity"}, "water": {ZH: "水", EN: "water"}, "gas": {ZH: "燃气", EN: "gas"}, "heat": {ZH: "热", EN: "heat"},
		"main": {ZH: "总表", EN: "main"}, "sub": {ZH: "分表", EN: "sub"}, "common": {ZH: "公摊", EN: "common"},
	}
	if text, ok := words[code]; ok {
		return f.In(text)
	}
	return code
}

// shownValue words a value of a fact.
func (f Frame) shownValue(field, value string) string {
	switch field {
	case "kind", "method", "energy", "role":
		return f.codeName(value)
	case "amount":
		if d, err := decimal.NewFromString(value); err == nil {
			return exact(d, true)
		}
	}
	return value
}
