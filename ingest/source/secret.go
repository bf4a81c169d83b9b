package source

import (
	"log/slog"
	"os"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"gatehouse"
)

// Secret says where a secret is, never what it is: {env: NAME} or {file: PATH}.
// It is read whenever it is used, so that a new one counts without a restart.
type Secret struct{ env, file string }

// UnmarshalYAML is part of yaml.NodeUnmarshaler. Its errors leave the value
// out, which may be a secret that was written into the file after all.
func (s *Secret) UnmarshalYAML(node ast.Node) error {
	var place struct {
		Env  string `yaml:"env"`
		File string `yaml:"file"`
	}
	if err := yaml.NodeToValue(node, &place, yaml.Strict()); err != nil || (place.Env == "") == (place.File == "") {
		return gatehouse.Errorf(gatehouse.Invalid, "line %d: a secret is not written into this file: give {env: NAME} or {file: PATH}", node.GetToken().Position.Line)
	}
	s.env, s.file = place.Env, place.File
	return nil
}

// IsZero tells whether no secret is declared.
func (s Secret) IsZero() bool { return s == Secret{} }

// Read gives the secret as it is now.
func (s Secret) Read(getenv func(string) string) (string, error) {
	switch {
	case s.env != "":
		if value := getenv(s.env); value != "" {
			return value, nil
		}
		return "", gatehouse.Errorf(gatehouse.Unavailable, "the environment variable %s is not set: it must hold a secret of this source", s.env)
	case s.file != "":
		content, err := os.ReadFile(s.file)
		if err != nil {
			return "", gatehouse.Errorf(gatehouse.Unavailable, "the secret in %s cannot be read: %w", s.file, err)
		}
		if value := strings.TrimRight(string(content), "\r\n"); value != "" {
			return value, nil
		}
		return "", gatehouse.Errorf(gatehouse.Unavailable, "the file %s is empty: it must hold a secret of this source", s.file)
	}
	return "", gatehouse.Errorf(gatehouse.Invalid, "a secret of this source is not declared")
}

// String names the place only.
func (s Secret) String() string {
	switch {
	case s.env != "":
		return "secret in environment variable " + s.env
	case s.file != "":
		return "secret in file " + s.file
	}
	return "no secret"
}

// GoString is String, for %#v.
func (s Secret) GoString() string { return s.String() }

// LogValue is String, for logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText is String, for JSON and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
