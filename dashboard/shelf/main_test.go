package shelf

import (
	"os"
	"testing"

	"gatehouse/sql/sqltest"
)

func TestMain(m *testing.M) { os.Exit(sqltest.Run(m)) }
