package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"github.com/goccy/go-yaml"

	"gatehouse"
)

// settings hold for every command.
type settings struct {
	Config     kong.ConfigFlag `help:"Configuration file (YAML): flags by their names." env:"GATEHOUSE_CONFIG" placeholder:"FILE"`
	Data       string          `help:"Data directory: ClickHouse's files and every file ever loaded; default: data." env:"GATEHOUSE_DATA" default:"data" placeholder:"DIR"`
	ClickHouse string          `name:"clickhouse" help:"Use this server instead of the embedded ClickHouse: clickhouse://user:password@host:9000/database, ?secure=true for TLS." env:"GATEHOUSE_CLICKHOUSE" placeholder:"URL"`
	EnginePort int             `help:"Loopback port of the embedded ClickHouse; 0: any free one." env:"GATEHOUSE_ENGINE_PORT" default:"0"`
	Library    string          `name:"libchdb" help:"Path of libchdb.so, when it is not beside the program." env:"GATEHOUSE_LIBCHDB" placeholder:"FILE"`
	TimeZone   string          `help:"Where the business's days begin." env:"GATEHOUSE_TIME_ZONE" default:"Asia/Shanghai"`
	YearStart  int             `help:"First month of the fiscal year." env:"GATEHOUSE_YEAR_START" default:"1"`
	AgeEdges   []uint16        `help:"Days past due at which a class of arrears ends." env:"GATEHOUSE_AGE_EDGES" default:"30,60,90,180,365"`
	Sources    string          `help:"File that declares sources, from which data come by themselves (YAML)." env:"GATEHOUSE_SOURCES" placeholder:"FILE"`
	KPIDir     string          `name:"kpi-dir" help:"Folder with KPIs of your own, one *.sql file each; definitions in its folder next wait to go live." env:"GATEHOUSE_KPI_DIR" type:"path" placeholder:"DIR"`
	readLimits
	LogLevel string `help:"debug, info, warn or error." env:"GATEHOUSE_LOG_LEVEL" default:"warn" enum:"debug,info,warn,error"`
}

// loadConfiguration reads the configuration file. A key that is no flag's name
// is an error: a misspelt setting must not be silently the default.
func loadConfiguration(r io.Reader) (kong.Resolver, error) {
	name := "configuration file"
	if f, ok := r.(*os.File); ok {
		name = f.Name()
	}
	values := map[string]any{}
	if err := yaml.NewDecoder(r).Decode(&values); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s is not YAML of the form \"setting: value\": %s", name, yaml.FormatError(err, false, false))
	}
	return resolver{name, values}, nil
}

type resolver struct {
	file   string
	values map[string]any
}

// Validate is part of kong.Resolver.
func (r resolver) Validate(app *kong.Application) error {
	known := map[string]bool{}
	_ = kong.Visit(app, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok {
			known[flag.Name] = true
		}
		return next(nil)
	})
	for _, key := range slices.Sorted(maps.Keys(r.values)) {
		if !known[key] {
			return fmt.Errorf("%s: there is no setting %q", r.file, key)
		}
	}
	return nil
}

// Resolve is part of kong.Resolver. Kong would let the file win over the
// environment, which is nearer to the one who runs the command.
func (r resolver) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	value, ok := r.values[flag.Name]
	for _, name := range flag.Envs {
		if _, set := os.LookupEnv(name); set {
			return nil, nil
		}
	}
	if !ok {
		return nil, nil
	}
	if list, ok := value.([]any); ok {
		var parts []string
		for _, v := range list {
			parts = append(parts, fmt.Sprint(v))
		}
		return strings.Join(parts, ","), nil
	}
	return fmt.Sprint(value), nil
}

// calendar is how the business counts time.
func (s *settings) calendar() (gatehouse.Calendar, error) {
	location, err := time.LoadLocation(s.TimeZone)
	if err != nil {
		return gatehouse.Calendar{}, fmt.Errorf("--time-zone %q is not a name like Asia/Shanghai", s.TimeZone)
	}
	if s.YearStart < 1 || s.YearStart > 12 {
		return gatehouse.Calendar{}, fmt.Errorf("--year-start %d is not a month from 1 to 12", s.YearStart)
	}
	if !slices.IsSorted(s.AgeEdges) || len(slices.Compact(slices.Clone(s.AgeEdges))) < len(s.AgeEdges) {
		return gatehouse.Calendar{}, fmt.Errorf("--age-edges %v do not grow", s.AgeEdges)
	}
	return gatehouse.Calendar{Location: location, YearStart: time.Month(s.YearStart)}, nil
}

// log writes to standard error; secrets are never handed to it.
func (s *settings) log() *slog.Logger {
	level := slog.LevelWarn
	_ = level.UnmarshalText([]byte(s.LogLevel)) // kong has checked it
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
}
