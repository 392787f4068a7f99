package demo

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// Big writes a sales team's four files with so many opportunities, in constant memory: agents, products, accounts (one
// for each hundred opportunities) and the opportunities that refer to them by name. One in six has no account and one
// in four is open, without close date and value. It is what benchmarks and endurance tests import.
func Big(seed uint64, opportunities int, today time.Time, create func(name string) (io.WriteCloser, error)) error {
	m := &maker{Rand: rand.New(rand.NewPCG(seed, 3)), today: today}
	m.world.Products = catalogue
	m.reps()
	m.companies(max(10, opportunities/100))

	write := func(name string, rows func(w *bufio.Writer)) error {
		file, err := create(name)
		if err != nil {
			return fmt.Errorf("create %s: %w", name, err)
		}
		w := bufio.NewWriterSize(file, 1<<20)
		rows(w)
		if err := w.Flush(); err != nil {
			_ = file.Close() // the write already failed
			return fmt.Errorf("write %s: %w", name, err)
		}
		return file.Close()
	}
	if err := write("agents.csv", func(w *bufio.Writer) {
		fmt.Fprintln(w, "sales_agent,manager,regional_office")
		for _, r := range m.world.Reps {
			fmt.Fprintf(w, "%s,%s,%s\n", r.Name, r.Manager, r.Office)
		}
	}); err != nil {
		return err
	}
	if err := write("products.csv", func(w *bufio.Writer) {
		fmt.Fprintln(w, "product,series,sales_price")
		for _, p := range m.world.Products {
			fmt.Fprintf(w, "%s,%s,%s\n", p.Name, p.Series, p.Price)
		}
	}); err != nil {
		return err
	}
	if err := write("accounts.csv", func(w *bufio.Writer) {
		fmt.Fprintln(w, "account,sector,employees,office_location,subsidiary_of")
		for _, c := range m.world.Companies {
			fmt.Fprintf(w, "%s,%s,%d,%s,%s\n", c.Name, c.Industry, c.Employees, c.Country, c.Parent)
		}
	}); err != nil {
		return err
	}
	return write("opportunities.csv", func(w *bufio.Writer) { m.opportunities(w, opportunities) })
}

func (m *maker) opportunities(w *bufio.Writer, n int) {
	fmt.Fprintln(w, "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value")
	var line []byte
	for i := range n {
		product, account := pick(m, m.world.Products), pick(m, m.world.Companies).Name
		if m.IntN(6) == 0 {
			account = ""
		}
		spelt := product.Name
		if m.often(10) {
			spelt = strings.ReplaceAll(spelt, "Torrent ", "Torrent")
		}
		engaged := m.daysAgo(m.IntN(1500))
		stage, closed, value := "Won", engaged.AddDate(0, 0, 5+m.IntN(120)).Format("1/2/2006"), product.Price.Mul(money(80+m.Int64N(40))).Round(0).String()
		switch m.IntN(8) {
		case 0:
			stage, closed, value = "Prospecting", "", ""
		case 1:
			stage, closed, value = "Engaging", "", ""
		case 2, 3:
			stage, value = "Lost", "0"
		}
		// An odd factor makes of each number another one of 40 bits: ids that differ and are in no order.
		line = strconv.AppendUint(line[:0], (uint64(i)+1)*0x9e3779b97f4a7c15&(1<<40-1), 36)
		for _, cell := range []string{pick(m, m.world.Reps).Name, spelt, account, stage, engaged.Format("1/2/2006"), closed, value} {
			line = append(append(line, ','), cell...)
		}
		_, _ = w.Write(append(line, '\n')) // Flush tells whether it went well
	}
}
