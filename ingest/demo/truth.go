package demo

import (
	"time"

	"gatehouse"
)

// Values of the fields that have a fixed vocabulary. Files write them in Chinese.
const (
	Normal   = "normal"
	Reversal = "reversal" // 红冲
	LateFee  = "late_fee" // 违约金

	Owner     = "owner"
	Developer = "developer"

	Cash             = "cash"
	WeChat           = "wechat"
	Alipay           = "alipay"
	BankDebit        = "bank_debit"
	SettlementWaiver = "settlement_waiver" // 实收减免: settles a bill, but is not money received

	Complaint  = "complaint"
	Repair     = "repair"
	Suggestion = "suggestion"
	Enquiry    = "enquiry"

	Satisfied    = "satisfied"
	Dissatisfied = "dissatisfied"

	Electricity = "electricity"
	Water       = "water"

	Main   = "main"
	Sub    = "sub"
	Common = "common"

	Replaced = "replaced"
)

// Project is an estate; areas are in square metres with two decimals.
type Project struct {
	Code, Name, Region, Segment string
	FloorArea, BillableArea     float64
	Households                  int
	HandedOver                  gatehouse.Date
	Manager                     string
}

// Room is a flat, shop or office, numbered building-unit-room.
type Room struct {
	Project, Room string
	Area          float64
	Kind, Status  string
}

// Bill is one charge. PeriodEnd is the last day of the service period, as
// spreadsheets write it. A reversal has the period, month and due date of the
// bill it names in Reverses, and a negative Amount.
type Bill struct {
	Project, Room, BillNo, FeeItem string
	PeriodStart, PeriodEnd         gatehouse.Date
	Month                          gatehouse.Month
	DueOn                          gatehouse.Date
	Amount, Waived                 gatehouse.Money
	Kind, Reverses, Payer          string
}

// Payment is one receipt; a refund has a negative Amount. One that names a bill
// carries that bill's service period too, as the exports do. PeriodStart and
// PeriodEnd (the last day, inclusive) are zero when no period is named.
type Payment struct {
	Project, Room, ReceiptNo, BillNo, FeeItem string
	PeriodStart, PeriodEnd                    gatehouse.Date
	PaidOn                                    gatehouse.Date
	Amount                                    gatehouse.Money
	Method, Cashier, Reverses                 string
}

// Request is one service request. Times are whole minutes in Asia/Shanghai; nil
// means not yet, or for DueAt that the file leaves it to the SLA by kind.
type Request struct {
	Project, RequestNo, Room, Kind, Category, Channel string
	OpenedAt                                          time.Time
	RespondedAt, DueAt, ClosedAt, FollowedUpAt        *time.Time
	FollowUp, Handler, Status, Text                   string
}

// Answer is one respondent's answer to one question. Score is zero where DontKnow.
type Answer struct {
	Project, Wave, Respondent, Channel string
	SubmittedAt                        time.Time
	Question, Dimension                string
	Score, ScaleMin, ScaleMax          int
	DontKnow                           bool
	Comment                            string
}

// Wave says how many questionnaires a project gave out in a half-year.
type Wave struct {
	Project, Wave      string
	Issued, Population int
}

// Meter is a register; its readings count Multiplier units each.
type Meter struct {
	Project, Meter, Energy, Role string
	Multiplier                   int
	Unit                         string
}

// Reading is what a register showed at the start of ReadAt. PrevAt and PrevValue
// are there where HasPrev; a file without them leaves it to the reading before.
// On a Replaced row PrevValue is where the new register started.
type Reading struct {
	Project, Meter string
	ReadAt         gatehouse.Date
	Value          float64
	HasPrev        bool
	PrevAt         gatehouse.Date
	PrevValue      float64
	Event          string
	Cost           gatehouse.Money // zero where the file names none
}

// Target is what a project is to reach in a period; rates are fractions.
type Target struct {
	KPI, Project, Period string
	Target, Warn         float64
}

// Portfolio is everything that is true about the made-up company.
type Portfolio struct {
	Projects []Project
	Rooms    []Room
	Bills    []Bill
	Payments []Payment
	Requests []Request
	Answers  []Answer
	Waves    []Wave
	Meters   []Meter
	Readings []Reading
	Targets  []Target
}
