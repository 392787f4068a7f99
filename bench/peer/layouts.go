package peer

import "fmt"

const (
	named = `SELECT o.*, s.sales_agent, p.product, a.account FROM (%s) o
		LEFT JOIN agents s ON s.id = o.sales_agent_id LEFT JOIN products p ON p.id = o.product_id LEFT JOIN accounts a ON a.id = o.account_id %s`
	total = "SELECT count(*) FROM opportunities"
)

// floor is a table for each object with typed columns and numeric links, and hand-written SQL: what a program could
// reach that did nothing else.
var floor = layout{
	load: []string{
		`CREATE TABLE agents AS SELECT row_number() OVER () AS id, * FROM read_csv('FILES/agents.csv')`,
		`CREATE TABLE products AS SELECT row_number() OVER () AS id, * FROM read_csv('FILES/products.csv')`,
		`CREATE TABLE accounts AS SELECT row_number() OVER () AS id, * FROM read_csv('FILES/accounts.csv')`,
		`CREATE TABLE opportunities (id BIGINT PRIMARY KEY, opportunity_id VARCHAR, sales_agent_id BIGINT, product_id BIGINT, account_id BIGINT,
			deal_stage VARCHAR, engage_date DATE, close_date DATE, close_value DECIMAL(18,2))`,
		`INSERT INTO opportunities SELECT row_number() OVER (), o.opportunity_id, s.id, p.id, a.id, o.deal_stage, o.engage_date, o.close_date, o.close_value
			FROM read_csv('FILES/opportunities.csv', dateformat='%m/%d/%Y', types={'engage_date': 'DATE', 'close_date': 'DATE', 'close_value': 'DECIMAL(18,2)'}) o
			LEFT JOIN agents s USING (sales_agent) LEFT JOIN products p ON replace(p.product, ' ', '') = replace(o.product, ' ', '')
			LEFT JOIN accounts a USING (account)`,
		`CHECKPOINT`,
	},
	queries: map[string][]string{
		"value":    {fmt.Sprintf(named, "FROM opportunities ORDER BY close_value DESC NULLS LAST, id LIMIT 50", "ORDER BY close_value DESC NULLS LAST, o.id"), total},
		"filtered": {fmt.Sprintf(named, "FROM opportunities WHERE deal_stage = 'Won' AND close_value > 5000 ORDER BY close_value DESC, id LIMIT 50", "ORDER BY close_value DESC, o.id"), total + " WHERE deal_stage = 'Won' AND close_value > 5000"},
		"text":     {fmt.Sprintf(named, "FROM opportunities ORDER BY opportunity_id, id LIMIT 50", "ORDER BY opportunity_id"), total},
		"several":  {fmt.Sprintf(named, "FROM opportunities ORDER BY deal_stage, close_date DESC NULLS LAST, close_value DESC NULLS LAST, id LIMIT 50", "ORDER BY deal_stage, close_date DESC NULLS LAST, close_value DESC NULLS LAST"), total},
		"linked":   {fmt.Sprintf(named, "SELECT o.* FROM opportunities o LEFT JOIN accounts a ON a.id = o.account_id ORDER BY a.account NULLS LAST, o.id LIMIT 50", "ORDER BY a.account NULLS LAST, o.id"), total},
		"sum":      {`SELECT s.sales_agent, sum(close_value) FROM opportunities o JOIN agents s ON s.id = o.sales_agent_id WHERE deal_stage = 'Won' GROUP BY ALL ORDER BY 2 DESC LIMIT 5`},
		"record":   {fmt.Sprintf(named, "FROM opportunities WHERE id = CAST(? AS BIGINT)", "")},
	},
	edit: `UPDATE opportunities SET close_value = close_value + 1 WHERE id = CAST(? AS BIGINT)`,
}

// cells is the text of entry_fields for one object: its rows turned so that each field of each row is a row.
const cells = `INSERT INTO entry_fields (id, entry_id, field_id, value) SELECT 'v' || entry || '.' || field, entry, field, value FROM (
	UNPIVOT (%s) ON COLUMNS(* EXCLUDE (entry)) INTO NAME field VALUE value)`

// denchclaw keeps every value as text in one table of entity, attribute and value, and reads through PIVOT views, the
// way DenchClaw does. Its own server starts the duckdb program for each query; here the database stays open.
var denchclaw = layout{
	load: []string{
		`SET preserve_insertion_order = false`,
		`CREATE TABLE objects (id VARCHAR PRIMARY KEY, name VARCHAR NOT NULL UNIQUE)`,
		`CREATE TABLE fields (id VARCHAR PRIMARY KEY, object_id VARCHAR NOT NULL REFERENCES objects(id), name VARCHAR NOT NULL, UNIQUE (object_id, name))`,
		`CREATE TABLE entries (id VARCHAR PRIMARY KEY, object_id VARCHAR NOT NULL REFERENCES objects(id), created_at TIMESTAMPTZ DEFAULT now(), updated_at TIMESTAMPTZ DEFAULT now())`,
		`CREATE TABLE entry_fields (id VARCHAR PRIMARY KEY, entry_id VARCHAR NOT NULL REFERENCES entries(id), field_id VARCHAR NOT NULL REFERENCES fields(id), value VARCHAR,
			created_at TIMESTAMPTZ DEFAULT now(), updated_at TIMESTAMPTZ DEFAULT now(), UNIQUE (entry_id, field_id))`,
		`INSERT INTO objects VALUES ('agents', 'agents'), ('products', 'products'), ('accounts', 'accounts'), ('opportunities', 'opportunities')`,
		`INSERT INTO fields VALUES ('sales_agent', 'agents', 'Sales Agent'), ('product', 'products', 'Product'), ('account', 'accounts', 'Account'), ('opportunity_id', 'opportunities', 'Opportunity'),
			('agent', 'opportunities', 'Agent'), ('item', 'opportunities', 'Item'), ('customer', 'opportunities', 'Customer'), ('deal_stage', 'opportunities', 'Stage'),
			('engage_date', 'opportunities', 'Engaged'), ('close_date', 'opportunities', 'Closed'), ('close_value', 'opportunities', 'Value')`,
		`CREATE TEMP TABLE a AS SELECT 'agent-' || row_number() OVER () AS entry, sales_agent FROM read_csv('FILES/agents.csv')`,
		`CREATE TEMP TABLE p AS SELECT 'product-' || row_number() OVER () AS entry, product FROM read_csv('FILES/products.csv')`,
		`CREATE TEMP TABLE c AS SELECT 'account-' || row_number() OVER () AS entry, account FROM read_csv('FILES/accounts.csv')`,
		`CREATE TEMP TABLE o AS SELECT 'opportunity-' || row_number() OVER () AS entry, opportunity_id, a.entry AS agent, p.entry AS item, c.entry AS customer, deal_stage,
			strftime(strptime(engage_date, '%m/%d/%Y'), '%Y-%m-%d') AS engage_date, strftime(strptime(close_date, '%m/%d/%Y'), '%Y-%m-%d') AS close_date, close_value
			FROM read_csv('FILES/opportunities.csv', all_varchar = true) f LEFT JOIN a USING (sales_agent) LEFT JOIN c USING (account)
			LEFT JOIN p ON replace(p.product, ' ', '') = replace(f.product, ' ', '')`,
		`INSERT INTO entries (id, object_id) SELECT entry, 'agents' FROM a UNION ALL SELECT entry, 'products' FROM p UNION ALL SELECT entry, 'accounts' FROM c UNION ALL SELECT entry, 'opportunities' FROM o`,
		fmt.Sprintf(cells, "FROM a"), fmt.Sprintf(cells, "FROM p"), fmt.Sprintf(cells, "FROM c"), fmt.Sprintf(cells, "FROM o"),
		view("agents", "'Sales Agent'"), view("products", "'Product'"), view("accounts", "'Account'"),
		view("opportunities", "'Opportunity', 'Agent', 'Item', 'Customer', 'Stage', 'Engaged', 'Closed', 'Value'"),
		`CHECKPOINT`,
	},
	queries: map[string][]string{
		"value":    eav(`ORDER BY TRY_CAST("Value" AS DOUBLE) DESC NULLS LAST`, ""),
		"filtered": eav(`ORDER BY TRY_CAST("Value" AS DOUBLE) DESC NULLS LAST`, `WHERE "Stage" = 'Won' AND TRY_CAST("Value" AS DOUBLE) > 5000`),
		"text":     eav(`ORDER BY "Opportunity"`, ""),
		"several":  eav(`ORDER BY "Stage", "Closed" DESC NULLS LAST, TRY_CAST("Value" AS DOUBLE) DESC NULLS LAST`, ""),
		"linked":   {`SELECT o.* FROM v_opportunities o LEFT JOIN v_accounts a ON a.entry_id = o."Customer" ORDER BY a."Account" NULLS LAST LIMIT 50`, `SELECT count(*) FROM v_opportunities`},
		"sum":      {`SELECT a."Sales Agent", sum(TRY_CAST("Value" AS DOUBLE)) FROM v_opportunities o JOIN v_agents a ON a.entry_id = o."Agent" WHERE "Stage" = 'Won' GROUP BY ALL ORDER BY 2 DESC LIMIT 5`},
		"record":   {`SELECT f.name, ef.value FROM entry_fields ef JOIN fields f ON f.id = ef.field_id WHERE ef.entry_id = 'opportunity-' || ?`},
	},
	edit: `UPDATE entry_fields SET value = CAST(coalesce(TRY_CAST(value AS DOUBLE), 0) + 1 AS VARCHAR), updated_at = now() WHERE entry_id = 'opportunity-' || ? AND field_id = 'close_value'`,
}

func view(object, names string) string {
	return fmt.Sprintf(`CREATE VIEW v_%s AS PIVOT (SELECT e.id AS entry_id, e.created_at, e.updated_at, f.name AS field_name, ef.value
		FROM entries e JOIN entry_fields ef ON ef.entry_id = e.id JOIN fields f ON f.id = ef.field_id WHERE e.object_id = '%s') ON field_name IN (%s) USING first(value)`, object, object, names)
}

// eav lists a page through the view and counts it. The names of what a record links to are left out, in its favour.
func eav(order, where string) []string {
	return []string{
		fmt.Sprintf(`SELECT * FROM v_opportunities %s %s LIMIT 50`, where, order),
		fmt.Sprintf(`SELECT count(*) FROM v_opportunities %s`, where),
	}
}
