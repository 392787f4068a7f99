package api_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"openclaw/internal/api"
	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/edge"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// overtaken is a store in which somebody else is always a little faster: before an import writes, they do.
type overtaken struct {
	*duck.Store
	others func() error
}

func (s overtaken) Import(ctx context.Context, c ident.Caller, cause crm.Cause, alter []crm.Alteration, sources []crm.Source, o crm.ImportOptions) (crm.Imported, error) {
	if err := s.others(); err != nil {
		return crm.Imported{}, err
	}
	return s.Store.Import(ctx, c, cause, alter, sources, o)
}

// Two imports of one new object at once are as two after each other: the second comes into the object of the first.
func TestImportThatWasOvertaken(t *testing.T) {
	s := ducktest.Open(t, duck.Options{})
	file := filepath.Join(t.TempDir(), "part.csv")
	if err := os.WriteFile(file, []byte("code,name\nA1,Bolt\nA2,Nut\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	post := func(store overtaken) (*httptest.ResponseRecorder, error) {
		routes := api.Routes(api.Deps{Import: store, Clock: time.Now, TempDir: t.TempDir()})
		route := routes[slices.IndexFunc(routes, func(r edge.Route) bool { return r.Path == "/api/v1/import" })]
		body, err := json.Marshal(map[string]any{"files": []map[string]string{{"name": "part.csv", "path": file}}})
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("POST", route.Path, strings.NewReader(string(body)))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		return w, route.Handle(w, r.WithContext(ident.With(t.Context(), ducktest.Ann)))
	}
	turn := 0
	theirs := overtaken{s, func() error {
		if turn++; turn > 1 {
			return nil
		}
		ducktest.Make(t, s, crm.Object{Name: "part", Label: "part", Plural: "parts", Fields: []crm.Field{
			{Name: "code", Label: "Code", Type: crm.Text, Key: true}, {Name: "name", Label: "Name", Type: crm.Text}}})
		ducktest.Add(t, s, "part", crm.Values{"code": "A1", "name": "Bolt"})
		return nil
	}}
	w, err := post(theirs)
	if err != nil || !strings.Contains(w.Body.String(), `"created":1`) || !strings.Contains(w.Body.String(), `"unchanged":1`) {
		t.Errorf("%v %s", err, w.Body)
	}
	// What is refused for a reason of its own is not tried over and over.
	turn = 0
	refused := overtaken{s, func() error { turn++; return fail.New(fail.Conflict, "No.") }}
	if _, err := post(refused); fail.KindOf(err) != fail.Conflict || turn != 1 {
		t.Errorf("%d turns: %v", turn, err)
	}
}
