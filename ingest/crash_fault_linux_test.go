package ingest

import (
	"errors"
	"fmt"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"gatehouse"
)

// packet is one of the next few that a worker sends or is answered.
func (m *matrix) packet() int { return 1 + m.random.IntN(6) }

// killProcess kills it where it waits, or a few packets later.
func (m *matrix) killProcess(w *worker, _ madeFile) {
	if m.random.IntN(2) == 0 {
		m.inFlight(func() { w.signal(syscall.SIGKILL) })
		w.goOn()
		w.end()
		return
	}
	w.kill()
	published := m.ask("SELECT toString(count()) AS answer FROM publication")
	if want := fmt.Sprint(len(m.oracle.loads)); m.now.at.step != StepPublished && published != want {
		m.t.Errorf("%s publications, want %s", published, want)
	}
}

// inFlight does something behind the back of a packet.
func (m *matrix) inFlight(then func()) {
	m.wire.set(trouble{up: m.random.IntN(2) == 0, packet: m.packet(), times: 1, then: then})
}

// zombie: another worker loads the file to the end while this one is stopped.
func (m *matrix) zombie(w *worker, f madeFile) {
	stopped, ended := make(chan struct{}), make(chan struct{})
	stop := func() {
		w.signal(syscall.SIGSTOP)
		close(stopped)
	}
	if m.random.IntN(2) == 0 {
		m.inFlight(stop)
	} else {
		stop()
	}
	w.goOn()
	var last workerReport
	go func() {
		last, _ = w.end()
		close(ended)
	}()
	select {
	case <-stopped:
		m.overtake(f)
		w.signal(syscall.SIGCONT)
		<-ended
	case <-ended: // nothing was left to send
	}
	if last.Error != "" || last.Status != AlreadyLoaded && last.Status != Published {
		m.t.Errorf("woken: %+v", last)
	}
}

func (m *matrix) overtake(f madeFile) {
	if r := m.load(f.name, f.content); r.Status != Published && r.Status != AlreadyLoaded {
		m.t.Errorf("the other worker: %+v", r)
	}
}

func (m *matrix) cut(w *worker, _ madeFile) {
	m.trouble(w, trouble{up: true, packet: m.packet(), keep: m.random.IntN(300), times: 1 + m.random.IntN(2)})
}

func (m *matrix) reset(w *worker, _ madeFile) {
	m.trouble(w, trouble{up: true, packet: m.packet(), keep: -1, times: 1 + m.random.IntN(2)})
}

func (m *matrix) lose(w *worker, _ madeFile) {
	m.trouble(w, trouble{packet: m.packet(), times: 1 + m.random.IntN(3)})
}

func (m *matrix) trouble(w *worker, t trouble) {
	m.wire.set(t)
	w.goOn()
	m.blame(w.end())
}

// blame makes sure that the worker does not take a fault for one of the file
// or of the program.
func (m *matrix) blame(r workerReport, ok bool) {
	if !ok || r.Status == Refused || r.Error != "" && r.Kind != gatehouse.Unavailable {
		m.t.Errorf("the worker says %+v", r)
	}
	if r.Error != "" {
		m.t.Logf("it says: %s", r.Error)
	}
}

// outOfSpace makes ClickHouse find less free space than a table asks for.
func (m *matrix) outOfSpace(w *worker, _ madeFile) {
	tables := append(crashTables(), "load", "attempt", "quarantine", "publication")
	if m.random.IntN(2) == 0 {
		m.random.Shuffle(len(tables), func(i, j int) { tables[i], tables[j] = tables[j], tables[i] })
		tables = tables[:1+m.random.IntN(2)]
	}
	alter := func(how string) {
		for _, table := range tables {
			if err := m.admin.Exec(m.t.Context(), "ALTER TABLE "+table+" "+how); err != nil {
				m.t.Fatal(err)
			}
		}
	}
	alter("MODIFY SETTING min_free_disk_bytes_to_perform_insert = 1000000000000000000")
	lift := func() { alter("RESET SETTING min_free_disk_bytes_to_perform_insert") }
	w.goOn()
	if m.random.IntN(2) == 0 { // somebody makes room meanwhile
		<-time.After(time.Duration(m.random.IntN(800)) * time.Millisecond)
		lift()
		m.blame(w.end())
		return
	}
	m.blame(w.end())
	lift()
}

func (m *matrix) killEngine(w *worker, _ madeFile) {
	kill := func() { _ = syscall.Kill(m.engine.Pid(), syscall.SIGKILL) }
	if m.random.IntN(2) == 0 {
		m.inFlight(kill)
	} else {
		kill()
	}
	w.goOn()
	m.blame(w.end())
	waitFor(m.t, m.db)
}

// limitEngine has the system stop the engine as it writes to a file, at a byte
// of it. The engine that takes its place has no limit.
func (m *matrix) limitEngine(w *worker, _ madeFile) {
	pid, limit := m.engine.Pid(), unix.Rlimit{Cur: m.random.Uint64N(400), Max: unix.RLIM_INFINITY}
	var before unix.Rlimit
	if err := unix.Prlimit(pid, unix.RLIMIT_FSIZE, &limit, &before); err != nil {
		m.t.Fatal(err)
	}
	w.goOn()
	m.blame(w.end())
	if err := unix.Prlimit(pid, unix.RLIMIT_FSIZE, &before, nil); err != nil && !errors.Is(err, unix.ESRCH) {
		m.t.Fatal(err)
	}
	waitFor(m.t, m.db)
}
