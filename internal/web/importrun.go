package web

import (
	"path/filepath"
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
)

// RunView is an import under way.
type RunView struct {
	Done  int64
	Total int64
	Text  string
}

// ResultView is an import that has ended.
type ResultView struct {
	Title  string
	Text   string
	Failed bool
	Batch  int64
	Files  []ResultFile
}

// ResultFile is what became of one file.
type ResultFile struct {
	Name      string
	Object    ObjectHead
	Created   string
	Updated   string
	Unchanged string
	Rejected  string
	Rejects   []RejectView
	Download  string
	Links     []string
}

// fillRun shows step 3: how far it is, or what it did.
func (s *Site) fillRun(schema crm.Schema, d *draft, run *importRun, page *ImportPage) {
	page.Step = 3
	if !run.finished {
		page.Run = &RunView{Done: run.done, Total: max(run.total, 1), Text: "Importing, " + countText(run.done) + " of " + plural(run.total, "row", "rows")}
		if spent := s.Clock().Sub(run.began); run.done > 0 && run.total > run.done {
			left := time.Duration(float64(spent) * float64(run.total-run.done) / float64(run.done))
			page.Run.Text += ", about " + tookText(max(left, 2*time.Second)) + " left"
		}
		return
	}
	if run.err != nil {
		e := fail.As(run.err)
		page.Result = &ResultView{Failed: true, Title: e.Message, Text: "Nothing was written. " + e.Hint}
		if fail.KindOf(run.err) == fail.Failed {
			s.Log.Error("import failed", "err", run.err)
		}
		return
	}
	page.Result = resultOf(schema, d, run)
}

func resultOf(schema crm.Schema, d *draft, run *importRun) *ResultView {
	v := &ResultView{Batch: run.result.Batch}
	var created, updated, rejected int64
	for _, f := range run.result.Files {
		created, updated, rejected = created+f.Created, updated+f.Updated, rejected+f.RejectedRows
		out := ResultFile{Name: f.File, Object: ObjectHead{Name: f.Object, Plural: f.Object}, Created: countText(f.Created), Updated: countText(f.Updated), Unchanged: countText(f.Unchanged), Rejected: countText(f.RejectedRows)}
		if f.Sheet != "" {
			out.Name += ", " + f.Sheet
		}
		o, _ := schema.Object(f.Object)
		if o.Name != "" {
			out.Object = headOf(o)
		}
		for _, field := range o.Fields {
			link, ok := f.Links[field.Name]
			if !ok {
				continue
			}
			text := field.Label + ": " + countText(link.Linked) + " linked"
			if link.Empty > 0 {
				text += ", " + countText(link.Empty) + " empty"
			}
			if link.Created > 0 {
				text += ", " + countText(link.Created) + " made"
			}
			out.Links = append(out.Links, text)
		}
		for _, r := range f.Rejected[:min(6, len(f.Rejected))] {
			out.Rejects = append(out.Rejects, rejectView(r))
		}
		if f.RejectsFile != "" {
			out.Download = "/import/" + d.ID + "/rejects/" + filepath.Base(f.RejectsFile)
		}
		v.Files = append(v.Files, out)
	}
	v.Title = plural(created, "row", "rows") + " created"
	if updated > 0 {
		v.Title += ", " + countText(updated) + " updated"
	}
	if rejected > 0 {
		v.Title += ", " + countText(rejected) + " rejected"
	}
	v.Text = "One batch. One Undo takes all of it back."
	if created+updated == 0 {
		v.Title, v.Text, v.Batch = "Nothing changed", "Every row was here already.", 0
		if rejected > 0 {
			v.Text = "No row was taken; " + plural(rejected, "row was", "rows were") + " rejected."
		}
	}
	return v
}
