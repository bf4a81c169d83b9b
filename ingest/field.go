package ingest

// Type says how the cells of a field are read.
type Type string

const (
	Text     Type = "text"
	Room     Type = "room"     // building-unit-room
	Money    Type = "money"    // at most two decimals, in yuan
	Quantity Type = "quantity" // four decimals, rounded
	Ratio    Type = "ratio"    // six decimals; 93% is 0.93
	Score    Type = "score"    // a number, words of satisfaction, or don't-know
	Int      Type = "int"      // a whole number, not negative
	Date     Type = "date"
	DateTime Type = "datetime" // wall clock of the business
	Month    Type = "month"
	Period   Type = "period" // a month, or a first and a last one
	Enum     Type = "enum"
	Bool     Type = "bool"
)

// Field is one column of a feed.
type Field struct {
	Name     string   // as DOMAIN and the English headers call it
	Aliases  []string // headers seen in files, the one for templates first
	Type     Type
	Required bool
	Values   []Value // Enum: its values
	Open     bool    // Enum: other words stay as they are
	Default  string  // Enum: when blank
	Variant  bool    // another way to say what other columns say; templates leave it out
	Example  string
	Help     string // English, for the template's note

	id field
}

// Value is one value of an Enum and how files write it, the template's word first.
type Value struct {
	Name    string
	Aliases []string
}

// Label is the header a template shows.
func (f Field) Label() string {
	if len(f.Aliases) > 0 {
		return f.Aliases[0]
	}
	return f.Name
}

// field is a field's place in a record. Feeds share the places of what means
// the same, and the rules read them by these names.
type field uint8

const (
	fProject field = iota
	fName
	fRegion
	fSegment
	fFloorArea
	fBillableArea
	fHouseholds
	fHandedOver
	fManager
	fRoom
	fBuilding
	fUnit // the stairwell of a building
	fRoomNumber
	fArea
	fKind
	fStatus
	fBillNo
	fFeeItem
	fPeriodStart
	fPeriodEnd
	fPeriod
	fMonth
	fDueOn
	fAmount
	fWaived
	fReverses
	fPayer
	fReceiptNo
	fPaidOn
	fPaid
	fMethod
	fCashier
	fPaidBack // receipt that a refund takes back
	fRequestNo
	fCategory
	fChannel
	fOpenedAt
	fRespondedAt
	fDueAt
	fClosedAt
	fFollowedUpAt
	fFollowUp
	fHandler
	fText
	fWave
	fRespondent
	fSubmittedAt
	fQuestion
	fDimension
	fScore
	fScaleMin
	fScaleMax
	fDontKnow
	fComment
	fIssued
	fPopulation
	fMeter
	fEnergy
	fRole
	fMultiplier
	fMeterUnit
	fReadOn
	fReading
	fPrevOn
	fPrevReading
	fEvent
	fStart
	fEnd
	fUsage
	fCost
	fKPI
	fTarget
	fWarn
	fMonthEnd
	fieldCount
)
