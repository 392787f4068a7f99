package duck

import (
	"strconv"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/query"
)

// rebuildViews makes the v_ views anew: they show other objects' names, so a change of one object may change the views
// of several. It runs in the transaction of the schema change.
func (tx *Tx) rebuildViews() error {
	rows, err := tx.query(`SELECT view_name FROM duckdb_views() WHERE database_name = 'ws' AND schema_name = 'main' AND NOT internal AND view_name LIKE 'v\_%' ESCAPE '\'`)
	if err != nil {
		return wrap("list the views", err)
	}
	defer rows.Close()
	var old []string
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			return wrap("list the views", err)
		}
		old = append(old, v)
	}
	if err := rows.Err(); err != nil {
		return wrap("list the views", err)
	}
	for _, v := range old {
		if _, ok := tx.schema.Object(strings.TrimPrefix(v, "v_")); !ok {
			if err := tx.ddl("DROP VIEW main." + name(v)); err != nil {
				return err
			}
		}
	}
	for _, o := range tx.schema.Objects {
		if err := tx.ddl("CREATE OR REPLACE VIEW main." + name("v_"+o.Name) + " AS " + viewSQL(tx.schema, o, everything(tx.schema))); err != nil {
			return wrap("make the view of "+o.Name, err)
		}
	}
	return nil
}

// viewSQL shows an object as DenchClaw's views do: entry_id, created_at, updated_at, then a column for each field under
// its own name. Values keep their types; a link is the name of its record, several are a list of names.
func viewSQL(s crm.Schema, o crm.Object, rel query.Rel) string {
	var columns, joins strings.Builder
	for i, f := range o.Fields {
		value, alias := "t."+name(f.Column()), "l"+strconv.Itoa(i)
		switch f.Type {
		case crm.Link:
			value = alias + ".name"
			joins.WriteString(" LEFT JOIN (SELECT id, " + called(s, f.Target) + " AS name FROM " + rel(f.Target) + " AS x) AS " + alias + " ON " + alias + ".id = t." + name(f.Column()))
		case crm.Links:
			value = alias + ".names"
			joins.WriteString(" LEFT JOIN (SELECT u.id, list(x.name ORDER BY u.n) AS names FROM (SELECT id, unnest(" + name(f.Column()) + ") AS link, generate_subscripts(" + name(f.Column()) +
				", 1) AS n FROM " + rel(o.Name) + " AS v) AS u JOIN (SELECT id, " + called(s, f.Target) + " AS name FROM " + rel(f.Target) + " AS y) AS x ON x.id = u.link GROUP BY u.id) AS " + alias + " ON " + alias + ".id = t.id")
		}
		columns.WriteString(", " + value + " AS " + name(f.Name))
	}
	return "SELECT t.id AS entry_id, t.created_at, t.updated_at" + columns.String() + " FROM " + rel(o.Name) + " AS t" + joins.String()
}

// called is what records of an object are called, as text: their name, or their id where there is none.
func called(s crm.Schema, object string) string {
	o, _ := s.Object(object)
	f, ok := o.NameField()
	switch {
	case !ok || f.Type == crm.Link || f.Type == crm.Links || f.Type == crm.Choices:
		return "'#' || id"
	case f.Type == crm.Computed:
		return "coalesce(CAST(" + computed(f) + " AS VARCHAR), '#' || id)"
	}
	return "coalesce(CAST(" + name(f.Column()) + " AS VARCHAR), '#' || id)"
}
