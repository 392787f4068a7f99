package ingest

import (
	"io"
	"mime/quotedprintable"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
)

// quotedPrintable tells whether a line of a card says that its value is written so. It then goes on in the next line
// where it ends with an equals sign.
func quotedPrintable(line string) bool {
	head, _, _ := strings.Cut(line, ":")
	return strings.Contains(strings.ToUpper(head), "QUOTED-PRINTABLE")
}

// modern writes a line of a vCard 2.1 as the later versions have it, which the library reads: a bare CELL is TYPE=CELL,
// and a quoted-printable value stands as its text. Other lines stay as they are.
func modern(line string) string {
	head, value, ok := strings.Cut(line, ":")
	name, params, some := strings.Cut(head, ";")
	if !ok || !some || strings.ContainsAny(head, "\" \t") {
		return line
	}
	var kept []string
	charset := ""
	for param := range strings.SplitSeq(params, ";") {
		key, v, named := strings.Cut(param, "=")
		switch {
		case !named && param != "" && !quotedPrintable(param):
			kept = append(kept, "TYPE="+param)
		case named && strings.EqualFold(key, "CHARSET"):
			charset = v
		case named && !quotedPrintable(v):
			kept = append(kept, param)
		}
	}
	if quotedPrintable(head) {
		value = plain(value, charset)
	}
	return strings.Join(append([]string{name}, kept...), ";") + ":" + value
}

// plain decodes a quoted-printable value; what cannot be decoded stays as it is.
func plain(value, charset string) string {
	read, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(value)))
	if err != nil {
		return value
	}
	if enc, err := htmlindex.Get(charset); err == nil {
		if out, err := enc.NewDecoder().Bytes(read); err == nil {
			read = out
		}
	}
	text := strings.TrimRight(strings.ReplaceAll(string(read), "\r\n", "\n"), "\n")
	return strings.ReplaceAll(text, "\n", `\n`) + "\n"
}
