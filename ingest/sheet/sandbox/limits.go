package sandbox

import (
	"time"

	"gatehouse/ingest/sheet"
)

// Limits are ceilings for one file: those of the reader, and those of the
// process in which it runs for what the reader's do not foresee.
type Limits struct {
	sheet.Limits
	Memory int64         // bytes of the child's memory
	CPU    time.Duration // processor time of the child, in whole seconds
	Wall   time.Duration // how long the parent waits for the child, in all
}

// DefaultLimits leave half as much memory again, and ten times the time, as the
// worst workbook took that package sheet admits: 255 MB of shared texts need
// between 768 MB and 1 GB, and 5 s.
func DefaultLimits() Limits {
	return Limits{
		Limits: sheet.DefaultLimits(),
		Memory: 1536 << 20,
		CPU:    60 * time.Second,
		Wall:   60 * time.Second,
	}
}

// cpuSeconds is the time as the kernel counts it.
func (l Limits) cpuSeconds() uint64 {
	return uint64(max(1, (l.CPU+time.Second-1)/time.Second))
}

const (
	maxFrame   = 8 << 20   // bytes of a frame; the largest row and its lengths fit
	maxRowText = 4 << 20   // bytes of the texts of a row
	maxSheets  = 1 << 14   // of a book
	maxMerged  = 1 << 20   // merged ranges of a sheet
	maxRows    = 1<<31 - 1 // a text file may have more lines than a sheet has rows
	maxSaid    = 8 << 10   // bytes kept of what a child says to standard error
	maxFailure = 64 << 10  // bytes of a fault with its place
	fullFrame  = 64 << 10  // bytes of a frame that is sent off
)
