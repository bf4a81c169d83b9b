package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/alecthomas/kong"

	"gatehouse/ingest"
)

// Exit statuses, besides 0.
const (
	exitFailed      = 1 // refused, or an error
	exitQuarantined = 3 // loaded, but for some rows
)

// cli is the command line; the help of each field is its documentation.
type cli struct {
	settings

	Serve      serveCommand      `cmd:"" help:"Serve the dashboard and refresh KPIs on schedule."`
	Demo       demoCommand       `cmd:"" help:"Write a made-up portfolio as spreadsheets, load it and serve it."`
	Ingest     ingestCommand     `cmd:"" help:"Load spreadsheets, archives of them, or folders."`
	Source     sourceCommand     `cmd:"" help:"Sources, from which data come by themselves (--sources)."`
	Loads      loadsCommand      `cmd:"" help:"List loads, newest first."`
	Quarantine quarantineCommand `cmd:"" help:"List what is wrong with a load, or write its file with the bad cells marked."`
	Withdraw   withdrawCommand   `cmd:"" help:"Undo a load: what it superseded counts again."`
	Restore    restoreCommand    `cmd:"" help:"Redo a load that was withdrawn."`
	Mapping    mappingCommand    `cmd:"" help:"Named, versioned mappings: how the files of a source are read."`
	Template   templateCommand   `cmd:"" help:"Write an empty workbook for a feed, to be filled in and loaded."`
	Refresh    refreshCommand    `cmd:"" help:"Compute the KPIs of projects that changed."`
	KPI        kpiCommand        `cmd:"" name:"kpi" help:"Print a KPI, or list the KPIs."`
	Compare    compareCommand    `cmd:"" help:"Hold a KPI against the period before, last year, its target and its peers."`
	Explain    explainCommand    `cmd:"" help:"Split the change of a KPI into rates, mix and volume."`
	Spread     spreadCommand     `cmd:"" help:"Which projects stand out from chance, and what has changed over time."`
	Expect     expectCommand     `cmd:"" help:"What bills will have brought in by the end of the year."`
	Close      closeCommand      `cmd:"" help:"Close a period's books, open them again, or list what is closed."`
	Restate    restateCommand    `cmd:"" help:"What changed of a KPI since a period was closed, or since an instant, by load and row."`
	Trace      traceCommand      `cmd:"" help:"Print the rows behind a KPI's number, with the file, sheet and row of each."`
	Report     reportCommand     `cmd:"" help:"Write a report as a workbook."`
	User       userCommand       `cmd:"" help:"Users of the dashboard."`
	Jobs       jobsCommand       `cmd:"" help:"Runs of scheduled jobs: list them, run a job now, or end a run."`
	Version    versionCommand    `cmd:"" help:"Print the version."`
}

// status ends the program with an exit status after everything was said.
type status int

func (s status) Error() string { return "" }

func run(ctx context.Context, args []string, s streams) int {
	var c cli
	exited := -1
	parser, err := kong.New(&c,
		kong.Name("gatehouse"),
		kong.Description("KPIs of property management from spreadsheets, each number with its source.\n\nEvery flag may also be set in the environment, or in the configuration file (--config, YAML, by the flag's name); the command line wins over the environment, and that over the file."),
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
		return fail(s, misused(err))
	}
	err = command.Run(&c.settings)
	end := status(0)
	switch {
	case err != nil && !errors.As(err, &end):
		if ctx.Err() != nil && errors.Is(err, context.Canceled) {
			err = errors.New("interrupted: what was under way is as if it had not begun, and may be run again")
		}
		return fail(s, err)
	case s.out.failed != nil:
		return fail(s, fmt.Errorf("the output is not whole: %w", cause(s.out.failed)))
	}
	return int(end)
}

// misused says, beside what is wrong with the command line, where to read what is right.
func misused(err error) error {
	command := "gatehouse"
	if wrong, ok := errors.AsType[*kong.ParseError](err); ok && wrong.Context.Selected() != nil {
		command, _, _ = strings.Cut(wrong.Context.Selected().FullPath(), " <")
	}
	return fmt.Errorf("%w; see %s --help", err, command)
}

// fail tells the user what went wrong, once and in one line.
func fail(s streams, err error) int {
	s.err.println("gatehouse:", strings.ReplaceAll(strings.TrimSpace(err.Error()), "\n", "; "))
	return exitFailed
}
