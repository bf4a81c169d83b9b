package engine

import (
	"context"
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	RunChild()
	os.Exit(m.Run())
}

func TestOpenStartsAndCloses(t *testing.T) {
	e, err := Open(context.Background(), Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(e.Address().Port, e.Pid())
	if err := e.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
}
