package source

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"gatehouse"
	"gatehouse/ingest"
)

// folder takes the files of a local folder, or of one that is mounted.
type folder struct {
	c     FolderConfig
	limit int64
	quiet *quiet
}

// folderSettle is how long a file must have been quiet unless told otherwise.
const folderSettle = 10 * time.Second

func newFolder(c FolderConfig, now func() time.Time) (*folder, error) {
	if c.Path == "" {
		return nil, gatehouse.Errorf(gatehouse.Invalid, "folder: path is missing; name the folder to watch")
	}
	if c.SettleFor == 0 {
		c.SettleFor = folderSettle
	}
	for _, place := range []struct {
		key  string
		name *string
	}{{"done", &c.Done}, {"failed", &c.Failed}} {
		if *place.name == "" {
			*place.name = place.key
		}
		*place.name = path.Clean(filepath.ToSlash(*place.name))
		if !c.InPlace && (!filepath.IsLocal(*place.name) || *place.name == ".") {
			return nil, gatehouse.Errorf(gatehouse.Invalid, "folder %s: %s: %s is not a folder below it; give a relative name such as %s", c.Path, place.key, *place.name, place.key)
		}
	}
	return &folder{c: c, limit: maxFile, quiet: newQuiet(c.SettleFor, now)}, nil
}

// Fetch yields the files that are whole, older ones first.
func (f *folder) Fetch(ctx context.Context, before State, yield func(Item) error) error {
	root, err := os.OpenRoot(f.c.Path)
	if err != nil {
		return gatehouse.Errorf(gatehouse.Unavailable, "folder %s: %w; create it, let this program read it, or correct path", f.c.Path, err)
	}
	defer root.Close()
	var wrong problems
	found, err := f.list(ctx, root, before, &wrong)
	if err != nil {
		return err
	}
	found, moving := f.quiet.settled(found)
	if moving > 0 {
		before.note("folder %s: %d files changed less than %s ago, left for the next run", f.c.Path, moving, f.c.SettleFor)
	}
	for _, file := range found {
		if f.c.InPlace && before.seen(file.title(), version(file.info)) {
			continue
		}
		content, err := f.read(ctx, root, file)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case wrong.passOver(before, "folder "+f.c.Path, file, f.limit, err):
			continue
		case err != nil:
			wrong.add(gatehouse.Errorf(gatehouse.Unavailable, "folder %s: %s cannot be read: %w; let this program read it, or move it away", f.c.Path, file.title(), err))
			continue
		}
		err = yield(f.item(root, file, content))
		content.close()
		if err != nil {
			return err
		}
	}
	return wrong.err()
}

// list never follows a symbolic link, so it stays within the folder.
func (f *folder) list(ctx context.Context, root *os.Root, before State, wrong *problems) ([]listedFile, error) {
	var found []listedFile
	links := 0
	err := fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, fs.ErrNotExist) && name != ".":
			return nil
		case err != nil:
			wrong.add(gatehouse.Errorf(gatehouse.Unavailable, "folder %s: %s cannot be looked through: %w; let this program read it", f.c.Path, name, err))
			return nil
		case name == ".":
			return nil
		case entry.IsDir():
			ours := !f.c.InPlace && (name == f.c.Done || name == f.c.Failed)
			if !f.c.Recursive || ours || strings.HasPrefix(entry.Name(), ".") {
				return fs.SkipDir
			}
			return nil
		case !ingest.Takes(name):
			return nil
		case !entry.Type().IsRegular():
			links++
			return nil
		}
		info, err := entry.Info()
		if err != nil {
			return nil //nolint:nilerr // it went away between the two looks
		}
		found = append(found, listedFile{name, info})
		return nil
	})
	if links > 0 {
		before.note("folder %s: %d symbolic links or other things that are no files left alone", f.c.Path, links)
	}
	slices.SortFunc(found, byAge)
	return found, err
}

func (f *folder) read(ctx context.Context, root *os.Root, listed listedFile) (*localCopy, error) {
	file, err := root.Open(listed.name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return copyStable(ctx, file, listed.info, f.limit, nil)
}

func (f *folder) item(root *os.Root, file listedFile, content *localCopy) Item {
	item := Item{Name: file.title(), Folder: folderOf(file.title()), Version: version(file.info), Content: content.file, Size: content.size}
	if !f.c.InPlace {
		item.Settle = func(_ context.Context, became ingest.State) error {
			to, ok := destination(became, f.c.Done, f.c.Failed)
			if !ok {
				return nil
			}
			return f.move(root, file, to)
		}
	}
	return item
}

// move moves the file that was loaded; one that has taken its place meanwhile
// is left for the next run.
func (f *folder) move(root *os.Root, file listedFile, to string) error {
	now, err := root.Lstat(file.name)
	if errors.Is(err, fs.ErrNotExist) || err == nil && version(now) != version(file.info) {
		return nil
	}
	target := path.Join(to, file.name)
	if err == nil {
		err = root.MkdirAll(path.Dir(target), 0o755)
	}
	if err == nil {
		target, err = freeName(target, file.info.ModTime(), func(name string) (bool, error) {
			_, err := root.Lstat(name)
			if errors.Is(err, fs.ErrNotExist) {
				return false, nil
			}
			return err == nil, err
		})
	}
	if err == nil {
		err = root.Rename(file.name, target)
	}
	switch {
	case errors.Is(err, syscall.EXDEV):
		return gatehouse.Errorf(gatehouse.Invalid, "folder %s: %s cannot be moved to %s, which is another file system; name a folder of the same one, or set in_place", f.c.Path, file.title(), to)
	case err != nil:
		return gatehouse.Errorf(gatehouse.Unavailable, "folder %s: %s cannot be moved to %s: %w; let this program write there, or set in_place", f.c.Path, file.title(), to, err)
	}
	return nil
}
