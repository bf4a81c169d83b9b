package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"gatehouse/analytics/schedule"
	"gatehouse/dashboard"
	"gatehouse/dashboard/auth"
)

type serveFlags struct {
	Listen       string        `help:"Address to serve on." env:"GATEHOUSE_LISTEN" default:"127.0.0.1:8080"`
	RefreshEvery time.Duration `help:"How often KPIs are refreshed, besides after each load." env:"GATEHOUSE_REFRESH_EVERY" default:"15m"`
	TLSCert      string        `help:"Certificate, to serve over TLS." env:"GATEHOUSE_TLS_CERT" placeholder:"FILE"`
	TLSKey       string        `help:"Its key." env:"GATEHOUSE_TLS_KEY" placeholder:"FILE"`
	BehindTLS    bool          `help:"A proxy in front serves over TLS: send cookies over TLS only." env:"GATEHOUSE_BEHIND_TLS"`
}

type serveCommand struct{ serveFlags }

// Run serves until the context ends.
func (c *serveCommand) Run(ctx context.Context, s streams, set *settings) error {
	if _, err := set.declared(); err != nil { // before a database is started
		return err
	}
	return set.with(ctx, func(st *site) error {
		return c.serve(ctx, s, set, st, func(address string, users *auth.Users) error {
			list, err := users.List(ctx)
			if err != nil {
				return err
			}
			s.out.printf("Gatehouse serves on %s\n", address)
			if len(list) == 0 {
				s.out.println("Nobody can sign in yet: run gatehouse user add NAME --role head_office")
			}
			return nil
		})
	})
}

// serve runs the scheduler and the server; ready is told the address once it
// is ours, and done with before the first request is answered.
func (f *serveFlags) serve(ctx context.Context, s streams, set *settings, st *site, ready func(address string, users *auth.Users) error) (err error) {
	if err := dashboard.Assets(); err != nil {
		s.err.println("gatehouse:", err)
	}
	for _, r := range st.kpis.Registry().Refused() {
		s.err.printf("gatehouse: %s in --kpi-dir is refused: %v\n", r.File, r.Why)
	}
	certificates, err := f.check()
	if err != nil {
		return err
	}
	users, err := auth.NewUsers(st.db, time.Now)
	if err != nil {
		return err
	}
	key, err := secret(filepath.Join(set.Data, "session.key"), 64)
	if err != nil {
		return err
	}
	if err := set.openSources(st, st.log); err != nil {
		return err
	}
	jobs, err := st.scheduler(ctx, f.RefreshEvery)
	if err != nil {
		return err
	}
	handler, err := dashboard.New(dashboard.Options{
		DB: st.db, KPIs: st.kpis, Loader: st.loader, Store: st.files, Users: users,
		Sources: st.sources, RunSource: func(name, by string) error { return jobs.Trigger(sourceJob(name), schedule.Manual, by) },
		Report: st.report, Reports: st.verifier(), Jobs: jobs,
		Refresh: func() { _ = jobs.Trigger(refreshJob, schedule.AfterLoad, "") }, // in the table, so it cannot be unknown
		Secret:  []byte(key), Log: st.log, Now: time.Now, Secure: f.TLSCert != "" || f.BehindTLS,
	})
	if err != nil {
		return err
	}
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", f.Listen)
	if err != nil {
		return fmt.Errorf("cannot serve on %s: choose another address with --listen (%w)", f.Listen, err)
	}
	scheme := "http"
	if len(certificates) > 0 {
		scheme = "https"
	}
	if err := ready(scheme+"://"+listener.Addr().String(), users); err != nil {
		listener.Close()
		return err
	}
	jobs.Start(ctx)
	defer jobs.Stop()
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	server.TLSConfig = &tls.Config{Certificates: certificates, MinVersion: tls.VersionTLS12}
	ended := make(chan error, 1)
	go func() {
		if len(certificates) > 0 {
			ended <- server.ServeTLS(listener, "", "")
		} else {
			ended <- server.Serve(listener)
		}
	}()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		return server.Close()
	}
	return nil
}

// check reads the certificate, none without TLS, before anything is begun.
func (f *serveFlags) check() ([]tls.Certificate, error) {
	if f.RefreshEvery <= 0 {
		return nil, fmt.Errorf("--refresh-every %s is not a time such as 15m", f.RefreshEvery)
	}
	if f.TLSCert == "" && f.TLSKey == "" {
		return nil, nil
	}
	certificate, err := tls.LoadX509KeyPair(f.TLSCert, f.TLSKey)
	if err != nil {
		return nil, fmt.Errorf("--tls-cert and --tls-key do not name a certificate and its key: %w", err)
	}
	return []tls.Certificate{certificate}, nil
}
