package source

import "net/netip"

// reach is from where an address can be reached.
type reach int

const (
	public  reach = iota
	private       // this machine or an organisation's own network
	never         // link-local (clouds keep credentials there), multicast, unspecified, reserved
)

// ranges are the special addresses of RFC 6890 and its successors; the first
// that contains an address counts.
func ranges() []struct {
	prefix string
	reach  reach
} {
	return []struct {
		prefix string
		reach  reach
	}{
		{"0.0.0.0/8", never},       // this network
		{"10.0.0.0/8", private},    // RFC 1918
		{"100.64.0.0/10", private}, // carrier-grade NAT
		{"127.0.0.0/8", private},   // loopback
		{"169.254.0.0/16", never},  // link-local
		{"172.16.0.0/12", private}, // RFC 1918
		{"192.0.0.0/24", never},    // protocol assignments
		{"192.0.2.0/24", never},    // documentation
		{"192.88.99.0/24", never},  // 6to4 relays
		{"192.168.0.0/16", private},
		{"198.18.0.0/15", never},   // benchmarks
		{"198.51.100.0/24", never}, // documentation
		{"203.0.113.0/24", never},  // documentation
		{"224.0.0.0/4", never},     // multicast
		{"240.0.0.0/4", never},     // reserved, broadcast
		{"::1/128", private},       // loopback
		{"fc00::/7", private},      // unique local
		{"2001::/23", never},       // protocol assignments, Teredo
		{"2001:db8::/32", never},   // documentation
		{"3fff::/20", never},       // documentation
	}
}

// global is all of IPv6 that is handed out for the public network.
const global = "2000::/3"

// reachOf classifies an unmapped address without zone. Addresses that carry an
// IPv4 address are what that address is.
func reachOf(ip netip.Addr) reach {
	if !ip.IsValid() {
		return never
	}
	if inner, ok := carried(ip); ok {
		if reachOf(inner) == public {
			return public
		}
		return never
	}
	for _, r := range ranges() {
		if netip.MustParsePrefix(r.prefix).Contains(ip) {
			return r.reach
		}
	}
	if ip.Is6() && !netip.MustParsePrefix(global).Contains(ip) {
		return never
	}
	return public
}

// carried gives the IPv4 address inside an address of NAT64 (RFC 6052) or 6to4
// (RFC 3056): a gateway would connect to it.
func carried(ip netip.Addr) (netip.Addr, bool) {
	if !ip.Is6() {
		return ip, false
	}
	b := ip.As16()
	switch {
	case netip.MustParsePrefix("64:ff9b::/96").Contains(ip):
		return netip.AddrFrom4([4]byte(b[12:16])), true
	case netip.MustParsePrefix("2002::/16").Contains(ip):
		return netip.AddrFrom4([4]byte(b[2:6])), true
	}
	return ip, false
}
