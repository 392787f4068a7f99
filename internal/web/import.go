package web

import (
	"cmp"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
	"openclaw/internal/ingest"
)

// ImportPage is an import at one of its steps.
type ImportPage struct {
	Shell
	Step     int // 1 files, 2 match and check, 3 import
	Error    string
	Hint     string
	ID       string
	Count    string
	Files    []FileTab
	File     *FileView // the one that is looked at
	Skipped  []ingest.Skipped
	Settle   []SettleView
	Asks     []AskView
	Rejects  []RejectView
	Rejected string
	Sum      string // what pressing the button does
	Button   string
	Yes      bool   // some rows are left out
	Why      string // why there is no button yet
	Run      *RunView
	Result   *ResultView
}

// importStart is step 1.
func (s *Site) importStart(w http.ResponseWriter, r *http.Request) error {
	shell, _, err := s.shellOf(w, r, "Import", "/import")
	if err != nil {
		return err
	}
	return s.render(w, "import", ImportPage{Shell: shell, Step: 1})
}

func (s *Site) importUpload(w http.ResponseWriter, r *http.Request) error {
	c := ident.From(r.Context())
	parts, err := r.MultipartReader()
	if err != nil {
		return fail.New(fail.Usage, "The upload cannot be read.").WithHint("Use the form under Import.").Because(err)
	}
	d, err := s.imports.add(c.Person, parts, s.Clock())
	var tooLarge *http.MaxBytesError
	if err != nil && fail.KindOf(err) == fail.Invalid && !errors.As(err, &tooLarge) {
		return s.importAgain(w, r, fail.As(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/import/"+d.ID, http.StatusSeeOther)
	return nil
}

// importAgain is step 1 with the reason why the files were not taken.
func (s *Site) importAgain(w http.ResponseWriter, r *http.Request, e *fail.Error) error {
	shell, _, err := s.shellOf(w, r, "Import", "/import")
	if err != nil {
		return err
	}
	return s.define(w, http.StatusUnprocessableEntity, "import", "base", ImportPage{Shell: shell, Step: 1, Error: e.Message, Hint: e.Hint})
}

// importCheck is step 2, and step 3 once the import was begun.
func (s *Site) importCheck(w http.ResponseWriter, r *http.Request) error {
	ctx, c := r.Context(), ident.From(r.Context())
	d, err := s.imports.find(c.Person, r.PathValue("draft"))
	if err != nil {
		return err
	}
	shell, schema, err := s.shellOf(w, r, "Import", "/import")
	if err != nil {
		return err
	}
	page := ImportPage{Shell: shell, Step: 2, ID: d.ID, Count: plural(int64(len(d.Files)), "file", "files")}
	if run := d.progress(); run != nil {
		s.fillRun(schema, d, run, &page)
		if swap(r) && run.finished {
			w.Header().Set("HX-Refresh", "true") // the whole page: the nav has new objects
			return nil
		}
		if swap(r) {
			return s.fragment(w, "import", "run", page)
		}
		return s.render(w, "import", page)
	}
	p, err := d.look(ctx, s.Store, c)
	if kind := fail.KindOf(err); kind == fail.Invalid || kind == fail.Conflict || kind == fail.NotFound {
		s.imports.drop(d)
		return s.importAgain(w, r, fail.As(err))
	} else if err != nil {
		return err
	}
	at := -1
	if file := r.URL.Query().Get("file"); file != "" {
		at = int(intOf(file))
	}
	s.fillCheck(schema, p, at, &page)
	return s.render(w, "import", page)
}

func (s *Site) fillCheck(schema crm.Schema, p *ingest.Preview, at int, page *ImportPage) {
	page.Skipped = p.Skipped
	if len(p.Files) > 1 {
		page.Count += ", ordered by what they refer to"
	}
	if at < 0 || at >= len(p.Files) {
		at = busiest(p)
	}
	for i, f := range p.Files {
		page.Files = append(page.Files, tabOf(p, f, i, at))
	}
	for _, q := range p.Questions {
		view := AskView{Param: q.About + "." + q.Column, Text: q.Text}
		for _, choice := range q.Choices {
			view.Choices = append(view.Choices, Choice{Value: choice.Value, Label: choice.Text})
		}
		if i := slices.IndexFunc(p.Files, func(f *ingest.File) bool { return f.File == q.File }); i >= 0 {
			view.Param = q.About + "." + p.Files[i].Object + "." + q.Column
		}
		page.Asks = append(page.Asks, view)
	}
	if len(p.Files) > 0 {
		schema = asItWillBe(schema, p)
		page.File = s.fileView(schema, p.Files[at], page.Files[at])
		page.Settle = settleViews(schema, p.Files[at])
		for _, rej := range p.Files[at].Rejects[:min(6, len(p.Files[at].Rejects))] {
			page.Rejects = append(page.Rejects, rejectView(rej))
		}
		if p.Files[at].Rejected > 0 {
			page.Rejected = plural(p.Files[at].Rejected, "row", "rows") + " rejected"
		}
	}
	taken := p.Rows - p.Rejected
	switch {
	case len(p.Files) == 0:
		page.Why = "None of the files is a table."
	case len(p.Questions) > 0:
		page.Why = "Answer the question above first."
		if len(p.Questions) > 1 {
			page.Why = "Answer the " + countText(int64(len(p.Questions))) + " questions above first."
		}
	case taken == 0:
		page.Why = "No row can be taken as it is."
	default:
		page.Yes = p.Rejected > 0 || slices.ContainsFunc(p.Skipped, func(s ingest.Skipped) bool { return s.Stops }) || slices.ContainsFunc(p.Files, mayReject)
		page.Button = "Import " + plural(taken, "row", "rows")
		page.Sum = sumOf(p)
	}
}

// importSettle keeps what a person decided and looks again.
func (s *Site) importSettle(w http.ResponseWriter, r *http.Request) error {
	c := ident.From(r.Context())
	d, err := s.imports.find(c.Person, r.PathValue("draft"))
	if err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return err
	}
	before := d.Options
	if err := d.decide(decisions(before, r)); err != nil {
		return err
	}
	if _, err := d.look(r.Context(), s.Store, c); fail.KindOf(err) == fail.Invalid || fail.KindOf(err) == fail.Conflict {
		return errors.Join(err, d.decide(before)) // the draft stays as it was
	}
	http.Redirect(w, r, "/import/"+d.ID+"?file="+strconv.FormatInt(intOf(r.PostForm.Get("file")), 10), http.StatusSeeOther)
	return nil
}

// decisions adds a form's answers to what was decided before.
func decisions(o ingest.Options, r *http.Request) ingest.Options {
	out := ingest.Options{Object: o.Object, Key: o.Key, Currency: o.Currency, Map: map[string]string{}, DateOrder: map[string]ingest.Order{}, Decimal: map[string]ingest.Decimal{}, Fix: map[string]map[string]ingest.Fix{}}
	for k, v := range o.Map {
		out.Map[k] = v
	}
	for k, v := range o.DateOrder {
		out.DateOrder[k] = v
	}
	for k, v := range o.Decimal {
		out.Decimal[k] = v
	}
	for k, texts := range o.Fix {
		out.Fix[k] = map[string]ingest.Fix{}
		for text, fix := range texts {
			out.Fix[k][text] = fix
		}
	}
	for name, values := range r.PostForm {
		kind, rest, _ := strings.Cut(name, ".")
		value := values[0]
		switch kind {
		case "map":
			if r.PostForm.Get("was."+rest) != value { // what was proposed is no decision
				out.Map[rest] = value
			}
		case "date":
			out.DateOrder[rest] = ingest.Order(value)
		case "decimal":
			out.Decimal[rest] = ingest.Decimal(value)
		case "fix":
			object, rest, _ := strings.Cut(rest, ".")
			column, text, _ := strings.Cut(rest, ".")
			key := object + "." + column
			if out.Fix[key] == nil {
				out.Fix[key] = map[string]ingest.Fix{}
			}
			do, to, _ := strings.Cut(value, ":")
			out.Fix[key][text] = ingest.Fix{Do: ingest.Do(do), To: to}
		}
	}
	return out
}

func (s *Site) importRun(w http.ResponseWriter, r *http.Request) error {
	ctx, c := r.Context(), ident.From(r.Context())
	d, err := s.imports.find(c.Person, r.PathValue("draft"))
	if err != nil {
		return err
	}
	if d.progress() == nil {
		o := d.Options
		o.Yes = r.FormValue("yes") == "1"
		if err := d.decide(o); err != nil {
			return err
		}
		p, err := d.look(ctx, s.Store, c)
		if err != nil {
			return err
		}
		if err := s.imports.start(d, s.Store, c, p, s.Clock()); err != nil {
			return err
		}
	}
	http.Redirect(w, r, "/import/"+d.ID, http.StatusSeeOther)
	return nil
}

func (s *Site) importCancel(w http.ResponseWriter, r *http.Request) error {
	d, err := s.imports.find(ident.From(r.Context()).Person, r.PathValue("draft"))
	if err != nil {
		return err
	}
	if !s.imports.drop(d) {
		http.Redirect(w, r, "/import/"+d.ID, http.StatusSeeOther)
		return nil
	}
	return done(w, r, Toast{Text: "Stopped. Nothing was written."}, "/import")
}

// importRejects sends the file of rows that were not taken.
func (s *Site) importRejects(w http.ResponseWriter, r *http.Request) error {
	d, err := s.imports.find(ident.From(r.Context()).Person, r.PathValue("draft"))
	if err != nil {
		return err
	}
	name := filepath.Base(r.PathValue("file"))
	f, err := os.Open(filepath.Join(d.dir, "rejects", name))
	if err != nil {
		return fail.New(fail.NotFound, "There is no file of rejected rows called %s.", name)
	}
	defer f.Close()
	media := map[string]string{".jsonl": "application/x-ndjson", ".vcf": "text/vcard; charset=utf-8"}[filepath.Ext(name)]
	w.Header().Set("Content-Type", cmp.Or(media, "text/csv; charset=utf-8"))
	w.Header().Set("Content-Disposition", "attachment")
	_, err = f.WriteTo(w)
	return err
}
