package stat

import (
	"maps"
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"gatehouse"
)

// Sums are the numerator Y and denominator X of one group of a ratio of sums,
// Y ÷ X, such as received and due of a fee item.
type Sums struct{ Y, X decimal.Decimal }

// Presence says which of the two sets a group has a rate in; one that lacks a
// rate on a side has no rate effect, since there is no rate to compare.
type Presence string

const (
	Continuing Presence = "continuing" // in both
	Appeared   Presence = "appeared"   // in the later only
	Vanished   Presence = "vanished"   // in the earlier only
	NoBase     Presence = "no_base"    // an amount with nothing to divide by on a side, or nothing on either
)

// GroupEffect is what one group contributes to a change. Its own change is
// Rate + Mix + Volume, exactly; Volume is 0 for a ratio.
type GroupEffect struct {
	Key               string
	Was, Is           Sums
	Presence          Presence
	Rate, Mix, Volume decimal.Decimal
}

// Explanation splits a change, Is − Was = Rate + Mix + Volume, exactly; each
// effect is the sum of the groups', in the order of their keys.
type Explanation struct {
	Was, Is           decimal.Decimal
	Rate, Mix, Volume decimal.Decimal
	Groups            []GroupEffect
}

// Change is what is explained.
func (e Explanation) Change() decimal.Decimal { return e.Is.Sub(e.Was) }

// ExplainRatio splits the change of R = ΣY ÷ ΣX between two sets of groups into
// what groups' own rates did and what the weights of groups did. With shares
// s = x/ΣX, rates r = y/x, means of before and after as r̄, s̄, R̄:
//
//	rate effect of a group = s̄ (r₁ − r₀)
//	mix effect of a group  = (r̄ − R̄)(s₁ − s₀)
//
// Neither order of the two sets is preferred. R̄ adds nothing to the sum, since
// shares add to 1; it makes a group's mix effect say whether weight moved to
// better or worse than average. A group with no rate on one side has only a mix
// effect, y₁/ΣX₁ − y₀/ΣX₀ − R̄(s₁ − s₀).
//
// Was, Is and the effects are rounded to places. What rounding leaves over goes
// to the mix effect of the group with the largest one, by key among equals, so
// that the parts add up to the digit.
//
// Kitagawa 1955, J. Am. Stat. Assoc. 50:1168–1194; Das Gupta 1993,
// Standardization and Decomposition of Rates, US Census Bureau P23-186, ch. 5.
func ExplainRatio(was, is map[string]Sums, places int32) (Explanation, error) {
	s, err := newSplit(was, is)
	if err != nil {
		return Explanation{}, err
	}
	e := Explanation{Was: rounded(s.r0, places), Is: rounded(s.r1, places)}
	largest, left := 0, e.Change()
	for i, key := range s.keys {
		g := s.group(key)
		s0, s1 := quotient(g.Was.X, s.x0), quotient(g.Is.X, s.x1)
		moved := difference(s1, s0)
		whole := difference(quotient(g.Is.Y, s.x1), quotient(g.Was.Y, s.x0)) // of y ÷ ΣX
		rate := new(big.Rat)
		if g.Presence == Continuing {
			rate = product(mean(s0, s1), difference(quotient(g.Is.Y, g.Is.X.Rat()), quotient(g.Was.Y, g.Was.X.Rat())))
		}
		// r̄(s₁−s₀) is what the rate effect leaves of the change of y ÷ ΣX.
		mix := difference(difference(whole, rate), product(s.mean, moved))
		g.Rate, g.Mix = rounded(rate, places), rounded(mix, places)
		left = left.Sub(g.Rate).Sub(g.Mix)
		e.Groups = append(e.Groups, g)
		if g.Mix.Abs().GreaterThan(e.Groups[largest].Mix.Abs()) {
			largest = i
		}
	}
	e.Groups[largest].Mix = e.Groups[largest].Mix.Add(left)
	e.add()
	return e, nil
}

// ExplainAmount splits the change of an amount ΣY into price, mix and volume,
// as management accountants do for revenue: what rates did, what the weights of
// groups did, and what having more or less to divide by did at the average
// rate. With the means of before and after as r̄, x̄ and R̄ = mean of ΣY ÷ ΣX:
//
//	rate effect of a group   = x̄ (r₁ − r₀)
//	mix effect of a group    = (r̄ − R̄)(x₁ − x₀)
//	volume effect of a group = R̄ (x₁ − x₀)
//
// They add up to y₁ − y₀ in every group, not only in all. The means make the
// split independent of order and leave no joint term (Das Gupta 1993, ch. 2, for
// products of two factors; Bennet 1920, J. R. Stat. Soc. 83:455–462, for price
// and volume). When all groups grow alike and keep their rates, there is volume
// only.
//
// Rate and volume effects are rounded to places, 2 for money; mix is the rest,
// so that the parts add up to the digit and no amount is rounded.
func ExplainAmount(was, is map[string]Sums, places int32) (Explanation, error) {
	s, err := newSplit(was, is)
	if err != nil {
		return Explanation{}, err
	}
	e := Explanation{Was: s.y0, Is: s.y1}
	for _, key := range s.keys {
		g := s.group(key)
		if g.Presence == Continuing {
			r0, r1 := quotient(g.Was.Y, g.Was.X.Rat()), quotient(g.Is.Y, g.Is.X.Rat())
			g.Rate = rounded(product(mean(g.Was.X.Rat(), g.Is.X.Rat()), difference(r1, r0)), places)
		}
		g.Volume = rounded(product(s.mean, g.Is.X.Sub(g.Was.X).Rat()), places)
		g.Mix = g.Is.Y.Sub(g.Was.Y).Sub(g.Rate).Sub(g.Volume)
		e.Groups = append(e.Groups, g)
	}
	e.add()
	return e, nil
}

// add sums the effects of the groups.
func (e *Explanation) add() {
	for _, g := range e.Groups {
		e.Rate, e.Mix, e.Volume = e.Rate.Add(g.Rate), e.Mix.Add(g.Mix), e.Volume.Add(g.Volume)
	}
}

// split is what both explanations start from, as fractions: nothing is rounded
// before it is shown.
type split struct {
	was, is      map[string]Sums
	keys         []string // of both, sorted
	y0, y1       decimal.Decimal
	x0, x1       *big.Rat
	r0, r1, mean *big.Rat // ΣY ÷ ΣX before, after, and between
}

func newSplit(was, is map[string]Sums) (*split, error) {
	s := &split{was: was, is: is}
	var x0, x1 decimal.Decimal
	both := map[string]bool{}
	for key, g := range was {
		both[key], x0, s.y0 = true, x0.Add(g.X), s.y0.Add(g.Y)
	}
	for key, g := range is {
		both[key], x1, s.y1 = true, x1.Add(g.X), s.y1.Add(g.Y)
	}
	if x0.IsZero() {
		return nil, gatehouse.Errorf(gatehouse.Invalid, "the earlier side has nothing to divide by, so the change has no explanation")
	}
	if x1.IsZero() {
		return nil, gatehouse.Errorf(gatehouse.Invalid, "the later side has nothing to divide by, so the change has no explanation")
	}
	s.keys = slices.Sorted(maps.Keys(both))
	s.x0, s.x1 = x0.Rat(), x1.Rat()
	s.r0, s.r1 = quotient(s.y0, s.x0), quotient(s.y1, s.x1)
	s.mean = mean(s.r0, s.r1)
	return s, nil
}

// group is a group before it has effects.
func (s *split) group(key string) GroupEffect {
	g := GroupEffect{Key: key, Was: s.was[key], Is: s.is[key], Presence: Continuing}
	switch {
	case g.Was.X.IsZero() && (!g.Was.Y.IsZero() || g.Is.X.IsZero()), g.Is.X.IsZero() && !g.Is.Y.IsZero():
		g.Presence = NoBase
	case g.Was.X.IsZero():
		g.Presence = Appeared
	case g.Is.X.IsZero():
		g.Presence = Vanished
	}
	return g
}

func quotient(a decimal.Decimal, b *big.Rat) *big.Rat { return new(big.Rat).Quo(a.Rat(), b) }
func difference(a, b *big.Rat) *big.Rat               { return new(big.Rat).Sub(a, b) }
func product(a, b *big.Rat) *big.Rat                  { return new(big.Rat).Mul(a, b) }

func mean(a, b *big.Rat) *big.Rat {
	sum := new(big.Rat).Add(a, b)
	return sum.Quo(sum, big.NewRat(2, 1))
}

// rounded is the nearest decimal with so many places, halves away from 0.
func rounded(r *big.Rat, places int32) decimal.Decimal {
	return decimal.NewFromBigInt(r.Num(), 0).DivRound(decimal.NewFromBigInt(r.Denom(), 0), places)
}
