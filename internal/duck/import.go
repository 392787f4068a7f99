package duck

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// Import makes alterations and takes the rows of sources, as one batch in one transaction: all of it stands or nothing.
// The rows wait in memory (see stage) until all are there; then the writer finds keys and links and inserts them, set
// by set. A row whose key stands in the data updates that record; one that says what is there already changes nothing.
// Links are found in the data and in all sources, so that sources may refer to each other in any order and in circles.
// What is empty in a row, and the text of a link that is not found, leave what the record has.
func (s *Store) Import(ctx context.Context, c ident.Caller, cause crm.Cause, alts []crm.Alteration, sources []crm.Source, opts crm.ImportOptions) (crm.Imported, error) {
	if err := mayWrite(c); err != nil {
		return crm.Imported{}, err
	}
	conn, release, err := s.aside(ctx)
	if err != nil {
		return crm.Imported{}, err
	}
	defer release()
	all, err := s.stage(ctx, conn, overlay(*s.schema.Load(), alts), sources, opts.Progress)
	defer func() {
		if err := unstage(context.WithoutCancel(ctx), conn, all); err != nil {
			s.log.Warn("rows of an import stay in memory until the next start", "err", err)
		}
	}()
	if err != nil {
		return crm.Imported{}, importError(wrap("take the rows of an import", err))
	}
	var out crm.Imported
	err = s.write(ctx, c, "import", cause, func(tx *Tx) error {
		in := &importing{tx: tx, at: tx.tick(), sources: all, tell: opts.Reject}
		if out.Loaded, err = in.run(alts); err != nil {
			return err
		}
		tx.rollback = opts.DryRun || opts.Whole && slices.ContainsFunc(out.Loaded, func(l crm.Loaded) bool { return l.Rejected > 0 })
		if !tx.rollback {
			out.Batch = tx.batch
		}
		return nil
	})
	if err != nil {
		return crm.Imported{}, importError(err)
	}
	return out, nil
}

// importError says what to do when there was no room. The driver hands on the appender's errors as text only.
func importError(err error) error {
	text := err.Error()
	if !isOutOfMemory(err) && !strings.Contains(text, "max_temp_directory_size") && !strings.Contains(text, "Out of Memory") && !strings.Contains(text, "No space left") {
		return err
	}
	return fail.New(fail.Unavailable, "There is not enough room for this import. Nothing of it was kept.").
		WithHint("Free some space on the disk, import the file in parts, or raise memory_limit and temp_limit in config.toml.").Because(err)
}

// aside gives a connection that is neither the writer's nor in a transaction.
func (s *Store) aside(ctx context.Context) (*sql.Conn, func(), error) {
	s.mu.RLock()
	if s.db == nil || s.closed.Load() {
		s.mu.RUnlock()
		return nil, nil, notOpen()
	}
	conn, err := s.db.pool.Conn(ctx)
	s.mu.RUnlock()
	if err != nil {
		return nil, nil, wrap("connect for an import", err)
	}
	return conn, func() { conn.Close() }, nil
}

// importing is an import's part in the writer's transaction.
type importing struct {
	tx      *Tx
	at      time.Time
	sources []*staged
	loaded  []crm.Loaded
	tell    func(source int, r crm.Reject) error
	reasons []rejection // of the rows that are rejected; see rejectAll
}

// ids is the temporary table that says which record each row of a source is: rid, id, fresh. There is none when all are new.
func ids(i int) string { return "temp.main.import_ids_" + strconv.Itoa(i) }

// linked is the temporary table of a source's link: rid and the id, or list of ids, that its text leads to.
func linked(i, field int) string {
	return "temp.main.import_link_" + strconv.Itoa(i) + "_" + strconv.Itoa(field)
}

func (in *importing) run(alts []crm.Alteration) (_ []crm.Loaded, err error) {
	var made []string
	defer func() {
		// After an error the transaction takes them along.
		for _, table := range made {
			if _, derr := in.tx.exec("DROP TABLE " + table); err == nil && derr != nil {
				err = wrap("drop "+table, derr)
			}
		}
	}()
	if _, err := in.tx.alter(alts); err != nil {
		return nil, err
	}
	if err := in.beginRejects(); err != nil {
		return nil, err
	}
	made = append(made, "temp.main.import_rejected")
	in.loaded = make([]crm.Loaded, len(in.sources))
	for i, st := range in.sources {
		if st, err = in.settle(i); err != nil {
			return nil, err
		}
		if err := in.identify(i, st); err != nil {
			return nil, err
		}
		if !st.fresh {
			made = append(made, ids(i))
		}
	}
	for i, st := range in.sources {
		was := st.fresh
		if err := in.unclear(i, st); err != nil {
			return nil, err
		}
		if was && !st.fresh {
			made = append(made, ids(i))
		}
	}
	for i, st := range in.sources {
		in.loaded[i].Links = map[string]crm.LinkCount{}
		for j, f := range st.fields {
			if f.Target == "" {
				continue
			}
			if err := in.link(i, j, st); err != nil {
				return nil, err
			}
			made = append(made, linked(i, j))
		}
	}
	for i, st := range in.sources {
		if err := in.insert(i, st); err != nil {
			return nil, err
		}
		if err := in.update(i, st); err != nil {
			return nil, err
		}
	}
	return in.loaded, in.tellRejects()
}

// settle takes a source's fields as the alterations have really made them.
func (in *importing) settle(i int) (*staged, error) {
	st := in.sources[i]
	now, err := shapeOf(in.tx.schema, st.Load)
	if err != nil {
		return nil, err
	}
	for j, f := range now.fields {
		if !takes(f, st.fields[j]) {
			return nil, fail.New(fail.Conflict, "%s of %s was changed while its rows were read.", f.Label, st.Object).WithHint("Import again.")
		}
	}
	st.fields = now.fields
	return st, nil
}

// takes tells whether a field takes the values that were read for what it was to be.
func takes(now, then crm.Field) bool {
	return now.Type == then.Type && stagedType(now) == stagedType(then) && !slices.ContainsFunc(then.Options, func(o crm.Option) bool {
		kept, ok := now.Option(o.Value)
		return !ok || kept.Value != o.Value
	})
}

// identify finds the record of each row, and the rows that cannot be taken.
func (in *importing) identify(i int, st *staged) error {
	staging := "memory.main." + st.table
	rules := in.rules(st)
	if st.Key == "" && len(rules) == 0 {
		in.loaded[i].Created = st.rows
		return in.number(i, st, st.rows)
	}
	if err := in.known(i, st, staging); err != nil {
		return err
	}
	if err := in.refuse(i, st, rules); err != nil {
		return err
	}
	var fresh int64
	if err := in.tx.one("SELECT count(*) FILTER (WHERE id IS NULL) FROM temp.main.import_known", nil, &fresh); err != nil {
		return wrap("count the keys of "+st.Object, err)
	}
	in.loaded[i].Created = fresh
	if err := in.number(i, st, fresh); err != nil {
		return err
	}
	return in.drop("import_known")
}

// number gives the new records of a source ids that follow each other.
func (in *importing) number(i int, st *staged, fresh int64) (err error) {
	if st.first, err = in.tx.newIDs(st.Object, fresh); err != nil {
		return err
	}
	if st.fresh = fresh == st.rows; st.fresh {
		return nil
	}
	_, err = in.tx.exec("CREATE TEMP TABLE "+bare(ids(i))+" AS SELECT rid, coalesce(id, CAST(? AS BIGINT) - 1 + row_number() OVER (PARTITION BY id IS NULL ORDER BY rid)) AS id, id IS NULL AS fresh FROM temp.main.import_known", st.first)
	return wrap("number the rows of "+st.Object, err)
}

// numbered is what the rows of a source that are taken come from, as s; and, over it, the id of a row's record and
// whether that is new.
func (st *staged) numbered(i int) (from, id, fresh string) {
	from = "memory.main." + st.table + " AS s"
	if st.fresh {
		return from, "s.rid + " + literalID(st.first), "true"
	}
	return from + " JOIN " + ids(i) + " AS i ON i.rid = s.rid", "i.id", "i.fresh"
}

// records is where the caller finds an object's records. One that he may not read is none to an import of his.
func (in *importing) records(object string) string {
	o, _ := in.tx.schema.Object(object)
	return in.tx.s.relation(in.tx.caller, o)
}

// known makes import_known: rid and the id of the record that has the row's key, if there is one. Rows whose key cannot
// say which record they are do not stand in it.
func (in *importing) known(i int, st *staged, staging string) error {
	if st.Key == "" {
		_, err := in.tx.exec("CREATE TEMP TABLE import_known AS SELECT rid, CAST(NULL AS BIGINT) AS id FROM " + staging)
		return wrap("list the rows of "+st.Object, err)
	}
	key, own := st.keys()
	rejected, err := in.reject(i, st, staging, key, own)
	if err != nil {
		return err
	}
	where := ""
	if rejected {
		where = " WHERE s.rid NOT IN (SELECT rid FROM temp.main.import_rejects)"
	}
	if _, err := in.tx.exec("CREATE TEMP TABLE import_known AS SELECT s.rid, t.id FROM " + staging + " AS s LEFT JOIN " + in.records(st.Object) + " AS t ON " + own("t") + " = " + key("s") + where); err != nil {
		return wrap("find the keys of "+st.Object, err)
	}
	if rejected {
		return in.drop("import_rejects")
	}
	return nil
}

// keys are the keys of the rows that wait and of the records, as they are compared. Addresses are one in any case.
func (st *staged) keys() (key, own func(from string) string) {
	f := st.fields[st.keyed]
	of := func(column string) func(string) string {
		return func(from string) string {
			if f.Type == crm.Email {
				return "lower(" + from + "." + column + ")"
			}
			return from + "." + column
		}
	}
	return of(column(st.keyed)), of(name(f.Column()))
}

func (in *importing) drop(table string) error {
	_, err := in.tx.exec("DROP TABLE temp.main." + table)
	return wrap("drop "+table, err)
}

// bare is the name of a temporary table as CREATE wants it.
func bare(table string) string { return strings.TrimPrefix(table, "temp.main.") }

// reject lists the rows whose key cannot say which record they are: it is empty, it stands in an earlier row too, or it
// stands on several records.
func (in *importing) reject(i int, st *staged, staging string, key, own func(from string) string) (bool, error) {
	var total, different int64
	if err := in.tx.one("SELECT count(*), count(DISTINCT "+key("s")+") FROM "+staging+" AS s", nil, &total, &different); err != nil {
		return false, wrap("count the keys of "+st.Object, err)
	}
	var doubled int64
	if err := in.tx.one("SELECT count(*) FROM (SELECT 1 FROM "+in.records(st.Object)+" AS t WHERE "+own("t")+" IN (SELECT "+key("s")+" FROM "+staging+" AS s) GROUP BY "+own("t")+" HAVING count(*) > 1)", nil, &doubled); err != nil {
		return false, wrap("count the keys of "+st.Object, err)
	}
	if total == different && doubled == 0 {
		return false, nil
	}
	f := st.fields[st.keyed]
	_, err := in.tx.exec(`CREATE TEMP TABLE import_rejects AS
		SELECT s.rid, s.line, CAST(s.` + column(st.keyed) + ` AS VARCHAR) AS value, CASE WHEN ` + key("s") + ` IS NULL THEN 0 ELSE coalesce(first.line, 0) END AS other FROM ` + staging + ` AS s
		LEFT JOIN (SELECT ` + key("s") + ` AS key, min(s.rid) AS rid, arg_min(s.line, s.rid) AS line FROM ` + staging + ` AS s WHERE ` + key("s") + ` IS NOT NULL GROUP BY ALL) AS first ON first.key = ` + key("s") + ` AND first.rid < s.rid
		WHERE ` + key("s") + ` IS NULL OR first.rid IS NOT NULL OR ` + key("s") + ` IN (SELECT ` + own("t") + ` FROM ` + in.records(st.Object) + ` AS t GROUP BY ` + own("t") + ` HAVING count(*) > 1)`)
	if err != nil {
		return false, wrap("find the rows of "+st.Object+" that are rejected", err)
	}
	err = in.rejectAll(i, "SELECT line, value, NULL, CASE WHEN value IS NULL THEN -1 ELSE other END FROM temp.main.import_rejects", func(value, _ string, other int64) crm.Reject {
		r := crm.Reject{Column: st.Key, Value: value}
		switch {
		case other < 0:
			r.Reason = f.Label + " is the key and is empty."
		case other > 0:
			r.Reason = f.Label + " " + value + " is the key and stands in line " + strconv.FormatInt(other, 10) + " too."
		default:
			r.Reason = f.Label + " " + value + " is the key and stands on several records."
		}
		return r
	})
	return in.loaded[i].Rejected > 0, err
}

// resolved is the SELECT of a source's rows with the values that the columns will hold: rid, id, fresh, v0, v1, ...
func resolved(i int, st *staged) string {
	var columns, joins strings.Builder
	for j, f := range st.fields {
		v, own := "v"+strconv.Itoa(j), column(j)
		if f.Target == "" {
			columns.WriteString(", s." + own + " AS " + v)
			continue
		}
		l := "l" + strconv.Itoa(j)
		columns.WriteString(", " + l + ".id AS " + v)
		joins.WriteString(" LEFT JOIN " + linked(i, j) + " AS " + l)
		if f.Type == crm.Links {
			joins.WriteString(" ON " + l + ".rid = s.rid")
		} else {
			joins.WriteString(" ON " + l + ".source = s." + own)
		}
	}
	from, id, fresh := st.numbered(i)
	return "SELECT s.rid, " + id + " AS id, " + fresh + " AS fresh" + columns.String() + " FROM " + from + joins.String()
}

// insertRows is how many rows one statement inserts: all, but where a row group of DuckDB's, of as many columns, would
// take too much of its memory.
func (st *staged) insertRows() int64 {
	if len(st.fields) <= narrow {
		return max(1, st.rows)
	}
	return st.rowsOf(insertCells)
}

// insert makes the new records of a source, and their history.
func (in *importing) insert(i int, st *staged) error {
	n := in.loaded[i].Created
	if n == 0 {
		return nil
	}
	columns, values := "id, created_at, updated_at", "r.id, CAST(? AS TIMESTAMP), CAST(? AS TIMESTAMP)"
	for j, f := range st.fields {
		columns += ", " + name(f.Column())
		values += ", r.v" + strconv.Itoa(j)
	}
	var done int64
	part := st.insertRows()
	for from := int64(0); from < st.rows; from += part {
		some, err := in.tx.exec("INSERT INTO "+table(st.Object)+" ("+columns+") SELECT "+values+" FROM ("+resolved(i, st)+") AS r WHERE r.fresh AND r.rid BETWEEN "+literalID(from)+" AND "+literalID(from+part-1), in.at, in.at)
		if err != nil {
			return wrap("insert the rows of "+st.Object, err)
		}
		done += some
	}
	if done != n {
		return fail.New(fail.Failed, "%d of %d rows of %s could be inserted.", done, n, st.Object)
	}
	return in.created(st.Object, st.first, n)
}

// created writes one row of history for each of n new records, whose ids follow the first one's.
func (in *importing) created(object string, record, n int64) error {
	tx := in.tx
	first := tx.newChanges(object, n)
	_, err := tx.exec(`INSERT INTO meta.history SELECT CAST(? AS BIGINT) + n, CAST(? AS TIMESTAMP), ?, ?, 'create', ?, CAST(? AS BIGINT) + n, NULL, NULL, ?, ?, 0, 0 FROM range(CAST(? AS BIGINT)) AS r(n)`,
		first, in.at, tx.caller.Person, string(tx.caller.Via), object, record, tx.batch, mustJSON(tx.cause), n)
	if err != nil {
		return wrap("write the history of "+object, err)
	}
	tx.events = append(tx.events, crm.Change{ID: first + n - 1, At: in.at, Who: tx.caller.Person, Via: string(tx.caller.Via),
		Kind: "import", Object: object, Batch: tx.batch, Cause: tx.cause})
	return nil
}

// update changes the records of rows whose key was known, where they differ.
func (in *importing) update(i int, st *staged) error {
	matched := st.rows - in.loaded[i].Created - in.loaded[i].Rejected
	if matched == 0 {
		return nil
	}
	var differs, before, after []string
	for j, f := range st.fields {
		old, v := "t."+name(f.Column()), "r.v"+strconv.Itoa(j)
		cond := "(" + v + " IS NOT NULL AND " + old + " IS DISTINCT FROM " + v + ")"
		differs = append(differs, cond)
		member := func(value string) string {
			return "CASE WHEN " + cond + " THEN " + text(mustJSON(f.Name)+":") + " || coalesce(CAST(" + keptSQL(f, value) + " AS VARCHAR), 'null') END"
		}
		before, after = append(before, member(old)), append(after, member(v))
	}
	_, err := in.tx.exec("CREATE TEMP TABLE import_changed AS SELECT r.*, '{' || concat_ws(',', " + strings.Join(before, ", ") + ") || '}' AS before, '{' || concat_ws(',', " + strings.Join(after, ", ") +
		") || '}' AS after FROM (" + resolved(i, st) + ") AS r JOIN " + in.records(st.Object) + " AS t ON t.id = r.id WHERE NOT r.fresh AND (" + strings.Join(differs, " OR ") + ")")
	if err != nil {
		return wrap("compare the rows of "+st.Object, err)
	}
	var n int64
	if err := in.tx.one("SELECT count(*) FROM temp.main.import_changed", nil, &n); err != nil {
		return wrap("count the changes of "+st.Object, err)
	}
	if n > 0 {
		if err := in.change(st, n); err != nil {
			return err
		}
	}
	if _, err := in.tx.exec("DROP TABLE temp.main.import_changed"); err != nil {
		return wrap("drop the changes of "+st.Object, err)
	}
	in.loaded[i].Updated, in.loaded[i].Unchanged = n, matched-n
	return nil
}

// change writes the rows of import_changed over their records.
func (in *importing) change(st *staged, n int64) error {
	tx := in.tx
	sets := []string{"updated_at = CAST(? AS TIMESTAMP)"}
	for j, f := range st.fields {
		sets = append(sets, name(f.Column())+" = coalesce(r.v"+strconv.Itoa(j)+", t."+name(f.Column())+")")
	}
	if _, err := tx.exec("UPDATE "+table(st.Object)+" AS t SET "+strings.Join(sets, ", ")+" FROM temp.main.import_changed AS r WHERE t.id = r.id", in.at); err != nil {
		return wrap("change the records of "+st.Object, err)
	}
	first := tx.newChanges(st.Object, n)
	_, err := tx.exec(`INSERT INTO meta.history SELECT CAST(? AS BIGINT) - 1 + row_number() OVER (), CAST(? AS TIMESTAMP), ?, ?, 'set', ?, id, before, after, ?, ?, 0, 0 FROM temp.main.import_changed`,
		first, in.at, tx.caller.Person, string(tx.caller.Via), st.Object, tx.batch, mustJSON(tx.cause))
	if err != nil {
		return wrap("write the history of "+st.Object, err)
	}
	tx.events = append(tx.events, crm.Change{ID: first + n - 1, At: in.at, Who: tx.caller.Person, Via: string(tx.caller.Via),
		Kind: "import", Object: st.Object, Batch: tx.batch, Cause: tx.cause})
	return nil
}
