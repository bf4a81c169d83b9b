package demo

import (
	"fmt"

	"gatehouse"
)

// The rows that are wrong on purpose sit among the good ones of the newest files
// of a few projects. None of them belongs to the truth.

// number is one that no good row has.
func (f *folder) number(kind string, n int) string {
	return fmt.Sprintf("%s%s-%04d-88%04d", kind, f.Code, f.last.Year(), n)
}

// impossible is a day that no calendar has, though spreadsheets do.
func (f *folder) impossible() string { return fmt.Sprintf("%d-02-30", f.last.Year()) }

func (f *folder) billFaults(q int) []fault {
	if q != quarter(f.last)-1 {
		return nil
	}
	switch f.index {
	case 1:
		return []fault{
			{40, map[string]any{"amount": gatehouse.Money(640_00)}},
			{90, map[string]any{"bill_no": f.number("", 1), "due_on": f.impossible()}},
			{310, map[string]any{"bill_no": f.number("", 2), "room": nil}},
		}
	case 5:
		return []fault{
			{25, map[string]any{"bill_no": f.number("", 1), "amount": "六百四十"}},
			{130, map[string]any{"bill_no": f.number("", 2), "amount": "286.405"}},
			{220, map[string]any{"bill_no": f.number("", 3), "period_start": f.impossible()}},
		}
	}
	return nil
}

func (f *folder) paymentFaults(q int) []fault {
	if q != quarter(f.last)-1 || f.index != 2 {
		return nil
	}
	return []fault{
		{15, map[string]any{"receipt_no": f.number("SJ", 1), "paid_on": f.impossible()}},
		{70, map[string]any{"receipt_no": f.number("SJ", 2), "amount": "1208.755"}},
		{140, map[string]any{"receipt_no": f.number("SJ", 3), "room": nil, "bill_no": nil}},
		{200, map[string]any{"amount": gatehouse.Money(100_00)}},
	}
}

func (f *folder) requestFaults(year int) []fault {
	if year != f.last.Year() || f.index != 4 {
		return nil
	}
	return []fault{
		{33, map[string]any{
			"request_no": f.number("GD", 1), "followed_up_at": nil, "follow_up": nil,
			"opened_at": fmt.Sprintf("%d年1月5日 10:00", year), "closed_at": fmt.Sprintf("%d年1月1日 9:30", year),
		}},
		{61, map[string]any{"request_no": f.number("GD", 2), "opened_at": fmt.Sprintf("%d年13月5日 10:00", year)}},
	}
}

func (f *folder) readingFaults() []fault {
	if f.index != 7 || len(f.readings) == 0 {
		return nil
	}
	r := f.readings[len(f.readings)/2]
	return []fault{{len(f.readings) / 2, map[string]any{
		"prev_at": r.ReadAt, "prev_value": r.Value, "read_at": r.ReadAt + 3, "value": r.Value - 120, "cost": nil,
	}}}
}

func answerFaults() []fault {
	return []fault{
		{14, map[string]any{"respondent": "补录0001", "score": 7}},
		{84, map[string]any{"respondent": "补录0002", "score": "很好"}},
	}
}
