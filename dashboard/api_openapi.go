package dashboard

import (
	"fmt"
	"net/http"
	"strings"

	"gatehouse"
	"gatehouse/ingest"
)

// object is a JSON object of the OpenAPI document.
type object map[string]any

// openAPI describes the addresses for programs. It is made of the feeds as
// ingest reads them, so it cannot tell anything else.
func (s *Server) openAPI(w http.ResponseWriter, r *http.Request) error {
	return writeJSON(w, http.StatusOK, openAPIDocument(s.langOf(r)))
}

func openAPIDocument(lang gatehouse.Lang) object {
	paths, schemas := object{}, answerSchemas()
	for _, f := range ingest.Feeds() {
		schemas[f.Name] = rowSchema(f, lang)
		paths["/api/v1/feeds/"+f.Name] = object{"post": pushOperation(f, lang)}
	}
	return object{
		"openapi": "3.1.0",
		"info": object{
			"title": "Gatehouse", "version": "1",
			"description": "Programs push rows of feeds. The same body counts once, however often it is sent; a bad row is set aside and leaves the others alone; a fault of the body refuses all of it.",
		},
		"servers":    []object{{"url": "/"}},
		"security":   []object{{"token": []string{}}},
		"paths":      paths,
		"components": object{"schemas": schemas, "securitySchemes": object{"token": object{"type": "http", "scheme": "bearer"}}},
	}
}

// pushOperation describes how rows of a feed are pushed.
func pushOperation(f ingest.Feed, lang gatehouse.Lang) object {
	row := ref(f.Name)
	example := f.ExampleRow()
	responses := object{"200": object{
		"description": "The rows are loaded, now or before; those with errors are set aside.",
		"headers":     object{"Idempotent-Replayed": object{"description": "true: the answer to an earlier request with this key", "schema": object{"type": "string"}}},
		"content":     object{"application/json": object{"schema": ref("answer")}},
	}}
	for status, what := range map[int]string{
		400: "The body broke off, is not well packed, or the key is none.", 401: "The token is missing or not valid.",
		403: "The token may not load this feed, or rows are of a project that it may not load; nothing was loaded.",
		409: "The key stands for another body.", 413: "The body is larger than 50 MB.", 415: "The body is of a kind that is not read.",
		422: "The body has a fault; nothing of it was loaded.", 429: "Too many requests at once.", 503: "Nothing was loaded; send it again later.",
	} {
		responses[fmt.Sprint(status)] = object{"description": what, "content": object{"application/problem+json": object{"schema": ref("problem")}}}
	}
	return object{
		"operationId": "push_" + f.Name, "summary": f.Title.In(lang), "tags": []string{"feeds"},
		"parameters": []object{
			{"name": keyHeader, "in": "header", "schema": object{"type": "string", "minLength": 1, "maxLength": longestKey}, "description": "what this body is called by its sender: a key that comes with another body is refused"},
			{"name": "Content-Encoding", "in": "header", "schema": object{"type": "string", "enum": []string{"gzip", "identity"}}},
			{"name": "Accept-Language", "in": "header", "schema": object{"type": "string"}, "description": "zh or en, for messages"},
		},
		"requestBody": object{"required": true, "content": object{
			"application/json":     object{"schema": object{"type": "array", "minItems": 1, "items": row}, "example": []any{example}},
			"application/x-ndjson": object{"schema": object{"type": "string", "description": "one object a line, each as an item of the JSON array"}},
			"text/csv":             object{"schema": object{"type": "string", "description": "a header of the names or of a template's words, then a record a row"}},
		}},
		"responses": responses,
	}
}

func ref(name string) object { return object{"$ref": "#/components/schemas/" + name} }

// rowSchema describes one row of a feed. Other members are allowed: they are
// left out and named in the notes.
func rowSchema(f ingest.Feed, lang gatehouse.Lang) object {
	properties := object{}
	for _, d := range f.Fields {
		properties[d.Name] = fieldSchema(d)
	}
	schema := object{"type": "object", "title": f.Title.In(lang), "properties": properties}
	var required []string
	var groups []object
	for _, group := range f.Needs() {
		if len(group) == 1 {
			required = append(required, group[0])
			continue
		}
		var any []object
		for _, name := range group {
			any = append(any, object{"required": []string{name}})
		}
		groups = append(groups, object{"anyOf": any})
	}
	if required != nil {
		schema["required"] = required
	}
	if groups != nil {
		schema["allOf"] = groups
	}
	if f.NeedsProject() {
		schema["description"] = "A row names its project, unless the token does."
	}
	return schema
}

// fieldSchema describes one value. Text is taken for every type, as in a
// spreadsheet; a number keeps its digits as sent.
func fieldSchema(d ingest.Field) object {
	types := []string{"string"}
	switch d.Type {
	case ingest.Money, ingest.Quantity, ingest.Ratio, ingest.Score, ingest.Int, ingest.Text:
		types = append(types, "number")
	case ingest.Bool:
		types = append(types, "boolean")
	case ingest.Room, ingest.Date, ingest.DateTime, ingest.Month, ingest.Period, ingest.Enum:
	}
	schema := object{"type": append(types, "null"), "description": fieldHelp(d)}
	if d.Example != "" {
		schema["examples"] = []string{d.Example}
	}
	if d.Type == ingest.Enum && !d.Open {
		words := []any{nil, ""}
		for _, v := range d.Values {
			words = append(words, v.Name)
			for _, alias := range v.Aliases {
				words = append(words, alias)
			}
		}
		schema["enum"] = words
	}
	return schema
}

func fieldHelp(d ingest.Field) string {
	parts := []string{string(d.Type)}
	if d.Help != "" {
		parts = append(parts, d.Help)
	}
	if d.Default != "" {
		parts = append(parts, "default "+d.Default)
	}
	return strings.Join(parts, "; ")
}

// answerSchemas describe what is answered.
func answerSchemas() object {
	text, count := object{"type": "string"}, object{"type": "integer", "minimum": 0}
	var codes []any
	for _, e := range ingest.Codes() {
		codes = append(codes, e.Code)
	}
	errors := object{"type": "array", "maxItems": pushErrors, "items": ref("error")}
	texts := object{"type": "array", "items": text}
	return object{
		"answer": object{
			"type": "object", "required": []string{"status", "load_id", "feed", "sha256", "counts", "sums", "projects", "notes", "errors", "error_count"},
			"properties": object{
				"status":  object{"type": "string", "enum": []any{ingest.Published, ingest.AlreadyLoaded}, "description": "already_loaded: the same body was loaded before; the counts are of then"},
				"load_id": text, "feed": text, "sha256": text, "projects": texts, "notes": texts, "errors": errors,
				"error_count": object{"type": "integer", "minimum": 0, "description": "bad cells, those beyond the listed ones too"},
				"sums":        object{"type": "object", "additionalProperties": text, "description": "exact decimals by table.column"},
				"counts": object{
					"type": "object", "required": []string{"rows", "loaded", "quarantined", "skipped", "orphans"}, "description": "rows = loaded + quarantined + skipped",
					"properties": object{"rows": count, "loaded": count, "quarantined": count, "skipped": count, "orphans": count},
				},
			},
		},
		"error": object{
			"type": "object", "required": []string{"code", "message"},
			"properties": object{
				"row":   object{"type": "integer", "description": "line of JSON lines or CSV; in an array the place of the object plus 1"},
				"field": text, "message": text, "hint": text, "value": text,
				"code": object{"type": "string", "description": "of a bad cell one of the examples; of a fault of the body another", "examples": codes},
			},
		},
		"problem": object{
			"type": "object", "required": []string{"type", "title", "status"},
			"properties": object{"type": text, "title": text, "status": object{"type": "integer"}, "detail": text, "load_id": text, "errors": errors},
		},
	}
}
