package duck

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
)

// rule is what the schema asks of the rows of a source, as SQL over s (the row), k (its id, if it is known) and t (its
// record as it is): broken tells that the row does not keep to it.
type rule struct {
	field    crm.Field
	broken   string
	was, now string // the two ends of a move; empty for a field that must not be empty
}

// rules are those of required fields and of pipelines. A new record may begin in any stage: its moves were made
// elsewhere, before it came here.
func (in *importing) rules(st *staged) []rule {
	o, _ := in.tx.schema.Object(st.Object)
	var out []rule
	for _, f := range o.Fields {
		j := slices.Index(st.Load.Fields, f.Name)
		switch {
		case f.Required && j < 0:
			out = append(out, rule{field: f, broken: "k.id IS NULL"})
		case f.Required:
			out = append(out, rule{field: f, broken: "k.id IS NULL AND s." + column(j) + " IS NULL"})
		}
		if f.Type != crm.Choice || len(f.Moves) == 0 || j < 0 {
			continue
		}
		was, now := "coalesce(t."+name(f.Column())+", '')", "coalesce(s."+column(j)+", '')"
		legal := join(f.Moves, func(m crm.Move) string { return "(" + text(m.From) + ", " + text(m.To) + ")" })
		moved := "k.id IS NOT NULL AND s." + column(j) + " IS NOT NULL"
		if f.AnyBegin() {
			moved += " AND " + was + " <> ''"
		}
		out = append(out, rule{field: f, was: was, now: now,
			broken: "(" + moved + " AND " + was + " <> " + now + " AND (" + was + ", " + now + ") NOT IN (" + legal + "))"})
	}
	return out
}

// refuse takes the rows that break a rule out of import_known; the first rule that a row breaks is named.
func (in *importing) refuse(i int, st *staged, rules []rule) error {
	if len(rules) == 0 {
		return nil
	}
	which, was, now, broken := "CASE", "CASE", "CASE", "false"
	for n, r := range rules {
		when := " WHEN " + r.broken + " THEN "
		which += when + strconv.Itoa(n)
		was, now = was+when+cmp.Or(r.was, "''"), now+when+cmp.Or(r.now, "''")
		broken += " OR " + r.broken
	}
	_, err := in.tx.exec("CREATE TEMP TABLE import_refused AS SELECT s.rid, s.line, " + which + " END AS rule, " + was + " END AS was, " + now + " END AS now FROM temp.main.import_known AS k JOIN memory.main." + st.table +
		" AS s ON s.rid = k.rid LEFT JOIN " + in.records(st.Object) + " AS t ON t.id = k.id WHERE " + broken)
	if err != nil {
		return wrap("hold the rows of "+st.Object+" to its rules", err)
	}
	before := in.loaded[i].Rejected
	o, _ := in.tx.schema.Object(st.Object)
	for n, r := range rules {
		err := in.rejectAll(i, "SELECT line, was, now, 0 FROM temp.main.import_refused WHERE rule = "+strconv.Itoa(n), func(was, now string, _ int64) crm.Reject {
			reason := missing(o, r.field)
			if r.was != "" {
				reason = in.tx.checkMove(r.field, was, now)
			}
			why := fail.As(reason)
			return crm.Reject{Column: r.field.Name, Value: now, Reason: strings.TrimSpace(why.Message + " " + why.Hint)}
		})
		if err != nil {
			return err
		}
	}
	if in.loaded[i].Rejected > before {
		if _, err := in.tx.exec("DELETE FROM temp.main.import_known WHERE rid IN (SELECT rid FROM temp.main.import_refused)"); err != nil {
			return wrap("leave out rows of "+st.Object, err)
		}
	}
	return in.drop("import_refused")
}
