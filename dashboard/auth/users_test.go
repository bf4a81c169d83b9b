package auth

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"gatehouse"
	"gatehouse/sql/sqltest"
)

// clock is set by the test.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func newUsers(t *testing.T) (*Users, *clock) {
	t.Helper()
	c := &clock{time.Date(2026, 7, 8, 9, 0, 0, 0, time.UTC)}
	u, err := NewUsers(sqltest.New(t), c.now)
	if err != nil {
		t.Fatal(err)
	}
	return u, c
}

const password = "correct horse battery"

func put(t *testing.T, u *Users, user User, password string) {
	t.Helper()
	if err := u.Put(t.Context(), user, password, "test"); err != nil {
		t.Fatal(err)
	}
}

func TestPutFindList(t *testing.T) {
	t.Parallel()
	u, _ := newUsers(t)
	put(t, u, User{Name: " li ", Role: Manager, Projects: []string{"P1"}}, password)
	put(t, u, User{Name: "wang", Role: Finance}, password)
	put(t, u, User{Name: "li", Role: Manager, Projects: []string{"P1", "P2"}}, "")
	got, err := u.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []User{
		{Name: "li", Role: Manager, Projects: []string{"P1", "P2"}, Epoch: 1, ChangedBy: "test"},
		{Name: "wang", Role: Finance, Epoch: 1, ChangedBy: "test"},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(User{}, "ChangedAt", "PasswordHash"), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("users (-want +got):\n%s", diff)
	}
	if strings.Contains(got[0].PasswordHash, password) || !strings.HasPrefix(got[0].PasswordHash, "$argon2id$") {
		t.Errorf("hash %q", got[0].PasswordHash)
	}
	if _, err := u.Find(t.Context(), "nobody"); gatehouse.KindOf(err) != gatehouse.NotFound {
		t.Errorf("unknown user: %v", err)
	}
	for name, bad := range map[string]User{
		"no name": {Role: Finance}, "no role": {Name: "x"}, "manager of nothing": {Name: "x", Role: Manager}, "other role": {Name: "x", Role: "root"},
	} {
		if err := u.Put(t.Context(), bad, password, "test"); gatehouse.KindOf(err) != gatehouse.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := u.Put(t.Context(), User{Name: "x", Role: Finance}, "short", "test"); gatehouse.KindOf(err) != gatehouse.Invalid {
		t.Errorf("short password: %v", err)
	}
}

func TestAuthenticate(t *testing.T) {
	t.Parallel()
	u, c := newUsers(t)
	put(t, u, User{Name: "li", Role: HeadOffice}, password)
	put(t, u, User{Name: "gone", Role: HeadOffice, Disabled: true}, password)
	if got, err := u.Authenticate(t.Context(), "li", password, "10.0.0.1"); err != nil || got.Name != "li" {
		t.Fatalf("right password: %v", err)
	}
	for _, name := range []string{"nobody", "gone"} {
		if _, err := u.Authenticate(t.Context(), name, password, "10.0.0.1"); !errors.Is(err, ErrDenied) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for i := range triesOfName {
		if _, err := u.Authenticate(t.Context(), "li", "wrong", "10.0.0.1"); !errors.Is(err, ErrDenied) {
			t.Errorf("try %d: %v", i, err)
		}
	}
	if _, err := u.Authenticate(t.Context(), "li", password, "10.0.0.1"); !errors.Is(err, ErrLocked) {
		t.Errorf("after too many tries: %v", err)
	}
	if _, err := u.Authenticate(t.Context(), "li", password, "10.0.0.2"); err != nil {
		t.Errorf("from another address: %v", err)
	}
	c.at = c.at.Add(window)
	if _, err := u.Authenticate(t.Context(), "li", password, "10.0.0.1"); err != nil {
		t.Errorf("after the window: %v", err)
	}
}

func TestSignOutEndsSessionsOnly(t *testing.T) {
	t.Parallel()
	u, _ := newUsers(t)
	put(t, u, User{Name: "li", Role: Manager, Projects: []string{"P1"}}, password)
	if err := u.SignOut(t.Context(), "li", "head"); err != nil {
		t.Fatal(err)
	}
	after, err := u.Authenticate(t.Context(), "li", password, "10.0.0.1")
	if err != nil || after.Epoch != 2 || after.Role != Manager || len(after.Projects) != 1 || after.ChangedBy != "head" {
		t.Errorf("signed out: %+v, %v", after, err)
	}
	if err := u.SignOut(t.Context(), "nobody", "head"); gatehouse.KindOf(err) != gatehouse.NotFound {
		t.Errorf("nobody signed out: %v", err)
	}
}

func TestTriesOfOneAddress(t *testing.T) {
	t.Parallel()
	tries, now := newTries(), time.Unix(0, 0)
	got := map[verdict]int{}
	for i := range 2 * triesOfAddress {
		got[tries.allow(strings.Repeat("x", i+1), "10.0.0.1", now)]++
	}
	if want := map[verdict]int{allowed: triesOfAddress, lockedNow: 1, locked: triesOfAddress - 1}; !maps.Equal(got, want) {
		t.Errorf("tries of one address: %v, want %v", got, want)
	}
}

func TestChangesByAnotherProcessAreSeenSoon(t *testing.T) {
	t.Parallel()
	u, c := newUsers(t)
	other, err := NewUsers(u.db, c.now)
	if err != nil {
		t.Fatal(err)
	}
	put(t, u, User{Name: "li", Role: HeadOffice}, password)
	if before, err := other.Find(t.Context(), "li"); err != nil || before.Epoch != 1 {
		t.Fatal(before, err)
	}
	put(t, u, User{Name: "li", Role: HeadOffice}, "another password")
	c.at = c.at.Add(cacheFor)
	if after, err := other.Find(t.Context(), "li"); err != nil || after.Epoch != 2 {
		t.Errorf("epoch %d, want 2 (%v)", after.Epoch, err)
	}
}

func TestScopes(t *testing.T) {
	t.Parallel()
	manager := User{Role: Manager, Projects: []string{"P1"}}
	for _, c := range []struct {
		user          User
		feed, project string
		sees, loads   bool
	}{
		{manager, "fee_bill", "P1", true, true}, {manager, "fee_bill", "P2", false, false}, {manager, "fee_bill", "", false, false},
		{manager, "project", "P1", true, false}, {manager, "kpi_target", "P1", true, false},
		{User{Role: Finance}, "kpi_target", "", true, true}, {User{Role: HeadOffice}, "project", "P2", true, true},
		{User{}, "fee_bill", "P1", false, false}, {User{Role: "root"}, "fee_bill", "P1", false, false},
	} {
		if got := c.user.Scope().Allows(c.project); got != c.sees {
			t.Errorf("%s sees %q: %v", c.user.Role, c.project, got)
		}
		if got := c.user.MayLoad(c.feed, c.project); got != c.loads {
			t.Errorf("%s loads %s of %q: %v", c.user.Role, c.feed, c.project, got)
		}
	}
}
