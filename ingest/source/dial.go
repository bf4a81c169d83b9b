package source

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"time"

	"gatehouse"
)

// dialGuard connects to public addresses, and to others only when they are
// allowed. It looks at the address that is really dialled, after the name was
// resolved, so a name that changes its mind gains nothing.
type dialGuard struct {
	allowed  allowed
	resolver *net.Resolver // nil: the system's
}

// allowed are exceptions to "public addresses only".
type allowed struct {
	networks []netip.Prefix
	hosts    map[string]bool // host:port, lower case, as a source names it
}

// parseAllowed reads networks (10.1.0.0/16), addresses and host:port.
func parseAllowed(entries []string) (allowed, error) {
	a := allowed{hosts: map[string]bool{}}
	for _, entry := range entries {
		if network, err := netip.ParsePrefix(entry); err == nil {
			a.networks = append(a.networks, network.Masked())
			continue
		}
		if address, err := netip.ParseAddr(entry); err == nil && address.Zone() == "" {
			a.networks = append(a.networks, netip.PrefixFrom(address, address.BitLen()))
			continue
		}
		host, port, err := net.SplitHostPort(entry)
		if err != nil || host == "" || port == "" {
			return a, wrong("allow", "%q is neither a network (10.1.0.0/16), nor an address, nor host:port", entry)
		}
		a.hosts[hostPort(host, port)] = true
	}
	return a, nil
}

func hostPort(host, port string) string {
	return net.JoinHostPort(strings.ToLower(strings.TrimSuffix(host, ".")), port)
}

// DialContext connects to an address of the form host:port.
func (g *dialGuard) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	named := g.allowed.hosts[hostPort(host, port)]
	dialer := net.Dialer{
		Timeout: 10 * time.Second, KeepAlive: 30 * time.Second, Resolver: g.resolver,
		ControlContext: func(_ context.Context, _, resolved string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(resolved)
			if err != nil {
				return forbidden(address, resolved)
			}
			if !g.allowed.address(to.Addr(), named) {
				return forbidden(address, to.Addr().String())
			}
			return nil
		},
	}
	return dialer.DialContext(ctx, network, address)
}

func forbidden(address, resolved string) error {
	return gatehouse.Errorf(gatehouse.Forbidden, "%s is at %s, which is not a public address: if it is meant to be reached, add %s (or its network) to the source's allow list", address, resolved, address)
}

// address tells whether an address may be dialled; named says that the
// configuration names its host and port.
func (a allowed) address(ip netip.Addr, named bool) bool {
	ip = ip.WithZone("").Unmap()
	for _, network := range a.networks {
		if network.Contains(ip) {
			return true
		}
	}
	switch reachOf(ip) {
	case public:
		return true
	case private:
		return named
	}
	return false
}
