package peer

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	_ "github.com/pocketbase/pocketbase/migrations" // registers its own tables
	"github.com/pocketbase/pocketbase/tools/types"
)

// saved is how many opportunities go in through PocketBase's own Save, with its checks, which is timed. The rest is
// inserted as SQL, since a million would take most of an hour's quarter and change no other figure.
const saved = 20_000

// pocketBase is PocketBase as a library: collections with relations, open rules, and indexes on what is sorted and
// filtered by, as its documentation advises.
type pocketBase struct{}

func (pocketBase) open(dir string) (*core.BaseApp, error) {
	app := core.NewBaseApp(core.BaseAppConfig{DataDir: dir})
	if err := app.Bootstrap(); err != nil {
		return nil, fmt.Errorf("start PocketBase: %w", err)
	}
	if err := app.RunAllMigrations(); err != nil {
		return nil, fmt.Errorf("migrate PocketBase: %w", err)
	}
	return app, nil
}

// key makes an id of the 15 characters that PocketBase wants.
func key(n int) string { return fmt.Sprintf("%015d", n) }

func collection(app core.App, name string, fields ...core.Field) (*core.Collection, error) {
	c := core.NewBaseCollection(name)
	c.Fields.Add(fields...)
	c.ListRule, c.ViewRule, c.UpdateRule = types.Pointer(""), types.Pointer(""), types.Pointer("")
	if name == "opportunities" {
		for _, column := range []string{"close_value", "deal_stage", "opportunity_id", "account"} {
			c.AddIndex("by_"+column, false, column, "")
		}
	}
	if err := app.Save(c); err != nil {
		return nil, fmt.Errorf("make collection %s: %w", name, err)
	}
	return c, nil
}

// Load implements Peer.
func (p pocketBase) Load(_ context.Context, dir, files string) (float64, error) {
	app, err := p.open(dir)
	if err != nil {
		return 0, err
	}
	defer func() { _ = app.ResetBootstrapState() }() // closes its databases; the figures are in
	linked := map[string]*core.Collection{}
	ids := map[string]map[string]string{}
	for _, target := range []struct{ name, file, field string }{{"agents", "agents.csv", "sales_agent"}, {"products", "products.csv", "product"}, {"accounts", "accounts.csv", "account"}} {
		c, err := collection(app, target.name, &core.TextField{Name: target.field})
		if err != nil {
			return 0, err
		}
		linked[target.field], ids[target.field] = c, map[string]string{}
		err = app.RunInTransaction(func(tx core.App) error {
			return rows(files, target.file, func(row []string) error {
				record := core.NewRecord(c)
				record.Id = key(len(ids[target.field]) + 1)
				record.Set(target.field, row[0])
				ids[target.field][fold(row[0])] = record.Id
				return tx.Save(record)
			})
		})
		if err != nil {
			return 0, fmt.Errorf("load %s: %w", target.file, err)
		}
	}
	relation := func(name string) core.Field {
		return &core.RelationField{Name: name, CollectionId: linked[name].Id, MaxSelect: 1}
	}
	c, err := collection(app, "opportunities", &core.TextField{Name: "opportunity_id"}, relation("sales_agent"), relation("product"), relation("account"),
		&core.SelectField{Name: "deal_stage", Values: []string{"Prospecting", "Engaging", "Won", "Lost"}, MaxSelect: 1},
		&core.DateField{Name: "engage_date"}, &core.DateField{Name: "close_date"}, &core.NumberField{Name: "close_value"})
	if err != nil {
		return 0, err
	}
	var took time.Duration
	n, start := 0, time.Now()
	err = app.RunInTransaction(func(tx core.App) error {
		return rows(files, "opportunities.csv", func(row []string) error {
			n++
			values := dbx.Params{
				"id": key(n), "opportunity_id": row[0], "sales_agent": ids["sales_agent"][fold(row[1])], "product": ids["product"][fold(row[2])],
				"account": ids["account"][fold(row[3])], "deal_stage": row[4], "engage_date": day(row[5]), "close_date": day(row[6]), "close_value": number(row[7]),
			}
			if n > saved {
				_, err := tx.DB().Insert("opportunities", values).Execute()
				return err
			}
			record := core.NewRecord(c)
			record.Load(values)
			if n == saved {
				defer func() { took = time.Since(start) }()
			}
			return tx.Save(record)
		})
	})
	if err != nil {
		return 0, fmt.Errorf("load opportunities: %w", err)
	}
	if took == 0 {
		took = time.Since(start)
	}
	sums := core.NewViewCollection("sums")
	sums.ListRule = types.Pointer("")
	sums.ViewQuery = "SELECT a.id AS id, a.sales_agent AS agent, sum(o.close_value) AS total FROM opportunities o JOIN agents a ON a.id = o.sales_agent WHERE o.deal_stage = 'Won' GROUP BY a.id"
	if err := app.Save(sums); err != nil {
		return 0, fmt.Errorf("make the view: %w", err)
	}
	return float64(min(n, saved)) / took.Seconds(), nil
}

func fold(name string) string { return strings.ReplaceAll(name, " ", "") }

func day(text string) string {
	t, err := time.Parse("1/2/2006", text)
	if err != nil {
		return ""
	}
	return t.Format("2006-01-02 15:04:05.000Z")
}

func number(text string) float64 {
	f, _ := strconv.ParseFloat(text, 64) // PocketBase keeps an empty number as 0 too
	return f
}

// Serve implements Peer.
func (p pocketBase) Serve(ctx context.Context, dir string, ready func(url string)) error {
	app, err := p.open(dir)
	if err != nil {
		return err
	}
	router, err := apis.NewRouter(app)
	if err != nil {
		return fmt.Errorf("make the routes: %w", err)
	}
	mux, err := router.BuildMux()
	if err != nil {
		return fmt.Errorf("make the routes: %w", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	server := &http.Server{Handler: mux}
	defer context.AfterFunc(ctx, func() { _ = server.Close() })()
	ready("http://" + listener.Addr().String())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return app.ResetBootstrapState()
}
