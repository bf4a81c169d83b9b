package ingest

import (
	"net"
	"sync"
	"testing"
)

// wire stands between a worker and ClickHouse and does to their packets what a
// bad network does.
type wire struct {
	listener net.Listener
	server   string
	mu       sync.Mutex
	trouble  trouble
	seen     int // packets in the trouble's direction since it was set
	open     []net.Conn
}

// trouble is what happens to a packet; the zero one does nothing. Packets are
// what one read gives: a request or an answer, or a part of it.
type trouble struct {
	up     bool // counts what the worker sends, else what the server answers
	packet int  // which one, from 1
	keep   int  // bytes of it that still pass, -1 for all
	times  int  // how often; each counts from the one before
	then   func()
}

func newWire(t *testing.T, server string) *wire {
	t.Helper()
	var listen net.ListenConfig
	l, err := listen.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{listener: l, server: server}
	var running sync.WaitGroup
	running.Go(func() { w.accept(&running) })
	t.Cleanup(func() {
		l.Close()
		w.mu.Lock()
		for _, c := range w.open {
			c.Close()
		}
		w.mu.Unlock()
		running.Wait()
	})
	return w
}

func (w *wire) address() string { return w.listener.Addr().String() }

func (w *wire) set(t trouble) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trouble, w.seen = t, 0
}

func (w *wire) accept(running *sync.WaitGroup) {
	for {
		client, err := w.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", w.server) //nolint:noctx // ends with the listener
		if err != nil {
			client.Close()
			continue
		}
		w.mu.Lock()
		w.open = append(w.open, client, server)
		w.mu.Unlock()
		running.Go(func() { w.carry(client, server, true) })
		running.Go(func() { w.carry(server, client, false) })
	}
}

// carry takes packets one way until a side hangs up or trouble comes.
func (w *wire) carry(from, to net.Conn, up bool) {
	defer from.Close()
	defer to.Close()
	buffer := make([]byte, 1<<20)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		now := w.strikes(up)
		if now.packet > 0 && now.then == nil {
			if now.keep >= 0 {
				n = min(n, now.keep)
			}
			_, _ = to.Write(buffer[:n])
			reset(from)
			reset(to)
			return
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
		if now.then != nil {
			now.then()
		}
	}
}

// strikes gives the trouble of this packet, the zero one for none.
func (w *wire) strikes(up bool) trouble {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.trouble.times == 0 || w.trouble.up != up {
		return trouble{}
	}
	if w.seen++; w.seen < w.trouble.packet {
		return trouble{}
	}
	w.seen = 0
	w.trouble.times--
	return w.trouble
}

// reset makes the close of a connection an abrupt one.
func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
}
