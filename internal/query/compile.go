package query

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// PlanRows is the most rows of a plan that sets no limit itself.
const PlanRows = 1000

// Compiled is a Plan as SQL.
type Compiled struct {
	SQL     string // with $1, $2, ... for Args
	Args    []any
	Text    string // the same with the literals written in, to be shown and run by hand
	Columns []crm.Column
	// Cap is how many rows the answer may have when the Plan itself sets no limit, else 0. SQL asks for one more, so
	// that one sees whether there are more.
	Cap int
	// Count gives one row, with CountArgs: how many records the filter lets through, then for each of its Gaps how
	// many of them have no value there.
	Count     string
	CountArgs []any
}

// Compile writes a Plan as one SELECT. The plan is checked first; today is the clock's day unless the Plan says another.
func Compile(schema crm.Schema, p plan.Plan, rel Rel, today time.Time) (*Compiled, error) {
	if err := p.Validate(schema); err != nil {
		return nil, err
	}
	if p.Today != "" {
		day, err := time.ParseInLocation(time.DateOnly, p.Today, today.Location())
		if err != nil {
			return nil, fmt.Errorf("read the plan's day: %w", err)
		}
		today = day
	}
	scope, err := NewScope(schema, p.Object, rel, today)
	if err != nil {
		return nil, err
	}
	c := &compiler{scope: scope, plan: p}
	out := &Compiled{}
	if p.Limit == 0 {
		out.Cap = PlanRows
	}
	if out.SQL, err = c.statement(); err != nil {
		return nil, err
	}
	out.Columns, out.Args = c.columns, scope.Args()
	out.Text = Written(out.SQL, out.Args)
	return out, c.count(schema, rel, today, out)
}

type compiler struct {
	scope   *Scope
	plan    plan.Plan
	selects []string
	columns []crm.Column
	groups  []string // expression of each group, as it is shown
	sorts   []string // what each group is ordered by
	keys    []string // what is grouped by
	values  []string // expression of each measure
	window  bool     // a measure looks at other rows
	inside  bool     // the plan keeps the records of another
}

// count counts the records behind the plan and those that its gaps leave out, in a scope of its own since arguments are numbered.
func (c *compiler) count(schema crm.Schema, rel Rel, today time.Time, out *Compiled) error {
	scope, err := NewScope(schema, c.plan.Object, rel, today)
	if err != nil {
		return err
	}
	where, err := (&compiler{scope: scope, plan: c.plan}).where()
	if err != nil {
		return err
	}
	counts := []string{"count(*)"}
	for _, g := range c.plan.Gaps() {
		missing := crm.Where(g.Path, crm.Empty)
		if g.Measure >= 0 {
			missing = crm.All(c.plan.Measures[g.Measure].Filter, missing)
		}
		cond, err := scope.Where(missing)
		if err != nil {
			return err
		}
		counts = append(counts, "count(*) FILTER (WHERE "+cond+")")
	}
	out.Count = "SELECT " + strings.Join(counts, ", ") + " FROM " + scope.From() + " WHERE " + strings.Join(where, " AND ")
	out.CountArgs = scope.Args()
	return nil
}

// where is the plan's own condition, without that of its groups.
func (c *compiler) where() ([]string, error) {
	var out []string
	if !c.plan.Filter.Zero() || len(c.plan.Among) == 0 {
		cond, err := c.scope.Where(c.plan.Filter)
		if err != nil {
			return nil, err
		}
		out = append(out, cond)
	}
	for _, a := range c.plan.Among {
		cond, err := c.among(a)
		if err != nil {
			return nil, err
		}
		out = append(out, cond)
	}
	return out, nil
}

func (c *compiler) statement() (string, error) {
	where, err := c.where()
	if err != nil {
		return "", err
	}
	for _, g := range c.plan.Groups {
		known, err := c.group(g)
		if err != nil {
			return "", err
		}
		where = append(where, known)
	}
	computed := c.measure
	if len(c.plan.Compare) > 0 {
		computed = c.compare
	}
	for _, m := range c.plan.Measures {
		if err := computed(m); err != nil {
			return "", err
		}
	}
	if c.plan.List() {
		if err := c.list(); err != nil {
			return "", err
		}
	}
	tail, err := c.tail()
	if err != nil {
		return "", err
	}
	sql := c.selected(strings.Join(c.selects, ", "), where) + tail
	switch {
	case c.plan.Tally:
		c.columns = []crm.Column{{Name: "count", Type: crm.Number}}
		return "SELECT count(*) AS \"count\" FROM (\n" + sql + "\n) AS answer", nil
	case c.plan.Averaged:
		of := c.columns[len(c.columns)-1]
		inner := Ident(of.Name)
		of.Name, of.Type, of.Scale = "average "+of.Name, crm.Number, max(of.Scale, meanScale)
		c.columns = []crm.Column{of}
		return "SELECT avg(" + inner + ") AS " + Ident(of.Name) + " FROM (\n" + sql + "\n) AS answer", nil
	}
	return sql, nil
}

// selected is a statement up to its conditions; one that lets all through is left away.
func (c *compiler) selected(what string, where []string) string {
	sql := "SELECT " + what + "\nFROM " + c.scope.From()
	if where = slices.DeleteFunc(where, func(cond string) bool { return cond == "TRUE" }); len(where) > 0 {
		sql += "\nWHERE " + strings.Join(where, " AND ")
	}
	return sql
}

func (c *compiler) column(sql string, col crm.Column) {
	name := col.Name
	for n := 2; slices.ContainsFunc(c.columns, func(o crm.Column) bool { return o.Name == col.Name }); n++ {
		col.Name = name + " " + strconv.Itoa(n)
	}
	c.selects = append(c.selects, sql+" AS "+Ident(col.Name))
	c.columns = append(c.columns, col)
}

// group adds a grouping and returns the condition that leaves out what belongs to no group.
func (c *compiler) group(g plan.Group) (string, error) {
	e, err := c.scope.Name(g.Path)
	if err != nil {
		return "", err
	}
	id, err := c.scope.Field(g.Path)
	if err != nil {
		return "", err
	}
	sql, t := e.SQL, e.Field.ValueType()
	label := plan.Label(c.scope.schema, c.plan.Object, g.Path)
	key := id.SQL
	if g.Bucket != "" {
		sql, t, label, key = bucket(c.scope.here(e), g.Bucket), crm.Text, string(g.Bucket), bucket(c.scope.here(e), g.Bucket)
	} else if t == crm.Choices || t == crm.Links {
		sql = "unnest(" + e.SQL + ")"
		key = sql
	}
	c.keys = append(c.keys, key)
	if sql != key {
		c.keys = append(c.keys, sql)
	}
	c.groups = append(c.groups, sql)
	by := sql
	if g.Bucket == plan.Weekday {
		by = "isodow(" + c.scope.here(e) + ")" // Monday comes first
		c.keys = append(c.keys, by)
	}
	c.sorts = append(c.sorts, by)
	c.column(sql, crm.Column{Name: label, Type: t, Scale: e.Field.Scale, Currency: e.Field.Currency, Path: g.Path})
	return empty(id, false), nil
}

func bucket(sql string, b plan.Bucket) string {
	switch b {
	case plan.Year:
		return "strftime(" + sql + ", '%Y')"
	case plan.Quarter:
		return "(year(" + sql + ") || '-Q' || quarter(" + sql + "))"
	case plan.Month:
		return "strftime(" + sql + ", '%Y-%m')"
	case plan.Week:
		return "strftime(" + sql + ", '%G-W%V')"
	case plan.Weekday:
		return "dayname(" + sql + ")"
	}
	return "strftime(" + sql + ", '%Y-%m-%d')"
}

func (c *compiler) list() error {
	paths := c.plan.Columns
	if len(paths) == 0 {
		paths = []crm.Path{"id"}
		if f, ok := c.scope.Root().NameField(); ok {
			paths = []crm.Path{crm.Path(f.Name)}
			if key := slices.IndexFunc(c.scope.Root().Fields, func(k crm.Field) bool { return k.Key && k.Name != f.Name && !f.Key }); key >= 0 {
				paths = append(paths, crm.Path(c.scope.Root().Fields[key].Name)) // two may be called alike
			}
		}
	}
	for _, p := range paths {
		e, err := c.scope.Name(p)
		if err != nil {
			return err
		}
		c.column(e.SQL, e.column(plan.Label(c.scope.schema, c.plan.Object, p), p))
	}
	for _, o := range c.plan.Order {
		if o.Of == nil || (o.Of.Minus == "" && slices.Contains(paths, o.Of.Path)) {
			continue
		}
		e, err := c.scope.sorted(*o.Of)
		if err != nil {
			return err
		}
		c.column(e.SQL, e.column(plan.TermLabel(c.scope.schema, c.plan.Object, *o.Of), ""))
	}
	return nil
}

// tail is everything after the condition.
func (c *compiler) tail() (string, error) {
	var b strings.Builder
	if len(c.keys) > 0 {
		b.WriteString("\nGROUP BY " + strings.Join(c.keys, ", "))
	}
	var after []string // conditions on windows
	if len(c.plan.Having) > 0 {
		var parts []string
		for _, h := range c.plan.Having {
			part, err := c.having(h)
			if err != nil {
				return "", err
			}
			parts = append(parts, part)
		}
		if c.window || len(c.keys) == 0 {
			after = parts
		} else {
			b.WriteString("\nHAVING " + strings.Join(parts, " AND "))
		}
	}
	order, err := c.order()
	if err != nil {
		return "", err
	}
	if c.plan.Each && c.plan.Limit > 0 && len(c.groups) > 0 {
		within := order
		if len(within) > 0 {
			after = append(after, "row_number() OVER (PARTITION BY "+c.groups[0]+" ORDER BY "+strings.Join(within, ", ")+") <= "+strconv.Itoa(c.plan.Limit))
		}
		order = append([]string{c.groups[0]}, order...)
	}
	if len(after) > 0 {
		b.WriteString("\nQUALIFY " + strings.Join(after, " AND "))
	}
	if len(order) > 0 && !c.plan.Tally && !c.plan.Averaged && !(c.inside && c.plan.Limit == 0) {
		b.WriteString("\nORDER BY " + strings.Join(order, ", "))
	}
	switch {
	case c.plan.Limit > 0 && !c.plan.Each:
		b.WriteString("\nLIMIT " + strconv.Itoa(c.plan.Limit))
		if c.plan.Skip > 0 {
			b.WriteString(" OFFSET " + strconv.Itoa(c.plan.Skip))
		}
	case c.plan.Limit == 0 && !c.inside && !c.plan.Tally && !c.plan.Averaged && (c.plan.List() || len(c.keys) > 0):
		b.WriteString("\nLIMIT " + strconv.Itoa(PlanRows+1))
	}
	return b.String(), nil
}

// order lists the keys of the order; groups, or the record's id, settle ties.
func (c *compiler) order() ([]string, error) {
	var out []string
	used := map[int]bool{}
	for _, o := range c.plan.Order {
		var sql string
		switch {
		case o.Of != nil:
			e, err := c.scope.sorted(*o.Of)
			if err != nil {
				return nil, err
			}
			sql = e.SQL
		case o.Measure >= 0:
			sql = c.values[o.Measure]
		default:
			sql = c.sorts[o.Group]
			used[o.Group] = true
		}
		if o.Desc {
			sql += " DESC"
		}
		out = append(out, sql+" NULLS LAST")
	}
	for i, g := range c.sorts {
		if !used[i] {
			out = append(out, g)
		}
	}
	if c.plan.List() {
		out = append(out, c.scope.Alias()+".id")
	}
	return out, nil
}

func (c *compiler) having(h plan.Having) (string, error) {
	m := c.values[h.Measure]
	values := make([]string, len(h.Values))
	for i, text := range h.Values {
		d, ok := crm.ParseDecimal(text)
		if !ok {
			return "", fmt.Errorf("compare a measure with %q: not a number", text)
		}
		values[i] = "CAST(" + c.scope.Bind(d.String()) + " AS DOUBLE)"
	}
	return compare(Expr{SQL: m, Field: crm.Field{Label: "the measure"}}, crm.Filter{Op: h.Op}, values)
}
