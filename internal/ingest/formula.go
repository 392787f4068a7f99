package ingest

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// formulas finds the cells of a sheet whose formula has no result, since the program that wrote the sheet does not
// calculate. The library gives them as empty cells. They come in the order of the sheet.
type formulas struct {
	part io.ReadCloser
	zip  io.Closer
	dec  *xml.Decoder
	row  int64
	cell string // where the next one is, "" when there is none
}

// openFormulas goes to the first such cell of a sheet; it is nil when there is none.
func openFormulas(s Source, f *excelize.File, sheet string) (*formulas, error) {
	z, err := zip.OpenReader(s.Path)
	if err != nil {
		return nil, err
	}
	part, err := sheetPart(&z.Reader, f, sheet)
	if err != nil {
		return nil, errors.Join(err, z.Close())
	}
	in := &formulas{part: part, zip: z, dec: xml.NewDecoder(part)}
	in.dec.CharsetReader = f.CharsetReader
	if err := in.next(); err != nil || in.cell == "" {
		return nil, errors.Join(err, in.Close())
	}
	return in, nil
}

// sheetPart opens the part of a workbook that holds a sheet.
func sheetPart(z *zip.Reader, f *excelize.File, sheet string) (io.ReadCloser, error) {
	open := func(name string) (io.ReadCloser, error) {
		for _, part := range z.File {
			if strings.EqualFold(strings.ReplaceAll(part.Name, `\`, "/"), name) {
				return part.Open()
			}
		}
		return io.NopCloser(strings.NewReader("")), nil
	}
	list, err := open("xl/_rels/workbook.xml.rels")
	if err != nil {
		return nil, err
	}
	defer list.Close()
	var parts struct {
		Relationship []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:",attr"`
		}
	}
	dec := xml.NewDecoder(list)
	dec.CharsetReader = f.CharsetReader
	if err := dec.Decode(&parts); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	for _, s := range f.WorkBook.Sheets.Sheet {
		for _, p := range parts.Relationship {
			switch {
			case s.Name != sheet || s.ID != p.ID:
			case strings.HasPrefix(p.Target, "/"):
				return open(p.Target[1:])
			default:
				return open(path.Join("xl", p.Target))
			}
		}
	}
	return open("")
}

func (f *formulas) Close() error {
	if f == nil {
		return nil
	}
	return errors.Join(f.part.Close(), f.zip.Close())
}

// in gives the first such cell of a row, "" when it has none. Rows are asked for in rising order.
func (f *formulas) in(row int64) (string, error) {
	if f == nil {
		return "", nil
	}
	for f.cell != "" && f.row < row {
		if err := f.next(); err != nil {
			return "", err
		}
	}
	if f.row != row {
		return "", nil
	}
	return f.cell, nil
}

// next goes to the next such cell. An empty text is a result: it is marked as a text and has a value, with nothing in it.
func (f *formulas) next() error {
	f.cell = ""
	var cell, kind string
	formula, value, result, inside := false, false, false, false
	for {
		t, err := f.dec.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "row":
				f.row++
				if n, err := strconv.ParseInt(attribute(t, "r"), 10, 64); err == nil {
					f.row = n
				}
			case "c":
				cell, kind, formula, value, result = attribute(t, "r"), attribute(t, "t"), false, false, false
			case "f":
				formula = true
			case "v", "is":
				value, inside = true, true
			}
		case xml.CharData:
			result = result || inside && len(bytes.TrimSpace(t)) > 0
		case xml.EndElement:
			switch t.Name.Local {
			case "v", "is":
				inside = false
			case "c":
				if formula && !result && !(value && kind == "str") {
					if f.cell = cell; cell == "" {
						f.cell = "row " + strconv.FormatInt(f.row, 10)
					}
					return nil
				}
			}
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Space == "" && a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
