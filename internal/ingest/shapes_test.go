package ingest_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/ingest"
)

// TestOtherTrades holds that what is found out is not a sales team's alone: keys, links by name, by e-mail and by code,
// and types, in small files of other trades.
func TestOtherTrades(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files []string
		want  map[string]string // object.field to type, target and key
	}{
		{"a small firm", []string{
			"people.csv", table("First Name,Last Name,Email,Phone,Company,Title,Birthday,Opted In,Lead Score", "Ann,Lee,ann@x.example,+1 555 0100,Northwind Ltd,CEO,4/5/1980,Yes,10", "Bob,Ray,bob@y.example,555-0101,Southwind Inc,CTO,12/25/1975,No,7.5", "Cyd,Fox,cyd@z.example,,Northwind Ltd.,Buyer,1/31/1990,Yes,3"),
			"companies.csv", table("id;Company;Website;Employees;Revenue;Parent", "1;Northwind Ltd;northwind.example;1.200;1.234.567,89 €;", "2;Southwind Inc;www.southwind.example;35;99.000,00 €;Northwind Ltd", "3;Eastwind GmbH;;7;5,5 €;Northwind Ltd"),
			"invoices.csv", table("Invoice No,Customer,Due Date,Amount,Company ID", "INV-001,Northwind Ltd,2024-02-05,\"1,200.00\",1", "INV-002,Southwind Inc,2024-02-06,99.50,2", "INV-003,Northwind Ltd,2024-02-07,5.00,1"),
			"tasks.json", `[{"id":1,"title":"Call","assignee":"ann@x.example","due":"2024-03-01T10:00:00Z","done":false},{"id":2,"title":"Call","assignee":"bob@y.example","due":null,"done":true}]`,
		}, map[string]string{
			"people.first_name": "text", "people.last_name": "text", "people.email": "email key", "people.phone": "phone", "people.company": "link companies", "people.title": "text", "people.birthday": "date", "people.opted_in": "bool", "people.lead_score": "number",
			"companies.source_id": "text key", "companies.company": "text", "companies.website": "url", "companies.employees": "number", "companies.revenue": "money", "companies.parent": "link companies",
			"invoices.invoice_no": "text key", "invoices.customer": "link companies", "invoices.due_date": "date", "invoices.amount": "money", "invoices.company": "link companies",
			"tasks.source_id": "text key", "tasks.title": "text", "tasks.assignee": "link people", "tasks.due": "datetime", "tasks.done": "bool",
		}},
		{"a library", []string{
			"loans.csv", table("Loan,Book ISBN,Member No,Loaned On,Fine", "L1,978-3-16-148410-0,00017,01/02/2024,0.50", "L2,978-0-306-40615-7,00018,01/15/2024,", "L3,978-3-16-148410-0,00017,03/02/2024,"),
			"books.csv", table("ISBN,Title,Author,Year", "978-3-16-148410-0,The Art,A. Writer,1999", "978-0-306-40615-7,The Craft,B. Writer,2005"),
			"members.csv", table("Member No,Name,City", "00017,Zoe,Bonn", "00018,Max,Kiel"),
		}, map[string]string{
			"loans.loan": "text key", "loans.book_isbn": "link books", "loans.member_no": "link members", "loans.loaned_on": "date", "loans.fine": "money",
			"books.isbn": "text key", "books.title": "text", "books.author": "text", "books.year": "number",
			"members.member_no": "text key", "members.name": "text", "members.city": "text",
		}},
		{"a staff list", []string{
			"org.csv", table("employee_id,name,manager_id,salary", "1,Ann Lee,,\"$200,000\"", "2,Bob Ray,1,\"$90,000\"", "3,Cyd Fox,1,\"$80,000\"", "4,Dee Orr,2,\"$50,000\""),
		}, map[string]string{"org.employee_id": "text key", "org.name": "text", "org.manager": "link org", "org.salary": "money"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemory()
			bring(t, m, files(t, tt.files...), ingest.Options{})
			got := map[string]string{}
			for _, o := range m.schema.Objects {
				for _, f := range o.Fields {
					text := string(f.Type)
					if f.Target != "" {
						text += " " + f.Target
					}
					if f.Key {
						text += " key"
					}
					got[fmt.Sprintf("%s.%s", o.Name, f.Name)] = text
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
