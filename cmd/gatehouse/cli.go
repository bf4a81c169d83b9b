package main

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/alecthomas/kong"

	"gatehouse/ingest"
)

// Exit statuses, besides 0.
const (
	exitFailed      = 1 // refused, or an error
	exitQuarantined = 3 // loaded, but for some rows
)

// streams are what a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// cli is the command line; the help of each field is its documentation.
type cli struct {
	settings

	Serve    serveCommand    `cmd:"" help:"Serve the dashboard and refresh KPIs on schedule."`
	Demo     demoCommand     `cmd:"" help:"Write a made-up portfolio as spreadsheets, load it and serve it."`
	Ingest   ingestCommand   `cmd:"" help:"Load spreadsheets (.xlsx, .csv) or folders of them."`
	Template templateCommand `cmd:"" help:"Write an empty workbook for a feed, to be filled in and loaded."`
	Refresh  refreshCommand  `cmd:"" help:"Compute the KPIs of projects that changed."`
	KPI      kpiCommand      `cmd:"" name:"kpi" help:"Print a KPI, or list the KPIs."`
	Report   reportCommand   `cmd:"" help:"Write a report as a workbook."`
	User     userCommand     `cmd:"" help:"Users of the dashboard."`
	Jobs     jobsCommand     `cmd:"" help:"List runs of scheduled jobs, newest first."`
	Version  versionCommand  `cmd:"" help:"Print the version."`
}

// status ends the program with an exit status after everything was said.
type status int

func (s status) Error() string { return "" }

func run(ctx context.Context, args []string, s streams) int {
	var c cli
	exited := -1
	parser, err := kong.New(&c,
		kong.Name("gatehouse"),
		kong.Description("KPIs of property management from spreadsheets, each number with its source.\n\nEvery flag may also be set in the configuration file (--config, YAML, by the flag's name) or in the environment."),
		kong.UsageOnError(),
		kong.Vars{"feeds": strings.Join(ingest.FeedNames(), ", ")},
		kong.Configuration(loadConfiguration),
		kong.Writers(s.out, s.err),
		kong.Exit(func(code int) { exited = code }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(s),
	)
	if err != nil {
		return fail(s, err)
	}
	command, err := parser.Parse(args)
	if exited >= 0 { // --help
		return exited
	}
	if err != nil {
		return fail(s, err)
	}
	err = command.Run(&c.settings)
	var end status
	switch {
	case errors.As(err, &end):
		return int(end)
	case err != nil:
		return fail(s, err)
	}
	return 0
}
