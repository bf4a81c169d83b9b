package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"

	"gatehouse"
)

func TestExplain(t *testing.T) {
	t.Parallel()
	exception := func(code int32) error {
		return fmt.Errorf("query: %w", &clickhouse.Exception{Code: code, Message: "first line\nsecond line"})
	}
	for _, c := range []struct {
		err    error
		kind   gatehouse.Kind
		phrase string
	}{
		{exception(notEnoughSpace), gatehouse.Unavailable, "disk is full"},
		{exception(authenticationFailed), gatehouse.Invalid, "refuses the user or its password"},
		{exception(memoryLimitExceeded), gatehouse.Unavailable, "out of memory"},
		{exception(tooManyParts), gatehouse.Unavailable, "try again in a minute"},
		{exception(tableExists), gatehouse.Internal, "first line"},
		{&net.OpError{Op: "dial", Err: errors.New("refused")}, gatehouse.Unavailable, "is it running?"},
		{fmt.Errorf("read: %w", io.EOF), gatehouse.Unavailable, "is it running?"},
		{clickhouse.ErrAcquireConnTimeout, gatehouse.Unavailable, "is it running?"},
		{context.DeadlineExceeded, gatehouse.Unavailable, "is it running?"},
		{context.Canceled, gatehouse.Internal, "canceled"}, // the asker has left: nobody to tell
		{errors.New("else"), gatehouse.Internal, "else"},
	} {
		got := explain(c.err)
		if gatehouse.KindOf(got) != c.kind || !strings.Contains(got.Error(), c.phrase) {
			t.Errorf("%v is explained as %s, %q", c.err, gatehouse.KindOf(got), got)
		}
		if !errors.Is(got, c.err) {
			t.Errorf("%q has lost its cause", got)
		}
		if c.kind != gatehouse.Internal && strings.Contains(got.Error(), "\n") {
			t.Errorf("%q has several lines", got)
		}
	}
	if explain(nil) != nil {
		t.Error("no error is explained")
	}
}
