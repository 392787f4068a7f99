package ingest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"strings"
)

// jsonRejects are the original objects, one a line, with the reason as their first member. What is no object stands as
// text in an object of its own.
type jsonRejects struct{ out *bufio.Writer }

func (j *jsonRejects) ext() string { return ".jsonl" }

func (j *jsonRejects) begin(out *bufio.Writer) error { j.out = out; return nil }

func (j *jsonRejects) row(in *row, why string, held bool) error {
	var b bytes.Buffer
	b.WriteString(`{"` + rejectColumn + `":`)
	if err := encode(&b, in.reason(why, held)); err != nil {
		return err
	}
	rest, ok := membersOf(in.text)
	if !ok {
		rest = `"` + rejectText + `":`
		var text bytes.Buffer
		if err := encode(&text, in.text); err != nil {
			return err
		}
		rest += text.String() + "}"
	}
	if !strings.HasPrefix(rest, "}") {
		b.WriteByte(',')
	}
	b.WriteString(rest)
	var line bytes.Buffer
	if err := json.Compact(&line, b.Bytes()); err != nil {
		return err
	}
	line.WriteByte('\n')
	_, err := j.out.Write(line.Bytes())
	return err
}

// membersOf is the source of an object without its beginning, and without the reason that it came with.
func membersOf(text string) (string, bool) {
	if !json.Valid([]byte(text)) {
		return "", false
	}
	dec := json.NewDecoder(strings.NewReader(text))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return "", false
	}
	from := dec.InputOffset()
	if name, err := dec.Token(); err == nil && name == rejectColumn {
		var reason json.RawMessage
		if dec.Decode(&reason) == nil {
			from = dec.InputOffset()
		}
	}
	return strings.TrimLeft(text[from:], ", \t\r\n"), true
}

// cardRejects are the original cards, the reason in a property of its own. Pictures are left out, as they are of an import.
type cardRejects struct{ out *bufio.Writer }

const cardReason = "X-REJECT-REASON"

func (c *cardRejects) ext() string { return ".vcf" }

func (c *cardRejects) begin(out *bufio.Writer) error { c.out = out; return nil }

func (c *cardRejects) row(in *row, why string, held bool) error {
	said := false
	say := func() error {
		said = true
		_, err := c.out.WriteString(cardReason + ":" + strings.NewReplacer(`\`, `\\`, "\n", `\n`, ",", `\,`, ";", `\;`).Replace(in.reason(why, held)) + "\r\n")
		return err
	}
	for line := range strings.Lines(in.text) {
		bare := strings.ToUpper(strings.TrimSpace(line))
		switch {
		case strings.HasPrefix(bare, cardReason+":"):
			continue
		case bare == "END:VCARD" && !said:
			if err := say(); err != nil {
				return err
			}
		}
		if _, err := c.out.WriteString(strings.TrimRight(line, "\r\n") + "\r\n"); err != nil {
			return err
		}
		if bare == "BEGIN:VCARD" && !said {
			if err := say(); err != nil {
				return err
			}
		}
	}
	return nil
}
