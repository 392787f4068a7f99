package duck

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/query"
)

// unmatchedShown is how many texts that lead nowhere are named.
const unmatchedShown = 20

// linking finds what one link column of one source leads to.
type linking struct {
	*importing
	i, j   int
	st     *staged
	f      crm.Field
	by     crm.LinkBy
	target crm.Object
	found  crm.Field // the target's field that holds the texts
}

// linking is the finder of a link column.
func (in *importing) linking(i, j int, st *staged) (*linking, error) {
	f := st.fields[j]
	by := st.Links[f.Name]
	target, ok := in.tx.schema.Object(f.Target)
	if !ok {
		return nil, query.NoObject(in.tx.schema, f.Target)
	}
	found, ok := target.Field(by.Field)
	if by.Field == "" {
		found, ok = target.NameField()
	}
	if !ok || found.Target != "" || found.Type == crm.Choices {
		return nil, fail.New(fail.Invalid, "%s of %s cannot be found by %q of %s.", f.Label, st.Object, by.Field, f.Target).WithHint("Choose the field of %s that the column's values stand in.", target.Label)
	}
	return &linking{importing: in, i: i, j: j, st: st, f: f, by: by, target: target, found: found}, nil
}

// link finds the records that the texts of a link column lead to, and makes those that are missing where it is asked to.
func (in *importing) link(i, j int, st *staged) error {
	l, err := in.linking(i, j, st)
	if err != nil {
		return err
	}
	in.loaded[i].Links[l.f.Name], err = l.run()
	return wrap("link "+l.f.Name+" of "+st.Object, err)
}

// texts makes import_texts: what stands in the column, and what it is read as.
func (l *linking) texts() error {
	from, _, _ := l.st.numbered(l.i)
	col := "s." + column(l.j)
	each := "SELECT DISTINCT " + col + " AS source FROM " + from + " WHERE " + col + " IS NOT NULL"
	if l.f.Type == crm.Links {
		each = "SELECT DISTINCT unnest(" + col + ") AS source FROM " + from
	}
	steps := []string{"CREATE TEMP TABLE import_texts AS SELECT source, source AS text FROM (" + each + ")"}
	for _, q := range append(steps, l.fixes()...) {
		if _, err := l.tx.exec(q); err != nil {
			return err
		}
	}
	return nil
}

func (l *linking) run() (crm.LinkCount, error) {
	col := column(l.j)
	if err := l.texts(); err != nil {
		return crm.LinkCount{}, err
	}
	if err := l.match(); err != nil {
		return crm.LinkCount{}, err
	}
	var out crm.LinkCount
	var err error
	if l.by.Create {
		if out.Created, err = l.create(); err != nil {
			return out, err
		}
	}
	if err := l.fixed(&out); err != nil {
		return out, err
	}
	if out.Unmatched, err = l.unmatched(); err != nil {
		return out, err
	}
	if err := l.keep(); err != nil {
		return out, err
	}
	for _, t := range []string{"import_texts", "import_map"} {
		if _, err := l.tx.exec("DROP TABLE temp.main." + t); err != nil {
			return out, err
		}
	}
	return out, l.count(&out, col)
}

// fixes are the statements that put the texts of LinkBy.Fix in the place of those that they correct.
func (l *linking) fixes() []string {
	var out []string
	from := slices.Sorted(maps.Keys(l.by.Fix))
	for part := range slices.Chunk(from, 500) {
		values := join(part, func(s string) string { return "(" + text(s) + ", " + text(l.by.Fix[s]) + ")" })
		out = append(out, "UPDATE temp.main.import_texts AS t SET text = x.fixed FROM (VALUES "+values+") AS x(source, fixed) WHERE t.source = x.source")
	}
	return out
}

// places are the SELECTs of id and held text of what a text may lead to: the target's records, and the rows of all
// sources that become such records.
func (l *linking) places() []string {
	places := []string{"SELECT id, " + name(l.found.Column()) + " AS held FROM " + l.records(l.target.Name) + " AS t"}
	for i, st := range l.sources {
		if st.Object != l.target.Name {
			continue
		}
		if j := slices.Index(st.Load.Fields, l.found.Name); j >= 0 {
			from, id, _ := st.numbered(i)
			places = append(places, "SELECT "+id+" AS id, s."+column(j)+" AS held FROM "+from)
		}
	}
	return places
}

// sought is the text of import_texts as the target's field holds it.
func (l *linking) sought() string {
	if kind := sqlType(l.found); kind != "VARCHAR" {
		return "TRY_CAST(x.text AS " + kind + ")"
	}
	return "x.text"
}

// match makes import_map: the one record that each text leads to. A text that several records have leads nowhere: its
// id is NULL.
func (l *linking) match() error {
	var both []string
	for _, p := range l.places() {
		both = append(both, "SELECT x.source, p.id FROM temp.main.import_texts AS x JOIN ("+p+") AS p ON p.held = "+l.sought())
	}
	_, err := l.tx.exec("CREATE TEMP TABLE import_map AS SELECT source, CASE WHEN min(id) = max(id) THEN min(id) END AS id FROM (" + strings.Join(both, " UNION ALL ") + ") GROUP BY source")
	return err
}

// create makes a record, with nothing but the text, for each text that no record has.
func (l *linking) create() (int64, error) {
	if l.found.Type == crm.Computed {
		return 0, nil
	}
	value := "text"
	if kind := sqlType(l.found); kind != "VARCHAR" {
		value = "TRY_CAST(text AS " + kind + ")"
	}
	missing := "SELECT " + value + " AS value, min(source) AS source FROM temp.main.import_texts WHERE source NOT IN (SELECT source FROM temp.main.import_map) AND " + value + " IS NOT NULL GROUP BY ALL"
	if _, err := l.tx.exec("CREATE TEMP TABLE import_missing AS SELECT value, row_number() OVER (ORDER BY source) AS n FROM (" + missing + ")"); err != nil {
		return 0, err
	}
	var n int64
	if err := l.tx.one("SELECT count(*) FROM temp.main.import_missing", nil, &n); err != nil {
		return 0, err
	}
	if n > 0 {
		first, err := l.tx.newIDs(l.target.Name, n)
		if err != nil {
			return 0, err
		}
		if _, err := l.tx.exec("INSERT INTO "+table(l.target.Name)+" (id, created_at, updated_at, "+name(l.found.Column())+") SELECT CAST(? AS BIGINT) - 1 + n, CAST(? AS TIMESTAMP), CAST(? AS TIMESTAMP), value FROM temp.main.import_missing",
			first, l.at, l.at); err != nil {
			return 0, err
		}
		if err := l.created(l.target.Name, first, n); err != nil {
			return 0, err
		}
		if _, err := l.tx.exec("INSERT INTO temp.main.import_map SELECT x.source, CAST(? AS BIGINT) - 1 + m.n FROM temp.main.import_texts AS x JOIN temp.main.import_missing AS m ON m.value = "+strings.ReplaceAll(value, "text", "x.text")+" WHERE x.source NOT IN (SELECT source FROM temp.main.import_map)", first); err != nil {
			return 0, err
		}
	}
	_, err := l.tx.exec("DROP TABLE temp.main.import_missing")
	return n, err
}

// fixed names the corrections that were used.
func (l *linking) fixed(out *crm.LinkCount) error {
	if len(l.by.Fix) == 0 {
		return nil
	}
	rows, err := l.tx.query("SELECT source, text FROM temp.main.import_texts WHERE source <> text AND source IN (SELECT source FROM temp.main.import_map WHERE id IS NOT NULL)")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var from, to string
		if err := rows.Scan(&from, &to); err != nil {
			return err
		}
		if out.Fixed == nil {
			out.Fixed = map[string]string{}
		}
		out.Fixed[from] = to
	}
	return rows.Err()
}

func (l *linking) unmatched() ([]string, error) {
	rows, err := l.tx.query("SELECT source FROM temp.main.import_texts WHERE source NOT IN (SELECT source FROM temp.main.import_map) ORDER BY source LIMIT " + strconv.Itoa(unmatchedShown))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := []string{}
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// keep makes the table that resolved joins: by text for a link, by row for several.
func (l *linking) keep() error {
	q := "SELECT source, id FROM temp.main.import_map WHERE id IS NOT NULL"
	if l.f.Type == crm.Links {
		col := column(l.j)
		q = "SELECT rid, list(id ORDER BY n) AS id FROM (SELECT u.rid, m.id, min(u.n) AS n FROM (SELECT rid, unnest(" + col + ") AS source, generate_subscripts(" + col + ", 1) AS n FROM memory.main." + l.st.table +
			") AS u JOIN temp.main.import_map AS m ON m.source = u.source WHERE m.id IS NOT NULL GROUP BY ALL) GROUP BY rid"
	}
	_, err := l.tx.exec("CREATE TEMP TABLE " + bare(linked(l.i, l.j)) + " AS " + q)
	return err
}

// count says how many of the rows that are taken are linked, and how many have no text.
func (l *linking) count(out *crm.LinkCount, col string) error {
	on := "k.source = s." + col
	if l.f.Type == crm.Links {
		on = "k.rid = s.rid"
	}
	from, _, _ := l.st.numbered(l.i)
	return l.tx.one("SELECT count(k.id), count(*) FILTER (WHERE s."+col+" IS NULL) FROM "+from+" LEFT JOIN "+linked(l.i, l.j)+" AS k ON "+on,
		nil, &out.Linked, &out.Empty)
}
