package analytics

// Between holds a value against another of the same KPI: a slice of one survey
// against that of the wave before, with the interval of the difference.
func Between(now, then Value) Comparison {
	c := Comparison{Now: now, Then: then}
	k := now.KPI
	if k == nil {
		k = then.KPI
	}
	if k != nil {
		c.settle(k)
	}
	return c
}
