package ingest

import (
	"maps"
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
)

// valid refuses decisions that cannot be meant: on columns that no file has, or of a kind that does not exist.
func (o Options) valid(files []*File) error {
	for name, order := range o.DateOrder {
		if order != MonthFirst && order != DayFirst {
			return fail.New(fail.Usage, "%q is no order of a date.", order).WithHint("Write --date-order %s=month-first or --date-order %s=day-first.", name, name)
		}
	}
	for name, sign := range o.Decimal {
		if sign != Point && sign != Comma {
			return fail.New(fail.Usage, "%q is no sign before decimals.", sign).WithHint("Write --decimal %s=point or --decimal %s=comma.", name, name)
		}
	}
	for name, fixes := range o.Fix {
		for text, fix := range fixes {
			if !slices.Contains([]Do{LinkTo, Make, Leave}, fix.Do) || fix.Do == LinkTo && fix.To == "" {
				return fail.New(fail.Usage, "It is not said what to do with %q in %s.", text, name).WithHint("Link it to a record, make a new one, or leave it empty.")
			}
		}
	}
	for _, decided := range [][]string{slices.Sorted(maps.Keys(o.Map)), slices.Sorted(maps.Keys(o.DateOrder)), slices.Sorted(maps.Keys(o.Decimal)), slices.Sorted(maps.Keys(o.Fix))} {
		for _, name := range decided {
			if !slices.ContainsFunc(files, func(f *File) bool { return f.hasColumn(name) }) {
				return noColumn(files, name)
			}
		}
	}
	for name := range o.DateOrder {
		if !anyColumn(files, name, crm.Type.Temporal) {
			return fail.New(fail.Invalid, "%s has no dates whose order could be said.", name).WithHint("Leave --date-order %s out, or map the column to a field of dates.", name)
		}
	}
	for name := range o.Decimal {
		if !anyColumn(files, name, crm.Type.Numeric) {
			return fail.New(fail.Invalid, "%s has no numbers whose decimals could be said.", name).WithHint("Leave --decimal %s out, or map the column to a field of numbers.", name)
		}
	}
	for _, f := range files {
		if err := f.sharesNoField(o); err != nil {
			return err
		}
	}
	if o.Key != "" && !slices.ContainsFunc(files, func(f *File) bool { return f.Key != "" && f.isKey(o.Key) }) {
		return noColumn(files, o.Key)
	}
	return nil
}

// anyColumn tells whether a column that is called so goes to a field of such a type.
func anyColumn(files []*File, name string, is func(crm.Type) bool) bool {
	return slices.ContainsFunc(files, func(f *File) bool {
		return slices.ContainsFunc(f.Columns, func(c *Column) bool {
			_, ok := column(map[string]bool{name: true}, f.Object, c.Name)
			return ok && c.Field != "" && is(c.Type)
		})
	})
}

// sharesNoField refuses a decision that sends a column to the field of another.
func (f *File) sharesNoField(o Options) error {
	for _, c := range f.Columns {
		wish, said := column(o.Map, f.Object, c.Name)
		if !said || c.wished == "" {
			continue
		}
		for _, other := range f.Columns {
			if other != c && other.wished == c.wished {
				return fail.New(fail.Conflict, "The columns %s and %s of %s would both go to the field %s.", c.Name, other.Name, f.table.name(), wish).
					WithHint("Choose another field for one of them, or leave one out: --map \"%s=\"", other.Name)
			}
		}
	}
	return nil
}

func (f *File) hasColumn(name string) bool {
	return slices.ContainsFunc(f.Columns, func(c *Column) bool {
		_, ok := column(map[string]bool{name: true}, f.Object, c.Name)
		return ok
	})
}

func (f *File) isKey(name string) bool {
	return slices.ContainsFunc(f.Columns, func(c *Column) bool {
		return c.Key && (c.Field == name || c.Name == name || crm.Ident(c.Name) == crm.Ident(name))
	})
}

func noColumn(files []*File, name string) error {
	var have []string
	for _, f := range files {
		have = append(have, f.table.name()+" has "+short(strings.Join(f.table.header, ", "), 300)+".")
	}
	return fail.New(fail.NotFound, "There is no column %q.", name).WithHint("%s", strings.Join(have, " "))
}
