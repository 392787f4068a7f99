package answer_test

import (
	"path/filepath"
	"testing"

	"openclaw/internal/answer"
)

func lettings(t testing.TB) *answer.Engine {
	return engine(t, imported(t, filepath.Join("testdata", "lettings"), "owners.csv", "properties.csv", "tenants.csv", "leases.csv", "rent_payments.csv", "maintenance_requests.csv"))
}

func workshop(t testing.TB) *answer.Engine {
	return engine(t, imported(t, filepath.Join("testdata", "workshop"), "suppliers.csv", "products.csv", "customers.csv", "sales_orders.csv", "order_lines.csv", "machines.csv", "maintenance_jobs.csv"))
}

// Every word of a question is accounted for, and each in the way in which it stands there.
func TestWords(t *testing.T) {
	type asked struct{ question, reads string }
	for _, tc := range []struct {
		name   string
		engine *answer.Engine
		asked  []asked
	}{
		{"workshop", workshop(t), []asked{
			{"orders per customer", "number of orders, by customer"},
			{"orders by status", "number of orders, by order status"},
			{"orders not shipped yet", "list orders with order status \"In production\" or Open without shipped on"},
			{"cancelled orders", "list orders with order status Cancelled"},
			{"top 10 order lines by line total", "list lines, top 10 by line total"},
			{"order lines with a discount of 10%", ""},
			{"lines with a discount", "list lines with discount % more than 0"},
			{"orders with no freight", "list orders with freight equal to 0 or without freight"},
			{"orders over 5000 with freight", ""},
			{"orders over 5000 with their freight", "list orders with order total more than 5000, show freight"},
			{"returned units by product", "lines, sum of returned qty, by product"},
			{"lines with units over 50 and returned units over 1", "list lines with qty more than 50 and returned qty more than 1"},
			{"machines out of warranty", ""},
			{"suppliers with rating A", "list suppliers with rating A"},
			{"which supplier has the longest lead time", "list suppliers, top 1 by lead time days"},
			{"average lead time by country", "suppliers, average lead time days, by supplier country"},
			{"jobs scheduled for 2025 but done in 2026", "list jobs with done on in 2026 and scheduled for in 2025 and status Done"},
			{"jobs done but planned", ""},
			{"customers who never ordered", "list customers without orders"},
			{"customers who never ordered Comet Lamp", ""},
			{"products never ordered", ""},
			{"suppliers with a lead time over 20 days", "list suppliers with lead time days more than 20"},
			{"oldest machine", "list machines, earliest 1 by installed"},
			{"top product by quantity", "lines, sum of qty, by product, top 1"},
			{"jobs with downtime over 10 hours", "list jobs with downtime h more than 10, show downtime h"},
			{"parts cost per hour by machine", "jobs, average sum of own parts cost per downtime h, by machine"},
			{"total downtime by machine in 2025", "jobs with scheduled for in 2025, sum of downtime h, by machine"},
			{"parts and labour cost by type", "jobs, sum of own parts cost, sum of own labour cost, by type"},
			{"who takes the most orders", ""},
			{"which products did Ravel Stores return", ""},
			{"how many products were launched since 2024", "number of products with launched since 2024-01-01"},
			{"how many order lines were launched in 2024", ""},
			{"products by discontinued", "number of products, by discontinued"},
			{"discontinued vs undiscontinued products", ""},
			{"orders in production but shipped", ""},
			{"what percentage of products are discontinued by product line", "products, share of number of products with discontinued, by product line"},
			{"lines with returns", ""},
			{"orders with only one line", ""},
			{"orders containing Comet Lamp", ""},
			{"which supplier delivers the most products", ""},
			{"top 3 customers in Germany", ""},
			{"worst customers by returned qty", ""},
			{"orders shipped within 5 days", "list orders with days from order date to shipped on at most 5"},
			{"time between shipping and delivery by customer", "orders, average days from shipped on to delivered on, by customer"},
			{"cancelled order value in 2025", "orders with order date in 2025 and order status Cancelled, sum of order total"},
			{"machines without a repair in 2026", "list machines without type Repair jobs scheduled for in 2026"},
			{"largest order of each customer", "orders, maximum order total, by customer"},
			{"when did Xeno Labs last order", "orders with customer Xeno Labs, maximum order date"},
		}},
		{"lettings", lettings(t), []asked{
			{"leases ending in December 2026", "list leases with lease end in December 2026"},
			{"leases that end in the next 60 days", "list leases with lease end between 2026-11-24 and 2027-01-23"},
			{"average rent and deposit by property type", "leases, average monthly rent, average own deposit paid, by property type"},
			{"total amount due in 2026", "payments with due date in 2026, sum of amount due"},
			{"which month had the most requests", "number of requests, by month of reported, top 1"},
			{"the three oldest open requests", "list requests with request status New or Scheduled, earliest 3 by reported"},
			{"what is the phone number of Silas Rowe", ""},
			{"how many flats and houses do we manage in Leeds", "number of properties with property city Leeds and property type Flat or House"},
			{"flats and houses by city", "number of properties with property type Flat or House, by property city"},
			{"unpaid payments", "list payments without paid on"},
			{"payments not paid in 2026", ""},
			{"total amount due of unpaid payments", "payments without paid on, sum of amount due"},
			{"tenants born in the 1980s", "list tenants with date of birth between 1980-01-01 and 1989-12-31"},
			{"when was Dock Lodge 20 bought", "list properties with property Dock Lodge 20, show purchase date"},
			{"properties over 150 sqm", "list properties with floor area sqm more than 150"},
			{"properties over 150 kg", ""},
			{"highest asking rent by city", "properties, maximum asking rent pcm, by property city"},
			{"leases starting in Q1 2026", "list leases with lease start in Q1 2026"},
			{"who lives in Dock Lodge 20", ""},
			{"total still to be paid", ""},
			{"how many tenants were bought in 2020", ""},
			{"owners in Leeds with properties in York", "list owners of properties with property city York and owner city Leeds"},
			{"which properties does Silas Rowe manage in Hull", "list properties with property city Hull and property manager Silas Rowe"},
			{"properties with floor area above 100", "list properties with floor area sqm more than 100"},
		}},
	} {
		for _, q := range tc.asked {
			t.Run(tc.name+"/"+q.question, func(t *testing.T) {
				readsAs(t, tc.engine, q.question, q.reads)
			})
		}
	}
}
