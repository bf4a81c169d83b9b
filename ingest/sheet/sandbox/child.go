package sandbox

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"
)

// Job is work on an untrusted file. It may read in and write to out, and
// nothing else: it has no files of its own. args are trusted. A *sheet.Fault
// or a *gatehouse.Error reaches the caller of Run as such.
type Job func(in *os.File, out io.Writer, args []byte) error

// childEnv marks a process as a child.
const childEnv = "GATEHOUSE_SANDBOX_CHILD"

// fileDescriptor is where a child finds the file: behind the standard three.
const fileDescriptor = 3

// readJob is the job of Open.
const readJob = ""

// RunChild does a child's work when the process was started as one, and then
// never returns; in any other process it does nothing. It must be the first
// call of main, and of TestMain where tests load files. jobs are those that
// Run can name.
func RunChild(jobs map[string]Job) {
	if os.Getenv(childEnv) == "" {
		return
	}
	if err := work(jobs); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// work does what the parent asks. An error is one of the pipes.
func work(jobs map[string]Job) error {
	requests := newFrameReader(os.Stdin)
	kind, content, err := requests.next()
	if err != nil || kind != frameStart {
		return fmt.Errorf("the parent began with frame %q: %w", kind, err)
	}
	var s start
	if err := json.Unmarshal(content, &s); err != nil {
		return err
	}
	zone, err := time.LoadLocation(s.How.Zone) // from a file, which cannot be opened later
	if err != nil {
		return fail(err)
	}
	if err := restrict(s.Limits); err != nil {
		return fail(err)
	}
	job := jobs[s.Job]
	if job == nil && s.Job != readJob {
		return fail(fmt.Errorf("there is no job %q", s.Job))
	}
	asked := make(chan request)
	go listen(requests, asked)
	if err := writeFrame(os.Stdout, frameHello, []byte(greeting)); err != nil {
		return err
	}
	file := os.NewFile(fileDescriptor, "file")
	if s.Job == readJob {
		return serve(file, s.How.Format, zone, s.Limits.Limits, asked)
	}
	out := &output{}
	if err := job(file, out, s.Args); err != nil {
		return fail(err)
	}
	return writeFrame(os.Stdout, frameEnd, binary.AppendUvarint(nil, out.count))
}

// request is what a book is asked for.
type request struct {
	kind  frameKind
	sheet int
}

// listen passes the parent's requests on. The pipe ends with the parent, and
// the child with the pipe, whatever it is busy with.
func listen(in *frameReader, asked chan<- request) {
	for {
		kind, content, err := in.next()
		if err != nil {
			os.Exit(0)
		}
		index, size := binary.Uvarint(content)
		if size <= 0 {
			os.Exit(1)
		}
		asked <- request{kind, int(index)}
	}
}

// fail answers with an error.
func fail(err error) error {
	content, err := json.Marshal(failureOf(err))
	if err != nil {
		return err
	}
	return writeFrame(os.Stdout, frameFailed, content)
}

// output makes frames of what a job writes.
type output struct{ count uint64 }

func (o *output) Write(p []byte) (int, error) {
	written := 0
	for len(p) > 0 {
		n := min(len(p), fullFrame)
		if err := writeFrame(os.Stdout, frameData, p[:n]); err != nil {
			return written, err
		}
		written += n
		o.count += uint64(n)
		p = p[n:]
	}
	return written, nil
}
