// Package demo makes up a company's data: a maker of workshop air filters with its reps, customers, contacts, deals,
// tasks and invoices. The same seed makes the same world. Nobody in it exists.
//
// A World is the truth; Files spells it the way real exports do, with every trap that an import has to get right.
// A test compares what came in with the World, so it needs no second reader of CSV.
package demo

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"openclaw/internal/crm"
)

// Deals is how many deals the demo has unless somebody asks for another number.
const Deals = 1200

// World is everything that is made up. Links between records are the linked record's key; "" is no link. The zero
// time and an invalid decimal are empty values.
type World struct {
	Reps      []Rep
	Products  []Product
	Companies []Company
	People    []Person
	Deals     []Deal
	Tasks     []Task
	Invoices  []Invoice
}

// Rep sells. Manager is the name of another rep.
type Rep struct {
	Name, Manager, Office, Email string
	Joined                       time.Time
}

// Product is sold; its key is the name.
type Product struct {
	Name, Series string
	Price        decimal.Decimal
}

// Company buys; its key is the name. Parent is the name of another company. Employees of 0 are not known.
type Company struct {
	Name, Code, Industry, City, Country, Website, Parent string
	Employees                                            int
	Revenue                                              decimal.NullDecimal
	KeyAccount                                           bool
}

// Person works at a company; the key is No, a code with leading zeros.
type Person struct {
	No, Name, Email, Phone, Company, Job, Status, City string
	LastContact                                        time.Time // an instant
	Newsletter                                         bool
}

// Deal is a sale in some stage; its key is No. Contact is the No of a person.
type Deal struct {
	No, Title, Company, Contact, Product, Owner, Stage, Source, LossCause, NextStep string
	Quantity                                                                        int
	Amount                                                                          decimal.NullDecimal
	Opened, Closed                                                                  time.Time
}

// Task is to be done; its key is No, Deal the No of a deal.
type Task struct {
	No, Title, Deal, Owner, Status, Priority string
	Due, Done                                time.Time
}

// Invoice was sent for a deal; its key is No, a code with leading zeros.
type Invoice struct {
	No, Company, Deal, Status string
	Issued, Due, Paid         time.Time
	Net                       decimal.Decimal
}

// Stages of a deal, in order. Those before Won are open.
func Stages() []string {
	return []string{"Lead", "Qualified", "Proposal", "Negotiation", "Won", "Lost"}
}

func money(cents int64) decimal.Decimal { return decimal.New(cents, -2) }

// maker holds the dice and the day while a world is made.
type maker struct {
	*rand.Rand
	today time.Time
	world World
}

// Generate makes a world with so many deals, the last of them on the given day.
func Generate(seed uint64, deals int, today time.Time) World {
	m := &maker{Rand: rand.New(rand.NewPCG(seed, 1)), today: time.Date(today.Year(), today.Month(), today.Day(), 0, 0, 0, 0, time.UTC)}
	m.world.Products = slices.Clone(catalogue)
	m.reps()
	m.companies(max(12, deals/5))
	m.people(max(20, deals*2/5))
	m.deals(deals)
	m.tasks(deals * 3 / 4)
	m.invoices()
	return m.world
}

func pick[T any](m *maker, from []T) T { return from[m.IntN(len(from))] }

// often is true with the given chance in a hundred.
func (m *maker) often(percent int) bool { return m.IntN(100) < percent }

func (m *maker) daysAgo(n int) time.Time { return m.today.AddDate(0, 0, -n) }

// unlike draws names until one is new; when new ones get rare it numbers them.
func unlike(seen map[string]bool, draw func() string) string {
	for try := 1; ; try++ {
		name := draw()
		if try > 20 {
			name = fmt.Sprintf("%s %d", name, try)
		}
		if folded := strings.ToLower(name); !seen[folded] {
			seen[folded] = true
			return name
		}
	}
}

func (m *maker) fullName() string { return pick(m, firstNames) + " " + pick(m, lastNames) }

func (m *maker) reps() {
	seen := map[string]bool{}
	offices := []string{"London", "Hamburg", "Lyon"}
	for i := range 12 {
		name := unlike(seen, m.fullName)
		// Day and month stay below 13 each, so that nothing in the column says which comes first.
		r := Rep{Name: name, Office: offices[i%3], Email: mailbox(name, "millrace.example.com"), Joined: time.Date(2015+m.IntN(8), time.Month(1+m.IntN(12)), 1+m.IntN(12), 0, 0, 0, 0, time.UTC)}
		if i >= 3 {
			r.Manager = m.world.Reps[i%3].Name
		}
		m.world.Reps = append(m.world.Reps, r)
	}
}

func (m *maker) companies(n int) {
	industries := make([]string, 0, len(companyTrade))
	for industry := range companyTrade {
		industries = append(industries, industry)
	}
	slices.Sort(industries)
	seen := map[string]bool{}
	for i := range n {
		industry, place := pick(m, industries), pick(m, cities)
		c := Company{
			Name: unlike(seen, func() string {
				return strings.TrimSpace(pick(m, companyFirst) + " " + pick(m, companyTrade[industry]) + " " + pick(m, companyKind))
			}),
			Code: fmt.Sprintf("%05d", 100+i*7), Industry: industry, City: place.city, Country: place.country, KeyAccount: m.often(10),
		}
		c.Website = "https://" + slug(c.Name) + ".example.com"
		if m.often(90) {
			c.Employees = 4 + int(m.ExpFloat64()*180)
		}
		if m.often(75) {
			c.Revenue = decimal.NewNullDecimal(money(int64(40_000_00 + m.ExpFloat64()*9_000_000_00)))
		}
		if i > 10 && m.often(12) {
			c.Parent = pick(m, m.world.Companies[:10]).Name
		}
		m.world.Companies = append(m.world.Companies, c)
	}
}

func (m *maker) people(n int) {
	seen := map[string]bool{}
	for i := range n {
		company, name := pick(m, m.world.Companies), unlike(seen, m.fullName)
		p := Person{No: fmt.Sprintf("%06d", i+1), Name: name, Email: mailbox(name, slug(company.Name)+".example.com"), Company: company.Name, Job: pick(m, jobs), City: company.City, Newsletter: m.often(40)}
		p.Status = []string{"Active", "Active", "Active", "Lead", "Inactive"}[m.IntN(5)]
		if m.often(80) {
			p.Phone = fmt.Sprintf("%s %07d", codeOf(company.City), 1_000_000+m.IntN(8_999_999))
		}
		if m.often(6) {
			p.Company = ""
		}
		if m.often(70) {
			p.LastContact = m.daysAgo(m.IntN(400)).Add(time.Duration(8*60+m.IntN(9*60)) * time.Minute)
		}
		m.world.People = append(m.world.People, p)
	}
	// Somebody was typed in twice, as happens: another number, shouted, no phone.
	for i := range max(3, n/60) {
		p := m.world.People[i*7]
		p.No, p.Name, p.Phone, p.LastContact = fmt.Sprintf("%06d", n+i+1), strings.ToUpper(p.Name), "", time.Time{}
		m.world.People = append(m.world.People, p)
	}
}

func (m *maker) deals(n int) {
	staff := map[string][]Person{}
	for _, p := range m.world.People {
		staff[p.Company] = append(staff[p.Company], p)
	}
	opened := make([]int, n)
	for i := range opened {
		opened[i] = int(730 * m.Float64() * math.Sqrt(m.Float64())) // business grows
	}
	slices.SortFunc(opened, func(a, b int) int { return cmp.Compare(b, a) })
	for i, days := range opened {
		company, product := pick(m, m.world.Companies), pick(m, m.world.Products)
		rep := m.IntN(len(m.world.Reps))
		d := Deal{
			No: fmt.Sprintf("D-%05d", i+1), Title: company.Name + ": " + pick(m, dealWords), Company: company.Name, Product: product.Name,
			Owner: m.world.Reps[rep].Name, Source: pick(m, sources), Opened: m.daysAgo(days), Quantity: 1 + int(m.ExpFloat64()*4),
		}
		if at := staff[company.Name]; len(at) > 0 && m.often(85) {
			d.Contact = pick(m, at).No
		}
		if m.often(8) {
			d.Company, d.Contact = "", ""
			d.Title = "Unknown caller: " + pick(m, dealWords)
		}
		discount := decimal.New(int64(100-m.IntN(16)), -2)
		amount := decimal.NewNullDecimal(product.Price.Mul(decimal.NewFromInt(int64(d.Quantity))).Mul(discount).Round(2))
		if took := 10 + int(m.ExpFloat64()*80); took <= days {
			d.Closed, d.Amount = d.Opened.AddDate(0, 0, took), amount
			if d.Stage = "Lost"; m.often(35 + 2*rep) {
				d.Stage = "Won"
			} else {
				d.LossCause = pick(m, lossCauses)
			}
		} else {
			stage := m.IntN(4)
			d.Stage = Stages()[stage]
			if stage >= 2 || m.often(35) {
				d.Amount = amount
			}
			if m.often(50) {
				d.NextStep = pick(m, steps)
			}
		}
		m.world.Deals = append(m.world.Deals, d)
	}
}

func (m *maker) tasks(n int) {
	for i := range n {
		d := pick(m, m.world.Deals)
		t := Task{No: fmt.Sprintf("T-%04d", i+1), Title: pick(m, taskWords) + " " + d.No, Deal: d.No, Owner: d.Owner, Priority: []string{"Low", "Normal", "Normal", "High"}[m.IntN(4)]}
		t.Due = d.Opened.AddDate(0, 0, 3+m.IntN(60))
		switch {
		case t.Due.Before(m.today) && m.often(88):
			t.Status, t.Done = "Done", t.Due.AddDate(0, 0, -m.IntN(3))
		case m.often(20):
			t.Status = "Blocked"
		case m.often(40):
			t.Status = "In progress"
		default:
			t.Status = "To do"
		}
		if m.often(5) {
			t.Deal, t.Title = "", "Tidy up the address book"
		} else if i%400 == 140 {
			t.Title += ", then write it down" // the comma that tears its row in task.csv
		}
		if m.often(4) {
			t.Owner = ""
		}
		m.world.Tasks = append(m.world.Tasks, t)
	}
}

func (m *maker) invoices() {
	for _, d := range m.world.Deals {
		if d.Stage != "Won" || d.Company == "" {
			continue
		}
		parts := int64(1)
		if m.often(15) {
			parts = 2
		}
		for part := range parts {
			inv := Invoice{No: fmt.Sprintf("%07d", 20_001+len(m.world.Invoices)), Company: d.Company, Deal: d.No, Net: d.Amount.Decimal.DivRound(decimal.NewFromInt(parts), 2)}
			inv.Issued = d.Closed.AddDate(0, 0, 2+int(part)*30)
			inv.Due = inv.Issued.AddDate(0, 0, 30)
			switch paid := inv.Issued.AddDate(0, 0, 5+m.IntN(40)); {
			case inv.Issued.After(m.today):
				inv.Status = "Draft"
			case !paid.After(m.today) && m.often(93):
				inv.Status, inv.Paid = "Paid", paid
			case inv.Due.Before(m.today):
				inv.Status = "Overdue"
			default:
				inv.Status = "Sent"
			}
			m.world.Invoices = append(m.world.Invoices, inv)
		}
	}
}

func slug(name string) string { return strings.ReplaceAll(crm.Ident(strings.ToLower(name)), "_", "-") }

func mailbox(name, domain string) string {
	return strings.ReplaceAll(slug(name), "-", ".") + "@" + domain
}

func codeOf(city string) string {
	i := slices.IndexFunc(cities, func(c struct{ city, country, code string }) bool { return c.city == city })
	return cities[i].code
}
