package ingest

import "time"

// Mapping says how the files of a source are read, where that differs from
// what their headers say by themselves, and what the source has agreed to send.
type Mapping struct {
	Name        string                       `yaml:"name"`
	Title       string                       `yaml:"title,omitempty"`
	Feed        string                       `yaml:"feed,omitempty"`   // forces it on every sheet
	Sheets      []string                     `yaml:"sheets,omitempty"` // patterns of those that are read; none: all
	Header      HeaderRows                   `yaml:"header,omitempty"`
	Columns     []MappedColumn               `yaml:"columns,omitempty"`
	Constants   map[string]string            `yaml:"constants,omitempty"`    // field: value in every row
	Defaults    map[string]string            `yaml:"defaults,omitempty"`     // field: value where the cell is blank
	ProjectFrom []ProjectPlace               `yaml:"project_from,omitempty"` // in this order; none: ProjectPlaces
	Values      map[string]map[string]string `yaml:"values,omitempty"`       // field: their word: our word
	Contract    Contract                     `yaml:"contract,omitempty"`
	Errors      []Code                       `yaml:"errors,omitempty"` // warnings that hold a row of this source back
}

// HeaderRows is where the header stands, for sheets in which the wrong row
// would be taken for it. The zero value leaves that to the headers.
type HeaderRows struct {
	Row  int `yaml:"row,omitempty"`  // its first, from 1
	Rows int `yaml:"rows,omitempty"` // 1 or 2; 0 means 1
}

// MappedColumn says what a column is. Exactly one of Field, Ignore and
// Question is set.
type MappedColumn struct {
	Header   string `yaml:"header"`         // as in the file; folded before it is compared
	Feed     string `yaml:"feed,omitempty"` // of the sheets it is about, in books that hold several feeds
	Field    string `yaml:"field,omitempty"`
	Ignore   bool   `yaml:"ignore,omitempty"`
	Question bool   `yaml:"question,omitempty"` // of a survey with a column for each
	Unit     string `yaml:"unit,omitempty"`     // of its numbers, instead of what the header says
}

// ProjectPlace is where the project of a row is looked for.
type ProjectPlace string

const (
	ProjectColumn ProjectPlace = "column"
	ProjectGiven  ProjectPlace = "given" // by whoever loads the file
	ProjectSheet  ProjectPlace = "sheet" // titles above the header, and the sheet's name
	ProjectFile   ProjectPlace = "file"  // the file's name
)

// ProjectPlaces is the usual order of looking.
func ProjectPlaces() []ProjectPlace {
	return []ProjectPlace{ProjectColumn, ProjectGiven, ProjectSheet, ProjectFile}
}

// MappingVersion is a mapping as it was saved.
type MappingVersion struct {
	Name       string    `ch:"name" json:"name"`
	Version    uint32    `ch:"version" json:"version"`
	By         string    `ch:"changed_by" json:"by"`
	At         time.Time `ch:"at" json:"at"`
	Definition string    `ch:"definition" json:"definition"` // YAML
	Title      string    `ch:"-" json:"title"`
	Mapping    Mapping   `ch:"-" json:"-"`
}
