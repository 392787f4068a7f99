package duck

import (
	"context"
	"encoding/json"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
	"openclaw/internal/query"
)

// maxOptions is how many options a choice field may be given from the values that it finds.
const maxOptions = 200

// TryChange says what a change of a field's type would do, and changes nothing.
func (s *Store) TryChange(ctx context.Context, c ident.Caller, object string, to crm.Field) (crm.Conversion, error) {
	var out crm.Conversion
	err := s.scan(ctx, c, func(ctx context.Context, conn *moment) error {
		schema := conn.schema
		o, from, to, err := changing(schema, object, to, true)
		if err != nil {
			return err
		}
		cv, err := convert(ctx, conn, schema, s.rel(schema, c), from, to, "(SELECT *, 1 AS _n FROM "+s.relation(c, o)+" AS r)", true)
		if err != nil {
			return err
		}
		out = cv.report
		out.Object = o.Name
		return nil
	})
	return out, err
}

// changing checks a wish to change a field's type and fills in what was left out. A change that is made anew, and takes
// none back, sheds what the old type alone had.
func changing(s crm.Schema, object string, to crm.Field, anew bool) (o crm.Object, from, checked crm.Field, err error) {
	o, ok := s.Object(object)
	if !ok {
		return o, from, to, query.NoObject(s, object)
	}
	if from, ok = o.Field(to.Name); !ok {
		return o, from, to, query.NoField(o, to.Name)
	}
	if from.Type == crm.Computed || to.Type == crm.Computed {
		return o, from, to, fail.New(fail.Invalid, "%s cannot be changed between computed and kept values.", from.Label).WithHint("Add another field, and remove this one.")
	}
	rest, _ := without(o, to.Name)
	if anew {
		to = shed(from, to)
	}
	to, err = checkField(rest, to)
	if err == nil && to.Target != "" {
		if _, ok := s.Object(to.Target); !ok {
			err = query.NoObject(s, to.Target)
		}
	}
	return o, from, to, err
}

// shed takes from a field of another type what it has left of the old one and cannot use: the choices, where a link leads,
// the digits and the currency.
func shed(from, to crm.Field) crm.Field {
	if to.Type != crm.Choice && to.Type != crm.Choices && (from.Type == crm.Choice || from.Type == crm.Choices) {
		to.Options, to.Moves = nil, nil
	}
	if to.Type != crm.Link && to.Type != crm.Links && to.Target == from.Target {
		to.Target = ""
	}
	if !to.Type.Numeric() && from.Type.Numeric() {
		to.Scale, to.Currency = 0, ""
	}
	return to
}

// conversion is each text that a field has, as text of the other type, for a cast; nil where it does not convert.
type conversion struct {
	to     crm.Field // with options, where they were made from the values
	texts  []string
	values []any
	report crm.Conversion
}

// valuesOf is where convert finds an object's values. Deleted records are converted along; what of theirs is lost is not
// counted, and stays in the bin.
func valuesOf(o crm.Object) string {
	return "(SELECT *, 1 AS _n FROM " + table(o.Name) + " UNION ALL BY NAME SELECT * EXCLUDE (deleted_at), 0 AS _n FROM " + trashed(o.Name) + ")"
}

// convert reads each different value of a field as a person would have typed it into the other. The values stand in a
// column of values, which counts them in its column _n: no field is called that. makes has a choice field without options get them from the values.
func convert(ctx context.Context, q querier, s crm.Schema, rel query.Rel, from, to crm.Field, values string, makes bool) (conversion, error) {
	cv := conversion{to: to, report: crm.Conversion{Field: from.Name, From: from.Type, To: to.Type, Sample: []string{}}}
	rows, err := q.QueryContext(ctx, "SELECT v, sum(_n) FROM (SELECT "+shownAs(s, rel, from, to)+" AS v, _n FROM "+values+" AS t) WHERE v IS NOT NULL GROUP BY v ORDER BY v")
	if err != nil {
		return cv, wrap("read the values of "+from.Name, err)
	}
	defer rows.Close()
	var counts []int64
	for rows.Next() {
		var text string
		var n float64
		if err := rows.Scan(&text, &n); err != nil {
			return cv, wrap("read the values of "+from.Name, err)
		}
		cv.texts, counts = append(cv.texts, text), append(counts, int64(n))
	}
	if err := rows.Err(); err != nil {
		return cv, wrap("read the values of "+from.Name, err)
	}
	if makes {
		if err := cv.makeOptions(); err != nil {
			return cv, err
		}
	}
	var names map[string][]int64
	if to.Target != "" && !sameRecords(from, to) {
		if names, err = idsByName(ctx, q, s, rel, to.Target); err != nil {
			return cv, err
		}
	}
	cv.values = make([]any, len(cv.texts))
	for i, text := range cv.texts {
		cv.report.Values += counts[i]
		v, ok := converted(cv.to, text, names)
		if sameRecords(from, to) {
			v, ok = relinked(cv.to, text)
		}
		if !ok {
			cv.report.Lost += counts[i]
			if counts[i] > 0 && len(cv.report.Sample) < 20 {
				cv.report.Sample = append(cv.report.Sample, text)
			}
			continue
		}
		cv.values[i] = v
	}
	if sameRecords(from, to) {
		return cv, cv.nameSample(ctx, q, s, rel)
	}
	return cv, nil
}

// sameRecords tells whether both fields link to the same object. Then a link stays one to its record, whatever that and
// others are called, and stands as ids where other values stand as text.
func sameRecords(from, to crm.Field) bool { return to.Target != "" && from.Target == to.Target }

// relinked reads the ids of links, several of which are no link to one.
func relinked(to crm.Field, text string) (any, bool) {
	var ids []int64
	if err := json.Unmarshal([]byte(text), &ids); err != nil || to.Type == crm.Link && len(ids) != 1 {
		return nil, false
	}
	if to.Type == crm.Link {
		return argument(to, ids[0]), true
	}
	return argument(to, ids), true
}

// nameSample says what is lost of links by what their records are called.
func (cv *conversion) nameSample(ctx context.Context, q querier, s crm.Schema, rel query.Rel) error {
	shown := shownValue(s, rel, crm.Field{Type: crm.Links, Target: cv.to.Target}, crm.Field{}, "t.ids")
	rows, err := q.QueryContext(ctx, "SELECT coalesce("+shown+", '') FROM (SELECT unnest(lists) AS ids, generate_subscripts(lists, 1) AS n FROM (SELECT CAST(CAST(? AS JSON) AS BIGINT[][]) AS lists)) AS t ORDER BY n", "["+strings.Join(cv.report.Sample, ",")+"]")
	if err != nil {
		return wrap("read the names of "+cv.to.Target, err)
	}
	defer rows.Close()
	for i := 0; rows.Next(); i++ {
		if err := rows.Scan(&cv.report.Sample[i]); err != nil {
			return wrap("read the names of "+cv.to.Target, err)
		}
	}
	return wrap("read the names of "+cv.to.Target, rows.Err())
}

// makeOptions gives a choice field without options the values that are there.
func (cv *conversion) makeOptions() error {
	if cv.to.Type != crm.Choice && cv.to.Type != crm.Choices || len(cv.to.Options) > 0 {
		return nil
	}
	for _, text := range cv.texts {
		parts := []string{text}
		if cv.to.Type == crm.Choices {
			parts = strings.Split(text, ";")
		}
		for _, p := range parts {
			p = strings.TrimSpace(p)
			if _, ok := cv.to.Option(p); !ok && p != "" {
				cv.to.Options = append(cv.to.Options, crm.Option{Value: p})
			}
		}
		if len(cv.to.Options) > maxOptions {
			return fail.New(fail.Invalid, "%s has more than %d different values, too many to choose from.", cv.to.Label, maxOptions).WithHint("Keep it as text, or state the options.")
		}
	}
	return nil
}

// converted reads text for a field and gives it in the form that castOf takes.
func converted(to crm.Field, text string, names map[string][]int64) (any, bool) {
	if to.Target == "" {
		v, err := to.Parse(text)
		if err != nil || v == nil {
			return nil, false
		}
		return argument(to, v), true
	}
	if to.Type == crm.Link {
		ids := names[crm.Fold(text)]
		if len(ids) != 1 {
			return nil, false
		}
		return argument(to, ids[0]), true
	}
	var all []int64
	for part := range strings.SplitSeq(text, ";") {
		ids := names[crm.Fold(part)]
		if len(ids) != 1 {
			return nil, false
		}
		all = append(all, ids[0])
	}
	return argument(to, all), true
}

// shownAs is a field's value as the text that a person would type.
func shownAs(s crm.Schema, rel query.Rel, f, to crm.Field) string {
	return shownValue(s, rel, f, to, "t."+name(f.Column()))
}

func shownValue(s crm.Schema, rel query.Rel, f, to crm.Field, v string) string {
	switch {
	case sameRecords(f, to) && f.Type == crm.Link:
		return "(SELECT '[' || x.id || ']' FROM " + rel(f.Target) + " AS x WHERE x.id = " + v + ")"
	case sameRecords(f, to):
		return "(SELECT CAST(to_json(list(x.id ORDER BY list_position(" + v + ", x.id))) AS VARCHAR) FROM " + rel(f.Target) + " AS x WHERE list_contains(" + v + ", x.id))"
	case f.Type == crm.Bool:
		return "CASE WHEN " + v + " THEN 'yes' WHEN NOT " + v + " THEN 'no' END"
	case f.Type == crm.DateTime && to.Type == crm.Date:
		return "CAST(CAST(" + v + " AS DATE) AS VARCHAR)"
	case f.Type == crm.Choices:
		return "nullif(array_to_string(" + v + ", '; '), '')"
	case f.Type == crm.Link:
		return "(SELECT " + called(s, f.Target) + " FROM " + rel(f.Target) + " AS x WHERE x.id = " + v + ")"
	case f.Type == crm.Links:
		return "(SELECT string_agg(" + called(s, f.Target) + ", '; ' ORDER BY list_position(" + v + ", x.id)) FROM " + rel(f.Target) + " AS x WHERE list_contains(" + v + ", x.id))"
	}
	return "CAST(" + v + " AS VARCHAR)"
}

// idsByName are an object's records by what they are called, folded.
func idsByName(ctx context.Context, q querier, s crm.Schema, rel query.Rel, object string) (map[string][]int64, error) {
	rows, err := q.QueryContext(ctx, "SELECT id, "+called(s, object)+" FROM "+rel(object)+" AS t ORDER BY id")
	if err != nil {
		return nil, wrap("read the names of "+object, err)
	}
	defer rows.Close()
	out := map[string][]int64{}
	for rows.Next() {
		var id int64
		var text string
		if err := rows.Scan(&id, &text); err != nil {
			return nil, wrap("read the names of "+object, err)
		}
		out[crm.Fold(text)] = append(out[crm.Fold(text)], id)
	}
	return out, wrap("read the names of "+object, rows.Err())
}
