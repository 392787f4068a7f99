package duck

import (
	"context"
	"database/sql"
	"regexp"
	"slices"
	"strconv"

	"openclaw/internal/crm"
)

const (
	widthOfNumber = 32
	// widthOfOther stands for several options, links or names, and what else DuckDB keeps no figure of.
	widthOfOther = 1 << 10
	// widthOfComputed is what the gate lets a computed field make of a record whose texts are of usual length.
	widthOfComputed = 8 << 10
)

// widths tells how long the values of an object's columns are at most, as the gate wants to know. DuckDB keeps the
// figure of each text column, over all records; it may be more than is there now, but never less.
func widths(ctx context.Context, conn *moment, schema crm.Schema, o crm.Object, viewed bool) (map[string]int, error) {
	out := map[string]int{"id": widthOfNumber, "created_at": widthOfNumber, "updated_at": widthOfNumber}
	if viewed {
		out["entry_id"] = widthOfNumber
	}
	var texts []string
	for _, f := range o.Fields {
		column := f.Column()
		if viewed {
			column = f.Name
		}
		switch {
		case f.Type == crm.Link && viewed:
			n, err := widthOfName(ctx, conn, schema, f.Target)
			if err != nil {
				return nil, err
			}
			out[column] = n
		case sqlType(f) == "VARCHAR" && f.Type == crm.Computed:
			out[column] = widthOfComputed
		case sqlType(f) == "VARCHAR":
			texts = append(texts, f.Column())
		case slices.Contains([]crm.Type{crm.Choices, crm.Links}, f.ValueType()):
			out[column] = widthOfOther
		default:
			out[column] = widthOfNumber
		}
	}
	longest, err := longestTexts(ctx, conn, o, texts)
	for i, column := range texts {
		if err == nil {
			out[column] = longest[i]
		}
	}
	return out, err
}

// widthOfName is the same for what records of an object are called.
func widthOfName(ctx context.Context, conn *moment, schema crm.Schema, object string) (int, error) {
	o, _ := schema.Object(object)
	f, ok := o.NameField()
	if !ok || sqlType(f) != "VARCHAR" || f.Type == crm.Computed {
		return widthOfComputed, nil
	}
	longest, err := longestTexts(ctx, conn, o, []string{f.Column()})
	if err != nil {
		return 0, err
	}
	return max(longest[0], widthOfNumber), nil
}

var longestText = regexp.MustCompile(`Max String Length: (\d+)\]`)

// longestTexts reads the longest length of each of an object's text columns, widthOfOther where DuckDB has none.
func longestTexts(ctx context.Context, conn *moment, o crm.Object, columns []string) ([]int, error) {
	out := make([]int, len(columns))
	if len(columns) == 0 {
		return out, nil
	}
	stats := make([]sql.NullString, len(columns))
	dest := make([]any, len(columns))
	for i := range stats {
		dest[i] = &stats[i]
	}
	q := "SELECT " + join(columns, func(c string) string { return "stats(" + name(c) + ")" }) + " FROM " + table(o.Name) + " LIMIT 1"
	if err := conn.QueryRowContext(ctx, q).Scan(dest...); err == sql.ErrNoRows {
		return out, nil
	} else if err != nil {
		return nil, wrap("read the lengths of "+o.Name, err)
	}
	for i, s := range stats {
		out[i] = widthOfOther
		if m := longestText.FindStringSubmatch(s.String); m != nil {
			n, err := strconv.Atoi(m[1])
			if err != nil {
				return nil, wrap("read the lengths of "+o.Name, err)
			}
			out[i] = n
		}
	}
	return out, nil
}
