package duck

import (
	"strings"

	"openclaw/internal/crm"
)

// unclear takes out the rows of a source whose link names several records, since nobody but a person can say which one is
// meant. A row that says what its record says already is clear: the link stays as it is.
func (in *importing) unclear(i int, st *staged) error {
	for j, f := range st.fields {
		if f.Target == "" {
			continue
		}
		l, err := in.linking(i, j, st)
		if err != nil {
			return err
		}
		before := in.loaded[i].Rejected
		if err := l.unclear(); err != nil {
			return wrap("find what "+f.Name+" of "+st.Object+" leads to", err)
		}
		if in.loaded[i].Rejected == before {
			continue
		}
		if err := in.leaveOut(i, st); err != nil {
			return err
		}
	}
	return nil
}

// unclear makes import_unclear, with the rid of each row whose text several records have, and notes why they are rejects.
// There is no such table where none is.
func (l *linking) unclear() error {
	if _, err := l.tx.exec("CREATE TEMP TABLE import_shared AS SELECT held, list(DISTINCT id) AS ids FROM (" + strings.Join(l.places(), " UNION ALL ") + ") WHERE held IS NOT NULL GROUP BY held HAVING min(id) <> max(id)"); err != nil {
		return err
	}
	var shared int64
	if err := l.tx.one("SELECT count(*) FROM temp.main.import_shared", nil, &shared); err != nil {
		return err
	}
	if shared == 0 {
		return l.drop("import_shared")
	}
	if err := l.texts(); err != nil {
		return err
	}
	from, id, fresh := l.st.numbered(l.i)
	col := column(l.j)
	said := "(SELECT s.rid, s.line, s." + col + " AS source, CASE WHEN NOT " + fresh + " THEN " + id + " END AS id FROM " + from + ")"
	clear := "list_contains(h.ids, t." + name(l.f.Column()) + ")"
	if l.f.Type == crm.Links {
		said = strings.Replace(said, "s."+col, "unnest(s."+col+")", 1)
		clear = "false" // a list is taken as a whole, and would lose the record
	}
	if _, err := l.tx.exec("CREATE TEMP TABLE import_unclear AS SELECT r.rid, min(r.line) AS line, arg_min(r.source, r.source) AS source, arg_min(len(h.ids), r.source) AS records FROM " + said + " AS r JOIN temp.main.import_texts AS x ON x.source = r.source JOIN temp.main.import_shared AS h ON h.held = " + l.sought() +
		" LEFT JOIN " + l.records(l.st.Object) + " AS t ON t.id = r.id WHERE NOT coalesce(" + clear + ", false) GROUP BY r.rid"); err != nil {
		return err
	}
	for _, t := range []string{"import_shared", "import_texts"} {
		if err := l.drop(t); err != nil {
			return err
		}
	}
	before := l.loaded[l.i].Rejected
	err := l.rejectAll(l.i, "SELECT line, source, NULL, records FROM temp.main.import_unclear", func(text, _ string, records int64) crm.Reject {
		return crm.Reject{Column: l.f.Name, Value: text, Reason: crm.SharedName(l.target.Plural, text, records)}
	})
	if err == nil && l.loaded[l.i].Rejected == before {
		err = l.drop("import_unclear")
	}
	return err
}

// leaveOut takes the rows of import_unclear out of a source, and numbers the others anew.
func (in *importing) leaveOut(i int, st *staged) error {
	from, id, fresh := st.numbered(i)
	if _, err := in.tx.exec("CREATE TEMP TABLE import_known AS SELECT s.rid, CASE WHEN NOT " + fresh + " THEN " + id + " END AS id FROM " + from + " WHERE s.rid NOT IN (SELECT rid FROM temp.main.import_unclear)"); err != nil {
		return wrap("leave out rows of "+st.Object, err)
	}
	if !st.fresh {
		if _, err := in.tx.exec("DROP TABLE " + ids(i)); err != nil {
			return wrap("leave out rows of "+st.Object, err)
		}
	}
	var n int64
	if err := in.tx.one("SELECT count(*) FILTER (WHERE id IS NULL) FROM temp.main.import_known", nil, &n); err != nil {
		return wrap("count the rows of "+st.Object, err)
	}
	in.loaded[i].Created = n
	if err := in.number(i, st, n); err != nil {
		return err
	}
	for _, t := range []string{"import_known", "import_unclear"} {
		if err := in.drop(t); err != nil {
			return err
		}
	}
	return nil
}
