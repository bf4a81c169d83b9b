package clickhouse

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"

	"github.com/ClickHouse/clickhouse-go/v2"

	"gatehouse"
)

func tlsConfig() *tls.Config { return &tls.Config{MinVersion: tls.VersionTLS12} }

// Exception codes of ClickHouse that have something to say to the user.
const (
	notEnoughSpace       = 243
	authenticationFailed = 516
	memoryLimitExceeded  = 241
	tooManyParts         = 252
)

// explain turns what the user can mend into one line; the rest stays as it is.
func explain(err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	var exception *clickhouse.Exception
	if errors.As(err, &exception) {
		switch exception.Code {
		case notEnoughSpace:
			return gatehouse.Errorf(gatehouse.Unavailable, "ClickHouse's disk is full: free some space and try again (%w)", err)
		case authenticationFailed:
			return gatehouse.Errorf(gatehouse.Invalid, "ClickHouse refuses the user or its password: correct the --clickhouse address (%w)", err)
		case memoryLimitExceeded:
			return gatehouse.Errorf(gatehouse.Unavailable, "ClickHouse is out of memory for this query: try a shorter period or fewer projects (%w)", err)
		case tooManyParts:
			return gatehouse.Errorf(gatehouse.Unavailable, "ClickHouse has too many small parts to merge: try again in a minute (%w)", err)
		}
		return err
	}
	var network *net.OpError
	if errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, clickhouse.ErrAcquireConnTimeout) || errors.Is(err, context.DeadlineExceeded) {
		return gatehouse.Errorf(gatehouse.Unavailable, "ClickHouse does not answer: is it running? (%w)", err)
	}
	return err
}
