package api

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3gen"

	"openclaw/internal/edge"
)

var update = flag.Bool("update", false, "write openapi.json anew")

// TestDescription holds openapi.json, which the program carries, to the table of operations.
func TestDescription(t *testing.T) {
	doc, err := describe((&server{}).ops())
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(doc); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("openapi.json", text.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, text.Bytes()) {
		t.Error("openapi.json is not what the operations say; write it anew: go test ./internal/api -run Description -update")
	}
	loaded, err := openapi3.NewLoader().LoadFromData(want)
	if err != nil {
		t.Fatalf("load: %v", err)
	}
	if err := loaded.Validate(t.Context()); err != nil {
		t.Fatalf("validate: %v", err)
	}
	if loaded.OpenAPI != "3.1.0" || len(loaded.Paths.Map()) < 30 {
		t.Errorf("version %s, %d paths", loaded.OpenAPI, len(loaded.Paths.Map()))
	}
}

// TestUploadIsDescribed holds the description to what a caller over the network sends: files, with or without options.
func TestUploadIsDescribed(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(description)
	if err != nil {
		t.Fatal(err)
	}
	form := doc.Paths.Find("/api/v1/import").Post.RequestBody.Value.Content["multipart/form-data"]
	if form == nil {
		t.Fatal("an upload is not described")
	}
	one := map[string]any{"file": []any{"a,b"}}
	if err := form.Schema.Value.VisitJSON(one); err != nil {
		t.Errorf("files alone: %v", err)
	}
	one["options"] = map[string]any{"dry_run": true}
	if err := form.Schema.Value.VisitJSON(one); err != nil {
		t.Errorf("with options: %v", err)
	}
	if err := form.Schema.Value.VisitJSON(map[string]any{"options": map[string]any{}}); err == nil {
		t.Error("no file at all is described as possible")
	}
}

// TestOperationsAreNamed holds each operation to a name and a sentence of its own.
func TestOperationsAreNamed(t *testing.T) {
	seen := map[string]bool{}
	for _, o := range (&server{}).ops() {
		if o.id == "" || o.does == "" || seen[o.id] {
			t.Errorf("%s %s: name %q, sentence %q", o.method, o.path, o.id, o.does)
		}
		seen[o.id] = true
	}
}

// describe makes the description of a table of operations.
func describe(ops []op) (*openapi3.T, error) {
	schemas := openapi3.Schemas{}
	gen := openapi3gen.NewGenerator(openapi3gen.UseAllExportedFields(), openapi3gen.SchemaCustomizer(lax),
		openapi3gen.CreateComponentSchemas(openapi3gen.ExportComponentSchemasOptions{ExportComponentSchemas: true, ExportTopLevelSchema: true}),
		openapi3gen.CreateTypeNameGenerator(func(t reflect.Type) string {
			name := strings.ToUpper(t.Name()[:1]) + t.Name()[1:]
			if from := filepath.Base(t.PkgPath()); from != "api" && from != "crm" && from != "edge" {
				name = strings.ToUpper(from[:1]) + from[1:] + name // ingest has a Column too
			}
			return name
		}))
	of := func(v any) (*openapi3.SchemaRef, error) { return gen.NewSchemaRefForValue(v, schemas) }
	problem, err := of(edge.Problem{})
	if err != nil {
		return nil, err
	}
	doc := &openapi3.T{
		OpenAPI: "3.1.0",
		Info: &openapi3.Info{Title: "OpenClaw", Version: "1",
			Description: "What the commands do, as JSON over HTTP. Decimals are JSON numbers that keep their scale; instants are RFC 3339 in UTC. " +
				"Errors are RFC 9457 problem details with a kind, a sentence and the next step. POST takes an Idempotency-Key: what a request with the same key wrote within a day is not written again, and its answer is given once more.",
			License: &openapi3.License{Name: "MIT"}},
		Servers:  openapi3.Servers{{URL: "http://127.0.0.1:4870"}},
		Security: openapi3.SecurityRequirements{{"token": []string{}}, {"session": []string{}}},
		Paths:    openapi3.NewPaths(),
		Components: &openapi3.Components{Schemas: schemas, SecuritySchemes: openapi3.SecuritySchemes{
			"token":   {Value: &openapi3.SecurityScheme{Type: "http", Scheme: "bearer", Description: "openclawd token add makes one."}},
			"session": {Value: &openapi3.SecurityScheme{Type: "apiKey", In: "cookie", Name: "openclaw_4870", Description: "The cookie of a signed-in browser; its name ends with the port."}},
		}},
	}
	for _, o := range ops {
		operation := &openapi3.Operation{OperationID: o.id, Summary: o.does, Responses: &openapi3.Responses{}}
		if o.access == edge.Public {
			operation.Security = &openapi3.SecurityRequirements{}
		} else {
			operation.Description = "For: " + o.access.String() + "."
		}
		path := ""
		for part := range strings.SplitSeq(o.path[1:], "/") {
			if name, ok := strings.CutPrefix(part, ":"); ok {
				schema := openapi3.NewStringSchema()
				if name == "id" && strings.Contains(o.path, "/records/") {
					schema = openapi3.NewInt64Schema()
				}
				operation.AddParameter(openapi3.NewPathParameter(name).WithSchema(schema))
				part = "{" + name + "}"
			}
			path += "/" + part
		}
		for _, p := range o.query {
			schema := openapi3.NewStringSchema()
			if strings.Contains(p.does, "may be repeated") {
				schema = openapi3.NewArraySchema().WithItems(schema)
			}
			operation.AddParameter(openapi3.NewQueryParameter(p.name).WithDescription(p.does).WithSchema(schema))
		}
		if o.method == "POST" && !o.secret {
			operation.AddParameter(openapi3.NewHeaderParameter("Idempotency-Key").WithSchema(openapi3.NewStringSchema()))
		}
		if strings.HasSuffix(o.path, "/records/:id") && o.method != "GET" {
			operation.AddParameter(openapi3.NewHeaderParameter("If-Match").WithSchema(openapi3.NewStringSchema()))
		}
		if o.in != nil {
			in, err := of(o.in)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", o.id, err)
			}
			body := openapi3.NewContentWithJSONSchemaRef(in)
			if o.large {
				file := openapi3.NewStringSchema().WithFormat("binary")
				form := openapi3.NewObjectSchema().WithPropertyRef("options", in).WithProperty("file", openapi3.NewArraySchema().WithItems(file).WithMinItems(1))
				form.Required = []string{"file"}
				body["multipart/form-data"] = openapi3.NewMediaType().WithSchema(form).WithEncoding("options", &openapi3.Encoding{ContentType: "application/json"})
			}
			operation.RequestBody = &openapi3.RequestBodyRef{Value: openapi3.NewRequestBody().WithRequired(true).WithContent(body)}
		}
		ok := openapi3.NewResponse().WithDescription(o.does)
		switch {
		case o.out != nil:
			out, err := of(o.out)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", o.id, err)
			}
			ok = ok.WithJSONSchemaRef(out)
			if o.large {
				ok.Content["application/x-ndjson"] = openapi3.NewMediaType().WithSchema(openapi3.NewStringSchema())
			}
		default:
			ok = ok.WithContent(openapi3.NewContentWithSchema(openapi3.NewStringSchema(), strings.Split(o.media, ", ")))
		}
		status := 200
		if o.status != 0 {
			status = o.status
		}
		operation.Responses.Set(strconv.Itoa(status), &openapi3.ResponseRef{Value: ok})
		operation.Responses.Set("default", &openapi3.ResponseRef{Value: openapi3.NewResponse().WithDescription("What went wrong, and the next step.").
			WithContent(openapi3.NewContentWithSchemaRef(problem, []string{"application/problem+json"}))})
		doc.AddOperation(path, o.method, operation)
	}
	return doc, nil
}

// lax takes the word nullable out, which 3.1 no longer has, says instead which members may be null, and lists members in
// order.
func lax(_ string, t reflect.Type, _ reflect.StructTag, schema *openapi3.Schema) error {
	schema.Nullable = false
	if t.Kind() == reflect.Interface {
		schema.Type = &openapi3.Types{"null", "boolean", "number", "string", "array", "object"}
	}
	if t == reflect.TypeFor[time.Time]() {
		schema.Description = "RFC 3339, UTC"
	}
	if len(schema.Required) > 0 {
		slices.Sort(schema.Required)
	}
	for i := 0; t.Kind() == reflect.Struct && i < t.NumField(); i++ {
		name, omits, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if member := schema.Properties[name]; member != nil && omits == "" && t.Field(i).Type.Kind() == reflect.Pointer {
			null := openapi3.NewSchema()
			null.Type = &openapi3.Types{"null"}
			schema.Properties[name] = openapi3.NewSchemaRef("", &openapi3.Schema{AnyOf: openapi3.SchemaRefs{member, openapi3.NewSchemaRef("", null)}})
		}
	}
	return nil
}
