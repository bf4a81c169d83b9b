package engine

import (
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"unsafe"

	"github.com/ebitengine/purego"
)

// childEnv marks a process as the engine's child; its value is the library's path.
const childEnv = "GATEHOUSE_ENGINE_CHILD"

// RunChild turns the process into ClickHouse when it was started as the
// engine's child, and then never returns; in any other process it does
// nothing. It must be the first call of main, and of TestMain where tests use
// an engine.
func RunChild() {
	library := os.Getenv(childEnv)
	if library == "" {
		return
	}
	// What ClickHouse writes is for this user's eyes, also in a directory that others may enter.
	syscall.Umask(0o077)
	// The parent decides when we end.
	signal.Ignore(syscall.SIGINT, syscall.SIGHUP)
	terminate := make(chan os.Signal, 1)
	signal.Notify(terminate, syscall.SIGTERM)
	go func() {
		<-terminate
		os.Exit(0)
	}()
	// Standard input is a pipe held by the parent alone: its end is the parent's end.
	parent, err := replaceInput()
	if err != nil {
		fmt.Fprintln(os.Stderr, "no terminal for ClickHouse:", err)
		os.Exit(1)
	}
	go func() {
		_, _ = io.Copy(io.Discard, parent)
		os.Exit(0)
	}()
	if err := serve(library, os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// serve hands the thread to ClickHouse. The library opens its listeners only
// from a query, and lives as long as that query runs: one that never ends.
func serve(library, dir string) error {
	runtime.LockOSThread()
	handle, err := purego.Dlopen(library, purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		return fmt.Errorf("load %s: %w", library, err)
	}
	var setSignalHandlers func(int32)
	var query func(int32, unsafe.Pointer) unsafe.Pointer
	purego.RegisterLibFunc(&setSignalHandlers, handle, "chdb_set_signal_handlers_enabled")
	purego.RegisterLibFunc(&query, handle, "chdb_query_cmdline")
	setSignalHandlers(0) // Go's runtime needs its own

	args := []string{
		"gatehouse-engine",
		"--interactive", "--progress=off", // see replaceInput
		"--log-level=warning",
		"--config-file=" + filepath.Join(dir, configFile),
		"--query", "SYSTEM START LISTEN TCP; SELECT sleepEachRow(1) FROM system.numbers SETTINGS max_block_size=1 FORMAT Null",
	}
	var pin runtime.Pinner
	defer pin.Unpin()
	argv := make([]*byte, len(args)+1)
	for i, a := range args {
		b := append([]byte(a), 0)
		pin.Pin(&b[0])
		argv[i] = &b[0]
	}
	pin.Pin(&argv[0])
	query(int32(len(args)), unsafe.Pointer(&argv[0]))
	return fmt.Errorf("ClickHouse ended by itself; its log is %s", filepath.Join(dir, "clickhouse.log"))
}
