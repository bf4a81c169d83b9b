package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"gatehouse/ingest"
	"gatehouse/ingest/sheet/sandbox"
	"gatehouse/sql/engine"
)

// The test binary is also the program: testscript puts it on the path under
// its name. Started as one of its children it must not get as far as the tests.
func TestMain(m *testing.M) {
	engine.RunChild()
	sandbox.RunChild(ingest.Jobs())
	testscript.Main(m, map[string]func(){"gatehouse": main})
}

// TestScripts runs testdata/script, each script with a data directory of its own.
func TestScripts(t *testing.T) {
	t.Parallel()
	library, err := engine.FindLibrary("")
	if err != nil {
		t.Fatal(err)
	}
	if library, err = filepath.Abs(library); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("GATEHOUSE_LIBCHDB", library)
			e.Setenv("GATEHOUSE_DATA", filepath.Join(e.WorkDir, "data"))
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"status":  plain("STATUS COMMAND [ARGUMENT...]", 2, scriptStatus),
			"xlsx":    plain("CSV XLSX", 2, scriptXLSX),
			"fill":    plain("TEMPLATE CSV", 2, scriptFill),
			"rows":    plain("XLSX SHEET", 2, scriptRows),
			"gb18030": plain("FROM TO", 2, scriptGB18030),
			"bom":     plain("FROM TO", 2, scriptBOM),
			"cut":     plain("FROM TO BYTES", 3, scriptCut),
			"instant": plain("VARIABLE", 1, scriptInstant),
			"port":    plain("VARIABLE", 1, scriptPort),
			"ready":   plain("URL", 1, scriptReady),
			"free":    plain("DATA", 1, scriptFree),
			"zip":     plain("ARCHIVE FILE...", 2, scriptZip),
			"push":    plain("URL TOKEN FILE STATUS", 4, scriptPush),
		},
	})
}

// plain is a command that is not negated and takes at least so many arguments.
func plain(usage string, atLeast int, do func(*testscript.TestScript, []string) error) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) < atLeast {
			ts.Fatalf("usage: %s", usage)
		}
		ts.Check(do(ts, args))
	}
}

// scriptStatus runs a program that must end with the exit status.
func scriptStatus(ts *testscript.TestScript, args []string) error {
	code, err := 0, ts.Exec(args[1], args[2:]...)
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		code = exit.ExitCode()
	} else if err != nil {
		return err
	}
	if fmt.Sprint(code) != args[0] {
		return fmt.Errorf("exit status %d, want %s", code, args[0])
	}
	return nil
}

// scriptXLSX makes a workbook of a CSV file; what looks like a number is one.
func scriptXLSX(ts *testscript.TestScript, args []string) error {
	records, err := csv.NewReader(strings.NewReader(ts.ReadFile(args[0]))).ReadAll()
	if err != nil {
		return err
	}
	book := excelize.NewFile()
	defer book.Close()
	for i, record := range records {
		if err := put(book, "Sheet1", i+1, record); err != nil {
			return err
		}
	}
	return book.SaveAs(ts.MkAbs(args[1]))
}

func put(book *excelize.File, sheet string, row int, record []string) error {
	for i, text := range record {
		at, err := excelize.CoordinatesToCellName(i+1, row)
		if err != nil {
			return err
		}
		var value any = text
		if n, err := strconv.ParseFloat(text, 64); err == nil {
			value = n
		}
		if err := book.SetCellValue(sheet, at, value); err != nil {
			return err
		}
	}
	return nil
}

// scriptFill writes the columns of a CSV file under the headers of the same
// name, as a person fills in a template.
func scriptFill(ts *testscript.TestScript, args []string) error {
	records, err := csv.NewReader(strings.NewReader(ts.ReadFile(args[1]))).ReadAll()
	if err != nil {
		return err
	}
	book, err := excelize.OpenFile(ts.MkAbs(args[0]))
	if err != nil {
		return err
	}
	defer book.Close()
	sheet := book.GetSheetName(0)
	rows, err := book.GetRows(sheet)
	if err != nil {
		return err
	}
	columns := map[string]int{}
	for i, head := range rows[0] {
		columns[head] = i
	}
	for n, record := range records[1:] {
		filled := make([]string, len(rows[0]))
		for i, text := range record {
			column, ok := columns[records[0][i]]
			if !ok {
				return fmt.Errorf("the template has no column %s, but %v", records[0][i], rows[0])
			}
			filled[column] = text
		}
		if err := put(book, sheet, n+2, filled); err != nil {
			return err
		}
	}
	return book.Save()
}

// scriptRows prints a sheet, cells separated by |.
func scriptRows(ts *testscript.TestScript, args []string) error {
	book, err := excelize.OpenFile(ts.MkAbs(args[0]))
	if err != nil {
		return err
	}
	defer book.Close()
	rows, err := book.GetRows(args[1], excelize.Options{RawCellValue: true})
	if err != nil {
		return err
	}
	for _, row := range rows {
		if _, err := fmt.Fprintln(ts.Stdout(), strings.Join(row, "|")); err != nil {
			return err
		}
	}
	return nil
}

func scriptGB18030(ts *testscript.TestScript, args []string) error {
	text, err := simplifiedchinese.GB18030.NewEncoder().String(ts.ReadFile(args[0]))
	if err != nil {
		return err
	}
	return os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o600)
}

func scriptBOM(ts *testscript.TestScript, args []string) error {
	return os.WriteFile(ts.MkAbs(args[1]), []byte("\uFEFF"+ts.ReadFile(args[0])), 0o600)
}

// scriptCut keeps the first bytes of a file, as a broken copy does.
func scriptCut(ts *testscript.TestScript, args []string) error {
	n, err := strconv.Atoi(args[2])
	if err != nil {
		return err
	}
	return os.WriteFile(ts.MkAbs(args[1]), []byte(ts.ReadFile(args[0])[:n]), 0o600)
}

// scriptInstant keeps the present for a later --known-at.
func scriptInstant(ts *testscript.TestScript, args []string) error {
	ts.Setenv(args[0], time.Now().UTC().Format(time.RFC3339Nano))
	return nil
}

// scriptPort finds a port that nobody listens on.
func scriptPort(ts *testscript.TestScript, args []string) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	ts.Setenv(args[0], strconv.Itoa(listener.Addr().(*net.TCPAddr).Port))
	return listener.Close()
}

// scriptReady waits until a page answers with 200.
func scriptReady(_ *testscript.TestScript, args []string) error {
	return eventually(func() error {
		response, err := http.Get(args[0])
		if err != nil {
			return err
		}
		response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return errors.New(response.Status)
		}
		return nil
	})
}

// scriptFree checks that no engine is left: its child holds the lock until it ends.
func scriptFree(ts *testscript.TestScript, args []string) error {
	lock, err := os.OpenFile(filepath.Join(ts.MkAbs(args[0]), "clickhouse", "engine.lock"), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return fmt.Errorf("a process still has the engine of %s: %w", args[0], err)
	}
	return nil
}

// scriptZip packs files under the names given.
func scriptZip(ts *testscript.TestScript, args []string) error {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range args[1:] {
		f, err := w.Create(name)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(f, ts.ReadFile(name)); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(ts.MkAbs(args[0]), b.Bytes(), 0o600)
}

// scriptPush sends a CSV file as a program does and wants the status; what is
// answered is printed.
func scriptPush(ts *testscript.TestScript, args []string) error {
	r, err := http.NewRequest(http.MethodPost, args[0], strings.NewReader(ts.ReadFile(args[2])))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "text/csv")
	r.Header.Set("Authorization", "Bearer "+args[1])
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if _, err := io.Copy(ts.Stdout(), response.Body); err != nil {
		return err
	}
	if fmt.Sprint(response.StatusCode) != args[3] {
		return fmt.Errorf("status %d, want %s", response.StatusCode, args[3])
	}
	return nil
}

// eventually tries until there is no error, for half a minute.
func eventually(try func() error) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := try()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("for too long: %w", err)
		case <-tick.C:
		}
	}
}
