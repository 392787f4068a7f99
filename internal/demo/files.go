package demo

import (
	"bytes"
	"encoding/csv"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
	"golang.org/x/text/encoding/charmap"
)

// File is one file of an export.
type File struct {
	Name string
	Data []byte
}

// speller writes values the way people and their programs do.
type speller struct{ *rand.Rand }

// Files spells the world as the exports of seven programs that do not agree with each other. The object's name is the
// file's. What is wrong with each:
//
//   - rep.csv: dates that could be day/month or month/day; they are day/month
//   - product.csv: prices with a comma for the thousands
//   - company.csv: a byte order mark, codes with leading zeros, missing values spelt in several ways
//   - people.csv: Windows-1252; people typed in twice; keys with leading zeros
//   - deal.csv: month/day dates, product names run together, company names in another case, choices in another case,
//     and one amount with a comma for the thousands that is not quoted: a cell too many that can be put right
//   - task.csv: rows with a comma too many, since titles that hold one are not quoted
//   - invoice.csv: semicolons, decimal commas, dates with points, CRLF
func (w World) Files() []File {
	s := speller{rand.New(rand.NewPCG(uint64(len(w.Deals)), 2))}
	return []File{
		{"rep.csv", s.reps(w.Reps)},
		{"product.csv", s.products(w.Products)},
		{"company.csv", s.companies(w.Companies)},
		{"people.csv", s.people(w.People)},
		{"deal.csv", s.deals(w.Deals)},
		{"task.csv", s.tasks(w.Tasks)},
		{"invoice.csv", s.invoices(w.Invoices)},
	}
}

// table writes CSV; a write to memory does not fail.
func table(comma rune, crlf bool, rows [][]string) []byte {
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	out.Comma, out.UseCRLF = comma, crlf
	_ = out.WriteAll(rows)
	return b.Bytes()
}

func (s speller) often(percent int) bool { return s.IntN(100) < percent }

// or gives the text, or for an empty one a spelling of "not there".
func (s speller) or(text string) string {
	if text != "" {
		return text
	}
	return []string{"", "", "N/A", "-", "NULL", "n/a"}[s.IntN(6)]
}

func (s speller) day(t time.Time, layout string) string {
	if t.IsZero() {
		return s.or("")
	}
	return t.Format(layout)
}

func (s speller) amount(d decimal.NullDecimal) string {
	if !d.Valid {
		return s.or("")
	}
	return d.Decimal.String()
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// thousands writes 1290 as 1,290.00.
func thousands(d decimal.Decimal) string {
	text := d.StringFixed(2)
	for i := len(text) - 6; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

func (s speller) reps(reps []Rep) []byte {
	rows := [][]string{{"name", "manager", "office", "email", "joined_on"}}
	for _, r := range reps {
		rows = append(rows, []string{r.Name, r.Manager, r.Office, r.Email, r.Joined.Format("02/01/2006")})
	}
	return table(',', false, rows)
}

func (s speller) products(products []Product) []byte {
	rows := [][]string{{"product", "series", "list_price"}}
	for _, p := range products {
		rows = append(rows, []string{p.Name, p.Series, thousands(p.Price)})
	}
	return table(',', false, rows)
}

func (s speller) companies(companies []Company) []byte {
	rows := [][]string{{"company", "customer_code", "industry", "city", "country", "employees", "yearly_revenue", "website", "key_account", "parent_company"}}
	for _, c := range companies {
		employees := ""
		if c.Employees > 0 {
			employees = strings.TrimSuffix(thousands(decimal.NewFromInt(int64(c.Employees))), ".00")
		}
		rows = append(rows, []string{c.Name, c.Code, c.Industry, c.City, c.Country, s.or(employees), s.amount(c.Revenue), c.Website, yesNo(c.KeyAccount), c.Parent})
	}
	return append([]byte("\ufeff"), table(',', false, rows)...)
}

func (s speller) people(people []Person) []byte {
	rows := [][]string{{"person_no", "full_name", "email", "phone", "company", "job_title", "status", "city", "last_contacted", "newsletter"}}
	for _, p := range people {
		email := p.Email
		if p.Name == strings.ToUpper(p.Name) {
			email = strings.ToUpper(email)
		}
		rows = append(rows, []string{p.No, p.Name, email, s.or(p.Phone), s.or(p.Company), p.Job, p.Status, p.City, s.day(p.LastContact, "2006-01-02 15:04"), yesNo(p.Newsletter)})
	}
	// Every word of the lists can be written in Windows-1252.
	data, _ := charmap.Windows1252.NewEncoder().Bytes(table(',', false, rows))
	return data
}

func (s speller) deals(deals []Deal) []byte {
	rows := [][]string{{"deal_no", "title", "company", "stage", "amount", "owner", "product", "quantity", "contact", "opened_on", "closed_on", "source", "loss_reason", "next_step"}}
	torn := "" // the amount that tears its row
	for _, d := range deals {
		product, company, source, amount := d.Product, d.Company, d.Source, s.amount(d.Amount)
		if torn == "" && d.Contact != "" && d.Amount.Decimal.GreaterThan(decimal.NewFromInt(1000)) {
			torn = thousands(d.Amount.Decimal)
			amount = torn
		}
		if strings.HasPrefix(product, "Torrent ") && s.often(20) {
			product = strings.ReplaceAll(product, " ", "")
		}
		if s.often(4) {
			company = strings.ToUpper(company)
		}
		if s.often(3) {
			source = strings.ToLower(source)
		}
		rows = append(rows, []string{
			d.No, d.Title, s.or(company), d.Stage, amount, d.Owner, product, strconv.Itoa(d.Quantity), d.Contact,
			d.Opened.Format("1/2/2006"), s.day(d.Closed, "1/2/2006"), source, d.LossCause, d.NextStep,
		})
	}
	return bytes.Replace(table(',', false, rows), []byte(`"`+torn+`"`), []byte(torn), 1)
}

func (s speller) tasks(tasks []Task) []byte {
	rows := [][]string{{"task_no", "title", "deal", "assigned_to", "status", "priority", "due_on", "done_on"}}
	for _, t := range tasks {
		rows = append(rows, []string{t.No, t.Title, t.Deal, s.or(t.Owner), t.Status, t.Priority, t.Due.Format(time.DateOnly), s.day(t.Done, time.DateOnly)})
	}
	return bytes.ReplaceAll(table(',', false, rows), []byte{'"'}, nil)
}

func (s speller) invoices(invoices []Invoice) []byte {
	rows := [][]string{{"invoice_no", "company", "deal", "status", "issued_on", "due_on", "paid_on", "net_amount"}}
	for _, i := range invoices {
		rows = append(rows, []string{i.No, i.Company, i.Deal, i.Status, i.Issued.Format("02.01.2006"), i.Due.Format("02.01.2006"), s.day(i.Paid, "02.01.2006"), strings.ReplaceAll(i.Net.StringFixed(2), ".", ",")})
	}
	return table(';', true, rows)
}
