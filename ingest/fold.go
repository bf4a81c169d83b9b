package ingest

import (
	"strings"
	"unicode"
)

// header is the text above a column, folded so that different hands meet.
type header struct {
	full string // brackets opened: "应收金额元"
	base string // brackets taken out: "应收金额"
	unit string // what a bracket held last: "元"
}

// foldHeader makes one word of a header: half-width, lower case, simplified,
// without spaces, line breaks, stars and punctuation.
func foldHeader(s string) header {
	var full, base, unit strings.Builder
	depth := 0
	for _, r := range s {
		r = unicode.ToLower(halfWidth(r))
		switch r {
		case '(', '[', '{', '【', '〔', '「':
			if depth == 0 {
				unit.Reset()
			}
			depth++
			continue
		case ')', ']', '}', '】', '〕', '」':
			depth = max(depth-1, 0)
			continue
		}
		if unicode.IsSpace(r) || strings.ContainsRune("*:_-.·,;。、'\"#", r) || unicode.IsControl(r) || r == '\ufeff' {
			continue
		}
		r = simplified(r)
		full.WriteRune(r)
		if depth > 0 {
			unit.WriteRune(r)
		} else {
			base.WriteRune(r)
		}
	}
	h := header{full: full.String(), base: base.String(), unit: unit.String()}
	if h.base == "" {
		h.base = h.full
	}
	return h
}

// halfWidth maps the full-width forms of ASCII, and the ideographic space.
func halfWidth(r rune) rune {
	switch {
	case 0xFF01 <= r && r <= 0xFF5E:
		return r - 0xFEE0
	case r == 0x3000 || r == 0x00A0:
		return ' '
	case r == '￥':
		return '¥'
	}
	return r
}

// traditional and its counterpart hold the characters that occur in headers,
// position by position.
const (
	traditional      = "應實繳費賬帳單號項間時開結額據區編碼稱員類設備數電錶費戶樓棟門號業務經理報訴諮詢議處響辦問題維評積層廳車總計價種類單發賣買稅優減緩應關閉審狀態備註聯絡點滿意見頻歲讀錄鎖鍵陽園東華萬與為產權屬圖濟債營運預警標準標齡級權籌會樣環對轉銀現憑證話機錢還歸領際滯違約"
	traditionalTwins = "应实缴费账账单号项间时开结额据区编码称员类设备数电表费户楼栋门号业务经理报诉咨询议处响办问题维评积层厅车总计价种类单发卖买税优减缓应关闭审状态备注联络点满意见频岁读录锁键阳园东华万与为产权属图济债营运预警标准标龄级权筹会样环对转银现凭证话机钱还归领际滞违约"
)

func simplified(r rune) rune {
	if r < 0x2E80 {
		return r
	}
	i := strings.IndexRune(traditional, r)
	if i < 0 {
		return r
	}
	// Both strings hold characters of three bytes only.
	twin := []rune(traditionalTwins[i : i+3])
	return twin[0]
}

// unitShift is the power of ten by which a column of the given unit is to be
// multiplied: amounts are kept in yuan, use in kWh, areas in m², rates as 0.93.
func unitShift(unit string, t Type) int {
	switch t {
	case Money:
		switch unit {
		case "千元":
			return 3
		case "万元", "万":
			return 4
		case "百万元":
			return 6
		case "亿元", "亿":
			return 8
		}
	case Quantity:
		switch unit {
		case "mwh":
			return 3
		case "万kwh", "万度", "万㎡", "万m²", "万m2", "万平方米", "万平米":
			return 4
		}
	case Ratio:
		if unit == "%" {
			return -2
		}
	}
	return 0
}

// foldValue prepares a cell for comparison with words: half-width, lower case,
// no spaces.
func foldValue(s string) string {
	ascii := true
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x80 || 'A' <= s[i] && s[i] <= 'Z' {
			ascii = false
			break
		}
	}
	if ascii {
		return s
	}
	return strings.Map(func(r rune) rune {
		r = unicode.ToLower(halfWidth(r))
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}
