package ingest

import (
	"context"
	"hash/maphash"
	"strings"

	"openclaw/internal/crm"
)

// profile is what the first pass finds out about a table, in memory that does not grow with it.
type profile struct {
	rows    int64 // records, those with problems included
	columns []*stats
	first   []row // the first good rows, for the sample
	last    int64 // the line of the last row
	problem int64 // rows that the reader could not take whole
	odd     int64 // rows with more or fewer cells than the header
	// literal: a word such as N/A is a value where its row says so. That is so when the file has quotes only where they are needed.
	literal bool
	seed    maphash.Seed
}

// stats are what the first pass finds out about a column.
type stats struct {
	filled  int64
	missing map[string]int64 // how often each spelling of nothing stood there, blank ones apart
	meant   []counted        // those that may be values: see profile.literal
	values  *tally
	parts   *tally // of texts with semicolons, what stands between them
	keys    *keyset
	example string
	// partsWhole: the texts without a semicolon are among the parts too.
	partsWhole bool

	patterns   []pattern
	pointScale int // the most digits after the point among values that are numbers in point style
	commaScale int
	sizes      sizes
	sign       crm.Sign // of the amounts; where they have several of one currency, the longest, which says most
	mixed      bool     // amounts in more than one currency
}

// pattern is one shape and how many values have it.
type pattern struct {
	bits shape
	n    int64
	text string // one of them
	line int64
}

const (
	sampleRows = 20
	// maxTexts is how many different texts the columns of a table may keep together beyond the reserve of each, and
	// maxTextsEach one of them.
	maxTexts     = 1 << 17
	maxTextsEach = 20_000
)

// profileTable reads a table once.
func profileTable(ctx context.Context, t table, seed maphash.Seed) (*profile, error) {
	p := &profile{seed: seed, columns: make([]*stats, len(t.header))}
	texts, slots := &room{maxTexts}, &room{maxSlots}
	for i := range p.columns {
		p.columns[i] = &stats{missing: map[string]int64{}, values: newTally(seed, maxTextsEach, texts), keys: newKeyset(seed, slots)}
	}
	p.literal = !t.quotes
	err := ahead(ctx, t.readBatches, func(b batch) error {
		for i := range b.rows {
			p.literal = p.literal && !b.rows[i].quotes
			p.add(&b.rows[i])
		}
		return nil
	})
	for _, s := range p.columns {
		s.settle(p.literal)
		if s.keys != nil {
			s.keys.close()
		}
	}
	return p, err
}

func (p *profile) add(r *row) {
	p.rows++
	p.last = r.line
	switch {
	case r.problem != "":
		p.problem++
		return
	case len(r.cells) != len(p.columns):
		p.odd++
		return
	}
	if len(p.first) < sampleRows {
		kept := *r
		kept.cells = append([]string(nil), r.cells...)
		p.first = append(p.first, kept)
	}
	for i, cell := range r.cells {
		if r.literally(i) {
			p.columns[i].mean(trim(cell), r.line)
			continue
		}
		p.columns[i].add(cell, r.line)
	}
}

// trim is strings.TrimSpace with a fast way out for what needs none.
func trim(cell string) string {
	if cell == "" || cell[0] > ' ' && cell[0] < 0x80 && cell[len(cell)-1] > ' ' && cell[len(cell)-1] < 0x80 {
		return cell
	}
	return strings.TrimSpace(cell)
}

// missing tells whether a trimmed text says that there is no value. What a spreadsheet writes where a formula failed is none.
func missing(text string) bool {
	if len(text) <= 4 {
		return crm.Missing(text)
	}
	return failed(text)
}

// failed tells whether a text is what a spreadsheet writes where a formula has failed.
func failed(text string) bool {
	if text[0] != '#' {
		return false
	}
	switch text {
	case "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!":
		return true
	}
	return false
}

func (s *stats) add(cell string, line int64) {
	text := trim(cell)
	if missing(text) {
		if text != "" {
			s.missing[text]++
		}
		return
	}
	s.fill(text, line)
}

// mean counts a word for nothing that may be a value; there are few spellings.
func (s *stats) mean(text string, line int64) {
	for i := range s.meant {
		if s.meant[i].text == text {
			s.meant[i].n++
			return
		}
	}
	s.meant = append(s.meant, counted{text: strings.Clone(text), n: 1, line: line})
}

// settle says whether the words that may be values are.
func (s *stats) settle(values bool) {
	for _, w := range s.meant {
		if !values {
			s.missing[w.text] += w.n
			continue
		}
		for range w.n {
			s.fill(w.text, w.line)
		}
	}
	s.meant = nil
}

func (s *stats) fill(text string, line int64) {
	if s.filled++; s.filled == 1 {
		s.example = strings.Clone(text)
	}
	if s.keys != nil {
		s.unique(text)
	}
	e, fresh := s.values.add(text, line)
	if !fresh {
		s.patterns[e.kind].n++
		return
	}
	at := s.learn(text, line)
	if e != nil {
		e.kind = at
	}
}

// unique follows whether the column could be a key, until too many of its texts have stood twice.
func (s *stats) unique(text string) {
	s.keys.stood(keyText(text))
	if len(s.keys.twice) > 3 && s.keys.repeats()*50 > s.filled {
		s.keys.close()
		s.keys = nil
	}
}

// keyText is a key as it is compared for a first look: addresses are one in any case.
func keyText(text string) string {
	if strings.IndexByte(text, '@') < 0 {
		return text
	}
	return strings.ToLower(text)
}

// learn counts the shape of a text that was not seen before, and returns the index of its pattern.
func (s *stats) learn(text string, line int64) int32 {
	c := classify(text)
	s.pointScale = max(s.pointScale, int(c.pointScale))
	s.commaScale = max(s.commaScale, int(c.commaScale))
	s.sizes.add(text, c.bits)
	if c.sign.Code != "" {
		s.mixed = s.mixed || s.sign.Code != "" && s.sign.Code != c.sign.Code
		if len(c.sign.Text) > len(s.sign.Text) {
			s.sign = c.sign
		}
	}
	if c.bits&isList != 0 && len(text) <= 1000 {
		if s.parts == nil {
			s.parts = newTally(s.values.seed, 2000, nil)
		}
		for _, part := range crm.SplitList(text) {
			s.parts.add(part, line)
		}
	}
	for i := range s.patterns {
		if s.patterns[i].bits == c.bits {
			s.patterns[i].n++
			return int32(i)
		}
	}
	s.patterns = append(s.patterns, pattern{bits: c.bits, n: 1, text: strings.Clone(text), line: line})
	return int32(len(s.patterns) - 1)
}

// count is how many values have all the bits of one of the shapes.
func (s *stats) count(any ...shape) int64 {
	var n int64
	for _, p := range s.patterns {
		for _, bits := range any {
			if p.bits&bits == bits {
				n += p.n
				break
			}
		}
	}
	return n
}
