package main

import (
	"fmt"
	"time"

	"gatehouse/ingest/sheet/sandbox"
)

// readLimits are what one file may cost. Each file is read in a process of its
// own, which ends when it goes beyond; the file is then refused.
type readLimits struct {
	MaxFileMB     int64         `name:"max-file-mb" help:"Megabytes of a file to load." env:"GATEHOUSE_MAX_FILE_MB" default:"50"`
	MaxUnpackedMB int64         `name:"max-unpacked-mb" help:"Megabytes to which a workbook may unpack, half of them in one sheet." env:"GATEHOUSE_MAX_UNPACKED_MB" default:"512"`
	MaxCells      int           `help:"Cells of a sheet." env:"GATEHOUSE_MAX_CELLS" default:"20000000"`
	MaxMemoryMB   int64         `name:"max-memory-mb" help:"Megabytes of memory for reading a file; up to four are read at once." env:"GATEHOUSE_MAX_MEMORY_MB" default:"1536"`
	MaxReadTime   time.Duration `help:"Time for reading a file, not counting what is done with its rows." env:"GATEHOUSE_MAX_READ_TIME" default:"60s"`
}

// sandbox gives the limits to read files under.
func (r readLimits) sandbox() (sandbox.Limits, error) {
	const mb = 1 << 20
	l := sandbox.DefaultLimits()
	for _, c := range []struct {
		flag               string
		value, least, most int64
	}{
		{"--max-file-mb", r.MaxFileMB, 1, 4096},
		{"--max-unpacked-mb", r.MaxUnpackedMB, 1, 4096},
		{"--max-cells", int64(r.MaxCells), 1000, 1_000_000_000},
		{"--max-memory-mb", r.MaxMemoryMB, 256, 1 << 20},
	} {
		if c.value < c.least || c.value > c.most {
			return l, fmt.Errorf("%s %d is not between %d and %d", c.flag, c.value, c.least, c.most)
		}
	}
	if r.MaxReadTime < time.Second || r.MaxReadTime > 24*time.Hour {
		return l, fmt.Errorf("--max-read-time %s is not between 1s and 24h", r.MaxReadTime)
	}
	l.FileBytes, l.UnzippedBytes, l.PartBytes = r.MaxFileMB*mb, r.MaxUnpackedMB*mb, r.MaxUnpackedMB*mb/2
	l.Cells, l.Memory, l.CPU, l.Wall = r.MaxCells, r.MaxMemoryMB*mb, r.MaxReadTime, r.MaxReadTime
	return l, nil
}
