package prove

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

func (p *Prover) dataChecks() []check {
	return []check{
		{"sql-reads-only", "SQL that people bring can read the workspace and nothing else: no files, no settings, no writes.",
			"Statements that try each way out are sent now, and each must be refused. By hand: openclawd sql \"SELECT * FROM read_text('/etc/passwd')\"", p.sqlReadsOnly},
		{"every-write-undoes", "Every write is kept with before and after, and can be taken back.",
			"In an empty workspace of its own, a record is made, changed and deleted, and each step is taken back. By hand: openclawd history, openclawd undo ID.", p.everyWriteUndoes},
		{"no-model-needed", "Questions are answered without any model, in the cloud or here.",
			"A question about the workspace is asked now, with no model allowed. By hand: openclawd ask --no-model \"how many ...\"", p.noModelNeeded},
		{"numbers-from-the-database", "A number in an answer comes from the database, and its SQL gives it again.",
			"The SQL of an answer is run by itself, and both results are compared. By hand: run the SQL of any answer with openclawd sql.", p.numbersFromDatabase},
		{"no-data-without-a-person", "Nothing is read or written without saying who asks.",
			"The store is asked for the schema by nobody, and must refuse.", p.noCaller},
	}
}

func (p *Prover) sqlReadsOnly(ctx context.Context) (string, bool, error) {
	tries := []string{
		"SELECT * FROM read_text('/etc/passwd')",
		"SELECT * FROM read_blob('" + strings.ReplaceAll(p.workspace(), "'", "''") + "')",
		"COPY (SELECT 1) TO '/tmp/out.csv'",
		"ATTACH '/tmp/other.duckdb'",
		"DETACH ws",
		"SET memory_limit = '1GB'",
		"DELETE FROM crm.anything",
		"SELECT 1; SELECT 2",
		"SELECT getenv('HOME')",
		"SELECT * FROM duckdb_settings()",
		"WITH a AS (SELECT * FROM glob('/*')) SELECT * FROM a",
		"INSTALL httpfs",
		"SELECT * FROM meta.history",
	}
	var through []string
	for _, text := range tries {
		if _, err := p.o.SQL(ctx, ident.System(), text); err == nil {
			through = append(through, text)
		} else if kind := fail.KindOf(err); kind == fail.Failed || kind == fail.Unavailable {
			return "", false, err
		}
	}
	if len(through) > 0 {
		return "Not refused: " + some(through) + ".", false, nil
	}
	return fmt.Sprintf("All %d were refused, among them: %s.", len(tries), strings.Join(tries[:4], "; ")), true, nil
}

// scratch opens an empty workspace in a folder of its own, below the data folder, and gives what removes it.
func (p *Prover) scratch(ctx context.Context) (w Workspace, done func() error, err error) {
	dir, err := os.MkdirTemp(p.o.Dir+"/run", "prove-")
	if err != nil {
		return nil, nil, err
	}
	w, closeIt, err := p.o.Open(ctx, dir)
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(dir))
	}
	return w, func() error { return errors.Join(closeIt(), os.RemoveAll(dir)) }, nil
}

func (p *Prover) everyWriteUndoes(ctx context.Context) (evidence string, holds bool, err error) {
	w, done, err := p.scratch(ctx)
	if err != nil {
		return "", false, err
	}
	defer func() { err = errors.Join(err, done()) }()
	me, cause := ident.System(), crm.Cause{Kind: "edit", Text: "prove"}
	object := crm.Object{Name: "thing", Label: "thing", Plural: "things", Fields: []crm.Field{{Name: "name", Label: "Name", Type: crm.Text}}}
	if _, err := w.Alter(ctx, me, []crm.Alteration{{Kind: crm.AddObject, Object: object}}, cause); err != nil {
		return "", false, err
	}
	made, err := w.Write(ctx, me, []crm.Edit{{Kind: crm.Create, Object: "thing", Values: crm.Values{"name": "before"}}}, cause)
	if err != nil {
		return "", false, err
	}
	id := made.IDs[0]
	step := func(e crm.Edit, after any) (bool, error) {
		wrote, err := w.Write(ctx, me, []crm.Edit{e}, cause)
		if err != nil {
			return false, err
		}
		changes, err := w.History(ctx, me, crm.HistoryQuery{Batch: wrote.Batch})
		if err != nil || len(changes) != 1 || changes[0].Who != me.Person {
			return false, err
		}
		if to, set := e.Values["name"]; set && (changes[0].Before["name"] != after || changes[0].After["name"] != to) {
			return false, nil
		}
		if _, err := w.Undo(ctx, me, wrote.Batch); err != nil {
			return false, err
		}
		back, err := w.Record(ctx, me, "thing", id)
		return err == nil && !back.Deleted && back.Values["name"] == after, err
	}
	for _, e := range []crm.Edit{{Kind: crm.Set, Object: "thing", ID: id, Values: crm.Values{"name": "after"}}, {Kind: crm.Delete, Object: "thing", ID: id}} {
		if ok, err := step(e, "before"); err != nil || !ok {
			return fmt.Sprintf("After undoing a %s the record is not what it was, or history does not say what it was.", e.Kind), false, err
		}
	}
	return "A change and a deletion were written, found in history with who and what, and taken back: the record was as before.", true, nil
}

// question is one that any workspace with data can answer, and the object that it counts.
func (p *Prover) question(ctx context.Context) (string, string, error) {
	schema, err := p.o.Store.Schema(ctx, ident.System())
	if err != nil {
		return "", "", err
	}
	if len(schema.Objects) == 0 {
		return "", "", errors.New("the workspace is empty, so there is nothing to ask about")
	}
	o := schema.Objects[0]
	return "how many " + strings.ToLower(o.Plural) + " are there?", o.Name, nil
}

func (p *Prover) noModelNeeded(ctx context.Context) (string, bool, error) {
	question, _, err := p.question(ctx)
	if err != nil {
		return "", false, err
	}
	a, err := p.o.Ask(ctx, ident.System(), question)
	if err != nil {
		return "", false, err
	}
	return fmt.Sprintf("%q: %s by %s, %v.", question, a.Status, a.By, a.Rows), a.Status == "answered" && a.By != "model", nil
}

func (p *Prover) numbersFromDatabase(ctx context.Context) (string, bool, error) {
	question, object, err := p.question(ctx)
	if err != nil {
		return "", false, err
	}
	a, err := p.o.Ask(ctx, ident.System(), question)
	if err != nil {
		return "", false, err
	}
	if a.Status != "answered" || len(a.Rows) != 1 {
		return "", false, fmt.Errorf("%q is %s", question, a.Status)
	}
	again, err := p.o.SQL(ctx, ident.System(), a.SQL)
	if err != nil {
		return "", false, err
	}
	count, err := p.o.SQL(ctx, ident.System(), `SELECT count(*) FROM crm."`+object+`"`)
	if err != nil {
		return "", false, err
	}
	same := len(again.Rows) == 1 && fmt.Sprint(again.Rows[0]) == fmt.Sprint(a.Rows[0]) && fmt.Sprint(count.Rows[0]) == fmt.Sprint(a.Rows[0])
	return fmt.Sprintf("%q says %v; %s says %v; counting says %v.", question, a.Rows[0], a.SQL, again.Rows, count.Rows), same, nil
}

func (p *Prover) noCaller(ctx context.Context) (string, bool, error) {
	_, err := p.o.Store.Schema(ctx, ident.Caller{})
	if err == nil {
		return "Nobody was given the schema.", false, nil
	}
	return "Nobody was told: " + err.Error(), fail.KindOf(err) == fail.Denied, nil
}
