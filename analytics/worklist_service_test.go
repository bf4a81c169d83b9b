package analytics

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatehouse"
)

const requestHead = "项目编码,工单编号,类型,类别,房号,受理时间,响应时间,要求完成时间,办结时间,回访时间,处理人"

// It is 20 March 2026, 9:00. Repairs are to be answered in 2 hours and closed in
// 48, complaints in 24 and 72, unless the file says when.
func TestRequestsByDeadline(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.projects("P1", "P2")
	b.load("requests.csv", requestHead,
		"P1,W1,报修,水电,1-1-101,2026-03-18 05:00,2026-03-18 06:00,,,,周强",                  // 20 March 5:00: four hours ago
		"P1,W2,报修,水电,1-1-102,2026-03-20 08:00,,,,,周强",                                  // answer by 10:00: an hour left
		"P1,W3,投诉,噪音,1-1-103,2026-03-01 09:00,2026-03-01 10:00,2026-03-10 18:00,,,何敏",  // says 10 March itself
		"P1,W4,投诉,噪音,1-1-104,2026-03-18 09:30,2026-03-18 10:00,,,,何敏",                  // 21 March 9:30: in more than a day
		"P1,W5,投诉,噪音,,2026-03-18 09:00,2026-03-18 10:00,,,,",                           // 21 March 9:00: in a day to the second
		"P1,W6,报修,水电,1-1-105,2026-03-01 09:00,2026-03-01 10:00,,2026-03-02 09:00,,何敏",  // closed, to be followed up
		"P1,W7,报修,水电,1-1-106,2026-03-01 09:00,2026-03-01 10:00,,2026-03-18 09:00,,周强",  // closed 48 hours ago to the second
		"P1,W8,报修,水电,1-1-107,2026-03-01 09:00,2026-03-01 10:00,,2026-03-18 09:01,,周强",  // a minute later
		"P1,W9,报修,水电,1-1-108,2026-03-01 09:00,,,2026-03-02 09:00,2026-03-03 09:00,周强",  // followed up
		"P1,W10,报修,水电,1-1-109,2025-12-01 09:00,2025-12-01 10:00,,2025-12-20 08:59,,何敏", // closed more than 90 days ago
		"P2,W1,报修,水电,1-1-101,2026-03-19 08:00,2026-03-19 09:00,2026-03-20 09:00,,,王五")  // due this very minute
	w := b.work(gatehouse.AllProjects())
	due, err := b.DueRequests(t.Context(), w, OfHandler{}, Stretch{})
	if err != nil {
		t.Fatal(err)
	}
	words := func(r Request) string {
		what := "close"
		if r.ToAnswer() {
			what = "answer"
		}
		return fmt.Sprintf("%s %s to %s, %s left, %s, row %d", r.Project, r.Number, what, r.Left(w.Now), r.Handler, r.Row.Origin.Row)
	}
	var got []string
	for _, r := range due {
		got = append(got, words(r))
	}
	want := []string{
		"P1 W3 to close, -231h0m0s left, 何敏, row 4", "P1 W1 to close, -4h0m0s left, 周强, row 2", "P2 W1 to close, 0s left, 王五, row 12",
		"P1 W2 to answer, 1h0m0s left, 周强, row 3", "P1 W5 to close, 24h0m0s left, , row 6",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("requests due (-want +got):\n%s", diff)
	}
	near, err := b.NearRequests(t.Context(), w, Stretch{Limit: 2})
	if err != nil || len(near) != 2 || !cmp.Equal(near, due[2:4]) {
		t.Errorf("the two to reach their deadline next: %+v, error %v", near, err)
	}
	missing, err := b.Unfollowed(t.Context(), w, OfHandler{}, Stretch{})
	if err != nil {
		t.Fatal(err)
	}
	got = nil
	for _, r := range missing {
		got = append(got, fmt.Sprintf("%s %s since %s", r.Number, r.Handler, w.Now.Sub(r.ClosedAt)))
	}
	if diff := cmp.Diff([]string{"W6 何敏 since 432h0m0s", "W7 周强 since 48h0m0s"}, got); diff != "" {
		t.Errorf("to be followed up (-want +got):\n%s", diff)
	}
	byHandler, all, err := b.Duties(t.Context(), w)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Duties{{"周强", 1, 1, 2, 1, 0}, {"何敏", 1, 0, 2, 1, 1}, {"", 0, 1, 1, 0, 0}, {"王五", 0, 1, 1, 0, 0}}, byHandler); diff != "" {
		t.Errorf("by handler (-want +got):\n%s", diff)
	}
	if all.Overdue != 2 || all.Near != 3 || all.Open != 6 || all.Unfollowed != 2 || all.UnfollowedBefore != 1 {
		t.Errorf("together %+v", all)
	}
	for _, of := range []struct {
		one  OfHandler
		want int
	}{{OfHandler{true, "周强"}, 2}, {OfHandler{true, ""}, 1}, {OfHandler{true, "nobody of that name"}, 0}} {
		if some, err := b.DueRequests(t.Context(), w, of.one, Stretch{Limit: 10}); err != nil || len(some) != of.want {
			t.Errorf("of %+v: %d requests, want %d, error %v", of.one, len(some), of.want, err)
		}
	}
	within, err := b.DueRequests(t.Context(), b.work(gatehouse.Projects("P2")), OfHandler{}, Stretch{Limit: 10})
	if err != nil || len(within) != 1 || within[0].Project != "P2" {
		t.Errorf("within P2: %+v, error %v", within, err)
	}
}

// Each meter is judged by its own habit, which one long gap does not change.
func TestUnreadMeters(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.projects("P1", "P2")
	b.load("meters.csv", "项目编码,表号,能源类型,表类型,倍率", "P1,monthly,电,总表,1", "P1,weekly,水,分表,1", "P1,never,电,公摊,1", "P1,once,电,分表,1", "P2,other,电,总表,1")
	b.load("readings.csv", "项目编码,表号,抄表时间,本期度数",
		"P1,monthly,2025-12-01,1", "P1,monthly,2026-01-01,2", "P1,monthly,2026-02-01,3", "P1,monthly,2026-03-01,4", // usually 31 days, read 19 ago
		"P1,weekly,2026-01-01,1", "P1,weekly,2026-02-20,2", "P1,weekly,2026-02-27,3", "P1,weekly,2026-03-06,4", // usually 7, read 14 ago
		"P1,once,2025-01-01,1",                                                                // no habit
		"P1,no master,2025-12-01,1", "P1,no master,2026-01-01,1", "P1,no master,2026-04-01,9", // the last is not known on the day
		"P2,other,2026-01-15,1", "P2,other,2026-02-15,2")
	found, err := b.UnreadMeters(t.Context(), b.work(gatehouse.Projects("P1")), Stretch{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range found.List {
		got = append(got, fmt.Sprintf("%s %s %s: read %d days ago, usually each %d, %d late, %s row %d", m.Meter, m.Energy, m.Role, m.Days, m.Usual, m.Late, m.Row.Fact, m.Row.Origin.Row))
	}
	want := []string{
		"no master  : read 78 days ago, usually each 31, 47 late, energy_reading row 12",
		"weekly water sub: read 14 days ago, usually each 7, 7 late, energy_reading row 9",
		"never electricity common: read 0 days ago, usually each 0, 0 late, meter row 4",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("unread (-want +got):\n%s", diff)
	}
	if found.Meters != 5 || found.Judged != 4 || found.Unread != 3 {
		t.Errorf("%d of %d judged, %d unread; want 4 of 5, 3", found.Judged, found.Meters, found.Unread)
	}
	// On the fourth day after the usual one it is unread, on the third not yet.
	for day, unread := range map[gatehouse.Date]int{gatehouse.NewDate(2026, time.March, 21): 0, gatehouse.NewDate(2026, time.March, 22): 1} {
		w := Work{Scope: gatehouse.Projects("P2"), At: asKnownOn(t, b.Service, day, uint64(day))}
		if found, err := b.UnreadMeters(t.Context(), w, Stretch{Limit: 10}); err != nil || found.Unread != unread || len(found.List) != unread || found.Meters != 1 {
			t.Errorf("on %s: %+v, error %v", day, found, err)
		}
	}
}

func TestReturnsOfTheHalfYear(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.projects("P1", "P2", "P3")
	b.load("waves.csv", "项目编码,批次,发放份数,户数", "P1,2026H1,200,210", "P2,2026H1,100,100", "P1,2025H2,90,90")
	lines := []string{"项目编码,批次,答卷编号,渠道,提交时间,题目,维度,得分"}
	for i := range 40 {
		lines = append(lines, fmt.Sprintf("P2,2026H1,S%d,微信,2026-03-0%d 20:00,总体满意度,总体,4", i, 1+i%9))
	}
	lines = append(lines, "P1,2026H1,S1,微信,2026-03-02 20:00,总体满意度,总体,4", "P1,2026H1,S1,微信,2026-03-02 20:00,保洁满意度,保洁,4",
		"P1,2026H1,S2,微信,2026-03-21 20:00,总体满意度,总体,4", // tomorrow
		"P1,2026H1,S3,微信,2026-03-02 20:00,总体满意度,总体,", "P3,2026H1,S1,微信,2026-03-02 20:00,总体满意度,总体,5", "P1,2025H2,S1,微信,2025-11-02 20:00,总体满意度,总体,5")
	b.load("answers.csv", lines...)
	b.load("targets.csv", "指标,项目编码,期间,目标", "response_rate,P1,2026-H1,0.4")
	list, err := b.Returns(t.Context(), b.work(gatehouse.AllProjects()))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range list {
		got = append(got, fmt.Sprintf("%s %s: %d of %d, needs %d, short of %d, row %d", r.Project, r.Wave, r.Returned, r.Issued, r.Needed(), r.Short(), r.Row.Origin.Row))
	}
	want := []string{
		"P1 2026H1: 1 of 200, needs 80, short of 79, row 2", "P3 2026H1: 1 of 0, needs 30, short of 29, row 0", "P2 2026H1: 40 of 100, needs 30, short of 0, row 3",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("returns (-want +got):\n%s", diff)
	}
	if own, err := b.Returns(t.Context(), b.work(gatehouse.Projects("P2"))); err != nil || len(own) != 1 {
		t.Errorf("within P2: %+v, error %v", own, err)
	}
}
