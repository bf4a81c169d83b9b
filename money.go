package gatehouse

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// Money is an exact amount in fen, one hundredth of a yuan. Sums of a whole
// portfolio over decades stay far below the limit of int64 (92 trillion yuan).
type Money int64

// ParseMoney reads a plain decimal such as "-1234.5". It refuses more than two
// decimals rather than rounding: a third decimal in a ledger is a mistake to
// be seen by its author. Currency signs and separators are ingest's concern.
func ParseMoney(s string) (Money, error) {
	digits, negative := strings.CutPrefix(s, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction) > 2 {
		return 0, Errorf(Invalid, "%q has more than two decimals", s)
	}
	if whole == "" && fraction == "" || strings.ContainsAny(digits, "+-") {
		return 0, Errorf(Invalid, "%q is not an amount", s)
	}
	sign := ""
	if negative {
		sign = "-"
	}
	fen, err := strconv.ParseInt(sign+whole+(fraction + "00")[:2], 10, 64)
	if err != nil {
		return 0, Errorf(Invalid, "%q is not an amount", s)
	}
	return Money(fen), nil
}

// String gives the amount in yuan with two decimals, "-1234.50".
func (m Money) String() string {
	sign, fen := "", uint64(m)
	if m < 0 {
		sign, fen = "-", -fen
	}
	return fmt.Sprintf("%s%d.%02d", sign, fen/100, fen%100)
}

// MarshalText writes the amount as String does, so that no reader of JSON
// takes fen for yuan.
func (m Money) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// Yuan is the amount as a floating number, for charts only.
func (m Money) Yuan() float64 { return float64(m) / 100 }

// scaled is how decimal libraries show a number exactly: coefficient × 10^exponent.
type scaled interface {
	Coefficient() *big.Int
	Exponent() int32
}

// Scan reads a database decimal with at most two decimals.
func (m *Money) Scan(src any) error {
	d, ok := src.(scaled)
	if !ok {
		return Errorf(Internal, "cannot read %T as money", src)
	}
	coefficient := d.Coefficient()
	if !coefficient.IsInt64() {
		return Errorf(Internal, "%v is too large an amount", src)
	}
	fen := coefficient.Int64()
	for e := d.Exponent(); e != -2 && fen != 0; {
		if e > -2 {
			if fen > math.MaxInt64/10 || fen < math.MinInt64/10 {
				return Errorf(Internal, "%v is too large an amount", src)
			}
			fen, e = fen*10, e-1
			continue
		}
		if fen%10 != 0 {
			return Errorf(Internal, "%v has more than two decimals", src)
		}
		fen, e = fen/10, e+1
	}
	*m = Money(fen)
	return nil
}
