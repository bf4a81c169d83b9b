package ingest

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"gatehouse"
	"gatehouse/sql/clickhouse"
)

// Mappings lists the newest version of each mapping by name.
func (l *Loader) Mappings(ctx context.Context) ([]MappingVersion, error) {
	versions, err := clickhouse.Select[MappingVersion](ctx, l.db, "ingest.Mappings", l.asked(), nil)
	for i := range versions {
		if m, err := decodeMapping([]byte(versions[i].Definition)); err == nil {
			versions[i].Mapping, versions[i].Title = m, m.Title
		}
	}
	return versions, err
}

// MappingByName gives a version of a mapping, the newest for version 0.
func (l *Loader) MappingByName(ctx context.Context, name string, version uint32) (MappingVersion, error) {
	v, err := l.findMapping(ctx, name, version)
	if err != nil {
		return v, err
	}
	switch {
	case v.Version != 0:
	case version != 0:
		return v, gatehouse.Errorf(gatehouse.NotFound, "mapping %q has no version %d: choose one that it has, or leave the version out for the newest", name, version)
	default:
		return v, gatehouse.Errorf(gatehouse.NotFound, "there is no mapping %q: save it first, or choose one of those listed", name)
	}
	v.Mapping, err = ParseMapping([]byte(v.Definition))
	v.Title = v.Mapping.Title
	if err != nil {
		return v, gatehouse.Errorf(gatehouse.Invalid, "mapping %s@%d no longer fits the feeds; save it anew: %w", v.Name, v.Version, err)
	}
	return v, nil
}

// findMapping gives a version as it is kept; Version is 0 when there is none.
func (l *Loader) findMapping(ctx context.Context, name string, version uint32) (MappingVersion, error) {
	found, err := clickhouse.Select[MappingVersion](ctx, l.db, "ingest.Mapping", l.asked(), clickhouse.Params{"name": name, "version": version})
	if err != nil || len(found) == 0 {
		return MappingVersion{}, err
	}
	return found[0], nil
}

// SaveMapping keeps a mapping as a new version, unless the newest is the same.
// Of two people who save at once each gets a version of his own.
func (l *Loader) SaveMapping(ctx context.Context, m Mapping, by string) (MappingVersion, error) {
	if err := m.Validate(); err != nil {
		return MappingVersion{}, err
	}
	definition := string(m.YAML())
	if len(definition) > longestMapping {
		return MappingVersion{}, tooLong()
	}
	for {
		newest, err := l.findMapping(ctx, m.Name, 0)
		if err != nil {
			return MappingVersion{}, err
		}
		if newest.Version != 0 && newest.Definition == definition {
			newest.Mapping, newest.Title = m, m.Title
			return newest, nil
		}
		if err := l.insertMapping(ctx, m.Name, newest.Version+1, definition, by); err != nil {
			return MappingVersion{}, err
		}
		saved, err := l.findMapping(ctx, m.Name, newest.Version+1)
		if err != nil {
			return MappingVersion{}, err
		}
		if saved.Definition == definition {
			saved.Mapping, saved.Title = m, m.Title
			return saved, nil
		}
	}
}

// insertMapping is taken by the server from one of those who try the version.
func (l *Loader) insertMapping(ctx context.Context, name string, version uint32, definition, by string) error {
	return l.db.Insert(ctx, "mapping", fmt.Sprintf("mapping/%s/%d", name, version), []clickhouse.Column{
		{Name: "name", Values: []string{name}}, {Name: "version", Values: []uint32{version}},
		{Name: "definition", Values: []string{definition}}, {Name: "changed_by", Values: []string{by}},
	})
}

// ref is how requests and loads name the version: name@version, just the name
// of a draft, and nothing for no mapping.
func (v *MappingVersion) ref() string {
	switch {
	case v == nil:
		return ""
	case v.Version == 0:
		return v.Name
	}
	return fmt.Sprintf("%s@%d", v.Name, v.Version)
}

func (v *MappingVersion) mapping() *Mapping {
	if v == nil {
		return nil
	}
	return &v.Mapping
}

// MappingByRef finds a mapping by its name, or by name@version.
func (l *Loader) MappingByRef(ctx context.Context, ref string) (MappingVersion, error) {
	name, number, exact := strings.Cut(ref, "@")
	version, err := strconv.ParseUint(number, 10, 32)
	if exact && (err != nil || version == 0) {
		return MappingVersion{}, gatehouse.Errorf(gatehouse.Invalid, "mapping %q has no version %q: write name or name@number", name, number)
	}
	return l.MappingByName(ctx, name, uint32(version))
}

// choose settles by which mapping the request is read: its draft, the one it
// names, or the newest with the name of its source. A source without a mapping
// of its name is read by its headers, as any other file.
func (l *Loader) choose(ctx context.Context, req *Request) error {
	req.mapped = nil
	switch {
	case req.Draft != nil:
		m := *req.Draft
		if m.Name == "" {
			m.Name = "draft"
		}
		if err := m.Validate(); err != nil {
			return err
		}
		req.mapped = &MappingVersion{Name: m.Name, Definition: string(m.YAML()), Mapping: m}
	case req.Mapping != "":
		v, err := l.MappingByRef(ctx, req.Mapping)
		if err != nil {
			return err
		}
		req.mapped = &v
	case req.Source != "":
		found, err := l.findMapping(ctx, req.Source, 0)
		if err != nil {
			return err
		}
		if found.Version == 0 {
			break
		}
		v, err := l.MappingByName(ctx, found.Name, found.Version)
		if err != nil {
			return err
		}
		req.mapped = &v
	}
	_, err := feedsFor(req.Feed, req.mapped.mapping(), l.db.Calendar())
	return err
}

// mappingOf is the mapping by which a load was read, nil for none.
func (l *Loader) mappingOf(ctx context.Context, k link) (*Mapping, error) {
	if k.Mapping == "" {
		return nil, nil
	}
	v, err := l.MappingByRef(ctx, k.Mapping)
	return &v.Mapping, err
}
