package query

import (
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// among writes the condition that a record is one of those that a plan inside the plan finds. The plan inside reads what
// the caller may see, like all else, since its scope hangs on the same relations.
func (c *compiler) among(a plan.Among) (string, error) {
	own := c.scope.Alias() + ".id"
	if a.Path != "" {
		e, err := c.scope.Field(a.Path)
		if err != nil {
			return "", err
		}
		own = e.SQL
	}
	scope, err := c.scope.inner(a.Plan.Object)
	if err != nil {
		return "", err
	}
	found, err := (&compiler{scope: scope, plan: a.Plan, inside: true}).found(a.Of)
	if err != nil {
		return "", err
	}
	if a.Not {
		return own + " NOT IN (" + found + ")", nil
	}
	return own + " IN (" + found + ")", nil
}

// found is the statement of a plan inside another: one column, of records or values.
func (c *compiler) found(of crm.Path) (string, error) {
	where, err := c.where()
	if err != nil {
		return "", err
	}
	column := c.scope.Alias() + ".id"
	if of != "" {
		e, err := c.scope.Field(of)
		if err != nil {
			return "", err
		}
		column = e.SQL
		where = append(where, empty(e, false))
	}
	for _, g := range c.plan.Groups {
		if _, err := c.group(g); err != nil {
			return "", err
		}
	}
	for _, m := range c.plan.Measures {
		if err := c.measure(m); err != nil {
			return "", err
		}
	}
	tail, err := c.tail()
	if err != nil {
		return "", err
	}
	return strings.ReplaceAll(c.selected(column, where)+tail, "\n", " "), nil
}
