package duck

import (
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/ident"
)

// relation is what a caller reads an object's records from: something that may stand after FROM and wants an alias. Its
// columns are id, created_at, updated_at and one for each field, by Field.Column. Every read of records goes through
// here, which is why row and field security will have this one place.
func (s *Store) relation(_ ident.Caller, o crm.Object) string { return withComputed(table(o.Name), o) }

// trashRelation is the same for deleted records; it has deleted_at too.
func (s *Store) trashRelation(_ ident.Caller, o crm.Object) string {
	return withComputed(trashed(o.Name), o)
}

func withComputed(table string, o crm.Object) string {
	var b strings.Builder
	for _, f := range o.Fields {
		if f.Type == crm.Computed {
			b.WriteString(", " + computed(f) + " AS " + name(f.Name))
		}
	}
	if b.Len() == 0 {
		return table
	}
	return "(SELECT *" + b.String() + " FROM " + table + ")"
}

// computed is a computed field's expression, cast to the type that readers are promised. A value that cannot be
// computed, such as a division by zero or text that is no number, is empty.
func computed(f crm.Field) string {
	stored := f
	stored.Type = f.Result
	return "TRY_CAST(TRY(" + f.Expr + ") AS " + sqlType(stored) + ")"
}

// sqlType is the column type of a field's values.
func sqlType(f crm.Field) string {
	switch f.ValueType() {
	case crm.Number, crm.Money:
		return decimalType(f.Scale)
	case crm.Date:
		return "DATE"
	case crm.DateTime:
		return "TIMESTAMP"
	case crm.Bool:
		return "BOOLEAN"
	case crm.Choices:
		return "VARCHAR[]"
	case crm.Link:
		return "BIGINT"
	case crm.Links:
		return "BIGINT[]"
	}
	return "VARCHAR"
}
