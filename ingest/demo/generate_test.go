package demo_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse"
	"gatehouse/ingest/demo"
)

func options() demo.Options { return demo.Options{Seed: 7, Last: gatehouse.NewMonth(2026, 8)} }

func TestGenerateIsDeterministic(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(demo.Generate(options()), demo.Generate(options())); diff != "" {
		t.Error(diff)
	}
}
