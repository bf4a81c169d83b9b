package auth

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// cacheFor is how long a change made by another process may go unnoticed.
const cacheFor = 5 * time.Second

// shortestPassword is in characters, as NIST SP 800-63B has it for a sole factor chosen by users.
const shortestPassword = 8

// ShortestPassword is how many characters a password has at least.
func ShortestPassword() int { return shortestPassword }

// Users is the table of users.
type Users struct {
	db    *clickhouse.DB
	now   func() time.Time
	dummy string        // hash nobody's password has, compared where there is no user
	slots chan struct{} // argon2id takes 64 MB a comparison
	tries *tries

	changing sync.Mutex // a change reads what was before

	mu     sync.Mutex
	users  []User
	readAt time.Time
}

// NewUsers opens the table of users; now is the clock of its caches and lockouts.
func NewUsers(db *clickhouse.DB, now func() time.Time) (*Users, error) {
	dummy, err := argon2id.CreateHash(rand.Text(), argon2id.DefaultParams)
	if err != nil {
		return nil, err
	}
	return &Users{db: db, now: now, dummy: dummy, slots: make(chan struct{}, 2), tries: newTries()}, nil
}

// List gives all users by name, disabled ones too.
func (u *Users) List(ctx context.Context) ([]User, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if age := u.now().Sub(u.readAt); u.readAt.IsZero() || age < 0 || age >= cacheFor {
		users, err := clickhouse.Select[User](ctx, u.db, "auth.Users", clickhouse.Asked{}, nil)
		if err != nil {
			return nil, err
		}
		u.users, u.readAt = users, u.now()
	}
	return slices.Clone(u.users), nil
}

// Find gives a user, or a NotFound error.
func (u *Users) Find(ctx context.Context, name string) (User, error) {
	users, err := u.List(ctx)
	if err != nil {
		return User{}, err
	}
	i := slices.IndexFunc(users, func(one User) bool { return one.Name == name })
	if i < 0 {
		return User{}, gatehouse.Errorf(gatehouse.NotFound, "there is no user %s", name)
	}
	return users[i], nil
}

// Put makes a user or changes one: role, projects, disabled. An empty password
// keeps the old one; a new one ends all sessions of the user.
func (u *Users) Put(ctx context.Context, user User, password, by string) error {
	name := strings.TrimSpace(user.Name)
	if name == "" || utf8.RuneCountInString(name) > 64 {
		return gatehouse.Errorf(gatehouse.Invalid, "a user's name has 1 to 64 characters")
	}
	if _, err := ParseRole(string(user.Role)); err != nil {
		return err
	}
	if user.Role == Manager && len(user.Projects) == 0 {
		return gatehouse.Errorf(gatehouse.Invalid, "manager %s needs at least one project", name)
	}
	u.changing.Lock()
	defer u.changing.Unlock()
	u.forget() // what another process changed must not be lost
	before, err := u.Find(ctx, name)
	if err != nil && gatehouse.KindOf(err) != gatehouse.NotFound {
		return err
	}
	hash, epoch := before.PasswordHash, before.Epoch
	if user.Disabled != before.Disabled {
		epoch++
	}
	if password != "" || hash == "" {
		if utf8.RuneCountInString(password) < shortestPassword {
			return gatehouse.Errorf(gatehouse.Invalid, "the password of %s needs at least %d characters", name, shortestPassword)
		}
		if hash, err = argon2id.CreateHash(password, argon2id.DefaultParams); err != nil {
			return err
		}
		epoch = before.Epoch + 1
	}
	user.Name, user.PasswordHash, user.Epoch = name, hash, epoch
	return u.write(ctx, user, by)
}

// SignOut ends all sessions of a user, wherever he is signed in.
func (u *Users) SignOut(ctx context.Context, name, by string) error {
	u.changing.Lock()
	defer u.changing.Unlock()
	u.forget()
	user, err := u.Find(ctx, name)
	if err != nil {
		return err
	}
	user.Epoch++
	return u.write(ctx, user, by)
}

func (u *Users) write(ctx context.Context, user User, by string) error {
	defer u.forget()
	return u.db.Insert(ctx, "user_account", "", []clickhouse.Column{
		{Name: "name", Values: []string{user.Name}}, {Name: "role", Values: []string{string(user.Role)}},
		{Name: "projects", Values: [][]string{append([]string{}, user.Projects...)}}, {Name: "password_hash", Values: []string{user.PasswordHash}},
		{Name: "epoch", Values: []uint32{user.Epoch}}, {Name: "disabled", Values: []bool{user.Disabled}}, {Name: "changed_by", Values: []string{by}},
	})
}

func (u *Users) forget() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.readAt = time.Time{}
}

// Authenticate gives the user whom name and password belong to. ErrDenied does
// not tell an unknown name from a wrong password, nor does the time it takes;
// ErrLocked comes after too many failures from one address.
func (u *Users) Authenticate(ctx context.Context, name, password, address string) (User, error) {
	name = strings.TrimSpace(name)
	switch u.tries.allow(name, address, u.now()) {
	case lockedNow:
		return User{}, ErrLockedNow
	case locked:
		return User{}, ErrLocked
	case allowed:
	}
	user, err := u.Find(ctx, name)
	if err != nil && gatehouse.KindOf(err) != gatehouse.NotFound {
		return User{}, err
	}
	hash := u.dummy
	if err == nil && !user.Disabled {
		hash = user.PasswordHash
	}
	select {
	case u.slots <- struct{}{}:
		defer func() { <-u.slots }()
	case <-ctx.Done():
		return User{}, ctx.Err()
	}
	match, wrong := argon2id.ComparePasswordAndHash(password, hash)
	if wrong != nil {
		return User{}, wrong
	}
	if !match || err != nil || user.Disabled {
		return User{}, ErrDenied
	}
	u.tries.forgive(name, address)
	return user, nil
}
