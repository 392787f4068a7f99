package gate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"openclaw/internal/fail"
)

func keys(n names) []string { return slices.Sorted(maps.Keys(n)) }

// ref checks what stands after FROM, and puts the caller's relation in the place of a table.
func (w *walk) ref(n Tree, sc *scope) error {
	kind := text(n["type"])
	if kind == "SHOW_REF" {
		show := text(n["show_type"])
		if (show != "DESCRIBE" && show != "SUMMARY") || absent(n["query"]) {
			return refuse("SHOW", "the catalog is not yours to read; openclawd object list shows the objects")
		}
	}
	if err := w.kind("table", refs, kind, n, sc); err != nil {
		return err
	}
	switch kind {
	case "BASE_TABLE":
		return w.table(n, sc)
	case "JOIN":
		spell(n)
	}
	return nil
}

// spell writes a cross join that another join follows as JOIN ... ON true: as text it would become a comma, which binds
// weaker than the join after it.
func spell(n Tree) {
	left, _ := n["left"].(Tree)
	if text(left["type"]) != "JOIN" || text(left["ref_type"]) != "CROSS" {
		return
	}
	left["ref_type"] = "REGULAR"
	left["condition"] = Tree{"class": "CAST", "type": "OPERATOR_CAST", "alias": "", "query_location": 0, "try_cast": false,
		"child": Tree{"class": "CONSTANT", "type": "VALUE_CONSTANT", "alias": "", "query_location": 0,
			"value": Tree{"type": Tree{"id": "VARCHAR", "type_info": nil}, "is_null": false, "value": "t"}},
		"cast_type": Tree{"id": "BOOLEAN", "type_info": nil}}
}

func (w *walk) tableFunction(n Tree, sc *scope) error {
	name := strings.ToLower(text(n["function_name"]))
	if text(n["class"]) != "FUNCTION" || !tableFunctions[name] {
		return refuse(text(n["function_name"])+"() after FROM", "it reads files, settings or the catalog, or is not known; only range(), generate_series() and unnest() stand there")
	}
	if schema := text(n["schema"]); (schema != "" && schema != "main") || !absent(n["catalog"]) {
		return refuse(schema+"."+name+"()", "functions are written without a schema")
	}
	return w.kind("expression", classes, "FUNCTION", n, sc)
}

// table replaces a table by the caller's relation. A name that WITH made is left as it is.
func (w *walk) table(n Tree, sc *scope) error {
	catalog, schema, name := text(n["catalog_name"]), text(n["schema_name"]), text(n["table_name"])
	if catalog == "" && (schema == "" || schema == "recurring") && sc.has(name) {
		return nil
	}
	written := name
	if schema != "" {
		written = schema + "." + written
	}
	if catalog != "" {
		written = catalog + "." + written
	}
	view := strings.EqualFold(schema, "main") && strings.HasPrefix(strings.ToLower(name), "v_")
	if catalog != "" || (schema != "" && !strings.EqualFold(schema, "crm") && !view) {
		return refuse("table "+written, "only crm.<object> and v_<object> can be read")
	}
	tree, ok := w.opts.Relation(schema, name)
	if !ok {
		return w.noTable(written)
	}
	_, relation, err := only(tree)
	if err != nil {
		return fmt.Errorf("read relation of %s: %w", written, err)
	}
	if err := qualified(relation); err != nil {
		return fmt.Errorf("build in relation of %s: %w", written, err)
	}
	w.tables[strings.ToLower(written)] = true
	return graft(n, relation)
}

func (w *walk) noTable(written string) error {
	if strings.ContainsAny(written, `/\:*`) || strings.Contains(strings.TrimPrefix(strings.ToLower(written), "crm."), ".") {
		return refuse(fmt.Sprintf("table %q", written), "files cannot be read here; import the file instead")
	}
	err := fail.New(fail.NotFound, "There is no table %s that you can read.", written)
	if len(w.opts.Tables) == 0 {
		return err
	}
	return err.WithHint("There is: %s.", strings.Join(w.opts.Tables, ", "))
}

// graft puts a relation in the place of a table and keeps the name by which the statement calls it.
func graft(n, relation Tree) error {
	alias := text(n["alias"])
	if alias == "" {
		alias = text(n["table_name"])
	}
	from, _ := relation["from_table"].(Tree)
	keep := Tree{"column_name_alias": n["column_name_alias"], "sample": n["sample"], "query_location": n["query_location"]}
	clear(n)
	if bare(relation) && text(from["type"]) == "BASE_TABLE" {
		maps.Copy(n, from)
		// A table that keeps its own name can also be called schema.table in a column.
		if strings.EqualFold(text(from["table_name"]), alias) {
			alias = ""
		}
		n["alias"] = alias
	} else {
		maps.Copy(n, fromQuery(relation, alias))
	}
	maps.Copy(n, keep)
	return nil
}

// bare tells whether a relation is no more than SELECT * FROM something.
func bare(relation Tree) bool {
	for member, v := range relation {
		if member != "type" && member != "select_list" && member != "from_table" && member != "aggregate_handling" && !absent(v) {
			return false
		}
	}
	list, _ := relation["select_list"].([]any)
	if len(list) != 1 {
		return false
	}
	star, _ := list[0].(Tree)
	for member, v := range star {
		if member != "class" && member != "type" && member != "query_location" && !absent(v) {
			return false
		}
	}
	return text(star["class"]) == "STAR"
}

// qualified makes sure that no table of a relation could be taken for one that the statement's WITH made.
func qualified(v any) error {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			if err := qualified(item); err != nil {
				return err
			}
		}
	case Tree:
		if text(v["type"]) == "BASE_TABLE" && text(v["schema_name"]) == "" {
			return fmt.Errorf("table %q has no schema", text(v["table_name"]))
		}
		for _, item := range v {
			if err := qualified(item); err != nil {
				return err
			}
		}
	}
	return nil
}
