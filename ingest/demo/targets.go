package demo

import "strconv"

// aim sets the year's targets. Money and satisfaction aim up; complaints and
// energy aim down, so that their warning lies above the target.
func (s *site) aim() {
	energy, much := 14.0, 15.4
	if s.segment != "住宅" {
		energy, much = 85, 93.5
	}
	for year := s.first.Year(); year <= s.last.Year(); year++ {
		period := strconv.Itoa(year)
		add := func(kpi string, target, warn float64) {
			s.out.Targets = append(s.out.Targets, Target{kpi, s.code, period, target, warn})
		}
		add("collection_rate", 0.93, 0.90)
		add("arrears_recovery_rate", 0.6, 0.5)
		add("response_on_time", 0.98, 0.95)
		add("resolved_on_time", 0.92, 0.88)
		add("follow_up_rate", 0.8, 0.7)
		add("satisfaction_rate", 0.85, 0.8)
		add("response_rate", 0.3, 0.25)
		add("complaints_per_1000", 8, 10)
		add("energy_intensity", energy, much)
		add("shared_loss_rate", 0.08, 0.12)
	}
}
