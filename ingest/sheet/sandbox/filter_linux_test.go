package sandbox

import (
	"bytes"
	"net"
	"strings"
	"testing"

	seccomp "github.com/elastic/go-seccomp-bpf"
)

// What a child reaches is its descriptors alone: "escape" names every way out
// that it found.
func TestChildReachesNothing(t *testing.T) {
	t.Parallel()
	if !seccomp.Supported() {
		t.Fatal("this kernel has no filter of system calls, so nothing of this can hold")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	var got bytes.Buffer
	if err := Run(t.Context(), "escape", fileOf(t, nil), []byte(listener.Addr().String()), &got, DefaultLimits()); err != nil {
		t.Fatal(err)
	}
	if got.Len() > 0 {
		t.Errorf("the child %s", got.String())
	}
	// The test itself is not fooling.
	if got := escape(listener.Addr().String()); strings.Count(got, "\n") != 4 {
		t.Errorf("without a filter: %q", got)
	}
}
