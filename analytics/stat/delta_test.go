package stat

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"gatehouse"
)

func d(s string) decimal.Decimal { return decimal.RequireFromString(s) }

// Example 5.1 of Das Gupta 1993, as R's DasGuptR prints it: household headship
// rates per 100 by age, United States, 1970 and 1985: from 44.7268 to 47.6940,
// rate effect 1.7403, age effect 1.2269.
func TestRatioAsDasGuptaSplitsIt(t *testing.T) {
	t.Parallel()
	ages := []string{"15-19", "20-24", "25-29", "30-34", "35-39", "40-44", "45-49", "50-54", "55-59", "60-64", "65-69", "70-74", "75+"}
	set := func(sizes, rates []string) map[string]Sums {
		groups := map[string]Sums{}
		for i, age := range ages {
			groups[age] = Sums{Y: d(sizes[i]).Mul(d(rates[i])), X: d(sizes[i])}
		}
		return groups
	}
	was := set([]string{"12.9", "10.9", "9.5", "8.0", "7.8", "8.4", "8.6", "7.8", "7.0", "5.9", "4.7", "3.6", "4.9"},
		[]string{"1.9", "25.8", "45.7", "49.6", "51.2", "51.6", "51.8", "54.9", "58.7", "60.4", "62.8", "66.6", "66.8"})
	is := set([]string{"10.1", "11.2", "11.6", "10.9", "9.4", "7.7", "6.3", "6.0", "6.3", "5.9", "5.1", "4.0", "5.5"},
		[]string{"2.2", "24.3", "45.8", "52.5", "56.1", "55.6", "56.0", "57.4", "57.2", "61.2", "63.9", "68.6", "72.2"})
	e, err := ExplainRatio(was, is, 12)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ got, want decimal.Decimal }{
		"1970": {e.Was, d("44.7268")}, "1985": {e.Is, d("47.6940")}, "change": {e.Change(), d("2.9672")},
		"rate": {e.Rate, d("1.7403")}, "mix": {e.Mix, d("1.2269")},
	} {
		if !c.got.Round(4).Equal(c.want) {
			t.Errorf("%s: %s, want %s", name, c.got, c.want)
		}
	}
}

// By hand. Property fees: 900 of 1000 received, then 960 of 1200; parking: 50
// of 100, then 90 of 150; a shop comes with 30 of 50, a club went that had paid
// 20 of 100. R̄ = (970/1200 + 1080/1400)/2 = 0.789881.
//
//	         x₀→x₁       r₀→r₁   rate = x̄Δr     volume = R̄Δx   mix = the rest of Δy
//	fees     1000→1200   .9→.8   1100 × −.1     157.98         60+110−157.98 = 12.02
//	parking  100→150     .5→.6   125 × .1       39.49          40−12.5−39.49 = −11.99
//	shop     0→50        –→.6    0              39.49          30−39.49 = −9.49
//	club     100→0       .2→–    0              −78.99         −20+78.99 = 58.99
func TestAmountByHand(t *testing.T) {
	t.Parallel()
	was := map[string]Sums{"fees": {d("900"), d("1000")}, "parking": {d("50"), d("100")}, "club": {d("20"), d("100")}}
	is := map[string]Sums{"fees": {d("960"), d("1200")}, "parking": {d("90"), d("150")}, "shop": {d("30"), d("50")}}
	e, err := ExplainAmount(was, is, 2)
	if err != nil {
		t.Fatal(err)
	}
	type row struct {
		Key               string
		Presence          Presence
		Rate, Mix, Volume string
	}
	var got []row
	for _, g := range e.Groups {
		got = append(got, row{g.Key, g.Presence, g.Rate.StringFixed(2), g.Mix.StringFixed(2), g.Volume.StringFixed(2)})
	}
	if diff := cmp.Diff([]row{
		{"club", Vanished, "0.00", "58.99", "-78.99"},
		{"fees", Continuing, "-110.00", "12.02", "157.98"},
		{"parking", Continuing, "12.50", "-11.99", "39.49"},
		{"shop", Appeared, "0.00", "-9.49", "39.49"},
	}, got); diff != "" {
		t.Error(diff)
	}
	if !e.Change().Equal(d("110")) || !e.Rate.Equal(d("-97.5")) || !e.Mix.Equal(d("49.53")) || !e.Volume.Equal(d("157.97")) {
		t.Errorf("change %s: rate %s, mix %s, volume %s", e.Change(), e.Rate, e.Mix, e.Volume)
	}
}

// By hand, the ratio of two of those groups: 950/1100 → 1050/1350, R̄ = 0.820707.
//
//	rate fees    = ½(10/11 + 8/9) × −.1 = −0.089899;  parking = ½(1/11 + 1/9) × .1 = 0.010101
//	mix  fees    = (.85 − R̄)(8/9 − 10/11) = −0.000592; parking = (.55 − R̄)(1/9 − 1/11) = −0.005469
func TestRatioByHand(t *testing.T) {
	t.Parallel()
	was := map[string]Sums{"fees": {d("900"), d("1000")}, "parking": {d("50"), d("100")}}
	is := map[string]Sums{"fees": {d("960"), d("1200")}, "parking": {d("90"), d("150")}}
	e, err := ExplainRatio(was, is, 6)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][2]string{"fees": {"-0.089899", "-0.000592"}, "parking": {"0.010101", "-0.005469"}}
	left := e.Change()
	for _, g := range e.Groups {
		// The last digit of the largest mix effect is what rounding left over.
		if !g.Rate.Equal(d(want[g.Key][0])) || g.Mix.Sub(d(want[g.Key][1])).Abs().GreaterThan(d("0.000001")) {
			t.Errorf("%s: rate %s, mix %s", g.Key, g.Rate, g.Mix)
		}
		left = left.Sub(g.Rate).Sub(g.Mix)
	}
	if !left.IsZero() || !e.Was.Equal(d("0.863636")) || !e.Is.Equal(d("0.777778")) {
		t.Errorf("from %s to %s, %s unexplained", e.Was, e.Is, left)
	}
}

// Money on something of which nothing was due has no rate; none of it is lost.
func TestAmountWithoutBase(t *testing.T) {
	t.Parallel()
	was := map[string]Sums{"fees": {d("9"), d("10")}, "gift": {d("5"), d("0")}, "none": {}}
	is := map[string]Sums{"fees": {d("9"), d("10")}, "gift": {d("4"), d("8")}}
	e, err := ExplainAmount(was, is, 2)
	if err != nil {
		t.Fatal(err)
	}
	if g := e.Groups[1]; g.Presence != NoBase || !g.Rate.IsZero() || !g.Mix.Add(g.Volume).Equal(d("-1")) {
		t.Errorf("%+v", g)
	}
	if g := e.Groups[2]; g.Presence != NoBase || !g.Rate.IsZero() || !g.Mix.IsZero() || !g.Volume.IsZero() {
		t.Errorf("%+v", g)
	}
}

func TestNothingToDivideBy(t *testing.T) {
	t.Parallel()
	some, none := map[string]Sums{"a": {d("1"), d("2")}}, map[string]Sums{"a": {d("1"), d("2")}, "b": {d("0"), d("-2")}}
	for _, c := range [][2]map[string]Sums{{some, none}, {none, some}, {some, nil}, {nil, some}} {
		if e, err := ExplainRatio(c[0], c[1], 6); gatehouse.KindOf(err) != gatehouse.Invalid {
			t.Errorf("%+v, %v", e, err)
		}
		if e, err := ExplainAmount(c[0], c[1], 2); gatehouse.KindOf(err) != gatehouse.Invalid {
			t.Errorf("%+v, %v", e, err)
		}
	}
}

// Whatever the groups, the parts add up to the digit: of each group, of each
// effect and of all; turning the two sides round turns every sign; and the same
// groups give the same digits again.
func TestEffectsAddUpExactly(t *testing.T) {
	t.Parallel()
	amount := rapid.Custom(func(t *rapid.T) decimal.Decimal {
		return decimal.New(int64(rapid.IntRange(-50_000, 1_000_000).Draw(t, "fen")), -2)
	})
	sums := rapid.Custom(func(t *rapid.T) Sums { return Sums{amount.Draw(t, "y"), amount.Draw(t, "x")} })
	groups := rapid.MapOfN(rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f", "g", "h"}), sums, 1, 8)
	rapid.Check(t, func(t *rapid.T) {
		was, is := groups.Draw(t, "was"), groups.Draw(t, "is")
		for name, explain := range map[string]func(was, is map[string]Sums, places int32) (Explanation, error){
			"ratio": ExplainRatio, "amount": ExplainAmount,
		} {
			e, err := explain(was, is, 2)
			if err != nil {
				return // nothing to divide by
			}
			if !e.Rate.Add(e.Mix).Add(e.Volume).Equal(e.Change()) {
				t.Fatalf("%s: %s + %s + %s is not %s", name, e.Rate, e.Mix, e.Volume, e.Change())
			}
			var rate, mix, volume decimal.Decimal
			for _, g := range e.Groups {
				rate, mix, volume = rate.Add(g.Rate), mix.Add(g.Mix), volume.Add(g.Volume)
				if name == "amount" && !g.Rate.Add(g.Mix).Add(g.Volume).Equal(g.Is.Y.Sub(g.Was.Y)) {
					t.Fatalf("%s: %+v does not add up", name, g)
				}
			}
			if !rate.Equal(e.Rate) || !mix.Equal(e.Mix) || !volume.Equal(e.Volume) {
				t.Fatalf("%s: groups add up to %s, %s, %s, not %s, %s, %s", name, rate, mix, volume, e.Rate, e.Mix, e.Volume)
			}
			again, err := explain(maps.Clone(was), maps.Clone(is), 2)
			if err != nil || !cmp.Equal(e, again, cmp.Comparer(decimal.Decimal.Equal)) {
				t.Fatalf("%s: again %+v, %v", name, again, err)
			}
			back, err := explain(is, was, 2)
			if err != nil || !back.Rate.Equal(e.Rate.Neg()) || !back.Mix.Equal(e.Mix.Neg()) || !back.Volume.Equal(e.Volume.Neg()) {
				t.Fatalf("%s: turned round %+v, %v", name, back, err)
			}
		}
	})
}

// Groups that all grow alike and keep their rates are volume only; groups that
// keep their size are rate only.
func TestPureEffects(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		was, grown, better := map[string]Sums{}, map[string]Sums{}, map[string]Sums{}
		for _, key := range []string{"a", "b", "c"} {
			x, y := decimal.New(int64(rapid.IntRange(1, 10_000).Draw(t, "x")), 0), decimal.New(int64(rapid.IntRange(0, 10_000).Draw(t, "y")), 0)
			was[key] = Sums{y, x}
			grown[key] = Sums{y.Mul(d("3")), x.Mul(d("3"))}
			better[key] = Sums{y.Add(d("7")), x}
		}
		e, err := ExplainAmount(was, grown, 9)
		if tiny := d("0.00000001"); err != nil || !e.Rate.IsZero() || e.Mix.Abs().GreaterThan(tiny) {
			t.Fatalf("all grow alike: %+v, %v", e, err)
		}
		for name, explain := range map[string]func(was, is map[string]Sums, places int32) (Explanation, error){
			"ratio": ExplainRatio, "amount": ExplainAmount,
		} {
			e, err := explain(was, better, 9)
			if tiny := d("0.00000001"); err != nil || e.Mix.Abs().GreaterThan(tiny) || !e.Volume.IsZero() {
				t.Fatalf("%s, sizes stay: %+v, %v", name, e, err)
			}
		}
	})
}
