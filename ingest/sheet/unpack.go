package sheet

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zip"
	"golang.org/x/text/encoding/simplifiedchinese"
)

const gzipMark = "\x1F\x8B"

// Unpack calls yield for the files within an archive, in its order, and for a
// file that is none with the file itself. A .gz is its content; a .zip is the
// files in it, named "archive.zip/inner.xlsx", without folders, hidden files
// and the lock files of Office. A workbook is a zip too, and stays whole.
//
// The sum of a file is checked before it is yielded, but a fault may come after
// others were. An error of yield ends the unpacking and is returned unchanged.
func Unpack(ctx context.Context, name string, r io.ReaderAt, size int64, limits Limits, yield func(name string, r io.ReaderAt, size int64) error) error {
	head, err := readHead(r, len(zipMark))
	switch {
	case err != nil:
		return err
	case size > limits.FileBytes:
		return yield(name, r, size) // which Open refuses
	case bytes.HasPrefix(head, []byte(gzipMark)):
		content, err := gunzip(ctx, r, size, limits)
		if err == nil {
			err = notNested(content, limits)
		}
		if err != nil {
			return err
		}
		if strings.EqualFold(path.Ext(name), ".gz") {
			name = name[:len(name)-len(".gz")]
		}
		return yield(name, bytes.NewReader(content), int64(len(content)))
	case !bytes.HasPrefix(head, []byte(zipMark)):
		return yield(name, r, size)
	}
	files, err := openZip(r, size, limits)
	if err != nil {
		return err
	}
	if isPackage(files) {
		return yield(name, r, size)
	}
	found := false
	for _, f := range files {
		inner := innerName(f)
		if isAside(inner) {
			continue
		}
		content, err := unzip(ctx, f, limits)
		if err != nil {
			return inPart(err, inner)
		}
		found = true
		if err := yield(name+"/"+inner, bytes.NewReader(content), int64(len(content))); err != nil {
			return err
		}
	}
	if !found {
		return faultf(EmptyFile, "the archive holds no file")
	}
	return nil
}

// isPackage says that a zip is a document of its own: a workbook, or what Open
// has a better word for than an archive.
func isPackage(files []*zip.File) bool {
	names := make(map[string]bool)
	for _, f := range files {
		names[partKey(f.Name)] = true
	}
	return names[partKey(contentTypes)] || names["mimetype"] && names[odsContent]
}

// innerName is the path of a file in an archive. Windows packs names in the code
// page of its language and sets no flag; here that is Chinese.
func innerName(f *zip.File) string {
	name := f.Name
	if !utf8.ValidString(name) {
		if decoded, err := simplifiedchinese.GB18030.NewDecoder().String(name); err == nil {
			name = decoded
		}
	}
	name = strings.ReplaceAll(strings.ToValidUTF8(name, "\uFFFD"), `\`, "/")
	if strings.HasSuffix(name, "/") {
		return name
	}
	return strings.TrimPrefix(path.Clean("/"+name), "/")
}

// isAside says that a file was put into an archive by a program, not a person.
func isAside(name string) bool {
	for _, element := range strings.Split(name, "/") {
		if strings.HasPrefix(element, ".") || element == "__MACOSX" {
			return true
		}
	}
	return name == "" || strings.HasSuffix(name, "/") || strings.HasPrefix(path.Base(name), "~$")
}

// unzip reads a file of an archive to its end, which checks its sum.
func unzip(ctx context.Context, f *zip.File, limits Limits) ([]byte, error) {
	if f.UncompressedSize64 > uint64(limits.FileBytes) {
		return nil, faultf(TooLarge, "the file is larger than %d MB; split it", limits.FileBytes>>20)
	}
	p, err := openPart(ctx, f)
	if err != nil {
		return nil, err
	}
	defer p.close()
	content, err := io.ReadAll(p)
	if err != nil {
		return nil, err
	}
	return content, notNested(content, limits)
}

// gunzip reads a gzip file to its end, which checks its sum.
func gunzip(ctx context.Context, r io.ReaderAt, size int64, limits Limits) ([]byte, error) {
	zr, err := gzip.NewReader(io.NewSectionReader(r, 0, size))
	var content []byte
	if err == nil {
		p := &part{ctx: ctx, rc: zr}
		content, err = io.ReadAll(io.LimitReader(p, limits.FileBytes+1))
	}
	switch {
	case errors.Is(err, gzip.ErrHeader):
		return nil, faultf(CorruptZip, "the file is damaged or cut short; get it again")
	case errors.Is(err, gzip.ErrChecksum):
		return nil, zipFault(zip.ErrChecksum)
	case err != nil:
		return nil, zipFault(err)
	case int64(len(content)) > limits.FileBytes:
		return nil, faultf(TooLarge, "the file unpacks to more than %d MB; split it", limits.FileBytes>>20)
	}
	return content, nil
}

// notNested refuses an archive within an archive: it is how a small file
// becomes endless, and nobody exports so.
func notNested(content []byte, limits Limits) error {
	nested := bytes.HasPrefix(content, []byte(gzipMark))
	if bytes.HasPrefix(content, []byte(zipMark)) {
		files, err := openZip(bytes.NewReader(content), int64(len(content)), limits)
		nested = err == nil && !isPackage(files) // a damaged workbook is for Open to refuse
	}
	if nested {
		return faultf(NestedArchive, "an archive lies within the archive; unpack it and upload what is in it")
	}
	return nil
}
