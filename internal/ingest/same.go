package ingest

import (
	"context"
	"hash/maphash"
	"slices"

	"openclaw/internal/crm"
	"openclaw/internal/ident"
)

// compared are the columns by which a row of a table without a key is told from the records that are there. A link
// counts only where its text is what the record is called.
func (f *File) compared() []*Column {
	var out []*Column
	for _, c := range f.loads {
		if c.Link == nil || c.Link.byName {
			out = append(out, c)
		}
	}
	return out
}

// existingRows counts the records of an object without a key, by a hash of the values that the file brings.
func existingRows(ctx context.Context, store Store, c ident.Caller, f *File) (map[uint64]int32, error) {
	have := map[uint64]int32{}
	for _, col := range f.loads {
		if col.New && col.Filled > 0 {
			return have, nil
		}
	}
	seed := f.profile.seed
	at := []int{}
	err := store.Export(ctx, c, f.Object, crm.Filter{}, func(cols []crm.Column, values []any) error {
		if len(at) == 0 {
			for _, col := range f.compared() {
				at = append(at, slices.IndexFunc(cols, func(c crm.Column) bool { return fieldOf(c) == col.Field }))
			}
		}
		var h maphash.Hash
		h.SetSeed(seed)
		for i, col := range f.compared() {
			if at[i] >= 0 {
				addValue(&h, col, values[at[i]])
			}
		}
		have[h.Sum64()]++
		return nil
	})
	return have, err
}

func addValue(h *maphash.Hash, c *Column, v any) {
	if texts, ok := v.([]string); ok && c.Link != nil {
		refs := make([]crm.Ref, len(texts))
		for i, t := range texts {
			refs[i].Name = c.Link.settled(t)
		}
		v = refs
	} else if text, ok := v.(string); ok && c.Link != nil {
		v = c.Link.settled(text)
	}
	h.WriteString(c.field.Show(v))
	h.WriteByte(0)
}

// settled is the value that a text is taken for.
func (l *LinkCheck) settled(text string) string {
	if s, ok := l.byText[text]; ok && s.Do == LinkTo {
		return s.To
	}
	return text
}

// isThere tells whether the row is a record already, each record once.
func (f *feed) isThere(values []any) bool {
	if len(f.have) == 0 {
		return false
	}
	var h maphash.Hash
	h.SetSeed(f.file.profile.seed)
	for i, c := range f.file.loads {
		if c.Link == nil || c.Link.byName {
			addValue(&h, c, values[i])
		}
	}
	sum := h.Sum64()
	if f.have[sum] == 0 {
		return false
	}
	f.have[sum]--
	return true
}
