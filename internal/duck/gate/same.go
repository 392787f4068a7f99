package gate

import (
	"encoding/json"
	"maps"
	"strings"
)

// Shape gives a tree in a form in which two trees that mean the same are equal: without places in the text, and numbers
// without their type and spelling, since 1e3 comes back from text as 1000.0. The store
// compares the tree that was checked with that of the text that will run, so that a fault in making text of a tree
// can never become a hole.
func Shape(serialized []byte) string {
	tree, err := Decode(serialized)
	if err != nil {
		return err.Error()
	}
	strip(tree)
	out, err := encode(tree)
	if err != nil {
		return err.Error()
	}
	return out
}

func strip(v any) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			strip(item)
		}
	case Tree:
		delete(v, "query_location")
		if _, isNumber := v["value"].(json.Number); isNumber {
			v["value"], v["type"] = "number", nil
		}
		for _, item := range v {
			strip(item)
		}
		// A bare VALUES becomes a subquery of the same name in text.
		if v["type"] == "SUBQUERY" && v["alias"] == "valueslist" {
			envelope, _ := v["subquery"].(Tree)
			node, _ := envelope["node"].(Tree)
			if list, _ := node["from_table"].(Tree); bare(node) && list["type"] == "EXPRESSION_LIST" {
				clear(v)
				maps.Copy(v, list)
			}
		}
	}
}

// Allows tells whether a function is on any of the lists.
func Allows(function string) bool {
	f := strings.ToLower(function)
	return inQuery[f] || inWindow[f] || formats[f] || tableFunctions[f] || amplifiers[f] != nil
}
