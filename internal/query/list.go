package query

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
)

// MaxLimit is the most rows that one page has.
const MaxLimit = 1000

// List is a page of records as SQL: one statement that finds the page's ids, and one that gives the values of these. To
// find the ids alone and fetch by key afterwards is several times faster than any single statement.
type List struct {
	// Find gives one row more than the limit, so that one sees whether there is another page. Its columns are id and
	// each of the sort keys as text.
	Find string
	Args []any
	// Count counts all that the filter lets through.
	Count     string
	CountArgs []any
	Columns   []crm.Column
	Fields    []crm.Field // the field of each column
	Limit     int
	keys      []string // what the page is sorted by, for the cursor
	rows      string   // up to the ids
}

// Rows gives the values of records, in no order. Its columns are id, updated_at and one for each of Columns; a link is
// the id it points to.
func (l *List) Rows(ids []int64) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = strconv.FormatInt(id, 10)
	}
	return l.rows + "(" + strings.Join(texts, ", ") + ")"
}

// NewList writes the SQL of a page. Empty values come last in either direction; the id settles ties. base is the
// relation of the records listed, "" for rel's: links out of the trash lead to records that are not in it.
func NewList(schema crm.Schema, q crm.Query, base string, rel Rel, today time.Time) (*List, error) {
	switch {
	case q.Limit == 0:
		q.Limit = 50
	case q.Limit < 0 || q.Limit > MaxLimit:
		return nil, fail.New(fail.Invalid, "A page has 1 to %d rows, not %d.", MaxLimit, q.Limit)
	}
	top, err := NewScope(schema, q.Object, rel, today)
	if err != nil {
		return nil, err
	}
	top.base = base
	l := &List{Limit: q.Limit}
	if err := l.count(schema, q, base, rel, today); err != nil {
		return nil, err
	}
	keys, err := sortKeys(top, q.Sort)
	if err != nil {
		return nil, err
	}
	where, err := top.Where(q.Filter)
	if err != nil {
		return nil, err
	}
	for i := range keys {
		l.keys = append(l.keys, keys[i].label())
	}
	if q.After != "" {
		after, err := l.after(top, keys, q.After)
		if err != nil {
			return nil, err
		}
		where = "(" + where + ") AND " + after
	}
	if err := l.write(top, keys, where, q); err != nil {
		return nil, err
	}
	return l, nil
}

// count has a clause of its own: what the page is sorted by need not be joined to count.
func (l *List) count(schema crm.Schema, q crm.Query, base string, rel Rel, today time.Time) error {
	all, err := NewScope(schema, q.Object, rel, today)
	if err != nil {
		return err
	}
	all.base = base
	where, err := all.Where(q.Filter)
	if err != nil {
		return err
	}
	l.Count, l.CountArgs = "SELECT count(*) FROM "+all.From()+" WHERE "+where, all.Args()
	return nil
}

// write puts the statements together.
func (l *List) write(top *Scope, keys []key, where string, q crm.Query) error {
	// The keys are turned into text outside, for the rows found only.
	picked, order := []string{top.Alias() + ".id"}, []string{}
	shown, again := []string{"id"}, []string{}
	for i, k := range keys {
		n := "k" + strconv.Itoa(i)
		picked, order = append(picked, k.sql+" AS "+n), append(order, k.sql+k.direction()+" NULLS LAST")
		shown, again = append(shown, "CAST("+n+" AS VARCHAR)"), append(again, n+k.direction()+" NULLS LAST")
	}
	order, again = append(order, top.Alias()+".id"), append(again, "id")
	l.Find = "SELECT " + strings.Join(shown, ", ") + " FROM (SELECT " + strings.Join(picked, ", ") + " FROM " + top.From() + " WHERE " + where +
		" ORDER BY " + strings.Join(order, ", ") + " LIMIT " + strconv.Itoa(l.Limit+1) + ") ORDER BY " + strings.Join(again, ", ")
	l.Args = top.Args()

	row, err := top.inner(q.Object)
	if err != nil {
		return err
	}
	row.base = top.base
	if len(q.Fields) == 0 {
		for _, f := range row.root.Fields {
			q.Fields = append(q.Fields, crm.Path(f.Name))
		}
	}
	l.Columns = make([]crm.Column, 0, len(q.Fields)) // none is a list as well, in JSON
	columns := []string{row.Alias() + ".id", row.Alias() + ".updated_at"}
	for _, p := range q.Fields {
		e, err := row.Field(p)
		if err != nil {
			return err
		}
		l.Fields = append(l.Fields, e.Field)
		l.Columns = append(l.Columns, e.column(string(p), p))
		columns = append(columns, e.SQL)
	}
	l.rows = "SELECT " + strings.Join(columns, ", ") + " FROM " + row.From() + " WHERE " + row.Alias() + ".id IN "
	return nil
}

// key is one thing a page is sorted by.
type key struct {
	sort crm.Sort
	sql  string
	typ  string // SQL type, to read a cursor's text back
}

func (k key) direction() string {
	if k.sort.Desc {
		return " DESC"
	}
	return " ASC"
}

func (k key) label() string { return string(k.sort.Path) + k.direction() }

// sortKeys writes what a page is sorted by: links by the name of their record, choices in the order of their options,
// text without regard to case.
func sortKeys(s *Scope, sorts []crm.Sort) ([]key, error) {
	keys := make([]key, len(sorts))
	for i, so := range sorts {
		e, err := s.Name(so.Path)
		if err != nil {
			return nil, err
		}
		k := key{sort: so, sql: e.SQL, typ: "VARCHAR"}
		switch t := e.Field.ValueType(); {
		case t == crm.Links, t == crm.Choices:
			return nil, fail.New(fail.Invalid, "%s holds several values, so records cannot be sorted by it.", e.Field.Label).WithHint("Sort by another field.")
		case e.Field.Type == crm.Choice && len(e.Field.Options) > 0:
			k.sql, k.typ = optionOrder(e), "INTEGER"
		case t.Textual():
			k.sql = s.Lower(e)
		case e.Field.Name == "id", t == crm.Link:
			k.typ = "BIGINT"
		case t.Numeric():
			k.typ = "DECIMAL(18," + strconv.Itoa(e.Field.Scale) + ")"
		case t == crm.Date:
			k.typ = "DATE"
		case t == crm.DateTime:
			k.typ = "TIMESTAMP"
		case t == crm.Bool:
			k.typ = "BOOLEAN"
		}
		keys[i] = k
	}
	return keys, nil
}

// optionOrder turns a choice into the place of its option.
func optionOrder(e Expr) string {
	var b strings.Builder
	b.WriteString("CASE " + e.SQL)
	for i, o := range e.Field.Options {
		b.WriteString(" WHEN " + Literal(o.Value) + " THEN " + strconv.Itoa(i))
	}
	b.WriteString(" END")
	return b.String()
}

// cursor is where a page ended: the sort keys of its last row as text, nil for an empty one, and its id.
type cursor struct {
	By   []string  `json:"b,omitempty"`
	Keys []*string `json:"k,omitempty"`
	ID   int64     `json:"i"`
}

// Keys is how many sort keys each row of Find has.
func (l *List) Keys() int { return len(l.keys) }

// Cursor is the cursor after a row, from its keys as Find gives them.
func (l *List) Cursor(id int64, keys []*string) string {
	b, err := json.Marshal(cursor{By: l.keys, Keys: keys, ID: id})
	if err != nil {
		return "" // strings and a number always encode
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// after writes what lets through only the rows that come after a cursor.
func (l *List) after(s *Scope, keys []key, text string) (string, error) {
	stale := fail.New(fail.Invalid, "This page's cursor does not fit the query.").WithHint("Start again from the first page.")
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return "", stale
	}
	var c cursor
	if json.Unmarshal(raw, &c) != nil || len(c.Keys) != len(keys) || len(c.By) != len(keys) {
		return "", stale
	}
	for i, by := range c.By {
		if by != l.keys[i] {
			return "", stale
		}
	}
	sql := s.Alias() + ".id > " + s.Bind(c.ID)
	for i := len(keys) - 1; i >= 0; i-- {
		k := keys[i]
		if c.Keys[i] == nil {
			sql = "(" + k.sql + " IS NULL AND " + sql + ")"
			continue
		}
		v := "CAST(" + s.Bind(*c.Keys[i]) + " AS " + k.typ + ")"
		op := " > "
		if k.sort.Desc {
			op = " < "
		}
		sql = "(" + k.sql + op + v + " OR " + k.sql + " IS NULL OR (" + k.sql + " = " + v + " AND " + sql + "))"
	}
	return sql, nil
}
