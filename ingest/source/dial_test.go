package source

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"gatehouse"
)

func TestOnlyPublicAddressesAreDialled(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		address string
		want    reach
	}{
		{"8.8.8.8", public},
		{"1.1.1.1", public},
		{"223.5.5.5", public},
		{"9.255.255.255", public},
		{"11.0.0.0", public},
		{"100.63.255.255", public},
		{"100.128.0.0", public},
		{"126.255.255.255", public},
		{"128.0.0.1", public},
		{"169.253.255.255", public},
		{"172.15.255.255", public},
		{"172.32.0.0", public},
		{"192.167.255.255", public},
		{"192.169.0.0", public},
		{"223.255.255.255", public},
		{"2400:3200::1", public},
		{"2606:4700:4700::1111", public},
		{"::ffff:8.8.8.8", public},
		{"64:ff9b::8.8.8.8", public},
		{"2002:808:808::1", public},

		{"127.0.0.1", private},
		{"127.255.255.254", private},
		{"::1", private},
		{"10.0.0.1", private},
		{"10.255.255.255", private},
		{"172.16.0.1", private},
		{"172.31.255.255", private},
		{"192.168.0.1", private},
		{"192.168.255.255", private},
		{"100.64.0.1", private},
		{"100.127.255.255", private},
		{"fc00::1", private},
		{"fd12:3456:789a::1", private},
		{"::ffff:127.0.0.1", private},
		{"::ffff:10.0.0.1", private},
		{"::ffff:7f00:1", private},

		{"0.0.0.0", never},
		{"0.1.2.3", never},
		{"::", never},
		{"169.254.169.254", never},
		{"::ffff:169.254.169.254", never},
		{"fe80::1", never},
		{"fe80::1%eth0", never},
		{"febf::1", never},
		{"fec0::1", never},
		{"224.0.0.1", never},
		{"239.255.255.255", never},
		{"240.0.0.1", never},
		{"255.255.255.255", never},
		{"ff02::1", never},
		{"192.0.0.8", never},
		{"192.0.2.1", never},
		{"192.88.99.1", never},
		{"198.18.0.1", never},
		{"198.19.255.255", never},
		{"198.51.100.1", never},
		{"203.0.113.1", never},
		{"2001:db8::1", never},
		{"2001::1", never},
		{"3fff::1", never},
		{"100::1", never},
		{"::127.0.0.1", never},         // IPv4-compatible
		{"64:ff9b::127.0.0.1", never},  // NAT64 to the gateway itself
		{"64:ff9b::10.0.0.1", never},   // NAT64 to its network
		{"64:ff9b:1::10.0.0.1", never}, // NAT64 of a local prefix
		{"64:ff9b::169.254.169.254", never},
		{"2002:7f00:1::1", never},   // 6to4
		{"2002:a9fe:a9fe::", never}, // 6to4 of 169.254.169.254
	} {
		ip := netip.MustParseAddr(c.address)
		if got := reachOf(ip.WithZone("").Unmap()); got != c.want {
			t.Errorf("%s: reach %d, want %d", c.address, got, c.want)
		}
		for _, named := range []bool{false, true} {
			want := c.want == public || c.want == private && named
			if got := (allowed{}).address(ip, named); got != want {
				t.Errorf("%s, named %v: allowed %v, want %v", c.address, named, got, want)
			}
		}
	}
}

func TestAllowList(t *testing.T) {
	t.Parallel()
	list, err := parseAllowed([]string{"10.20.0.0/16", "192.168.1.5", "fd00::/8", "169.254.7.0/24", "Billing.internal:8443", "[::1]:9000"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		address string
		want    bool
	}{
		{"10.20.255.1", true},
		{"::ffff:10.20.0.1", true},
		{"10.21.0.1", false},
		{"192.168.1.5", true},
		{"192.168.1.6", false},
		{"fd00::1", true},
		{"169.254.7.1", true}, // a network says so in so many words
		{"169.254.169.254", false},
	} {
		if got := list.address(netip.MustParseAddr(c.address), false); got != c.want {
			t.Errorf("%s: %v, want %v", c.address, got, c.want)
		}
	}
	for _, name := range []string{"billing.internal:8443", "[::1]:9000"} {
		if !list.hosts[name] {
			t.Errorf("%s is not in %v", name, list.hosts)
		}
	}
	for _, entry := range []string{"", "intranet", "10.0.0.0/40", ":80", "host:", "fe80::1%eth0"} {
		if _, err := parseAllowed([]string{entry}); err == nil {
			t.Errorf("%q is allowed", entry)
		}
	}
}

// nameServer is a DNS server on loopback whose every name has the address that
// answer gives, one for each question.
func nameServer(t *testing.T, answer func() netip.Addr) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		buffer := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if err := m.Unpack(buffer[:n]); err != nil || len(m.Questions) != 1 {
				continue
			}
			m.Response, m.Authoritative, m.Additionals = true, true, nil
			if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
				m.Answers = []dnsmessage.Resource{{
					Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class},
					Body:   &dnsmessage.AResource{A: answer().As4()},
				}}
			}
			packed, err := m.Pack()
			if err != nil {
				continue
			}
			if _, err := conn.WriteTo(packed, from); err != nil {
				return
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp4", conn.LocalAddr().String())
	}}
}

// A name that was harmless when it was looked at and points inside when it is
// dialled is refused, since what is dialled is what is looked at.
func TestRebindingGainsNothing(t *testing.T) {
	t.Parallel()
	inside, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { inside.Close() })
	var reached atomic.Int32
	go func() {
		for {
			conn, err := inside.Accept()
			if err != nil {
				return
			}
			reached.Add(1)
			conn.Close()
		}
	}()
	_, port, err := net.SplitHostPort(inside.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	var asked atomic.Int32
	resolver := nameServer(t, func() netip.Addr {
		if asked.Add(1) == 1 {
			return netip.MustParseAddr("8.8.8.8")
		}
		return netip.MustParseAddr("127.0.0.1")
	})
	if got, err := resolver.LookupNetIP(t.Context(), "ip4", "rebinding.example"); err != nil || len(got) != 1 || got[0] != netip.MustParseAddr("8.8.8.8") {
		t.Fatalf("first look: %v, error %v", got, err)
	}
	address := net.JoinHostPort("rebinding.example", port)
	_, err = (&dialGuard{resolver: resolver}).DialContext(t.Context(), "tcp", address)
	if gatehouse.KindOf(err) != gatehouse.Forbidden || !strings.Contains(err.Error(), "127.0.0.1, which is not a public address") {
		t.Errorf("error %v", err)
	}
	if reached.Load() != 0 {
		t.Error("the inside was reached")
	}
	// The same name is dialled when the configuration names it.
	list, err := parseAllowed([]string{address})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := (&dialGuard{resolver: resolver, allowed: list}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	// Even then not at an address of the cloud's own.
	resolver = nameServer(t, func() netip.Addr { return netip.MustParseAddr("169.254.169.254") })
	if _, err := (&dialGuard{resolver: resolver, allowed: list}).DialContext(t.Context(), "tcp", address); gatehouse.KindOf(err) != gatehouse.Forbidden {
		t.Errorf("link-local: error %v", err)
	}
}
