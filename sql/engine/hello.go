package engine

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"time"
)

// answers tells whether this directory's ClickHouse listens at the address. An
// open port proves nothing, since it may be another program's; so it logs in,
// with the first packet of the native protocol and the directory's password.
func answers(ctx context.Context, a Address) bool {
	dialer := net.Dialer{Timeout: time.Second}
	conn, err := dialer.DialContext(ctx, "tcp", a.HostPort())
	if err != nil {
		return false
	}
	defer conn.Close()
	if conn.SetDeadline(time.Now().Add(2*time.Second)) != nil {
		return false
	}
	if _, err := conn.Write(hello(a)); err != nil {
		return false
	}
	var packet [1]byte
	if _, err := io.ReadFull(conn, packet[:]); err != nil {
		return false
	}
	// A hangup with its answer unread would be an error in ClickHouse's log.
	if c, ok := conn.(*net.TCPConn); ok && c.CloseWrite() == nil {
		_, _ = io.Copy(io.Discard, conn)
	}
	return packet[0] == helloPacket // else an exception, or no ClickHouse
}

const (
	helloPacket      = 0     // kind of the first packet, both ways
	protocolRevision = 54058 // old enough to need nothing more
)

func hello(a Address) []byte {
	text := func(b []byte, s string) []byte {
		return append(binary.AppendUvarint(b, uint64(len(s))), s...)
	}
	b := binary.AppendUvarint(nil, helloPacket)
	b = text(b, "gatehouse")
	for _, n := range []uint64{1, 0, protocolRevision} { // major, minor, protocol
		b = binary.AppendUvarint(b, n)
	}
	b = text(b, "") // the default database
	b = text(b, a.User)
	return text(b, a.Password)
}
