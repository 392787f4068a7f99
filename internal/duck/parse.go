package duck

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/query"
)

// parse makes raw values of what an edit brings, by field name. Links are found by id or by name and lead somewhere. held
// are the record's values of now: what it links to already it may go on to, whether or not the caller may see that.
func (tx *Tx) parse(o crm.Object, values crm.Values, held map[string]any) (map[string]any, error) {
	out := make(map[string]any, len(values))
	for field, v := range values {
		f, ok := o.Field(field)
		if !ok {
			return nil, query.NoField(o, field)
		}
		if f.Type == crm.Computed {
			return nil, fail.New(fail.Invalid, "%s is computed and cannot be written.", f.Label).WithHint("Change the fields it is made of.")
		}
		parsed, err := tx.parseOne(f, v, linksOf(held[f.Name]))
		if err != nil {
			return nil, err
		}
		out[field] = parsed
	}
	return out, nil
}

func (tx *Tx) parseOne(f crm.Field, v any, held []int64) (any, error) {
	if v == nil {
		return nil, nil
	}
	switch f.Type {
	case crm.Link:
		return tx.parseLink(f, v, held)
	case crm.Links:
		return tx.parseLinks(f, v, held)
	case crm.Choices:
		if parts, ok := texts(v); ok {
			return parseChoices(f, parts)
		}
	}
	text, ok := asText(f, v)
	if !ok {
		return nil, fail.New(fail.Invalid, "%s is a %s and cannot hold %v.", f.Label, f.Type.Noun(), v)
	}
	return f.Parse(text)
}

// asText is a value in the form that Field.Parse reads.
func asText(f crm.Field, v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case decimal.Decimal:
		return v.String(), true
	case time.Time:
		if f.Type == crm.Date {
			return v.Format(time.DateOnly), true
		}
		return v.UTC().Format(time.RFC3339Nano), true
	case bool:
		return strconv.FormatBool(v), true
	case int:
		return strconv.Itoa(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return "", false
		}
		return strconv.FormatFloat(v, 'f', -1, 64), true
	}
	return "", false
}

// texts takes a list of texts, as Go or JSON has it.
func texts(v any) ([]string, bool) {
	switch v := v.(type) {
	case []string:
		return v, true
	case []any:
		out := make([]string, len(v))
		for i, x := range v {
			t, ok := x.(string)
			if !ok {
				return nil, false
			}
			out[i] = t
		}
		return out, true
	}
	return nil, false
}

func parseChoices(f crm.Field, parts []string) (any, error) {
	var out []string
	for _, p := range parts {
		o, ok := f.Option(strings.TrimSpace(p))
		if !ok {
			_, err := f.Parse(p)
			if err == nil {
				err = fail.New(fail.Invalid, "%q is no option of %s.", p, f.Label)
			}
			return nil, err
		}
		if !slices.Contains(out, o.Value) {
			out = append(out, o.Value)
		}
	}
	if out == nil {
		return nil, nil
	}
	return out, nil
}

func (tx *Tx) parseLinks(f crm.Field, v any, held []int64) (any, error) {
	var parts []any
	switch v := v.(type) {
	case string:
		sep := ";"
		if !strings.Contains(v, sep) {
			sep = ","
		}
		// A name may hold a comma; take the text whole where it is one.
		if id, err := tx.parseLink(f, v, held); err == nil && id != nil {
			return []int64{id.(int64)}, nil
		}
		for p := range strings.SplitSeq(v, sep) {
			parts = append(parts, p)
		}
	case []string:
		for _, x := range v {
			parts = append(parts, x)
		}
	case []int64:
		for _, x := range v {
			parts = append(parts, x)
		}
	case []crm.Ref:
		for _, x := range v {
			parts = append(parts, x)
		}
	case []any:
		parts = v
	default:
		parts = []any{v}
	}
	var out []int64
	for _, p := range parts {
		id, err := tx.parseLink(f, p, held)
		if err != nil {
			return nil, err
		}
		if id, ok := id.(int64); ok && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	if out == nil {
		return nil, nil
	}
	return out, nil
}

// parseLink finds the record that a link is to lead to: by id, by #id, or by its name.
func (tx *Tx) parseLink(f crm.Field, v any, held []int64) (any, error) {
	target, ok := tx.schema.Object(f.Target)
	if !ok {
		return nil, query.NoObject(tx.schema, f.Target)
	}
	switch v := v.(type) {
	case crm.Ref:
		return tx.linkID(f, target, v.ID, held)
	case int64:
		return tx.linkID(f, target, v, held)
	case int:
		return tx.linkID(f, target, int64(v), held)
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return tx.linkID(f, target, int64(v), held)
		}
	case json.Number:
		if id, err := v.Int64(); err == nil {
			return tx.linkID(f, target, id, held)
		}
	case map[string]any:
		if id, ok := v["id"]; ok {
			return tx.parseLink(f, id, held)
		}
	case string:
		return tx.linkText(f, target, strings.TrimSpace(v), held)
	}
	return nil, fail.New(fail.Invalid, "%s is a link to %s and cannot hold %v.", f.Label, target.Label, v).WithHint("Give the record's name or its id.")
}

func (tx *Tx) linkID(f crm.Field, target crm.Object, id int64, held []int64) (any, error) {
	if slices.Contains(held, id) {
		return id, nil
	}
	var n int
	if err := tx.one("SELECT count(*) FROM "+tx.s.relation(tx.caller, target)+" AS t WHERE id = ?", []any{id}, &n); err != nil {
		return nil, wrap("look for a linked record", err)
	}
	if n == 0 {
		return nil, fail.New(fail.Invalid, "%s: there is no %s #%d.", f.Label, target.Label, id).WithHint("Create it first, or choose another; what is in the trash must be restored first.")
	}
	return id, nil
}

// linkText finds a record by its name as it is written, else regardless of case, accents and blanks; a number that no
// record is called by is an id.
func (tx *Tx) linkText(f crm.Field, target crm.Object, text string, held []int64) (any, error) {
	if text == "" {
		return nil, nil
	}
	if id, err := strconv.ParseInt(strings.TrimPrefix(text, "#"), 10, 64); err == nil && strings.HasPrefix(text, "#") {
		return tx.linkID(f, target, id, held)
	}
	called := called(tx.schema, target.Name)
	for _, q := range []struct{ cond, arg string }{
		{called + " = ?", text},
		{"lower(strip_accents(regexp_replace(trim(" + called + "), '\\s+', ' ', 'g'))) = ?", crm.Fold(text)},
	} {
		found, err := tx.ids("SELECT id FROM "+tx.s.relation(tx.caller, target)+" AS t WHERE "+q.cond+" ORDER BY id LIMIT 2", q.arg)
		switch {
		case err != nil:
			return nil, err
		case len(found) == 1:
			return found[0], nil
		case len(found) > 1:
			return nil, fail.New(fail.Invalid, "%s: several %s are called %q, such as #%d and #%d.", f.Label, target.Plural, text, found[0], found[1]).
				WithHint("Give the id instead, such as #%d.", found[0])
		}
	}
	if id, err := strconv.ParseInt(text, 10, 64); err == nil {
		return tx.linkID(f, target, id, held)
	}
	return nil, fail.New(fail.Invalid, "%s: there is no %s called %q.", f.Label, target.Label, text).WithHint("Create it first, or check how it is spelt.")
}

// ids reads a column of ids.
func (tx *Tx) ids(q string, args ...any) ([]int64, error) {
	rows, err := tx.query(q, args...)
	if err != nil {
		return nil, wrap("look for records", err)
	}
	defer rows.Close()
	var out []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, wrap("look for records", err)
		}
		out = append(out, id)
	}
	return out, wrap("look for records", rows.Err())
}
