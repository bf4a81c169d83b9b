package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/ingest"
	"gatehouse/ingest/source"
	"gatehouse/sql"
	"gatehouse/sql/clickhouse"
	"gatehouse/sql/engine"
)

// site is what the commands work with, opened in this order and closed in the other.
type site struct {
	log     *slog.Logger
	engine  *engine.Engine // nil with a server
	db      *clickhouse.DB
	files   *ingest.Store
	loader  *ingest.Loader
	kpis    *analytics.Service
	sources *source.Runner // of commands that bring in data by themselves, else nil
}

// open starts or finds ClickHouse and opens everything upon it.
func (s *settings) open(ctx context.Context) (_ *site, err error) {
	st := &site{log: s.log()}
	defer func() {
		if err != nil {
			_ = st.close() // the first error is the one to tell
		}
	}()
	limits, err := s.readLimits.sandbox()
	if err != nil {
		return nil, err
	}
	config, err := s.database(ctx, st)
	if err != nil {
		return nil, err
	}
	if st.db, err = clickhouse.Open(ctx, config); err != nil {
		return nil, err
	}
	if st.files, err = ingest.OpenStore(s.Data); err != nil {
		return nil, err
	}
	st.loader = ingest.NewLoader(st.db, st.files, ingest.Options{Limits: limits, Log: st.log})
	registry, err := analytics.ReadRegistry(sql.Files, "kpi")
	if err != nil {
		return nil, err
	}
	st.kpis = analytics.New(st.db, registry, st.log)
	if s.KPIDir != "" {
		if info, err := os.Stat(s.KPIDir); err != nil || !info.IsDir() {
			return nil, gatehouse.Errorf(gatehouse.Invalid, "--kpi-dir %s is not a folder: make it, or name the one with your KPIs", s.KPIDir)
		}
		if err := st.kpis.UseOwn(ctx, os.DirFS(s.KPIDir)); err != nil {
			return nil, err
		}
	}
	return st, nil
}

// database says where ClickHouse is, starting it when no server is configured.
func (s *settings) database(ctx context.Context, st *site) (clickhouse.Config, error) {
	calendar, err := s.calendar()
	if err != nil {
		return clickhouse.Config{}, err
	}
	var config clickhouse.Config
	if s.ClickHouse != "" {
		if config, err = clickhouse.ParseURL(s.ClickHouse); err != nil {
			return config, err
		}
	} else {
		st.engine, err = engine.Open(ctx, engine.Options{
			Dir: filepath.Join(s.Data, "clickhouse"), Library: s.Library, Port: s.EnginePort, Log: st.log,
		})
		if err != nil {
			return config, err
		}
		a := st.engine.Address()
		config = clickhouse.Config{Address: a.HostPort(), User: a.User, Password: a.Password}
	}
	config.Calendar, config.AgeEdges = calendar, s.AgeEdges
	return config, nil
}

// closeWithin is how long another command may go on using our ClickHouse.
const closeWithin = 30 * time.Second

func (st *site) close() error {
	var errs []error
	if st.files != nil {
		errs = append(errs, st.files.Close())
	}
	if st.db != nil {
		errs = append(errs, st.db.Close())
	}
	if st.engine != nil {
		ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
		defer cancel()
		errs = append(errs, st.engine.Close(ctx))
	}
	return errors.Join(errs...)
}

// with opens the site for do and closes it.
func (s *settings) with(ctx context.Context, do func(*site) error) (err error) {
	st, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if closed := st.close(); err == nil {
			err = closed
		}
	}()
	return do(st)
}

// snapshot is the state asked for: as known at an instant, or the newest,
// brought up to date first.
func (st *site) snapshot(ctx context.Context, knownAt string) (analytics.Snapshot, error) {
	if knownAt != "" {
		t, err := st.db.Calendar().ParseInstant(knownAt)
		if err != nil {
			return analytics.Snapshot{}, err
		}
		return st.kpis.At(ctx, t)
	}
	if _, err := st.kpis.Refresh(ctx, false); err != nil {
		return analytics.Snapshot{}, err
	}
	at, err := st.kpis.Latest(ctx)
	if err == nil && at.Empty() {
		err = gatehouse.Errorf(gatehouse.NotFound, "nothing is loaded yet: run gatehouse ingest with your spreadsheets")
	}
	return at, err
}
