package crm

import (
	"encoding/json"
	"regexp"
	"strings"

	"openclaw/internal/fail"
)

// FilterHelp says how a filter is written, for help texts and errors.
const FilterHelp = `Write it like one of these:
  deal_stage = Won              close_value > 5000
  account.sector != retail      close_date between 2017-01-01 and 2017-03-31
  product contains GTX          name starts with Ann
  deal_stage in Won, Lost       deal_stage not in "Won", "Lost"
  account is empty              close_date is not empty
  tags any of a, b              tags none of a, b
Dots follow links. A value with a comma in a list stands in double quotes.`

// The operators as people write them. Longer ones come first, so that "is not empty" is not read as "is".
var writtenOps = []struct {
	shape  *regexp.Regexp
	op     Op
	values int // 0 none, 1 one, 2 joined by and, -1 a list
}{
	{regexp.MustCompile(`(?i)^(.+?)\s+is\s+not\s+empty\s*$`), NotEmpty, 0},
	{regexp.MustCompile(`(?i)^(.+?)\s+is\s+empty\s*$`), Empty, 0},
	{regexp.MustCompile(`(?is)^([^=<>!]+?)\s+between\s+(.+)$`), Between, 2},
	{regexp.MustCompile(`(?is)^([^=<>!]+?)\s+contains\s+(.+)$`), Contains, 1},
	{regexp.MustCompile(`(?is)^([^=<>!]+?)\s+starts\s+(?:with\s+)?(.+)$`), StartsWith, 1},
	{regexp.MustCompile(`(?is)^([^=<>!]+?)\s+not\s+in\s+(.+)$`), IsNot, -1},
	{regexp.MustCompile(`(?is)^([^=<>!]+?)\s+in\s+(.+)$`), Is, -1},
	{regexp.MustCompile(`(?is)^([^=<>!]+?)\s+any\s+of\s+(.+)$`), AnyOf, -1},
	{regexp.MustCompile(`(?is)^([^=<>!]+?)\s+none\s+of\s+(.+)$`), NoneOf, -1},
	{regexp.MustCompile(`(?s)^([^=<>!]+?)\s*!=\s*(.+)$`), IsNot, 1},
	{regexp.MustCompile(`(?s)^([^=<>!]+?)\s*<=\s*(.+)$`), AtMost, 1},
	{regexp.MustCompile(`(?s)^([^=<>!]+?)\s*>=\s*(.+)$`), AtLeast, 1},
	{regexp.MustCompile(`(?s)^([^=<>!]+?)\s*<\s*(.+)$`), Less, 1},
	{regexp.MustCompile(`(?s)^([^=<>!]+?)\s*>\s*(.+)$`), More, 1},
	{regexp.MustCompile(`(?s)^([^=<>!]+?)\s*=\s*(.+)$`), Is, 1},
}

var splitAnd = regexp.MustCompile(`(?i)\s+and\s+`)

// ParseFilter reads one condition as a person writes it, such as "close_value > 5000", or a whole Filter as JSON. Fields
// are not checked here, since that takes the schema. The error is of kind fail.Invalid.
func ParseFilter(text string) (Filter, error) {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "{") {
		var f Filter
		d := json.NewDecoder(strings.NewReader(text))
		d.DisallowUnknownFields()
		if err := d.Decode(&f); err != nil {
			return Filter{}, fail.New(fail.Invalid, "This filter is not the JSON of one: %s", short(text)).WithHint("%s", FilterHelp).Because(err)
		}
		return f, nil
	}
	for _, w := range writtenOps {
		m := w.shape.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		path, ok := ParsePath(m[1])
		if !ok {
			break
		}
		switch w.values {
		case 0:
			return Where(path, w.op), nil
		case 1:
			return Where(path, w.op, unquote(m[2])), nil
		case 2:
			ends := splitAnd.Split(m[2], -1)
			if len(ends) != 2 {
				return Filter{}, fail.New(fail.Invalid, "Between takes two values joined by and: %s", short(text)).WithHint("%s", FilterHelp)
			}
			return Where(path, w.op, unquote(ends[0]), unquote(ends[1])), nil
		}
		return Where(path, w.op, listOf(m[2])...), nil
	}
	return Filter{}, fail.New(fail.Invalid, "This filter is not understood: %s", short(text)).WithHint("%s", FilterHelp)
}

// ParsePath reads a field as a person writes it: by its name, or by its label ("Deal stage").
func ParsePath(text string) (Path, bool) {
	var path Path
	for step := range strings.SplitSeq(strings.TrimSpace(text), ".") {
		step = strings.TrimSpace(step)
		if step == "" {
			return "", false
		}
		switch step {
		case "id", "created_at", "updated_at":
		default:
			step = Ident(step)
		}
		path = path.Then(step)
	}
	return path, true
}

// severalKeys is a list of keys where one is asked for. A label may have a comma too, with a blank after it.
var severalKeys = regexp.MustCompile(`,(\S|\s+-)`)

// ParseSort reads one key of an order: "close_value", "-close_value" or "close_value desc".
func ParseSort(text string) (Sort, error) {
	rest, desc := strings.CutPrefix(strings.TrimSpace(text), "-")
	lower := strings.ToLower(rest)
	for _, word := range []string{" desc", ":desc", " asc", ":asc"} {
		if strings.HasSuffix(lower, word) {
			rest, desc = rest[:len(rest)-len(word)], strings.HasSuffix(word, "desc")
		}
	}
	path, ok := ParsePath(rest)
	if !ok || severalKeys.MatchString(rest) {
		return Sort{}, fail.New(fail.Invalid, "%q is not a field to sort by.", text).WithHint("Write one field, like close_value, or -close_value for the largest first. To sort by another where that is the same, give it as a further one.")
	}
	return Sort{Path: path, Desc: desc}, nil
}

func unquote(text string) string {
	text = strings.TrimSpace(text)
	if len(text) >= 2 && text[0] == '"' && text[len(text)-1] == '"' {
		return strings.ReplaceAll(text[1:len(text)-1], `""`, `"`)
	}
	return text
}

// listOf splits a list at commas outside double quotes.
func listOf(text string) []string {
	var out []string
	quoted, from := false, 0
	for i, r := range text {
		switch {
		case r == '"':
			quoted = !quoted
		case r == ',' && !quoted:
			out = append(out, unquote(text[from:i]))
			from = i + 1
		}
	}
	return append(out, unquote(text[from:]))
}
