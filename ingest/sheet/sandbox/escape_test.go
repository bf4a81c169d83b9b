package sandbox

import (
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
)

// escape says which ways out it found, on a thread of its own for each.
func escape(address string) string {
	var found strings.Builder
	for _, way := range []struct {
		what string
		try  func() error
	}{
		{"read a file", func() error {
			_, err := os.ReadFile("/proc/self/status")
			return err
		}},
		{"ran a program", func() error {
			p, err := os.StartProcess("/bin/sh", []string{"sh", "-c", ":"}, &os.ProcAttr{})
			if err == nil {
				_, err = p.Wait()
			}
			return err
		}},
		{"connected", func() error {
			c, err := net.Dial("tcp", address)
			if err == nil {
				c.Close()
			}
			return err
		}},
		{"signalled its parent", func() error { return syscall.Kill(os.Getppid(), 0) }},
	} {
		done := make(chan error)
		go func() { done <- way.try() }()
		if <-done == nil {
			fmt.Fprintln(&found, way.what)
		}
	}
	return found.String()
}
