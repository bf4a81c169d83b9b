package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"os"
	"strings"
	"time"

	"gatehouse"
	"gatehouse/dashboard/auth"
)

type userCommand struct {
	Add     userAddCommand  `cmd:"" help:"Make a user, or change one's role, projects or password."`
	Disable userStopCommand `cmd:"" help:"Lock a user out, at once."`
	List    userListCommand `cmd:"" help:"List the users."`
}

type userAddCommand struct {
	Name          string   `arg:"" help:"Name to sign in with."`
	Role          string   `required:"" placeholder:"ROLE" help:"manager (of the listed projects), finance or head_office." enum:"manager,finance,head_office"`
	Projects      []string `help:"Codes of a manager's projects." placeholder:"CODE"`
	PasswordStdin bool     `help:"Read the password from standard input; else one is made up and printed, once."`
}

// Run makes or changes the user.
func (c *userAddCommand) Run(ctx context.Context, s streams, set *settings) error {
	return set.withUsers(ctx, func(users *auth.Users) error {
		password := rand.Text()[:16]
		if c.PasswordStdin {
			line, err := bufio.NewReader(s.in).ReadString('\n')
			if err != nil && line == "" {
				return errors.New("there is no password on standard input: write it there, in one line")
			}
			password = strings.TrimRight(line, "\r\n")
		}
		user := auth.User{Name: c.Name, Role: auth.Role(c.Role), Projects: c.Projects}
		if err := users.Put(ctx, user, password, whoami()); err != nil {
			return err
		}
		s.out.printf("user %s (%s)\n", c.Name, c.Role)
		if !c.PasswordStdin {
			s.out.printf("password %s\n", password)
		}
		return nil
	})
}

type userStopCommand struct {
	Name string `arg:"" help:"Name of the user."`
}

// Run disables the user, which ends his sessions.
func (c *userStopCommand) Run(ctx context.Context, s streams, set *settings) error {
	return set.withUsers(ctx, func(users *auth.Users) error {
		user, err := users.Find(ctx, c.Name)
		if err != nil {
			return err
		}
		user.Disabled = true
		if err := users.Put(ctx, user, "", whoami()); err != nil {
			return err
		}
		s.out.printf("user %s is disabled\n", c.Name)
		return nil
	})
}

type userListCommand struct{}

// Run lists the users.
func (userListCommand) Run(ctx context.Context, s streams, set *settings) error {
	return set.withUsers(ctx, func(users *auth.Users) error {
		list, err := users.List(ctx)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			s.err.println("there are no users yet: run gatehouse user add NAME --role head_office")
		}
		for _, u := range list {
			state := ""
			if u.Disabled {
				state = " disabled"
			}
			s.out.printf("%s\t%s\t%s%s\n", u.Name, u.Role, strings.Join(u.Projects, ","), state)
		}
		return nil
	})
}

func (s *settings) withUsers(ctx context.Context, do func(*auth.Users) error) error {
	return s.with(ctx, func(st *site) error {
		users, err := auth.NewUsers(st.db, time.Now)
		if err != nil {
			return err
		}
		return do(users)
	})
}

// secret reads a file of random text that is made once, mode 0600.
func secret(path string, letters int) (string, error) {
	raw, err := os.ReadFile(path)
	if err == nil && len(raw) >= letters {
		return string(raw[:letters]), nil
	}
	if err != nil && !os.IsNotExist(err) {
		return "", gatehouse.Errorf(gatehouse.Unavailable, "%s cannot be read: %w", path, err)
	}
	text := ""
	for len(text) < letters {
		text += rand.Text()
	}
	text = text[:letters]
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return "", gatehouse.Errorf(gatehouse.Unavailable, "%s cannot be written: %w", path, err)
	}
	return text, nil
}
