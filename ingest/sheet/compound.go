package sheet

import (
	"bytes"
	"errors"
	"io"

	"github.com/richardlehane/mscfb"
)

// compoundMark begins the container of Office before 2007, a file system of
// its own, which also wraps workbooks that are protected by a password.
const compoundMark = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"

// workbookStream gives the records of the workbook within a container. All
// streams are read to their end, since nothing else tells of a file cut short:
// the container has no checksum.
func workbookStream(content []byte) ([]byte, error) {
	files, err := mscfb.New(bytes.NewReader(content))
	if err != nil {
		return nil, compoundFault()
	}
	streams := make(map[string][]byte)
	for f, err := files.Next(); !errors.Is(err, io.EOF); f, err = files.Next() {
		switch {
		case err != nil:
			return nil, compoundFault()
		case f.FileInfo().IsDir():
			continue
		case f.Size > int64(len(content)):
			return nil, faultf(Truncated, "the file is cut short; get it again")
		}
		stream, err := io.ReadAll(io.LimitReader(f, f.Size))
		if err != nil || int64(len(stream)) != f.Size {
			return nil, compoundFault()
		}
		if len(f.Path) == 0 {
			streams[f.Name] = stream
		}
	}
	switch {
	case streams["EncryptedPackage"] != nil:
		return nil, protected()
	case streams["Workbook"] != nil:
		return streams["Workbook"], nil
	case streams["Book"] != nil:
		return streams["Book"], nil
	}
	return nil, faultf(NotASpreadsheet, "this is a document of Office before 2007 or a message, not a workbook")
}

func compoundFault() error {
	return faultf(CorruptCompound, "the file is damaged or cut short; get it again")
}

func protected() error {
	return faultf(Encrypted, "the workbook is protected by a password; open it in Excel or WPS, remove the password and save it again")
}

// readAll takes a file that cannot be streamed into memory.
func readAll(r io.ReaderAt, size int64) ([]byte, error) {
	content, err := io.ReadAll(io.NewSectionReader(r, 0, size))
	if err == nil && int64(len(content)) < size {
		err = faultf(Truncated, "the file is cut short; get it again")
	}
	return content, err
}
