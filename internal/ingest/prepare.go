package ingest

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// Prepare reads the files and says what an import of them would do. It writes nothing. Files come in any order.
func Prepare(ctx context.Context, store Store, c ident.Caller, sources []Source, o Options) (*Preview, error) {
	schema, err := store.Schema(ctx, c)
	if err != nil {
		return nil, err
	}
	former, err := store.Former(ctx, c)
	if err != nil {
		return nil, err
	}
	p := &Preview{Options: o, seed: maphash.MakeSeed(), schema: schema, Questions: []Question{}}
	tables, err := p.tables(sources)
	if err != nil {
		return nil, err
	}
	taken := p.taken(tables)
	for _, t := range tables {
		prof, err := profileTable(ctx, t, p.seed)
		if err != nil {
			return nil, tableError(t, err)
		}
		if prof.rows == 0 {
			p.Skipped = append(p.Skipped, Skipped{File: t.name(), Reason: "It has a header and no rows."})
			continue
		}
		f, err := newFile(t, prof, known{schema, former, taken}, o)
		if err != nil {
			return nil, err
		}
		for _, other := range p.Files {
			if other.Object == f.Object {
				return nil, fail.New(fail.Invalid, "%s and %s would both go to %s.", other.table.name(), t.name(), f.Object).WithHint("Import one after the other, or name the object of one with --object.")
			}
		}
		taken[f.Object] = true
		p.Files = append(p.Files, f)
	}
	if len(p.Files) == 0 {
		return nil, nothingToImport(p.Skipped)
	}
	if err := o.valid(p.Files); err != nil {
		return nil, err
	}
	if err := p.link(ctx, store, c); err != nil {
		return nil, err
	}
	for _, f := range p.Files {
		f.build()
		p.ask(f)
	}
	p.order()
	for _, f := range p.Files {
		if err := f.check(ctx); err != nil {
			return nil, err
		}
		f.say()
		f.forget()
		p.Rows += f.Rows
		p.Rejected += f.Rejected
	}
	return p, nil
}

// forget gives back what only the preview needed to know of the columns.
func (f *File) forget() {
	for _, c := range f.Columns {
		c.stats.values, c.stats.parts = nil, nil
	}
}

// tables opens the sources; what is no table is set aside.
func (p *Preview) tables(sources []Source) ([]table, error) {
	var out []table
	for _, s := range sources {
		tables, err := tablesOf(s)
		var no notTable
		if errors.As(err, &no) {
			p.Skipped = append(p.Skipped, Skipped{File: s.Name, Reason: no.reason, Hint: no.hint, Stops: !no.beside})
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, tables...)
	}
	if p.Options.Object != "" && len(out) > 1 {
		return nil, fail.New(fail.Usage, "%d tables cannot all become %s.", len(out), p.Options.Object).WithHint("Give --object with one table at a time.")
	}
	return out, nil
}

// taken are the names of objects that are there, and of those that files with a plain name become.
func (p *Preview) taken(tables []table) map[string]bool {
	taken := map[string]bool{}
	for _, o := range p.schema.Objects {
		taken[o.Name] = true
	}
	for _, t := range tables {
		if crm.Plain(t.base) {
			taken[crm.Ident(t.base)] = true
		}
	}
	return taken
}

func (t table) name() string {
	switch {
	case t.sheet != "" && t.kind == isJSON:
		return t.file + ", list " + t.sheet
	case t.sheet != "":
		return t.file + ", sheet " + t.sheet
	}
	return t.file
}

func tableError(t table, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if fail.KindOf(err) != fail.Failed {
		return err
	}
	return fail.New(fail.Invalid, "%s cannot be read to its end.", t.name()).WithHint("Check that the file is whole, and export it again if it is not.").Because(err)
}

func nothingToImport(skipped []Skipped) error {
	if len(skipped) == 0 {
		return fail.New(fail.Usage, "No file was named.").WithHint("Name the files to import: openclawd import accounts.csv")
	}
	var what []string
	for _, s := range skipped {
		what = append(what, s.File+": "+s.Reason)
	}
	hint := skipped[0].Hint
	if hint == "" {
		hint = "Add rows below the header."
	}
	return fail.New(fail.Invalid, "There is nothing to import. %s", strings.Join(what, " ")).WithHint("%s", hint)
}

// link finds what the files refer to.
func (p *Preview) link(ctx context.Context, store Store, c ident.Caller) error {
	for _, f := range p.Files {
		f.Label, f.Plural = f.before.Label, f.before.Plural
		if f.New {
			f.describe(p.Options.Object != "")
		}
	}
	all, err := targets(ctx, store, c, p.schema, p.Files)
	if err != nil {
		return err
	}
	for _, f := range p.Files {
		if err := linkColumns(f, all, p.schema, p.Options); err != nil {
			return err
		}
	}
	return nil
}

// build makes the object as it will be and the list of columns that go in.
func (f *File) build() {
	if !f.New {
		f.object = f.before
		f.object.Fields = slices.Clone(f.before.Fields)
	}
	for _, c := range f.Columns {
		if c.Field != "" {
			f.loads = append(f.loads, c)
			f.put(c.field)
		}
	}
	guessed := crm.Guess(f.object)
	for _, c := range f.loads {
		if g, ok := guessed.Field(c.field.Name); ok && c.New {
			c.field.Role, c.field.Options = g.Role, inOrder(g)
			c.show()
			f.put(c.field)
		}
	}
}

// put adds a field to the object, or takes the place of the one that it has.
func (f *File) put(field crm.Field) {
	at := slices.IndexFunc(f.object.Fields, func(x crm.Field) bool { return x.Name == field.Name })
	if at < 0 {
		f.object.Fields = append(f.object.Fields, field)
		return
	}
	f.object.Fields[at] = field
}

// inOrder puts the options of a stage as a pipeline runs: what is open, what was won, what was lost.
func inOrder(f crm.Field) []crm.Option {
	rank := map[crm.Outcome]int{crm.Open: 0, crm.NoOutcome: 0, crm.Won: 1, crm.Lost: 2}
	out := slices.Clone(f.Options)
	if f.Role == crm.RoleStage {
		slices.SortStableFunc(out, func(a, b crm.Option) int { return rank[a.Outcome] - rank[b.Outcome] })
	}
	return out
}

// order sorts the files so that what is referred to comes first. Files that refer to each other stay as they came.
func (p *Preview) order() {
	var out []*File
	state := map[*File]int{}
	var visit func(f *File)
	visit = func(f *File) {
		if state[f] != 0 {
			return
		}
		state[f] = 1
		for _, c := range f.loads {
			for _, other := range p.Files {
				if c.Link != nil && other.Object == c.field.Target {
					visit(other)
				}
			}
		}
		out = append(out, f)
	}
	for _, f := range p.Files {
		visit(f)
	}
	p.Files = out
}

// ask adds the questions that a file leaves open.
func (p *Preview) ask(f *File) {
	likely := Order("")
	for _, c := range f.loads {
		if c.Type.Temporal() && c.verdict.order != "" {
			likely = c.verdict.order
		}
	}
	for _, c := range f.loads {
		if c.verdict.ask && c.Type.Numeric() {
			p.Questions = append(p.Questions, f.askStyle(c))
		}
		if !c.verdict.ask || !c.Type.Temporal() {
			continue
		}
		text := c.Example
		for _, s := range c.stats.patterns {
			if s.bits&isOrdered != 0 {
				text = s.text
			}
		}
		why := "Every value can be read both ways."
		if !c.verdict.kind.Temporal() {
			why = "Both orders stand in it; the values that do not fit the answer are rejected."
		}
		q := Question{File: f.File, Column: c.Name, About: "date", Text: fmt.Sprintf("Which comes first in %s, the month or the day? %s", c.Name, why)}
		for _, o := range []Order{MonthFirst, DayFirst} {
			d, _ := readDay(text)
			at, _ := d.at(o)
			q.Choices = append(q.Choices, Choice{Text: fmt.Sprintf("%s is %s (%s)", text, at.Format("2 January 2006"), strings.Replace(string(o), "-", " ", 1)), Option: "--date-order " + crm.Ident(c.Name) + "=" + string(o), Value: string(o), Likely: o == likely})
		}
		p.Questions = append(p.Questions, q)
	}
}

// check makes the sample and, where anything could be refused, reads the file once more to say exactly what.
func (f *File) check(ctx context.Context) error {
	f.Rejects, f.Sample = []crm.Reject{}, []SampleRow{}
	reader := newRowReader(f)
	for i := range f.profile.first {
		r := &f.profile.first[i]
		values, _, reject := reader.read(r, nil)
		if reject == nil {
			f.Sample = append(f.Sample, f.sampleRow(r, values))
		}
	}
	if !f.doubtful() {
		return nil
	}
	reader = newRowReader(f)
	unread := map[string]int64{}
	duplicates := map[string]int{}
	err := ahead(ctx, f.table.readBatches, func(b batch) error {
		values := make([]any, 0, len(f.loads))
		for i := range b.rows {
			r := &b.rows[i]
			_, repair, reject := reader.read(r, values)
			if repair != nil {
				if f.Repaired++; len(f.Repairs) < maxShown {
					f.Repairs = append(f.Repairs, *repair)
				}
			}
			if reject != nil {
				unread[reject.Column]++
				if f.Rejected++; len(f.Rejects) < maxShown {
					f.Rejects = append(f.Rejects, *reject)
				}
			}
			if first, ok := reader.twice(reject); ok {
				f.addDuplicate(duplicates, reject.Value, first, r.line)
			}
		}
		return nil
	})
	for _, c := range f.loads {
		c.Unread = unread[c.Name]
	}
	if err != nil {
		return tableError(f.table, err)
	}
	return nil
}

// addDuplicate notes a key and the rows that it stands in.
func (f *File) addDuplicate(at map[string]int, value string, first, line int64) {
	i, ok := at[value]
	if !ok {
		if len(at) == maxShown {
			return
		}
		i = len(f.Duplicates)
		at[value] = i
		f.Duplicates = append(f.Duplicates, Duplicate{Value: value, Rows: []int64{first}})
	}
	f.Duplicates[i].Rows = append(f.Duplicates[i].Rows, line)
}

// doubtful tells whether any row may be refused or repaired. What the profile proves needs no second look.
func (f *File) doubtful() bool {
	if f.profile.problem+f.profile.odd > 0 {
		return true
	}
	for _, c := range f.loads {
		switch {
		case c.Unread > 0, c.Link != nil && len(c.Link.shared) > 0:
			return true
		case c.Field == f.Key && (c.Empty > 0 || c.stats.keys == nil || len(c.stats.keys.twice) > 0):
			return true
		case !c.New && c.Link == nil && c.Type != c.verdict.kind && c.Type != crm.Text && c.Type != crm.LongText && c.Filled > 0:
			return true
		case !c.New && c.Type == c.verdict.kind && c.verdict.unread > 0, c.Type == crm.Money && !c.stats.sign.Fits(c.Currency):
			return true
		case c.Type == crm.Phone || c.Type == crm.URL:
			return true
		}
	}
	return false
}

func (f *File) sampleRow(r *row, values []any) SampleRow {
	out := SampleRow{Row: r.line, Values: make([]any, len(values))}
	for i, c := range f.loads {
		out.Values[i] = c.field.JSON(values[i])
		text := trim(r.cells[c.index])
		if c.verdict.ask && (c.Type.Temporal() || c.Type.Numeric()) && values[i] != nil {
			out.Values[i] = text
		}
		if c.Link == nil {
			continue
		}
		if s, ok := c.Link.byText[text]; ok && s.Do == LinkTo {
			out.Values[i] = s.To
			if out.Fixed == nil {
				out.Fixed = map[string]string{}
			}
			out.Fixed[c.Name] = text
		}
	}
	return out
}
