package api_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"github.com/shopspring/decimal"

	"openclaw/internal/api"
	"openclaw/internal/crm"
	"openclaw/internal/edge"
	"openclaw/internal/ident"
)

// shelf holds one object whose rows are given, in place of the store.
type shelf struct {
	api.Records
	object crm.Object
	rows   [][]any
}

func (s shelf) Schema(context.Context, ident.Caller) (crm.Schema, error) {
	return crm.Schema{Objects: []crm.Object{s.object}}, nil
}

func (s shelf) Alter(context.Context, ident.Caller, []crm.Alteration, crm.Cause) (crm.Written, error) {
	return crm.Written{}, nil
}

func (s shelf) TryChange(context.Context, ident.Caller, string, crm.Field) (crm.Conversion, error) {
	return crm.Conversion{}, nil
}

func (s shelf) Export(_ context.Context, _ ident.Caller, _ string, _ crm.Filter, row func([]crm.Column, []any) error) error {
	cols := []crm.Column{{Name: "id", Type: crm.Number}}
	for _, f := range s.object.Fields {
		cols = append(cols, crm.Column{Name: f.Name, Type: f.ValueType(), Scale: f.Scale, Path: crm.Path(f.Name)})
	}
	for i, r := range s.rows {
		if err := row(cols, append([]any{int64(i + 1)}, r...)); err != nil {
			return err
		}
	}
	return nil
}

func (s shelf) get(t *testing.T, path string) (int, []byte) {
	t.Helper()
	server, err := edge.New(edge.Options{Routes: api.Routes(api.Deps{Schemas: s, Records: s, Clock: time.Now}), Store: everybody{}})
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(server.Handler())
	defer front.Close()
	r, err := http.NewRequestWithContext(t.Context(), "GET", front.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer x")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, body
}

// everybody is signed in.
type everybody struct{ edge.Sessions }

func (everybody) SessionFind(context.Context, ident.Caller, []byte) (ident.Session, error) {
	return ident.Session{Kind: ident.Token, Person: "ann", Role: ident.Viewer, ExpiresAt: time.Now().Add(time.Hour)}, nil
}

func day(text string) time.Time {
	d, ok := crm.ParseDay(text)
	if !ok {
		panic(text)
	}
	return d
}

var everything = crm.Object{Name: "thing", Label: "Thing", Fields: []crm.Field{
	{Name: "zeta", Type: crm.Text}, // not first by name: columns keep the fields' order
	{Name: "price", Type: crm.Money, Scale: 2},
	{Name: "born", Type: crm.Date},
	{Name: "seen", Type: crm.DateTime},
	{Name: "done", Type: crm.Bool},
	{Name: "tags", Type: crm.Choices},
	{Name: "owner", Type: crm.Link, Target: "thing"},
	{Name: "twice", Type: crm.Computed, Expr: "price * 2", Result: crm.Number},
}}

var rows = [][]any{
	{"a \"quoted\", text", decimal.RequireFromString("-1054.50"), day("1969-12-31"), time.Date(2017, 3, 31, 14, 5, 6, 789000, time.UTC), true, []string{"red", "blue"}, crm.Ref{ID: 7, Name: "Ann"}, decimal.NewFromInt(3)},
	{nil, nil, nil, nil, nil, nil, nil, nil},
	{"ü", decimal.RequireFromString("0"), day("2017-03-31"), time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC), false, []string{"green"}, crm.Ref{ID: 8, Name: "Bob"}, decimal.NewFromInt(4)},
}

func TestParquetKeepsTypesAndOrder(t *testing.T) {
	status, body := shelf{object: everything, rows: rows}.get(t, "/api/v1/objects/thing/export?format=parquet")
	if status != 200 {
		t.Fatalf("%d %s", status, body)
	}
	f, err := parquet.OpenFile(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	var columns []string
	for _, c := range f.Root().Columns() {
		columns = append(columns, fmt.Sprint(c.Name(), " ", c.Type()))
	}
	want := []string{"zeta STRING", "price DECIMAL(18,2)", "born DATE", "seen TIMESTAMP(isAdjustedToUTC=true,unit=MICROS)", "done BOOLEAN", "tags LIST", "owner STRING"}
	if diff := cmp.Diff(want, columns); diff != "" {
		t.Errorf("columns:\n%s", diff)
	}
	type row struct {
		Zeta  *string  `parquet:"zeta,optional"`
		Price *int64   `parquet:"price,optional"`
		Born  *int32   `parquet:"born,optional"`
		Seen  *int64   `parquet:"seen,optional"`
		Done  *bool    `parquet:"done,optional"`
		Tags  []string `parquet:"tags,list"`
		Owner *string  `parquet:"owner,optional"`
	}
	got, err := parquet.Read[row](bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	wantRows := []row{
		{ptr("a \"quoted\", text"), ptr(int64(-105450)), ptr(int32(-1)), ptr(time.Date(2017, 3, 31, 14, 5, 6, 789000, time.UTC).UnixMicro()), ptr(true), []string{"red", "blue"}, ptr("Ann")},
		{Tags: []string{}},
		{ptr("ü"), ptr(int64(0)), ptr(int32(17256)), ptr(time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()), ptr(false), []string{"green"}, ptr("Bob")},
	}
	if diff := cmp.Diff(wantRows, got); diff != "" {
		t.Errorf("rows, -want +got:\n%s", diff)
	}
}

func ptr[T any](v T) *T { return &v }

func TestExportTexts(t *testing.T) {
	s := shelf{object: everything, rows: rows[:1]}
	_, csv := s.get(t, "/api/v1/objects/thing/export")
	want := "zeta,price,born,seen,done,tags,owner\n\"a \"\"quoted\"\", text\",-1054.50,1969-12-31,2017-03-31T14:05:06.000789Z,yes,red; blue,Ann\n"
	if diff := cmp.Diff(want, string(csv)); diff != "" {
		t.Errorf("csv:\n%s", diff)
	}
	s.rows = nil
	if _, csv := s.get(t, "/api/v1/objects/thing/export"); string(csv) != "zeta,price,born,seen,done,tags,owner\n" {
		t.Errorf("without rows: %q", csv)
	}
	if _, text := s.get(t, "/api/v1/objects/thing/export?format=json"); string(bytes.TrimSpace(text)) != "[]" {
		t.Errorf("without rows: %q", text)
	}
	if status, body := s.get(t, "/api/v1/objects/thing/export?format=xls"); status != 400 || !bytes.Contains(body, []byte("parquet")) {
		t.Errorf("%d %s", status, body)
	}
}
