package gate

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// call adds up a function and gives the size of what it makes.
func (m *meter) call(n Tree, v *view, rows bool) (size, error) {
	name, shown := strings.ToLower(text(n["function_name"])), text(n["function_name"])
	if n["is_operator"] != true {
		shown += "()"
	}
	args, _ := n["children"].([]any)
	for _, member := range []string{"filter", "order_bys", "partitions", "orders", "start_expr", "end_expr", "offset_expr", "default_expr", "filter_expr", "arg_orders"} {
		if err := m.all(n[member], v); err != nil {
			return size{}, err
		}
	}
	window := text(n["class"]) == "WINDOW"
	switch {
	case window && gather[name]:
		return size{}, refuse(shown+" OVER", "it would gather again for every row; use GROUP BY in a subquery and join it")
	case perItem[name]:
		return m.lambda(shown, name, args, v)
	case heads[name]:
		return m.head(name, args, v)
	case rows && name != "unnest":
		_, err := m.given(args, v)
		return numeric(), err
	}
	given, err := m.given(args, v)
	if err != nil {
		return size{}, err
	}
	total := size{}
	for _, g := range given {
		total = plus(total, g)
	}
	switch {
	case gather[name]:
		item := math.Inf(1)
		switch name {
		case "list", "array_agg":
			item = total.bytes
		case "string_agg", "group_concat", "listagg":
			item = 4
		}
		s := endless(item)
		s.fresh = true
		return s, nil
	case len(given) > 1 && (name == "min" || name == "max"), len(given) > 2 && aggregates[name]:
		s := endless(total.bytes)
		s.fresh = true
		return s, nil
	case window || (aggregates[name] && !scalars[name]):
		return wider(numeric(), total), nil
	case picks[name] && len(given) > 0:
		return one(given[0]), nil
	case (name == "len" || name == "array_length" || name == "cardinality") && len(given) > 0 && given[0].item != 4:
		return numeric(), nil
	case name == "strlen" || name == "octet_length":
		return numeric(), nil
	}
	for _, g := range given {
		if g.open() && !g.fresh {
			return size{}, cut(shown, "what it is given could be of any length")
		}
	}
	if err := m.time(shown, name, args, given, total); err != nil {
		return size{}, err
	}
	s, more := m.result(name, args, given, total)
	return s, m.make(shown, s, more)
}

func (m *meter) given(args []any, v *view) ([]size, error) {
	out := make([]size, len(args))
	for i, a := range args {
		var err error
		if out[i], err = m.expr(a, v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// time adds the steps of functions that take more of them than their texts are long.
func (m *meter) time(shown, name string, args []any, given []size, total size) error {
	if weight := compares[name]; weight > 0 && len(given) > 1 {
		if shorter := min(given[0].bytes, given[1].bytes); weight < 0.01 && shorter <= 256 {
			return nil
		}
		return m.take(shown, weight*share(given[0].bytes, given[1].bytes))
	}
	every, isPattern := patterns[name]
	if !isPattern || len(given) < 2 {
		switch {
		case total.open():
			return nil
		case nested[name]:
			return m.take(shown, total.bytes*2)
		}
		return m.take(shown, total.bytes/64)
	}
	program := given[1].bytes * 1000
	pattern, isLiteral := literal(args[1])
	if isLiteral {
		program = compiled(pattern)
	}
	if err := m.take(shown, share(given[0].bytes, program)/16); err != nil {
		return err
	}
	if every = every || name == "regexp_replace" && len(args) > 3; every && !(isLiteral && onward.MatchString(pattern)) {
		return m.take(shown, share(given[0].bytes, given[0].bytes)/8)
	}
	return nil
}

// onward patterns look at no character twice: nothing of them can fail after a repetition.
var onward = regexp.MustCompile(`^[^*+{|(]*([*+]|\{\d+(,\d*)?\})?$`)

var counted = regexp.MustCompile(`\{(\d+)(?:,(\d*))?\}`)

// compiled is about how many instructions a pattern becomes.
func compiled(pattern string) float64 {
	times := 1.0
	for _, c := range counted.FindAllStringSubmatch(pattern, -1) {
		for _, digits := range c[1:] {
			if n, err := strconv.ParseFloat(digits, 64); err == nil {
				times = max(times, n)
			}
		}
	}
	return float64(len(pattern)) * times
}

// result is the size of what a function makes, and what it needs beside.
func (m *meter) result(name string, args []any, given []size, total size) (made size, more float64) {
	at := func(i int) size {
		if i < len(given) {
			return given[i]
		}
		return size{}
	}
	count := func(i int) float64 {
		if i >= len(args) {
			return 0
		}
		n, _ := number(args[i])
		return n
	}
	listOf := func(n, item float64) size { return size{bytes: share(n, item), items: n, item: item} }
	scaled := func(s size, by float64) size {
		s.bytes, s.items, s.number = share(s.bytes, by), share(s.items, by), false
		return s
	}
	switch {
	case name == "greatest" || name == "least" || name == "nullif":
		return total, 0
	case name == "+" && total.number:
		return numeric(), 0
	case name == "+": // which may be of lists
		return total, 0
	case factors[name] == 16: // from a text to a list
		return size{bytes: total.bytes * 16, items: total.bytes, item: total.bytes, fresh: total.fresh}, 0
	case factors[name] > 0:
		s := scaled(total, factors[name])
		s.item = max(s.item, s.bytes)
		return s, 0
	case short[name]:
		return numeric(), 0
	case name == "repeat":
		s := scaled(at(0), count(1))
		s.item = at(0).item
		return s, 0
	case name == "lpad" || name == "rpad":
		return written(4 * count(1)), at(0).bytes
	case name == "bar":
		return written(3 * max(count(3), 80)), 0
	case name == "range" || name == "generate_series":
		return listOf(1+count(0)+count(1), 8), 0
	case name == "list_resize" || name == "array_resize":
		return listOf(count(1), max(at(0).item, at(2).bytes, 8)), 0
	case name == "list_select" || name == "array_select":
		return listOf(at(1).items, max(at(0).item, 8)), 0
	case name == "replace":
		return replacement(args, at(0), at(1), at(2)), 0
	case name == "regexp_replace":
		return rewritten(args, at(0), at(2)), 0
	case name == "concat_ws":
		s := written(total.bytes + share(at(0).bytes, float64(len(args))))
		s.fresh = total.fresh
		return s, 0
	case joints[name], byName[name]:
		sep := max(at(max(len(given)-1, 1)).bytes, 1)
		s := written(at(0).bytes + share(at(0).items, sep))
		s.fresh = at(0).fresh
		return s, 0
	case name == "format" || name == "printf":
		pattern, _ := literal(argument(args, 0))
		places := float64(strings.Count(pattern, "{") + strings.Count(pattern, "%"))
		return written(total.bytes + share(places, total.bytes+1000)), 0
	case paths[name]:
		return m.extract(args, total)
	case builders[name]:
		for _, g := range given {
			total.item = max(total.item, g.bytes)
		}
		total.bytes += small
	case !nested[name] && !total.open():
		total.item = max(total.item, total.bytes)
	}
	total.number = false
	return total, 0
}

func argument(args []any, i int) any {
	if i < len(args) {
		return args[i]
	}
	return nil
}

func replacement(args []any, of, old, by size) size {
	from, isLiteral := literal(argument(args, 1))
	growth := by.bytes
	if isLiteral && from != "" {
		growth = by.bytes / float64(len(from))
	}
	out := written(share(of.bytes, max(1, growth)))
	out.fresh = of.fresh
	return out
}

var reference = regexp.MustCompile(`\\\d`)

func rewritten(args []any, of, by size) size {
	pattern, isLiteral := literal(argument(args, 2))
	again := 1 + float64(len(reference.FindAllString(pattern, -1)))
	var out size
	switch {
	case !isLiteral:
		out = written(share(of.bytes+1, by.bytes+1))
	case len(args) > 3:
		out = written(share(of.bytes, again) + share(of.bytes+1, by.bytes))
	default:
		out = written(share(of.bytes, again) + by.bytes)
	}
	out.fresh = of.fresh
	return out
}

// extract takes parts of a JSON value: one, or as many as there are paths and stars in them.
func (m *meter) extract(args []any, total size) (size, float64) {
	if len(args) < 2 {
		return total, 0
	}
	path, isLiteral := literal(args[1])
	n, _ := args[1].(Tree)
	value, _ := n["value"].(Tree)
	_, isNumber := number(args[1])
	times := total.bytes
	switch {
	case isNumber || (isLiteral && !strings.Contains(path, "*")) || value["is_null"] == true:
		times = 1
	case isLiteral && !strings.Contains(path, "**"):
		times = 8
	}
	total.bytes, total.items, total.number = share(total.bytes, times), share(max(total.items, 1), times), false
	total.item = max(total.item, total.bytes)
	return total, 0
}

// lambda adds up a function that runs an expression for each item of a list.
func (m *meter) lambda(shown, name string, args []any, v *view) (size, error) {
	if len(args) == 0 {
		return size{}, nil
	}
	list, err := m.expr(args[0], v)
	if err != nil {
		return size{}, err
	}
	if list.open() {
		return size{}, cut(shown, "what it is given could be of any length")
	}
	if err := m.enter(); err != nil {
		return size{}, err
	}
	defer m.leave()
	// What it costs for the shortest of items, and for the longest: it grows at least as fast as the item does.
	least, short, err := m.each(shown, args[1:], known(4), v)
	if err != nil {
		return size{}, err
	}
	longest := max(small, list.item)
	most, long, err := m.each(shown, args[1:], known(longest), v)
	if err != nil {
		return size{}, err
	}
	over := func(short, long float64) float64 {
		return share(list.items, short) + share(long-short, list.bytes)/longest
	}
	if err := m.take(shown, over(least.steps, most.steps)+list.bytes/8); err != nil {
		return size{}, err
	}
	out := list
	if !strings.HasSuffix(name, "filter") {
		out = size{bytes: over(short.bytes, long.bytes), items: list.items, item: long.bytes}
	}
	return out, m.make(shown, out, over(least.bytes, most.bytes))
}

// each adds up what stands in a lambda for an item of one size.
func (m *meter) each(shown string, lambdas []any, item size, v *view) (*meter, size, error) {
	inner := &meter{budget: m.budget, width: m.width, nested: m.nested}
	made := item
	for _, a := range lambdas {
		l, _ := a.(Tree)
		names := columns{}
		parameters(l["lhs"], item, &names)
		var err error
		if made, err = inner.expr(l["expr"], &view{columns: names, outer: v}); err != nil {
			return nil, size{}, err
		}
		if made.open() {
			return nil, size{}, cut(shown, "what it is given could be of any length")
		}
	}
	return inner, made, nil
}

func parameters(lhs any, s size, out *columns) {
	n, _ := lhs.(Tree)
	if parts, _ := n["column_names"].([]any); len(parts) > 0 {
		out.add(text(parts[len(parts)-1]), s)
	}
	list, _ := n["children"].([]any)
	for _, item := range list {
		parameters(item, s, out)
	}
}
