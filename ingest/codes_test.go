package ingest

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"gatehouse/ingest/sheet"
)

// TestCodesAreDocumented holds docs/codes.md against the codes.
func TestCodesAreDocumented(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../docs/codes.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(raw)
	for _, e := range Codes() {
		line := fmt.Sprintf("| `%s` | %s · %s | %s · %s |", e.Code, e.Message.EN, e.Message.ZH, e.Hint.EN, e.Hint.ZH)
		if !strings.Contains(page, line) {
			t.Errorf("docs/codes.md lacks\n%s", line)
		}
	}
	for _, e := range sheet.Codes() {
		line := fmt.Sprintf("| `%s` | %s · %s | %s · %s |", e.Code, e.Message.EN, e.Message.ZH, e.Hint.EN, e.Hint.ZH)
		if !strings.Contains(page, line) {
			t.Errorf("docs/codes.md lacks\n%s", line)
		}
	}
}
