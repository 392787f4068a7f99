package query

import (
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// measure adds a computed column.
func (c *compiler) measure(m plan.Measure) error {
	sql, col, err := c.value(m, crm.Filter{})
	if err != nil {
		return err
	}
	col.Name = plan.MeasureLabel(c.scope.schema, c.plan.Object, m)
	switch {
	case m.Share:
		sql = "CAST(" + sql + " AS DOUBLE) / nullif(sum(" + sql + ") OVER (), 0)"
		col.Type, col.Scale, col.Currency = crm.Number, ratioScale, ""
		c.window = true
	case m.Step != "":
		last := len(c.groups) - 1
		over := " OVER (ORDER BY " + c.groups[last] + ")"
		if last > 0 {
			over = " OVER (PARTITION BY " + strings.Join(c.groups[:last], ", ") + " ORDER BY " + c.groups[last] + ")"
		}
		before := "lag(" + sql + ")" + over
		if m.Step == plan.Running {
			sql = "sum(" + sql + ")" + over
		} else if m.Step == plan.Growth {
			sql = "CAST(" + sql + " - " + before + " AS DOUBLE) / nullif(" + before + ", 0)"
			col.Type, col.Scale, col.Currency = crm.Number, ratioScale, ""
		} else {
			sql = sql + " - " + before
		}
		c.window = true
	}
	c.values = append(c.values, sql)
	c.column(sql, col)
	return nil
}

// ratioScale is how many digits a share or a rate is given with.
const ratioScale = 6

// meanScale is how many digits a mean has at least.
const meanScale = 6

// value writes one aggregate over the records that pass both the measure's filter and one more.
func (c *compiler) value(m plan.Measure, also crm.Filter) (string, crm.Column, error) {
	col := crm.Column{Type: crm.Number}
	filter := crm.All(m.Filter, also)
	cond := ""
	if !filter.Zero() {
		where, err := c.scope.Where(filter)
		if err != nil {
			return "", col, err
		}
		cond = " FILTER (WHERE " + where + ")"
	}
	var sql string
	if m.Fn == plan.Count {
		sql = "count(*)" + cond
	} else {
		e, err := c.scope.Term(*m.Of)
		if err != nil {
			return "", col, err
		}
		col.Type, col.Scale, col.Currency = e.Field.ValueType(), e.Field.Scale, e.Field.Currency
		sql, col = aggregate(m.Fn, e, cond, col)
	}
	if m.Over != nil {
		under, _, err := c.value(*m.Over, also)
		if err != nil {
			return "", col, err
		}
		sql = "CAST(" + sql + " AS DOUBLE) / nullif(" + under + ", 0)"
		col.Type, col.Scale = crm.Number, ratioScale
		if m.Of == nil || m.Over.Of != nil && m.Over.Fn != plan.Distinct {
			col.Currency = ""
		} else if col.Currency != "" {
			col.Type = crm.Money
		}
	}
	return sql, col, nil
}

func aggregate(fn plan.Fn, e Expr, cond string, col crm.Column) (string, crm.Column) {
	switch fn {
	case plan.Distinct:
		return "count(DISTINCT " + e.SQL + ")" + cond, crm.Column{Type: crm.Number}
	case plan.Mean, plan.Median:
		name := map[plan.Fn]string{plan.Mean: "avg", plan.Median: "median"}[fn]
		col.Scale = max(col.Scale, meanScale)
		return name + "(CAST(" + e.SQL + " AS DOUBLE))" + cond, col
	}
	return string(fn) + "(" + e.SQL + ")" + cond, col
}

// compare adds both parts side by side, the difference of the first to the second, and that as a part of the second.
func (c *compiler) compare(m plan.Measure) error {
	var sides [2]string
	var col crm.Column
	for i, part := range c.plan.Compare {
		sql, k, err := c.value(m, part.Filter)
		if err != nil {
			return err
		}
		sides[i], col = sql, k
		col.Name = part.Label
		c.column(sql, col)
	}
	col.Name = "difference"
	c.values = append(c.values, sides[0]+" - "+sides[1])
	c.column(sides[0]+" - "+sides[1], col)
	c.column("CAST("+sides[0]+" - "+sides[1]+" AS DOUBLE) / nullif("+sides[1]+", 0)", crm.Column{Name: "change", Type: crm.Number, Scale: ratioScale})
	return nil
}
