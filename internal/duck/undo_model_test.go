package duck_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/fail"
)

// model is the data as a plain program would keep it, record by record. It undoes changes one at a time, the latest
// first, where the store undoes whole batches in a few statements; both must agree on what is left and on what is a
// conflict.
type model struct {
	records map[string]*modelRecord // by "object id"
	changes []*modelChange          // by id
}

type modelRecord struct {
	values  map[string]any
	trashed bool
}

type modelChange struct {
	crm.Change
	undone bool
}

// refsByID compares links by where they lead: the name of a record may change.
var refsByID = cmp.Comparer(func(a, b crm.Ref) bool { return a.ID == b.ID })

func (m *model) record(object string, id int64) *modelRecord {
	return m.records[fmt.Sprint(object, " ", id)]
}

// learn takes over what a write did, from history; of what it created, the values.
func (m *model) learn(t *testing.T, s *duck.Store, batch int64) {
	t.Helper()
	changes, err := s.History(t.Context(), ducktest.Vic, crm.HistoryQuery{Batch: batch, Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(changes)
	for _, ch := range changes {
		m.changes = append(m.changes, &modelChange{Change: ch})
	}
}

// undo takes back a change or a batch, or says that it would be a conflict and changes nothing.
func (m *model) undo(id int64) bool {
	var taken []*modelChange
	for _, ch := range slices.Backward(m.changes) {
		if (ch.ID == id || ch.Batch == id) && !ch.undone {
			taken = append(taken, ch)
		}
	}
	work := &model{records: map[string]*modelRecord{}, changes: m.changes}
	for k, r := range m.records {
		work.records[k] = &modelRecord{values: maps.Clone(r.values), trashed: r.trashed}
	}
	did := false
	for _, ch := range taken {
		done, ok := work.takeBack(ch, taken)
		if !ok {
			return false
		}
		did = did || done
	}
	if !did || work.dangling() {
		return false
	}
	m.records = work.records
	return true
}

func (m *model) takeBack(ch *modelChange, taken []*modelChange) (did, ok bool) {
	r := m.record(ch.Object, ch.Record)
	switch ch.Kind {
	case "delete":
		did, r.trashed = r.trashed, false
		return did, true
	case "create", "restore":
		for _, later := range m.changes {
			if later.Object == ch.Object && later.Record == ch.Record && later.ID > ch.ID && later.Kind == "set" && !later.undone && later.Undoes == 0 && !later.Cause.Follows && !slices.Contains(taken, later) {
				return false, false
			}
		}
		did, r.trashed = !r.trashed, true
		return did, true
	}
	if r.trashed {
		made := slices.ContainsFunc(taken, func(c *modelChange) bool {
			return c.Object == ch.Object && c.Record == ch.Record && c.Kind == "create"
		})
		return false, made
	}
	for f, before := range ch.Before {
		if now := r.values[f]; !cmp.Equal(now, ch.After[f], refsByID) && !cmp.Equal(now, before, refsByID) {
			return false, false
		}
	}
	maps.Copy(r.values, ch.Before)
	return true, true
}

func (m *model) dangling() bool {
	for _, r := range m.records {
		for _, v := range r.values {
			var refs []crm.Ref
			switch v := v.(type) {
			case crm.Ref:
				refs = []crm.Ref{v}
			case []crm.Ref:
				refs = v
			}
			for _, ref := range refs {
				if to := m.record("account", ref.ID); !r.trashed && (to == nil || to.trashed) {
					return true
				}
			}
		}
	}
	return false
}

// look reads all records, those in the trash too, as the model keeps them.
func look(t *testing.T, s *duck.Store) map[string]*modelRecord {
	t.Helper()
	out := map[string]*modelRecord{}
	for _, object := range []string{"account", "deal"} {
		for _, trash := range []bool{false, true} {
			p, err := s.List(t.Context(), ducktest.Vic, crm.Query{Object: object, Trash: trash, Limit: 1000})
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range p.Rows {
				r := &modelRecord{values: map[string]any{}, trashed: trash}
				for i, c := range p.Columns {
					r.values[c.Name] = crm.JSONValue(row.Values[i], c.Type, c.Scale)
					if texts, ok := row.Values[i].([]string); ok {
						list := []any{}
						for _, x := range texts {
							list = append(list, x)
						}
						r.values[c.Name] = list
					}
				}
				out[fmt.Sprint(object, " ", row.ID)] = r
			}
		}
	}
	return out
}

// check tells whether the store has what the model has, but for names of links, which are not the change's own.
func (m *model) check(t *testing.T, s *duck.Store, what string) {
	t.Helper()
	if diff := cmp.Diff(m.records, look(t, s), cmp.AllowUnexported(modelRecord{}), refsByID); diff != "" {
		t.Fatalf("%s: -model +store:\n%s", what, diff)
	}
}

// mark follows history's own marks of what is undone by now.
func (m *model) mark(t *testing.T, s *duck.Store) {
	t.Helper()
	for after := int64(0); ; {
		page, err := s.History(t.Context(), ducktest.Vic, crm.HistoryQuery{After: after, Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		for _, ch := range page {
			for _, known := range m.changes {
				if known.ID == ch.ID {
					known.undone = ch.Undone != 0
				}
			}
		}
		if len(page) < 1000 {
			return
		}
		after = page[len(page)-1].ID
	}
}

func TestUndoAgreesWithAModel(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 11))
			s := ducktest.Open(t, duck.Options{})
			ducktest.Make(t, s, loose(ducktest.SalesObjects())...)
			schema, err := s.Schema(t.Context(), ducktest.Vic)
			if err != nil {
				t.Fatal(err)
			}
			m := &model{records: map[string]*modelRecord{}}
			var done, refused int
			for range 120 {
				if len(m.changes) == 0 || r.IntN(2) == 0 {
					if batch := anyEdit(t, s, r, schema); batch != 0 {
						m.learn(t, s, batch)
						m.records = look(t, s)
					}
					continue
				}
				ch := m.changes[r.IntN(len(m.changes))]
				id := []int64{ch.ID, ch.Batch}[r.IntN(2)]
				want := m.undo(id)
				u, err := s.Undo(t.Context(), ducktest.Ann, id)
				if got := err == nil; got != want || (err != nil && fail.KindOf(err) != fail.Conflict) {
					t.Fatalf("undo %d: the model says %v, the store %v", id, want, err)
				}
				m.check(t, s, fmt.Sprint("undo ", id))
				if err != nil {
					refused++
					continue
				}
				done++
				m.learn(t, s, u.Batch)
				m.mark(t, s)
			}
			if done < 10 || refused < 5 {
				t.Errorf("only %d undos were done and %d refused", done, refused)
			}
		})
	}
}
