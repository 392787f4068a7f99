// Package gate decides which SQL of a person or an agent may run. It works on the syntax tree that DuckDB's
// json_serialize_sql gives, never on text, and never with a list of what is bad: every kind of node, member, type,
// function and table must be one that is known here to be harmless, and whatever is new or odd is refused.
//
// A statement that passes has its tables replaced by the caller's own relations. What runs afterwards is the text
// that json_deserialize_sql makes of the checked tree, not the text that came in.
package gate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"openclaw/internal/fail"
)

// MaxText is the longest statement that is read, in bytes.
const MaxText = 64 << 10

// MaxParam is the longest value of a parameter, in bytes: what a statement may do with one is bounded by it.
const MaxParam = 1 << 10

// maxDepth bounds the nesting of a tree. DuckDB's own parser bounds expressions, but not chains of UNION.
const maxDepth = 600

// Tree is a decoded syntax tree: what json_serialize_sql gives for a whole text.
type Tree = map[string]any

// Options are what a statement is checked against.
type Options struct {
	// Relation gives the tree of "SELECT * FROM <the caller's relation>" for a table that the caller may read, by the
	// schema ("" when none was written) and the name as they were written; false when there is no such table for them.
	// It is asked for each mention and must give a tree of its own each time: the gate builds it in.
	Relation func(schema, table string) (Tree, bool)
	// Width tells how long, in bytes, the values of a table's columns are at most, by column. Nil where nobody knows.
	Width func(schema, table string) map[string]int
	// Rows tells how many rows a table has. Nil where nobody knows.
	Rows func(schema, table string) float64
	// Tables are the names to offer when one is not found.
	Tables []string
	// Limit is the number of rows that the statement may give, 0 for no limit.
	Limit int
}

// Checked is a statement that may run.
type Checked struct {
	Tree   string   // for json_deserialize_sql
	Tables []string // tables that it reads, as the caller wrote them, sorted
	Params []string // names of its parameters, sorted
}

// Text checks what can be said of a statement before it is parsed.
func Text(text string) error {
	switch {
	case strings.TrimSpace(text) == "":
		return fail.New(fail.Invalid, "The statement is empty.").WithHint("Write a SELECT, such as: SELECT * FROM v_deal LIMIT 10")
	case len(text) > MaxText:
		return fail.New(fail.Invalid, "The statement is %d KB long; %d KB is the most that is read.", len(text)>>10, MaxText>>10).WithHint("Shorten it.")
	case strings.IndexByte(text, 0) >= 0 || !utf8.ValidString(text):
		return fail.New(fail.Invalid, "The statement holds a NUL or a broken character.").WithHint("Type it anew, or save the file as UTF-8.")
	}
	return nil
}

// Statement checks a serialized text and gives what may run. The error says which part is refused, and why.
func Statement(serialized []byte, opts Options) (Checked, error) {
	tree, err := Decode(serialized)
	if err != nil {
		return Checked{}, err
	}
	stmt, node, err := only(tree)
	if err != nil {
		return Checked{}, err
	}
	w := &walk{opts: opts, tables: map[string]bool{}, params: map[string]bool{}}
	if err := w.known("the statement", stmt, "node", "named_param_map"); err != nil {
		return Checked{}, err
	}
	if _, err := (&meter{budget: ofStatement, width: opts.Width}).query(node, nil); err != nil {
		return Checked{}, err
	}
	if _, err := (&reach{rows: opts.Rows}).query(node); err != nil {
		return Checked{}, err
	}
	if err := w.node(node, nil); err != nil {
		return Checked{}, err
	}
	if opts.Limit > 0 {
		limit(stmt, node, opts.Limit)
	}
	out, err := encode(tree)
	if err != nil {
		return Checked{}, err
	}
	return Checked{Tree: out, Tables: slices.Sorted(maps.Keys(w.tables)), Params: slices.Sorted(maps.Keys(w.params))}, nil
}

// Decode reads the answer of json_serialize_sql. A text that did not parse is an error with DuckDB's reason.
func Decode(serialized []byte) (Tree, error) {
	dec := json.NewDecoder(bytes.NewReader(serialized))
	dec.UseNumber()
	var tree Tree
	if err := dec.Decode(&tree); err != nil {
		return nil, fail.New(fail.Invalid, "The statement holds a number that is out of range, or nests too deep.").
			WithHint("Write numbers below 1e308, and split the statement with WITH.").Because(err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, fail.New(fail.Failed, "The statement could not be read.")
	}
	if tree["error"] == true {
		return nil, notParsed(fmt.Sprint(tree["error_message"]))
	}
	return tree, nil
}

func notParsed(message string) error {
	switch {
	case strings.Contains(message, "Only SELECT"):
		return refuse("This is not a SELECT", "only reading is allowed here, and EXPLAIN, PIVOT without IN, SET, COPY, ATTACH, INSTALL and all that writes are not SELECT")
	case strings.Contains(message, "memory exhausted"), strings.Contains(message, "expression depth"):
		return fail.New(fail.Invalid, "The statement nests too deep.").WithHint("Split it with WITH.")
	}
	return fail.New(fail.Invalid, "The statement could not be read: %s.", strings.TrimSuffix(message, ".")).WithHint("Check the spelling near that place.")
}

// only gives the one statement of a tree and its query node.
func only(tree Tree) (stmt, node Tree, err error) {
	all, _ := tree["statements"].([]any)
	switch {
	case len(all) == 0:
		return nil, nil, Text("")
	case len(all) > 1:
		return nil, nil, refuse("These are several statements", "exactly one SELECT runs at a time")
	}
	stmt, _ = all[0].(Tree)
	node, ok := stmt["node"].(Tree)
	if !ok {
		return nil, nil, refuse("This is not a SELECT", "only reading is allowed here")
	}
	return stmt, node, nil
}

// limit lets at most n rows out of a statement. DESCRIBE and SUMMARIZE take none, and give a row for each column.
func limit(stmt, node Tree, n int) {
	if from, _ := node["from_table"].(Tree); text(from["type"]) == "SHOW_REF" {
		return
	}
	modifiers, _ := node["modifiers"].([]any)
	for _, m := range modifiers {
		m, _ := m.(Tree)
		switch text(m["type"]) {
		case "LIMIT_MODIFIER":
			own, ok := number(m["limit"])
			switch {
			case ok && own > float64(n):
				m["limit"] = count(n)
				return
			case ok:
				return
			}
		case "LIMIT_PERCENT_MODIFIER":
		default:
			continue
		}
		node = selectFrom(fromQuery(node, ""))
		stmt["node"] = node
		modifiers = nil
		break
	}
	node["modifiers"] = append(modifiers, Tree{"type": "LIMIT_MODIFIER", "limit": count(n), "offset": nil})
}

func count(n int) Tree {
	return Tree{"class": "CONSTANT", "type": "VALUE_CONSTANT", "alias": "", "query_location": 0,
		"value": Tree{"type": Tree{"id": "INTEGER", "type_info": nil}, "is_null": false, "value": json.Number(strconv.Itoa(n))}}
}

func selectFrom(ref Tree) Tree {
	star := Tree{"class": "STAR", "type": "STAR", "alias": "", "query_location": 0, "relation_name": "", "exclude_list": []any{},
		"replace_list": []any{}, "columns": false, "expr": nil, "qualified_exclude_list": []any{}, "rename_list": []any{}}
	return Tree{"type": "SELECT_NODE", "modifiers": []any{}, "cte_map": Tree{"map": []any{}}, "select_list": []any{star},
		"from_table": ref, "where_clause": nil, "group_expressions": []any{}, "group_sets": []any{},
		"aggregate_handling": "STANDARD_HANDLING", "having": nil, "sample": nil, "qualify": nil}
}

func fromQuery(node Tree, alias string) Tree {
	return Tree{"type": "SUBQUERY", "alias": alias, "sample": nil, "query_location": 0,
		"subquery": Tree{"node": node, "named_param_map": []any{}}, "column_name_alias": []any{}}
}

func encode(tree Tree) (string, error) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(tree); err != nil {
		return "", fmt.Errorf("encode checked tree: %w", err)
	}
	return b.String(), nil
}

func text(v any) string { s, _ := v.(string); return s }

// refuse makes the error of a part that may not stand in a statement.
func refuse(part, why string) error {
	return fail.New(fail.Denied, "%s: %s.", part, why).
		WithHint("You can SELECT from crm.<object> and v_<object>, and DESCRIBE or SUMMARIZE them.")
}
