package ingest

import "gatehouse"

func projectRule(_ *intake, r *record) { r.fact("project", r.text(fProject)) }

func roomRule(in *intake, r *record) {
	in.room(r)
	r.fact("room", r.text(fRoom))
}

// targetRule asks for whole months, as a KPI has no days.
func targetRule(in *intake, r *record) {
	start, end := gatehouse.Date(r.n(fPeriod)), gatehouse.Date(r.v[fPeriod].end)
	if r.given(fPeriod) && (start.Month().Start() != start || end.Month().Start() != end) {
		in.fault(r, fPeriod, DateError, "")
	}
	r.setN(fMonth, int64(start.Month()))
	r.setN(fMonthEnd, int64(end.Month()))
	r.fact("kpi_target", in.key("", r.text(fKPI), start.Month().String(), end.Month().String()))
}

func requestRule(in *intake, r *record) {
	in.room(r)
	for _, f := range [...]field{fRespondedAt, fClosedAt} {
		if r.given(f) && r.given(fOpenedAt) && r.n(f) < r.n(fOpenedAt) {
			in.fault(r, f, ClosedBeforeOpened, "")
		}
	}
	r.fact("service_request", "no:"+r.text(fRequestNo))
}

func waveRule(in *intake, r *record) {
	r.setText(fWave, normalWave(r.text(fWave)))
	r.fact("survey_wave", r.text(fWave))
}

// one is the multiplier of a meter that has none, as a Quantity.
const one = 10_000

func meterRule(in *intake, r *record) {
	if !r.given(fMultiplier) {
		r.setN(fMultiplier, one)
	} else if r.n(fMultiplier) <= 0 {
		in.fault(r, fMultiplier, OutOfRange, "")
	}
	if !r.given(fMeterUnit) {
		switch r.text(fEnergy) {
		case "electricity":
			r.setText(fMeterUnit, "kWh")
		case "heat":
			r.setText(fMeterUnit, "GJ")
		default:
			r.setText(fMeterUnit, "m³")
		}
	}
	r.fact("meter", r.text(fMeter))
}

// readingRule takes the register form, or the interval form as [start, end).
func readingRule(in *intake, r *record) {
	if !r.given(fReadOn) && r.given(fStart) {
		if r.given(fEnd) && r.n(fEnd) >= r.n(fStart) {
			r.setN(fReadOn, int64(halfOpen(r.day(fStart), r.day(fEnd))))
			r.setN(fPrevOn, r.n(fStart))
		} else if r.given(fEnd) {
			in.fault(r, fEnd, PeriodReversed, "")
		} else if !r.bad(fEnd) {
			in.fault(r, fEnd, MissingKey, "")
		}
	}
	if r.given(fPrevOn) && r.given(fReadOn) && r.n(fPrevOn) > r.n(fReadOn) {
		in.fault(r, fPrevOn, PeriodReversed, "")
	}
	if r.given(fUsage) && r.n(fUsage) < 0 {
		in.fault(r, fUsage, OutOfRange, "")
	}
	if r.text(fEvent) == "replaced" && !r.given(fPrevReading) {
		r.setN(fPrevReading, 0)
	}
	in.register(r)
	r.fact("energy_reading", in.key("", r.text(fMeter), in.dayText(r, fReadOn)))
}

// register compares a register with the reading before as the row itself has it.
func (in *intake) register(r *record) {
	if !r.given(fReading) || !r.given(fReadOn) {
		return
	}
	now, before := r.n(fReading), r.n(fPrevReading)
	switch event := r.text(fEvent); {
	case now < 0:
		in.fault(r, fReading, OutOfRange, "")
	case event != "rollover" && r.given(fPrevReading) && now < before:
		in.fault(r, fReading, ReadingDecreased, "")
	}
}
