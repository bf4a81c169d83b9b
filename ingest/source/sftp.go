package source

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"net"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/pkg/sftp"

	"gatehouse"
	"gatehouse/ingest"
)

// sftpFolder takes the files of a folder on an SFTP server.
type sftpFolder struct {
	c      SFTPConfig
	dial   dialFunc
	getenv func(string) string
	host   hostKeys
	limit  int64
	quiet  *quiet
}

const (
	sftpSettle = 30 * time.Second // an upload that pauses longer is taken for whole
	sftpDepth  = 16               // folders within folders
)

func newSFTP(c SFTPConfig, dial dialFunc, getenv func(string) string) (*sftpFolder, error) {
	switch {
	case c.Address == "" || c.User == "" || c.Path == "":
		return nil, gatehouse.Errorf(gatehouse.Invalid, "sftp %s: address, user and path are needed", c.Address)
	case c.Password.IsZero() && c.Key.IsZero():
		return nil, gatehouse.Errorf(gatehouse.Invalid, "sftp %s: give password or key", c.Address)
	}
	if _, _, err := net.SplitHostPort(c.Address); err != nil {
		c.Address = net.JoinHostPort(strings.Trim(c.Address, "[]"), "22")
	}
	host, err := parseHostKeys(c.HostKey)
	if err != nil {
		return nil, gatehouse.Errorf(gatehouse.Invalid, "sftp %s: %w", c.Address, err)
	}
	c.Path = path.Clean(c.Path)
	c.Done, c.Failed = below(c.Path, cmp.Or(c.Done, "done")), below(c.Path, cmp.Or(c.Failed, "failed"))
	if !c.InPlace && (c.Done == c.Path || c.Failed == c.Path) {
		return nil, gatehouse.Errorf(gatehouse.Invalid, "sftp %s: done and failed must be other folders than path", c.Address)
	}
	return &sftpFolder{c: c, dial: dial, getenv: getenv, host: host, limit: maxFile, quiet: newQuiet(sftpSettle, time.Now)}, nil
}

// below resolves a name within a folder of the server, which may also be absolute.
func below(folder, name string) string {
	if path.IsAbs(name) {
		return path.Clean(name)
	}
	return path.Join(folder, name)
}

// Fetch yields the files that are whole, older ones first.
func (f *sftpFolder) Fetch(ctx context.Context, before State, yield func(Item) error) error {
	client, err := f.connect(ctx)
	if err != nil {
		return err
	}
	defer client.end()
	var wrong problems
	var found []listedFile
	if err := f.list(ctx, client, "", 0, &found, &wrong); err != nil {
		return err
	}
	slices.SortFunc(found, byAge)
	found, moving := f.quiet.settled(found)
	if moving > 0 {
		before.note("sftp %s: %d files changed less than %s ago, left for the next run", f.c.Address, moving, sftpSettle)
	}
	for _, file := range found {
		if f.c.InPlace && before.seen(file.title(), version(file.info)) {
			continue
		}
		content, err := f.read(ctx, client, file)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case wrong.passOver(before, "sftp "+f.c.Address, file, f.limit, err):
			continue
		case oneFileOnly(err):
			wrong.add(gatehouse.Errorf(gatehouse.Unavailable, "sftp %s: %s cannot be read: %w; let the user read it, or move it away", f.c.Address, file.title(), err))
			continue
		case err != nil:
			return gatehouse.Errorf(gatehouse.Unavailable, "sftp %s: %s cannot be read: %w; the next run tries again", f.c.Address, file.title(), err)
		}
		err = yield(f.item(client, file, content))
		content.close()
		if err != nil {
			return err
		}
	}
	return wrong.err()
}

// oneFileOnly tells the server's refusal of a file from a connection that is lost.
func oneFileOnly(err error) bool {
	if errors.Is(err, sftp.ErrSSHFxConnectionLost) {
		return false
	}
	_, status := errors.AsType[*sftp.StatusError](err)
	return status || errors.Is(err, fs.ErrPermission)
}

// list never follows a symbolic link, which could lead round in a circle.
func (f *sftpFolder) list(ctx context.Context, client *sftpClient, dir string, depth int, found *[]listedFile, wrong *problems) error {
	full := path.Join(f.c.Path, dir)
	entries, err := client.ReadDirContext(ctx, full)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil && dir != "" && errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil && dir != "" && oneFileOnly(err):
		wrong.add(gatehouse.Errorf(gatehouse.Unavailable, "sftp %s: %s cannot be looked through: %w; let the user read it", f.c.Address, full, err))
		return nil
	case err != nil:
		return gatehouse.Errorf(gatehouse.Unavailable, "sftp %s: %s cannot be looked through: %w; create it, let the user read it, or correct path", f.c.Address, full, err)
	}
	for _, entry := range entries {
		if strings.Contains(entry.Name(), "/") || strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		name := path.Join(dir, entry.Name())
		switch {
		case entry.IsDir():
			ours := !f.c.InPlace && (path.Join(f.c.Path, name) == f.c.Done || path.Join(f.c.Path, name) == f.c.Failed)
			if !f.c.Recursive || ours {
				continue
			}
			if depth == sftpDepth {
				wrong.add(gatehouse.Errorf(gatehouse.Invalid, "sftp %s: %s lies more than %d folders deep; move it up", f.c.Address, name, sftpDepth))
				continue
			}
			if err := f.list(ctx, client, name, depth+1, found, wrong); err != nil {
				return err
			}
		case entry.Mode().IsRegular() && ingest.Takes(name):
			*found = append(*found, listedFile{name, entry})
		}
	}
	return nil
}

func (f *sftpFolder) read(ctx context.Context, client *sftpClient, listed listedFile) (*localCopy, error) {
	file, err := client.Open(path.Join(f.c.Path, listed.name))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return copyStable(ctx, file, listed.info, f.limit, client.abort)
}

func (f *sftpFolder) item(client *sftpClient, file listedFile, content *localCopy) Item {
	item := Item{Name: file.title(), Folder: folderOf(file.title()), Version: version(file.info), Content: content.file, Size: content.size}
	if !f.c.InPlace {
		item.Settle = func(_ context.Context, became ingest.State) error {
			to, ok := destination(became, f.c.Done, f.c.Failed)
			if !ok {
				return nil
			}
			return f.move(client, file, to)
		}
	}
	return item
}

// move moves the file that was loaded; one that has taken its place meanwhile
// is left for the next run.
func (f *sftpFolder) move(client *sftpClient, file listedFile, to string) error {
	from := path.Join(f.c.Path, file.name)
	now, err := client.Lstat(from)
	if errors.Is(err, fs.ErrNotExist) || err == nil && version(now) != version(file.info) {
		return nil
	}
	target := path.Join(to, file.name)
	if err == nil {
		err = client.MkdirAll(path.Dir(target))
	}
	if err == nil {
		target, err = freeName(target, file.info.ModTime(), func(name string) (bool, error) {
			_, err := client.Lstat(name)
			if errors.Is(err, fs.ErrNotExist) {
				return false, nil
			}
			return err == nil, err
		})
	}
	if err == nil {
		if _, ok := client.HasExtension("posix-rename@openssh.com"); ok {
			err = client.PosixRename(from, target)
		} else {
			err = client.Rename(from, target)
		}
	}
	if err != nil {
		return gatehouse.Errorf(gatehouse.Unavailable, "sftp %s: %s cannot be moved to %s: %w; let the user write there, name a folder of the same disk, or set in_place", f.c.Address, file.title(), to, err)
	}
	return nil
}
