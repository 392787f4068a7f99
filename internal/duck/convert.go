package duck

import (
	"context"
	"slices"
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
		o, from, to, err := changing(schema, object, to)
		if err != nil {
			return err
		}
		cv, err := convert(ctx, conn, schema, o, from, to)
		if err != nil {
			return err
		}
		out = cv.report
		return nil
	})
	return out, err
}

// changing checks a wish to change a field's type and fills in what was left out.
func changing(s crm.Schema, object string, to crm.Field) (o crm.Object, from, checked crm.Field, err error) {
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
	to, err = checkField(rest, to)
	if err == nil && to.Target != "" {
		if _, ok := s.Object(to.Target); !ok {
			err = query.NoObject(s, to.Target)
		}
	}
	return o, from, to, err
}

// conversion is each text that a field has, as text of the other type, for a cast; nil where it does not convert.
type conversion struct {
	to     crm.Field // with options, where they were made from the values
	texts  []string
	values []any
	report crm.Conversion
}

// convert reads each different value of a field as a person would have typed it into the other. Deleted records are
// converted along; what of theirs is lost is not counted, and stays in the bin.
func convert(ctx context.Context, q querier, s crm.Schema, o crm.Object, from, to crm.Field) (conversion, error) {
	cv := conversion{to: to, report: crm.Conversion{Object: o.Name, Field: from.Name, From: from.Type, To: to.Type, Sample: []string{}}}
	shown := shownAs(s, from, to)
	rows, err := q.QueryContext(ctx, "SELECT v, sum(n) FROM (SELECT "+shown+" AS v, 1 AS n FROM "+table(o.Name)+" AS t UNION ALL SELECT "+shown+", 0 FROM "+trashed(o.Name)+" AS t) WHERE v IS NOT NULL GROUP BY v ORDER BY v")
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
	if err := cv.makeOptions(); err != nil {
		return cv, err
	}
	var names map[string][]int64
	if to.Target != "" {
		if names, err = idsByName(ctx, q, s, to.Target); err != nil {
			return cv, err
		}
	}
	cv.values = make([]any, len(cv.texts))
	for i, text := range cv.texts {
		cv.report.Values += counts[i]
		v, ok := converted(cv.to, text, names)
		if !ok {
			cv.report.Lost += counts[i]
			if counts[i] > 0 && len(cv.report.Sample) < 20 {
				cv.report.Sample = append(cv.report.Sample, text)
			}
			continue
		}
		cv.values[i] = v
	}
	return cv, nil
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
func shownAs(s crm.Schema, f, to crm.Field) string {
	v := "t." + name(f.Column())
	switch {
	case f.Type == crm.Bool:
		return "CASE WHEN " + v + " THEN 'yes' WHEN NOT " + v + " THEN 'no' END"
	case f.Type == crm.DateTime && to.Type == crm.Date:
		return "CAST(CAST(" + v + " AS DATE) AS VARCHAR)"
	case f.Type == crm.Choices:
		return "nullif(array_to_string(" + v + ", '; '), '')"
	case f.Type == crm.Link:
		return "(SELECT " + called(s, f.Target) + " FROM " + table(f.Target) + " AS x WHERE x.id = " + v + ")"
	case f.Type == crm.Links:
		return "(SELECT string_agg(" + called(s, f.Target) + ", '; ') FROM " + table(f.Target) + " AS x WHERE list_contains(" + v + ", x.id))"
	}
	return "CAST(" + v + " AS VARCHAR)"
}

// idsByName are an object's records by what they are called, folded.
func idsByName(ctx context.Context, q querier, s crm.Schema, object string) (map[string][]int64, error) {
	rows, err := q.QueryContext(ctx, "SELECT id, "+called(s, object)+" FROM "+table(object)+" ORDER BY id")
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

// changeField gives a field another type and converts its values. What they were is kept, beside what they became.
func (tx *Tx) changeField(o crm.Object, to crm.Field, lossy bool) (*alteration, error) {
	return tx.changeType(o, to, lossy, nil)
}

// changeType changes a field's type. With exact, the bin of the change that it takes back, values that nobody has
// touched since become exactly what they were.
func (tx *Tx) changeType(o crm.Object, to crm.Field, lossy bool, exact *bin) (*alteration, error) {
	o, from, to, err := changing(tx.schema, o.Name, to)
	if err != nil {
		return nil, err
	}
	rest, at := without(o, to.Name)
	if from.Type == to.Type && from.Scale == to.Scale && from.Target == to.Target && slices.EqualFunc(from.Options, to.Options, sameValue) {
		return tx.replaceField(rest, from, to, at, crm.ChangeField)
	}
	if err := tx.unfilled(o.Name, from.Name); err != nil {
		return nil, err
	}
	cv, err := convert(tx.ctx, tx.conn, tx.schema, o, from, to)
	if err != nil {
		return nil, err
	}
	to = cv.to
	b := tx.bin("values", o.Name, to.Name)
	b.definition = map[string]any{"field": from}
	if err := tx.setAsideConverted(b, o, from, cv, exact); err != nil {
		return nil, err
	}
	if err := tx.refuseLoss(b, o, cv, lossy, exact); err != nil {
		return nil, err
	}
	for _, t := range both(o.Name) {
		if err := tx.ddl("ALTER TABLE "+t+" DROP COLUMN "+name(from.Column()), "ALTER TABLE "+t+" ADD COLUMN "+name(to.Column())+" "+sqlType(to)); err != nil {
			return nil, err
		}
	}
	if err := tx.put(with(rest, to, at), 0); err != nil {
		return nil, err
	}
	tx.fill(o.Name, to.Name, func() error {
		for _, t := range both(o.Name) {
			if _, err := tx.exec("UPDATE " + t + " AS t SET " + name(to.Column()) + " = b.became FROM " + b.table() + " AS b WHERE b.id = t.id AND b.became IS NOT NULL"); err != nil {
				return wrap("convert the values of "+to.Name, err)
			}
		}
		if exact != nil {
			return tx.empty(*exact)
		}
		return nil
	})
	return &alteration{object: o.Name, before: map[string]any{"field": from}, after: map[string]any{"did": crm.ChangeField, "field": to}, bins: []bin{b}}, nil
}

func sameValue(a, b crm.Option) bool { return a.Value == b.Value }

// setAsideConverted fills a bin with each record's value and what it becomes.
func (tx *Tx) setAsideConverted(b bin, o crm.Object, from crm.Field, cv conversion, exact *bin) error {
	if err := tx.ddl("CREATE OR REPLACE TEMP TABLE converted (text VARCHAR, value VARCHAR)"); err != nil {
		return err
	}
	const step = 10_000
	for i := 0; i < len(cv.texts); i += step {
		j := min(i+step, len(cv.texts))
		if _, err := tx.exec(`INSERT INTO temp.converted SELECT unnest(CAST(CAST(? AS JSON) AS VARCHAR[])), unnest(CAST(CAST(? AS JSON) AS VARCHAR[]))`, mustJSON(cv.texts[i:j]), mustJSON(cv.values[i:j])); err != nil {
			return wrap("convert the values of "+from.Name, err)
		}
	}
	became, join, keep := castOf(cv.to, "m.value"), "", "s.value IS NOT NULL"
	if exact != nil {
		became = "CASE WHEN e.id IS NOT NULL AND e.became IS NOT DISTINCT FROM s.value THEN e.value ELSE " + became + " END"
		join = " LEFT JOIN " + exact.table() + " AS e ON e.id = s.id"
		keep += " OR e.id IS NOT NULL"
	}
	column, shown := name(from.Column()), shownAs(tx.schema, from, cv.to)
	each := func(t string) string {
		return "SELECT t.id, t." + column + " AS value, " + shown + " AS text FROM " + t + " AS t"
	}
	return tx.ddl("CREATE TABLE "+b.table()+" AS SELECT s.id, s.value, "+became+" AS became FROM ("+each(table(o.Name))+" UNION ALL "+each(trashed(o.Name))+") AS s LEFT JOIN temp.converted AS m ON m.text = s.text"+join+" WHERE "+keep,
		"DROP TABLE temp.converted")
}

// refuseLoss refuses to lose values unless that is wanted.
func (tx *Tx) refuseLoss(b bin, o crm.Object, cv conversion, lossy bool, exact *bin) error {
	if lossy {
		return nil
	}
	// Taking a change back, a value that came of nothing goes back to nothing; only one written since would be lost.
	cond := ""
	if exact != nil {
		cond = " AND NOT EXISTS (SELECT 1 FROM " + exact.table() + " AS e WHERE e.id = b.id AND e.became IS NOT DISTINCT FROM b.value)"
	}
	var lost int64
	if err := tx.one("SELECT count(*) FROM "+b.table()+" AS b SEMI JOIN "+table(o.Name)+" AS t ON t.id = b.id WHERE b.value IS NOT NULL AND b.became IS NULL"+cond, nil, &lost); err != nil {
		return wrap("count what would be lost", err)
	}
	if lost == 0 {
		return nil
	}
	cv.report.Lost = lost
	return fail.New(fail.Conflict, "%d of %d values of %s are not a %s and would be lost, such as %s.", lost, cv.report.Values, cv.to.Label, cv.to.Type.Noun(), join(cv.report.Sample[:min(3, len(cv.report.Sample))], func(s string) string { return `"` + s + `"` })).
		WithHint("Correct these values first, or say that they may be emptied. They stay in the trash, and undo brings them back.").WithDetail(cv.report)
}
