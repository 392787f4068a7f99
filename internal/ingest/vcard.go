package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/emersion/go-vcard"

	"openclaw/internal/fail"
)

// cardColumns are what is taken of a card; a column that is empty in all cards is left out.
var cardColumns = []struct {
	name string
	take func(vcard.Card) string
}{
	{"uid", func(c vcard.Card) string { return c.Value(vcard.FieldUID) }},
	{"name", cardName},
	{"first name", func(c vcard.Card) string { return namePart(c, func(n *vcard.Name) string { return n.GivenName }) }},
	{"last name", func(c vcard.Card) string { return namePart(c, func(n *vcard.Name) string { return n.FamilyName }) }},
	{"email", func(c vcard.Card) string { return nth(c, vcard.FieldEmail, 0) }},
	{"email 2", func(c vcard.Card) string { return nth(c, vcard.FieldEmail, 1) }},
	{"email 3", func(c vcard.Card) string { return nth(c, vcard.FieldEmail, 2) }},
	{"phone", func(c vcard.Card) string { return strings.TrimPrefix(nth(c, vcard.FieldTelephone, 0), "tel:") }},
	{"phone 2", func(c vcard.Card) string { return strings.TrimPrefix(nth(c, vcard.FieldTelephone, 1), "tel:") }},
	{"phone 3", func(c vcard.Card) string { return strings.TrimPrefix(nth(c, vcard.FieldTelephone, 2), "tel:") }},
	{"phone 4", func(c vcard.Card) string { return strings.TrimPrefix(nth(c, vcard.FieldTelephone, 3), "tel:") }},
	{"company", func(c vcard.Card) string {
		company, _, _ := strings.Cut(c.Value(vcard.FieldOrganization), ";")
		return company
	}},
	{"job title", func(c vcard.Card) string { return c.Value(vcard.FieldTitle) }},
	{"street", func(c vcard.Card) string {
		return addressPart(c, func(a *vcard.Address) string { return a.StreetAddress })
	}},
	{"city", func(c vcard.Card) string { return addressPart(c, func(a *vcard.Address) string { return a.Locality }) }},
	{"region", func(c vcard.Card) string { return addressPart(c, func(a *vcard.Address) string { return a.Region }) }},
	{"postcode", func(c vcard.Card) string {
		return addressPart(c, func(a *vcard.Address) string { return a.PostalCode })
	}},
	{"country", func(c vcard.Card) string { return addressPart(c, func(a *vcard.Address) string { return a.Country }) }},
	{"website", func(c vcard.Card) string { return c.Value(vcard.FieldURL) }},
	{"birthday", func(c vcard.Card) string { return cardDay(c.Value(vcard.FieldBirthday)) }},
	{"categories", func(c vcard.Card) string { return strings.Join(c.Categories(), "; ") }},
	{"note", func(c vcard.Card) string { return c.Value(vcard.FieldNote) }},
}

func cardName(c vcard.Card) string {
	if name := c.PreferredValue(vcard.FieldFormattedName); name != "" {
		return name
	}
	return strings.TrimSpace(namePart(c, func(n *vcard.Name) string { return n.GivenName + " " + n.FamilyName }))
}

func namePart(c vcard.Card, part func(*vcard.Name) string) string {
	if n := c.Name(); n != nil {
		return part(n)
	}
	return ""
}

func addressPart(c vcard.Card, part func(*vcard.Address) string) string {
	if a := c.Address(); a != nil {
		return part(a)
	}
	return ""
}

func nth(c vcard.Card, field string, n int) string {
	if values := c.Values(field); n < len(values) {
		return values[n]
	}
	return ""
}

// cardDay writes the short form 19850412 as 1985-04-12.
func cardDay(text string) string {
	if len(text) == 8 && digits.FindString(text) == text {
		return text[:4] + "-" + text[4:6] + "-" + text[6:]
	}
	return text
}

func vcardTables(s Source, c charset) ([]table, error) {
	in, err := openCards(s, c)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	used := make([]bool, len(cardColumns))
	for {
		_, card, _, problem, err := in.card()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		for i := range cardColumns {
			used[i] = used[i] || problem == "" && cardColumns[i].take(card) != ""
		}
	}
	var header []string
	var columns []int
	for i, u := range used {
		if u {
			header, columns = append(header, cardColumns[i].name), append(columns, i)
		}
	}
	if len(header) == 0 {
		return nil, notTable{"No card of it can be read.", "Export it again from the address book."}
	}
	open := func() (rows, error) {
		in, err := openCards(s, c)
		if err != nil {
			return nil, err
		}
		in.columns = columns
		return in, nil
	}
	return []table{{file: s.Name, path: s.Path, base: baseName(s.Name), format: "vCard, " + c.name, kind: isCards, header: header, open: open}}, nil
}

// cardRows cuts the text into cards itself, so that a broken one costs nothing but itself.
type cardRows struct {
	in      *bufio.Reader
	close   func() error
	line    int64
	columns []int
}

func openCards(s Source, c charset) (*cardRows, error) {
	r, err := openText(s.Path, c)
	if err != nil {
		return nil, err
	}
	return &cardRows{in: bufio.NewReader(r), close: r.Close}, nil
}

func (c *cardRows) Close() error { return c.close() }

// card reads up to the next END:VCARD. Pictures and other long lines are passed over; source is the rest as it stands.
func (c *cardRows) card() (line int64, card vcard.Card, source, problem string, err error) {
	var text, whole bytes.Buffer
	skipping, soft := false, ""
	for {
		read, long, err := appendLine(nil, c.in)
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, nil, "", "", err
		}
		ended, part := errors.Is(err, io.EOF), string(read)
		if !ended {
			c.line++
		}
		upper := strings.ToUpper(strings.TrimSpace(part))
		folded := strings.HasPrefix(part, " ") || strings.HasPrefix(part, "\t")
		if upper == "" && text.Len() == 0 && !ended {
			continue
		}
		if line == 0 && upper != "" {
			line = c.line
		}
		if !folded {
			skipping = strings.HasPrefix(upper, "PHOTO") || strings.HasPrefix(upper, "LOGO") || strings.HasPrefix(upper, "SOUND") || strings.HasPrefix(upper, "KEY")
		}
		if !skipping && !long {
			whole.Write(read)
		}
		switch {
		case skipping || long:
		case !ended && (soft != "" || quotedPrintable(part)) && strings.HasSuffix(strings.TrimRight(part, "\r\n"), "="):
			soft += part
		default:
			text.WriteString(modern(soft + part))
			soft = ""
		}
		if text.Len() > maxRecord {
			return 0, nil, "", "", fail.New(fail.Invalid, "The card that begins in line %d is larger than 1 MiB.", line).WithHint("Its end may be missing. Export it again from the address book.")
		}
		if upper == "END:VCARD" || ended {
			if len(bytes.TrimSpace(text.Bytes())) == 0 {
				return 0, nil, "", "", io.EOF
			}
			card, err := vcard.NewDecoder(&text).Decode()
			if err != nil || upper != "END:VCARD" {
				return line, nil, whole.String(), "The card cannot be read: its beginning or its end is missing.", nil
			}
			return line, card, whole.String(), "", nil
		}
	}
}

func (c *cardRows) next(dst []string) (row, error) {
	line, card, source, problem, err := c.card()
	if err != nil {
		return row{}, err
	}
	start := len(dst)
	for _, i := range c.columns {
		value := ""
		if problem == "" {
			value = strings.ReplaceAll(cardColumns[i].take(card), `\n`, "\n")
			if p := unreadable(value); p != "" {
				problem = p
			}
		}
		dst = append(dst, value)
	}
	r := row{line: line, cells: dst[start:], text: source, problem: problem}
	r.holdFor(card.Value(cardReason))
	return r, nil
}
