package sandbox

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// frameKind says what a frame holds. A frame is its kind, the length of the
// content in four bytes, little end first, and the content.
type frameKind byte

// Frames to the child.
const (
	frameStart  frameKind = 'S' // JSON of start; the first
	frameRows   frameKind = 'R' // uvarint: index of a sheet
	frameMerged frameKind = 'M' // the same
)

// Frames from the child. An answer is any number of data frames, and one of
// frameEnd, frameBook or frameFailed.
const (
	frameHello  frameKind = 'H' // greeting; the first
	frameBook   frameKind = 'B' // JSON of bookMessage
	frameData   frameKind = 'D' // rows, ranges or a job's output
	frameEnd    frameKind = 'E' // uvarint: how many rows, ranges or bytes came
	frameFailed frameKind = 'F' // JSON of failure
)

// greeting begins every child's answers; it changes with the protocol.
const greeting = "gatehouse sandbox 1"

// errBreach says that the child broke the protocol, as only a defect or an
// intruder would.
var errBreach = errors.New("the child broke the protocol")

func breachf(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{errBreach}, args...)...)
}

const frameHead = 5

// beginFrame makes room for the head of a frame; the content is appended.
func beginFrame(buf []byte, kind frameKind) []byte {
	return append(buf[:0], byte(kind), 0, 0, 0, 0)
}

// sendFrame writes a frame begun by beginFrame, in one call.
func sendFrame(w io.Writer, frame []byte) error {
	if len(frame) > maxFrame+frameHead {
		return fmt.Errorf("a frame of %d bytes is too long to send", len(frame))
	}
	binary.LittleEndian.PutUint32(frame[1:], uint32(len(frame)-frameHead))
	_, err := w.Write(frame)
	return err
}

func writeFrame(w io.Writer, kind frameKind, content []byte) error {
	return sendFrame(w, append(beginFrame(nil, kind), content...))
}

// frameReader splits a pipe into frames.
type frameReader struct {
	src     *bufio.Reader
	content []byte
}

// newFrameReader keeps the buffer small: contents go past it.
func newFrameReader(r io.Reader) *frameReader {
	return &frameReader{src: bufio.NewReaderSize(r, 4<<10)}
}

// next reads a frame. The content is valid until the next one; the end of the
// pipe is always an error.
func (f *frameReader) next() (frameKind, []byte, error) {
	var head [frameHead]byte
	if _, err := io.ReadFull(f.src, head[:]); err != nil {
		return 0, nil, err
	}
	length := int(binary.LittleEndian.Uint32(head[1:]))
	if length > maxFrame {
		return 0, nil, breachf("a frame of %d bytes", length)
	}
	if length > cap(f.content) {
		f.content = make([]byte, max(length, fullFrame))
	}
	content := f.content[:length]
	if _, err := io.ReadFull(f.src, content); err != nil {
		return 0, nil, err
	}
	return frameKind(head[0]), content, nil
}
