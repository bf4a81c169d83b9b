package sandbox

import (
	"context"
	"io"
	"os"
)

// Run runs one of RunChild's jobs on a file, from where the file stands, in a
// child that ends with ctx if not before. What the job writes goes to out,
// no more than Limits.UnzippedBytes; it is whole only if there is no error.
func Run(ctx context.Context, job string, file *os.File, args []byte, out io.Writer, limits Limits) error {
	p, err := launch(ctx, start{Job: job, Limits: limits, Args: args}, file)
	if err != nil {
		return err
	}
	defer p.stop()
	count := uint64(0)
	for {
		content, more, err := p.data(ctx, func(frame []byte) error { return endAt(frame, count) })
		if !more {
			return err
		}
		if count += uint64(len(content)); count > uint64(limits.UnzippedBytes) {
			return tooLarge(nil, "what was made of the file is larger than %d MB; split it", limits.UnzippedBytes>>20)
		}
		if _, err := out.Write(content); err != nil {
			return err
		}
	}
}
