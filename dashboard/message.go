package dashboard

import (
	"strings"

	"gatehouse"
	"gatehouse/ingest"
)

// sumLabel names a sum of a load: "fee_bill.amount".
func (f Frame) sumLabel(name string) string {
	switch name {
	case "fee_bill.amount":
		return f.T("应收", "Billed")
	case "fee_bill.waived":
		return f.T("减免", "Waived")
	case "fee_payment.amount":
		return f.T("实收", "Received")
	case "energy_reading.cost":
		return f.T("能源费用", "Energy cost")
	}
	return name
}

// feedTitles are the names of the feeds. Putting the feeds together costs more
// than a page, so the server does it once.
func feedTitles() map[string]gatehouse.Text {
	titles := map[string]gatehouse.Text{}
	for _, one := range ingest.Feeds() {
		titles[one.Name] = one.Title
	}
	return titles
}

// FeedTitle names a feed.
func (f Frame) FeedTitle(name string) string {
	if title, ok := f.feeds[name]; ok {
		return f.In(title)
	}
	return name
}

// FeedTitles names several feeds, given apart or joined by "+".
func (f Frame) FeedTitles(names ...string) string {
	var titles []string
	for _, joined := range names {
		for name := range strings.SplitSeq(joined, "+") {
			if name != "" {
				titles = append(titles, f.FeedTitle(name))
			}
		}
	}
	if len(titles) == 0 {
		return missing
	}
	return strings.Join(titles, f.T("、", ", "))
}

// stateBadge is how a load's state is shown: word, class of its colour, icon.
type stateBadge struct{ Word, Class, Icon string }

// Badge words a state; published loads with bad rows are told apart.
func (f Frame) Badge(state ingest.State, quarantined uint64) stateBadge {
	word := func(zh, en, class, icon string) stateBadge {
		return stateBadge{gatehouse.Text{ZH: zh, EN: en}.In(f.Lang), class, icon}
	}
	switch state {
	case ingest.Published:
		if quarantined > 0 {
			return word("部分隔离", "Partly set aside", "warn", "alert-triangle")
		}
		return word("已发布", "Published", "good", "check")
	case ingest.AlreadyLoaded:
		return word("此前已载入", "Loaded before", "", "check")
	case ingest.Refused:
		return word("已拒绝", "Refused", "bad", "x")
	case ingest.Corrected:
		return word("已更正", "Corrected", "", "check")
	case ingest.Previewed:
		return word("预览", "Preview", "", "dots")
	case ingest.Withdrawn:
		return word("已撤回", "Withdrawn", "", "x")
	case ingest.Abandoned:
	}
	return word("未完成", "Not finished", "", "dots")
}
