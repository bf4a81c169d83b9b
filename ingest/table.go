package ingest

import "fmt"

// form is how a value of a record stands in a column of a fact table.
type form uint8

const (
	asText form = iota
	asCount
	asBool
	asMoney
	asMoneyOrNull
	asArea // a Quantity with two places
	asScore
	asScoreOrNull
	asQuantity
	asQuantityOrNull
	asRatio
	asRatioOrNull
	asDay
	asDayOrNull
	asMonth
	asInstant
	asInstantOrNull
)

// tableColumn is one column of a fact table and where a record has it.
type tableColumn struct {
	name  string
	field field
	form  form
}

// factTables says for each fact table which value of a record goes where; the
// names and types are those of sql/schema. Every table also has the columns of
// origin, which a batch adds.
func factTables() map[string][]tableColumn {
	return map[string][]tableColumn{
		"project": {
			{"project", fProject, asText}, {"name", fName, asText}, {"region", fRegion, asText}, {"segment", fSegment, asText},
			{"floor_area", fFloorArea, asArea}, {"billable_area", fBillableArea, asArea}, {"households", fHouseholds, asCount},
			{"handed_over", fHandedOver, asDayOrNull}, {"manager", fManager, asText},
		},
		"room": {
			{"project", fProject, asText}, {"room", fRoom, asText}, {"building", fBuilding, asText}, {"area", fArea, asArea},
			{"kind", fKind, asText}, {"status", fStatus, asText},
		},
		"fee_bill": {
			{"project", fProject, asText}, {"room", fRoom, asText}, {"bill_no", fBillNo, asText}, {"fee_item", fFeeItem, asText},
			{"period_start", fPeriodStart, asDayOrNull}, {"period_end", fPeriodEnd, asDayOrNull}, {"month", fMonth, asMonth},
			{"due_on", fDueOn, asDay}, {"amount", fAmount, asMoney}, {"waived", fWaived, asMoney}, {"kind", fKind, asText},
			{"reverses", fReverses, asText}, {"payer", fPayer, asText},
		},
		"fee_payment": {
			{"project", fProject, asText}, {"room", fRoom, asText}, {"receipt_no", fReceiptNo, asText}, {"bill_no", fBillNo, asText},
			{"fee_item", fFeeItem, asText}, {"period_start", fPeriodStart, asDayOrNull}, {"period_end", fPeriodEnd, asDayOrNull},
			{"paid_on", fPaidOn, asDay}, {"amount", fPaid, asMoney}, {"method", fMethod, asText}, {"cashier", fCashier, asText},
			{"reverses", fPaidBack, asText},
		},
		"service_request": {
			{"project", fProject, asText}, {"request_no", fRequestNo, asText}, {"kind", fKind, asText}, {"category", fCategory, asText},
			{"channel", fChannel, asText}, {"room", fRoom, asText}, {"opened_at", fOpenedAt, asInstant},
			{"responded_at", fRespondedAt, asInstantOrNull}, {"due_at", fDueAt, asInstantOrNull}, {"closed_at", fClosedAt, asInstantOrNull},
			{"followed_up_at", fFollowedUpAt, asInstantOrNull}, {"follow_up", fFollowUp, asText}, {"handler", fHandler, asText},
			{"status", fStatus, asText}, {"text", fText, asText},
		},
		"survey_response": {
			{"project", fProject, asText}, {"wave", fWave, asText}, {"respondent", fRespondent, asText}, {"channel", fChannel, asText},
			{"submitted_at", fSubmittedAt, asInstant}, {"question", fQuestion, asText}, {"dimension", fDimension, asText},
			{"score", fScore, asScoreOrNull}, {"scale_min", fScaleMin, asScore}, {"scale_max", fScaleMax, asScore},
			{"dont_know", fDontKnow, asBool}, {"comment", fComment, asText},
		},
		"survey_wave": {
			{"project", fProject, asText}, {"wave", fWave, asText}, {"issued", fIssued, asCount}, {"population", fPopulation, asCount},
		},
		"meter": {
			{"project", fProject, asText}, {"meter", fMeter, asText}, {"energy", fEnergy, asText}, {"role", fRole, asText},
			{"multiplier", fMultiplier, asQuantity}, {"unit", fMeterUnit, asText},
		},
		"energy_reading": {
			{"project", fProject, asText}, {"meter", fMeter, asText}, {"read_on", fReadOn, asDay}, {"value", fReading, asQuantityOrNull},
			{"prev_on", fPrevOn, asDayOrNull}, {"prev_value", fPrevReading, asQuantityOrNull}, {"usage", fUsage, asQuantityOrNull},
			{"event", fEvent, asText}, {"cost", fCost, asMoneyOrNull},
		},
		"kpi_target": {
			{"project", fProject, asText}, {"kpi", fKPI, asText}, {"month_start", fMonth, asMonth}, {"month_end", fMonthEnd, asMonth},
			{"target", fTarget, asRatio}, {"warn", fWarn, asRatioOrNull},
		},
	}
}

func newBuffer(c tableColumn) buffer {
	switch c.form {
	case asText:
		return &textBuffer{field: c.field}
	case asCount:
		return &numberBuffer[uint32]{field: c.field, of: func(n int64) uint32 { return uint32(n) }}
	case asBool:
		return &numberBuffer[bool]{field: c.field, of: func(n int64) bool { return n != 0 }}
	case asMoney:
		return &decimalBuffer{field: c.field, scale: 2, places: 2}
	case asMoneyOrNull:
		return &nullDecimalBuffer{decimalBuffer: decimalBuffer{field: c.field, scale: 2, places: 2}}
	case asArea, asScore:
		return &decimalBuffer{field: c.field, scale: 4, places: 2}
	case asScoreOrNull:
		return &nullDecimalBuffer{decimalBuffer: decimalBuffer{field: c.field, scale: 4, places: 2}}
	case asQuantity:
		return &decimalBuffer{field: c.field, scale: 4, places: 4}
	case asQuantityOrNull:
		return &nullDecimalBuffer{decimalBuffer: decimalBuffer{field: c.field, scale: 4, places: 4}}
	case asRatio:
		return &decimalBuffer{field: c.field, scale: 6, places: 6}
	case asRatioOrNull:
		return &nullDecimalBuffer{decimalBuffer: decimalBuffer{field: c.field, scale: 6, places: 6}}
	case asDay:
		return &timeBuffer{field: c.field, toTime: dayTime}
	case asDayOrNull:
		return &nullTimeBuffer{timeBuffer: timeBuffer{field: c.field, toTime: dayTime}}
	case asMonth:
		return &timeBuffer{field: c.field, toTime: monthTime}
	case asInstant:
		return &timeBuffer{field: c.field, toTime: instantTime}
	case asInstantOrNull:
		return &nullTimeBuffer{timeBuffer: timeBuffer{field: c.field, toTime: instantTime}}
	}
	return &textBuffer{field: c.field}
}

// sumsMoney tells whether a column's sum belongs to the manifest.
func (c tableColumn) sumsMoney() bool { return c.form == asMoney || c.form == asMoneyOrNull }

// sumOf names the sum that a field's money goes into, empty for other fields.
func (f *Feed) sumOf(id field) string {
	for _, table := range f.tables() {
		for _, c := range factTables()[table] {
			if c.field == id && c.sumsMoney() {
				return sumName(table, c.name)
			}
		}
	}
	return ""
}

// tables are the fact tables that a feed's rows go to.
func (f *Feed) tables() []string {
	if f.Name == "fee_ledger" {
		return []string{"fee_bill", "fee_payment"}
	}
	return []string{f.Name}
}

// sumName names a sum of the manifest: "fee_bill.amount".
func sumName(table, column string) string { return fmt.Sprintf("%s.%s", table, column) }
