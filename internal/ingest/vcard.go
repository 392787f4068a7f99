package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/emersion/go-vcard"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
)

// cardColumn is one thing that is taken of a card.
type cardColumn struct {
	name string
	take func(vcard.Card) string
}

// maxEach is how many columns there are for each of the properties that a card may have several of; the last one has all
// that are left.
const maxEach = 9

// cardColumns are what is taken of cards. A column that is empty in all cards is left out.
func cardColumns() []cardColumn {
	out := []cardColumn{
		{"uid", func(c vcard.Card) string { return c.Value(vcard.FieldUID) }},
		{"name", cardName},
		{"first name", func(c vcard.Card) string { return namePart(c, func(n *vcard.Name) string { return n.GivenName }) }},
		{"last name", func(c vcard.Card) string { return namePart(c, func(n *vcard.Name) string { return n.FamilyName }) }},
	}
	each := func(property string, columns ...cardPart) {
		for n := range maxEach {
			for _, p := range columns {
				name := p.name
				if n > 0 {
					name = fmt.Sprintf("%s %d", name, n+1)
				}
				out = append(out, cardColumn{name, func(c vcard.Card) string { return nth(c, property, n, p.take) }})
			}
		}
	}
	each(vcard.FieldEmail, cardPart{"email", unmarked})
	each(vcard.FieldTelephone, cardPart{"phone", func(value string) string { return strings.TrimPrefix(unmarked(value), "tel:") }})
	each(vcard.FieldOrganization, cardPart{"company", components(0)}, cardPart{"department", components(1, 2, 3, 4)})
	each(vcard.FieldTitle, cardPart{"job title", unmarked})
	each(vcard.FieldAddress, cardPart{"street", components(2, 1, 0)}, cardPart{"city", components(3)}, cardPart{"region", components(4)}, cardPart{"postcode", components(5)}, cardPart{"country", components(6)})
	each(vcard.FieldURL, cardPart{"website", unmarked})
	out = append(out,
		cardColumn{"birthday", func(c vcard.Card) string { return cardDay(c.Value(vcard.FieldBirthday)) }},
		cardColumn{"categories", func(c vcard.Card) string {
			categories := c.Categories()
			for i := range categories {
				categories[i] = unmarked(categories[i])
			}
			return crm.JoinList(categories)
		}},
	)
	each(vcard.FieldNote, cardPart{"note", unmarked})
	return out
}

// cardPart is one column of a property, taken from its value.
type cardPart struct {
	name string
	take func(value string) string
}

// components takes some of the parts that semicolons separate, in an order, as one text.
func components(which ...int) func(value string) string {
	return func(value string) string {
		parts := strings.Split(value, ";")
		var some []string
		for _, i := range which {
			if i < len(parts) && strings.TrimSpace(parts[i]) != "" {
				some = append(some, strings.TrimSpace(unmarked(parts[i])))
			}
		}
		return strings.Join(some, ", ")
	}
}

// nth is a part of the value of a property that stands on a card several times: the preferred one is the first. What is
// beyond the last column stands in that.
func nth(c vcard.Card, property string, n int, take func(value string) string) string {
	if n >= len(c[property]) {
		return ""
	}
	fields := slices.Clone(c[property])
	if at := slices.Index(fields, c.Preferred(property)); at > 0 {
		fields = slices.Insert(slices.Delete(fields, at, at+1), 0, c.Preferred(property))
	}
	var texts []string
	for i, f := range fields {
		if text := take(f.Value); i == n || n == maxEach-1 && i > n && text != "" {
			texts = append(texts, text)
		}
	}
	if len(texts) == 1 {
		return texts[0]
	}
	return crm.JoinList(texts)
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

// cardDay writes the short form 19850412 as 1985-04-12.
func cardDay(text string) string {
	if len(text) == 8 && digits.FindString(text) == text {
		return text[:4] + "-" + text[4:6] + "-" + text[6:]
	}
	return text
}

// What is escaped inside a value stands for itself and separates nothing. The library knows that of a few signs only, and
// takes the escapes away before it cuts a value into parts; so these stand for a semicolon and a comma until that is done.
const (
	semicolonMark = "\x1e"
	commaMark     = "\x1f"
)

// marked is the text of a card without folded lines, and with such marks.
func marked(text string) string {
	text = strings.NewReplacer("\r\n ", "", "\r\n\t", "", "\n ", "", "\n\t", "").Replace(text)
	return strings.NewReplacer(`\\`, `\\`, `\;`, semicolonMark, `\,`, commaMark, `\:`, ":", `\N`, `\n`).Replace(text)
}

func unmarked(value string) string {
	return strings.NewReplacer(semicolonMark, ";", commaMark, ",").Replace(value)
}

func vcardTables(s Source, c charset) ([]table, error) {
	in, err := openCards(s, c)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	all := cardColumns()
	used := make([]bool, len(all))
	for {
		_, card, _, problem, err := in.card()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		for i := range all {
			used[i] = used[i] || problem == "" && all[i].take(card) != ""
		}
	}
	var header []string
	var columns []cardColumn
	for i, u := range used {
		if u {
			header, columns = append(header, all[i].name), append(columns, all[i])
		}
	}
	if len(header) == 0 {
		return nil, notTable{"No card of it can be read.", "Export it again from the address book.", false}
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
	columns []cardColumn
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
			card, err := vcard.NewDecoder(strings.NewReader(marked(text.String()))).Decode()
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
	for _, column := range c.columns {
		value := ""
		if problem == "" {
			value = unmarked(column.take(card))
			if p := unreadable(value); p != "" {
				problem = p
			}
		}
		dst = append(dst, value)
	}
	r := row{line: line, cells: dst[start:], text: source, problem: problem}
	r.holdFor(unmarked(card.Value(cardReason)))
	return r, nil
}
