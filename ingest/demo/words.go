package demo

// chinese is how clerks write the values of a field with a fixed vocabulary. The
// spelling of some differs between estates.
func (l look) chinese(value string) string {
	if l.english {
		return value
	}
	switch value {
	case Normal:
		return "正常"
	case Reversal:
		return "红冲"
	case LateFee:
		if l.alias%2 == 1 {
			return "滞纳金"
		}
		return "违约金"
	case Owner:
		return "业主"
	case Developer:
		return "开发商"
	case Cash:
		return "现金"
	case WeChat:
		return "微信"
	case Alipay:
		return "支付宝"
	case BankDebit:
		return "代扣"
	case SettlementWaiver:
		return "实收减免"
	case Complaint:
		return "投诉"
	case Repair:
		return "报修"
	case Suggestion:
		return "建议"
	case Enquiry:
		return "咨询"
	case Satisfied:
		return "满意"
	case Dissatisfied:
		return "不满意"
	case Electricity:
		return "电"
	case Water:
		return "水"
	case Main:
		return "总表"
	case Sub:
		return "分表"
	case Common:
		return "公摊"
	case Replaced:
		return "换表"
	}
	return value
}
