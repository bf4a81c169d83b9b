package ingest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A Green Button feed becomes readings of whole days by the business's clock;
// a day with a gap is set aside.
func TestLoadGreenButton(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	location := s.db.Calendar().Location
	var readings strings.Builder
	for hour := range 3*24 - 1 {
		start := time.Date(2026, time.March, 30, hour, 0, 0, 0, location)
		fmt.Fprintf(&readings, `<IntervalReading><cost>50000</cost><timePeriod><duration>3600</duration><start>%d</start></timePeriod><value>1250</value></IntervalReading>`, start.Unix())
	}
	entry := func(self, related, content string) string {
		return fmt.Sprintf(`<entry><link rel="self" href="%s"/><link rel="up" href="%s"/><link rel="related" href="%s"/><title/><content>%s</content></entry>`,
			self, self[:strings.LastIndex(self, "/")], related, content)
	}
	const space = ` xmlns="http://naesb.org/espi"`
	feed := `<feed xmlns="http://www.w3.org/2005/Atom">` +
		entry("UsagePoint/E-001", "UsagePoint/E-001/MeterReading", `<UsagePoint`+space+`/>`) +
		entry("UsagePoint/E-001/MeterReading/1", "ReadingType/1", `<MeterReading`+space+`/>`) +
		entry("ReadingType/1", "", `<ReadingType`+space+`><commodity>1</commodity><uom>72</uom></ReadingType>`) +
		entry("UsagePoint/E-001/MeterReading/1/IntervalBlock/1", "", `<IntervalBlock`+space+`>`+readings.String()+`</IntervalBlock>`) + `</feed>`
	r := s.load("usage.xml", []byte(feed), func(r *Request) { r.Project = "P1" })
	if r.Status != Published || r.Feed != "energy_reading" || r.Rows != 3 || r.Loaded != 2 || r.Quarantined != 1 || r.Sums["energy_reading.cost"] != "24.00" {
		t.Fatalf("%+v", r)
	}
	if e := r.Errors[0]; e.Row != 49 || e.Field != "usage" || e.Code != MissingKey {
		t.Errorf("the day with a gap: %+v", e)
	}
	if diff := cmp.Diff("P1 E-001 2026-03-30 2026-03-31 30 12\nP1 E-001 2026-03-31 2026-04-01 30 12",
		s.facts("energy_reading", "project_ref", "meter", "prev_on", "read_on", "usage", "cost")); diff != "" {
		t.Errorf("readings (-want +got):\n%s", diff)
	}
}
