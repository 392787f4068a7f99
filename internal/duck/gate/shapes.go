package gate

// role says what stands in a member of a node, and so how it is checked.
type role int

const (
	plain    role = iota // a name, flag or number, or lists of them: nothing that could hold a node
	expr                 // an expression
	exprs                // a list of expressions
	rows                 // a list of lists of expressions
	query                // a query node
	subquery             // a query node in an envelope
	ref                  // what stands after FROM
	modifier             // a list of ORDER BY, LIMIT, DISTINCT
	order                // one ORDER BY in an aggregate
	orders               // a list of order keys
	cases                // the WHEN ... THEN ... of a CASE
	replaced             // the expressions of * REPLACE
	typ                  // a type
	value                // a constant
	pivots               // the columns of a PIVOT
	tableFn              // the function of a table function
	ctes                 // WITH; read before all other members
	never                // known, and refused whenever it is there
)

// shape is the members of a kind of node that are known. Any other member is refused.
type shape map[string]role

// nodes are the kinds of query.
var nodes = map[string]shape{
	"SELECT_NODE": {"modifiers": modifier, "cte_map": ctes, "select_list": exprs, "from_table": ref, "where_clause": expr,
		"group_expressions": exprs, "group_sets": plain, "aggregate_handling": plain, "having": expr, "qualify": expr},
	"SET_OPERATION_NODE": {"modifiers": modifier, "cte_map": ctes, "setop_type": plain, "setop_all": plain, "left": query, "right": query},
	"RECURSIVE_CTE_NODE": {"modifiers": modifier, "cte_map": ctes, "cte_name": plain, "union_all": plain, "left": query,
		"right": query, "aliases": plain, "key_targets": exprs},
}

// refs are the kinds of what stands after FROM.
var refs = map[string]shape{
	"EMPTY":      {},
	"BASE_TABLE": {"schema_name": plain, "table_name": plain, "catalog_name": plain, "column_name_alias": plain, "at_clause": never},
	"SUBQUERY":   {"subquery": subquery, "column_name_alias": plain},
	"JOIN": {"left": ref, "right": ref, "condition": expr, "join_type": plain, "ref_type": plain, "using_columns": plain,
		"delim_flipped": never, "duplicate_eliminated_columns": never},
	"TABLE_FUNCTION":  {"function": tableFn, "column_name_alias": plain, "with_ordinality": plain},
	"EXPRESSION_LIST": {"values": rows, "expected_names": plain, "expected_types": never},
	"SHOW_REF":        {"query": query, "show_type": plain, "table_name": never, "schema_name": never, "catalog_name": never},
	"PIVOT": {"source": ref, "aggregates": exprs, "unpivot_names": plain, "pivots": pivots, "groups": plain,
		"column_name_alias": plain, "include_nulls": plain},
}

// classes are the kinds of expression.
var classes = map[string]shape{
	"COLUMN_REF":           {"column_names": plain},
	"CONSTANT":             {"value": value},
	"PARAMETER":            {"identifier": plain},
	"POSITIONAL_REFERENCE": {"index": plain},
	"FUNCTION": {"function_name": plain, "schema": plain, "catalog": plain, "children": exprs, "filter": expr,
		"order_bys": order, "distinct": plain, "is_operator": plain, "export_state": never},
	"WINDOW": {"function_name": plain, "schema": plain, "catalog": plain, "children": exprs, "partitions": exprs, "orders": orders,
		"start": plain, "end": plain, "start_expr": expr, "end_expr": expr, "offset_expr": expr, "default_expr": expr,
		"ignore_nulls": plain, "filter_expr": expr, "exclude_clause": plain, "distinct": plain, "arg_orders": orders},
	"COMPARISON":  {"left": expr, "right": expr},
	"CONJUNCTION": {"children": exprs},
	"OPERATOR":    {"children": exprs},
	"CASE":        {"case_checks": cases, "else_expr": expr},
	"CAST":        {"child": expr, "cast_type": typ, "try_cast": plain},
	"BETWEEN":     {"input": expr, "lower": expr, "upper": expr},
	"SUBQUERY":    {"subquery_type": plain, "subquery": subquery, "child": expr, "comparison_type": plain},
	"STAR": {"relation_name": plain, "exclude_list": plain, "qualified_exclude_list": plain, "replace_list": replaced,
		"rename_list": plain, "columns": plain, "expr": expr},
	"LAMBDA":  {"lhs": expr, "expr": expr},
	"COLLATE": {"child": expr, "collation": plain},
}

// operators are the types that an OPERATOR may have.
var operators = set(`OPERATOR_IS_NULL OPERATOR_IS_NOT_NULL OPERATOR_NOT OPERATOR_COALESCE OPERATOR_TRY OPERATOR_UNPACK
	OPERATOR_NULLIF COMPARE_IN COMPARE_NOT_IN ARRAY_EXTRACT ARRAY_SLICE STRUCT_EXTRACT ARRAY_CONSTRUCTOR GROUPING_FUNCTION`)

// types are the types that a value may be cast to. An ENUM and a fixed array are made types and are left out.
var types = set(`BOOLEAN TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT UHUGEINT FLOAT DOUBLE
	DECIMAL VARCHAR BLOB DATE TIME TIMESTAMP TIMESTAMP_S TIMESTAMP_MS TIMESTAMP_NS INTERVAL UUID LIST STRUCT MAP NULL
	INTEGER_LITERAL STRING_LITERAL`).with("TIMESTAMP WITH TIME ZONE", "TIME WITH TIME ZONE")

// collations are those that change only how text is ordered and compared.
var collations = set(`nocase noaccent nfc binary c posix icu_noaccent`)

// sessionWords are names that DuckDB turns into a look at its own session when no column has them.
var sessionWords = set(`current_user current_role session_user current_catalog current_database current_schema current_query`)
