package analytics

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/cespare/xxhash/v2"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// nextFolder is the folder within the operator's own in which definitions wait
// to be looked at before they go live.
const nextFolder = "next"

// Refused is a file of the operator's folder that is no KPI, and why.
type Refused struct {
	File string
	Why  error
}

// Proposal is a definition that waits in the folder next.
type Proposal struct {
	Name string
	File string
	KPI  *KPI  // nil when it is refused
	Why  error // it is refused
}

// ownFolder holds an operator's KPIs, one a file, and what was made of them.
type ownFolder struct {
	mu    sync.Mutex
	files fs.FS  // nil: there is none
	seen  uint64 // hash of the files that were read last
}

// UseOwn adds the KPIs of a folder to those that are built in, and reads it.
// What is refused is for the caller to tell; later Reload logs it.
func (s *Service) UseOwn(ctx context.Context, folder fs.FS) error {
	s.own.mu.Lock()
	s.own.files, s.own.seen = folder, 0
	s.own.mu.Unlock()
	return s.Reload(ctx)
}

// HasOwn tells whether there is a folder of own KPIs.
func (s *Service) HasOwn() bool {
	s.own.mu.Lock()
	defer s.own.mu.Unlock()
	return s.own.files != nil
}

// Refused are the files of the operator's folder that are no KPIs.
func (r *Registry) Refused() []Refused { return slices.Clone(r.set.Load().refused) }

// Proposed are the definitions that wait in the folder next.
func (r *Registry) Proposed() []Proposal { return slices.Clone(r.set.Load().proposed) }

// Reload reads the operator's folder, and vets what is new in it. A file that
// is refused is no KPI any more, whatever it was before.
func (s *Service) Reload(ctx context.Context) error {
	s.own.mu.Lock()
	defer s.own.mu.Unlock()
	if s.own.files == nil {
		return nil
	}
	live, seen, err := readTexts(s.own.files, ".")
	if err != nil {
		return err
	}
	next, seenNext, err := readTexts(s.own.files, nextFolder)
	if err != nil {
		return err
	}
	if seen += seenNext * 31; seen == s.own.seen {
		return nil
	}
	set, err := s.readOwn(ctx, live, next)
	if err != nil {
		return err
	}
	for _, r := range set.refused {
		if s.own.seen != 0 {
			s.log.Warn("an own KPI is refused", "file", r.File, "why", r.Why)
		}
	}
	s.registry.set.Store(set)
	s.own.seen = seen
	return nil
}

// ownBytes bounds a file of an operator's folder.
const ownBytes = 1 << 20

// readTexts gives the *.sql files of a folder by name, none where it is not there.
func readTexts(files fs.FS, folder string) (map[string]string, uint64, error) {
	names, err := fs.Glob(files, path.Join(folder, "*.sql"))
	if err != nil {
		return nil, 0, err
	}
	texts, hash := map[string]string{}, xxhash.New()
	for _, name := range names {
		info, err := fs.Stat(files, name)
		if err != nil {
			return nil, 0, err
		}
		text := []byte{} // of what cannot be a KPI
		if info.Mode().IsRegular() && info.Size() <= ownBytes {
			if text, err = fs.ReadFile(files, name); errors.Is(err, fs.ErrNotExist) {
				continue // removed just now
			} else if err != nil {
				return nil, 0, err
			}
		}
		texts[name] = string(text)
		_, _ = fmt.Fprintf(hash, "%q %q\n", name, text) // never fails
	}
	return texts, hash.Sum64() | 1, nil
}

// readOwn makes KPIs of the texts, beside those that are built in.
func (s *Service) readOwn(ctx context.Context, live, next map[string]string) (*kpiSet, error) {
	builtIn := s.registry.builtIn
	set := &kpiSet{kpis: maps.Clone(builtIn.kpis), hash: builtIn.hash}
	if len(live)+len(next) == 0 {
		return set, nil
	}
	vetter, err := clickhouse.NewVetter(ctx, s.db)
	if err != nil {
		return nil, err
	}
	for _, file := range slices.Sorted(maps.Keys(live)) {
		k, err := builtIn.vet(ctx, vetter, file, live[file])
		if _, taken := builtIn.kpis[kpiName(file)]; err == nil && taken {
			err = errTaken(kpiName(file))
		}
		switch {
		case err == nil:
			set.kpis[k.Name] = k
			set.hash ^= xxhash.Sum64String(file + "\n" + live[file])
		case passing(ctx, err):
			return nil, err
		default:
			set.refused = append(set.refused, Refused{file, err})
		}
	}
	for _, file := range slices.Sorted(maps.Keys(next)) {
		k, err := builtIn.vet(ctx, vetter, file, next[file])
		if passing(ctx, err) {
			return nil, err
		}
		set.proposed = append(set.proposed, Proposal{kpiName(file), file, k, err})
	}
	return set, nil
}

// passing tells an error of the moment from one of the file.
func passing(ctx context.Context, err error) bool {
	return err != nil && (ctx.Err() != nil || gatehouse.KindOf(err) != gatehouse.Invalid)
}

func errTaken(name string) error {
	return gatehouse.Errorf(gatehouse.Invalid, "%s is a KPI that is built in, and reports rely on it: give the file another name", name)
}

func kpiName(file string) string { return strings.TrimSuffix(path.Base(file), ".sql") }

// ownName is what an own KPI may be called.
var ownName = regexp.MustCompile(`^[a-z][a-z0-9_]{1,59}$`)

// commands are words that the command line has another use for.
func commands() []string { return []string{"check", "next", "preview", "show"} }

// vet reads an operator's file. Its error is Invalid when it is the file's fault.
func (s *kpiSet) vet(ctx context.Context, vetter *clickhouse.Vetter, file, text string) (*KPI, error) {
	name := kpiName(file)
	if !ownName.MatchString(name) || slices.Contains(commands(), name) {
		return nil, gatehouse.Errorf(gatehouse.Invalid, "%q cannot be the name of a KPI: name the file by small letters, digits and _, such as repairs_per_room.sql", name)
	}
	if text == "" {
		return nil, gatehouse.Errorf(gatehouse.Invalid, "it is empty, larger than %d KB or no file", ownBytes>>10)
	}
	k, err := parseKPI(name, text)
	if err != nil {
		return nil, err
	}
	k.File = file
	if len(k.Parts) > 0 {
		if sql := k.query().Body(); sql != "" {
			return nil, gatehouse.Errorf(gatehouse.Invalid, "a KPI made of parts has no SELECT of its own")
		}
		return k, s.checkParts(k)
	}
	if err := vetter.Vet(ctx, k.query(), k.Sources); err != nil {
		return nil, err
	}
	return k, nil
}

// Check reads a file as if it were in the operator's folder. A definition of a
// KPI that is built in may be looked at, but not go live.
func (s *Service) Check(ctx context.Context, file, text string, live bool) (*KPI, error) {
	vetter, err := clickhouse.NewVetter(ctx, s.db)
	if err != nil {
		return nil, err
	}
	k, err := s.registry.builtIn.vet(ctx, vetter, file, text)
	if err != nil {
		return nil, err
	}
	if _, taken := s.registry.builtIn.kpis[k.Name]; taken && live {
		return nil, errTaken(k.Name)
	}
	return k, nil
}
