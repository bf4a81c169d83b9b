package ingest

import (
	"fmt"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// form is how a value of a record stands in a column of a fact table.
type form uint8

const (
	asText form = iota
	asWord      // a text of which there are few
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
			{"project", fProject, asText}, {"name", fName, asText}, {"region", fRegion, asWord}, {"segment", fSegment, asWord},
			{"floor_area", fFloorArea, asArea}, {"billable_area", fBillableArea, asArea}, {"households", fHouseholds, asCount},
			{"handed_over", fHandedOver, asDayOrNull}, {"manager", fManager, asText},
		},
		"room": {
			{"project", fProject, asText}, {"room", fRoom, asText}, {"building", fBuilding, asWord}, {"area", fArea, asArea},
			{"kind", fKind, asWord}, {"status", fStatus, asWord},
		},
		"fee_bill": {
			{"project", fProject, asText}, {"room", fRoom, asText}, {"bill_no", fBillNo, asText}, {"fee_item", fFeeItem, asWord},
			{"period_start", fPeriodStart, asDayOrNull}, {"period_end", fPeriodEnd, asDayOrNull}, {"month", fMonth, asMonth},
			{"due_on", fDueOn, asDay}, {"amount", fAmount, asMoney}, {"waived", fWaived, asMoney}, {"kind", fKind, asWord},
			{"reverses", fReverses, asText}, {"payer", fPayer, asWord},
		},
		"fee_payment": {
			{"project", fProject, asText}, {"room", fRoom, asText}, {"receipt_no", fReceiptNo, asText}, {"bill_no", fBillNo, asText},
			{"fee_item", fFeeItem, asWord}, {"period_start", fPeriodStart, asDayOrNull}, {"period_end", fPeriodEnd, asDayOrNull},
			{"paid_on", fPaidOn, asDay}, {"amount", fPaid, asMoney}, {"method", fMethod, asWord}, {"cashier", fCashier, asWord},
			{"reverses", fPaidBack, asText},
		},
		"service_request": {
			{"project", fProject, asText}, {"request_no", fRequestNo, asText}, {"kind", fKind, asWord}, {"category", fCategory, asWord},
			{"channel", fChannel, asWord}, {"room", fRoom, asText}, {"opened_at", fOpenedAt, asInstant},
			{"responded_at", fRespondedAt, asInstantOrNull}, {"due_at", fDueAt, asInstantOrNull}, {"closed_at", fClosedAt, asInstantOrNull},
			{"followed_up_at", fFollowedUpAt, asInstantOrNull}, {"follow_up", fFollowUp, asWord}, {"handler", fHandler, asWord},
			{"status", fStatus, asWord}, {"text", fText, asText},
		},
		"survey_response": {
			{"project", fProject, asText}, {"wave", fWave, asWord}, {"respondent", fRespondent, asText}, {"channel", fChannel, asWord},
			{"submitted_at", fSubmittedAt, asInstant}, {"question", fQuestion, asWord}, {"dimension", fDimension, asWord},
			{"score", fScore, asScoreOrNull}, {"scale_min", fScaleMin, asScore}, {"scale_max", fScaleMax, asScore},
			{"dont_know", fDontKnow, asBool}, {"comment", fComment, asText},
		},
		"survey_wave": {
			{"project", fProject, asText}, {"wave", fWave, asWord}, {"issued", fIssued, asCount}, {"population", fPopulation, asCount},
		},
		"meter": {
			{"project", fProject, asText}, {"meter", fMeter, asText}, {"energy", fEnergy, asWord}, {"role", fRole, asWord},
			{"multiplier", fMultiplier, asQuantity}, {"unit", fMeterUnit, asWord},
		},
		"energy_reading": {
			{"project", fProject, asText}, {"meter", fMeter, asText}, {"read_on", fReadOn, asDay}, {"value", fReading, asQuantityOrNull},
			{"prev_on", fPrevOn, asDayOrNull}, {"prev_value", fPrevReading, asQuantityOrNull}, {"usage", fUsage, asQuantityOrNull},
			{"event", fEvent, asWord}, {"cost", fCost, asMoneyOrNull},
		},
		"kpi_target": {
			{"project", fProject, asText}, {"kpi", fKPI, asWord}, {"month_start", fMonth, asMonth}, {"month_end", fMonthEnd, asMonth},
			{"target", fTarget, asRatio}, {"warn", fWarn, asRatioOrNull},
		},
	}
}

func newBuffer(c tableColumn) buffer {
	switch c.form {
	case asText:
		return &textBuffer{field: c.field}
	case asWord:
		return &wordBuffer{field: c.field, index: map[string]uint32{}}
	case asCount:
		return numbers(c, func(n int64) uint32 { return uint32(n) }, plain)
	case asBool:
		return numbers(c, func(n int64) bool { return n != 0 }, plain)
	case asMoney, asMoneyOrNull:
		return decimals(c, 2, 2)
	case asArea, asScore, asScoreOrNull:
		return decimals(c, 4, 2)
	case asQuantity, asQuantityOrNull:
		return decimals(c, 4, 4)
	case asRatio, asRatioOrNull:
		return decimals(c, 6, 6)
	case asDay, asDayOrNull:
		return numbers(c, func(n int64) uint16 { return uint16(n) }, days)
	case asMonth:
		return numbers(c, func(n int64) uint16 { return uint16(gatehouse.Month(n).Start()) }, days)
	case asInstant, asInstantOrNull:
		return numbers(c, func(n int64) uint32 { return uint32(n) }, func(rows []uint32) any { return clickhouse.Seconds(rows) })
	}
	return nil
}

// numbers makes the buffer of a column that may be NULL or not. What does not
// fit the type of the column was refused when it was read.
func numbers[T any](c tableColumn, of func(int64) T, as func([]T) any) buffer {
	b := numberBuffer[T]{field: c.field, of: of, as: as}
	switch c.form {
	case asMoneyOrNull, asScoreOrNull, asQuantityOrNull, asRatioOrNull, asDayOrNull, asInstantOrNull:
		return &nullBuffer[T]{numberBuffer: b}
	}
	return &b
}

func decimals(c tableColumn, scale, places int) buffer {
	return numbers(c, func(n int64) int64 { return rescaled(n, scale, places) },
		func(rows []int64) any { return clickhouse.Decimals{Places: places, Counts: rows} })
}

func plain[T any](rows []T) any { return rows }

func days(rows []uint16) any { return clickhouse.Days(rows) }

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
