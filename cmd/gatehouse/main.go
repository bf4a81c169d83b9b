// Command gatehouse turns the spreadsheets of a property-management company
// into KPIs: it loads them, computes, serves the dashboard and writes reports.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"gatehouse/ingest"
	"gatehouse/ingest/sheet/sandbox"
	"gatehouse/sql/engine"
)

// version is set by the build.
var version = "dev"

func main() {
	engine.RunChild()               // never returns in the process that is ClickHouse,
	sandbox.RunChild(ingest.Jobs()) // nor in those that read files
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	code := run(ctx, os.Args[1:], streams{os.Stdin, &output{file: os.Stdout}, &output{file: os.Stderr}})
	stop()
	os.Exit(code)
}
