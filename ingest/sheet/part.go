package sheet

import (
	"context"
	"errors"
	"hash"
	"hash/crc32"
	"io"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zip"
)

// part is one entry of the archive while it is read. It gives up when the
// context ends and tells a damaged archive from a disk that fails.
type part struct {
	ctx context.Context
	rc  io.ReadCloser
	// size is what the directory says; reading more or less is a fault.
	size uint64
	// sum is kept only where the archive records a checksum of zero: its
	// reader takes that for "none", we take it for a sum that has to match.
	sum hash.Hash32
}

func openPart(ctx context.Context, f *zip.File) (*part, error) {
	const encrypted = 1
	if f.Flags&encrypted != 0 {
		return nil, faultf(Encrypted, "the archive is protected by a password; save the file without one")
	}
	rc, err := f.Open()
	if err != nil {
		return nil, zipFault(err)
	}
	p := &part{ctx: ctx, rc: rc, size: f.UncompressedSize64}
	if f.CRC32 == 0 {
		p.sum = crc32.NewIEEE()
	}
	return p, nil
}

func (p *part) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := p.rc.Read(b)
	if p.sum != nil {
		p.sum.Write(b[:n])
		if errors.Is(err, io.EOF) && p.sum.Sum32() != 0 {
			return n, zipFault(zip.ErrChecksum)
		}
	}
	if err == nil || err == io.EOF {
		return n, err
	}
	return n, zipFault(err)
}

// close gives the decompressor back; whether the part was sound is known from
// reading it.
func (p *part) close() { _ = p.rc.Close() }

// zipFault turns what the archive reader finds wrong with the file into a
// Fault. Other errors, of the disk for instance, stay what they are.
func zipFault(err error) error {
	var corrupt flate.CorruptInputError
	var internal flate.InternalError
	switch {
	case errors.Is(err, zip.ErrChecksum):
		return faultf(Checksum, "the checksum differs; the file is damaged, get it again")
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return faultf(Truncated, "the file is cut short; get it again")
	case errors.Is(err, zip.ErrAlgorithm):
		return faultf(CorruptZip, "the part is packed in a way that is not known; save the file again as .xlsx")
	case errors.Is(err, zip.ErrFormat), errors.As(err, &corrupt), errors.As(err, &internal):
		return faultf(CorruptZip, "the file is damaged or cut short; get it again")
	}
	return err
}
