package gate

// short functions give a number, a date, yes or no, or a text of fixed length.
var short = union(arithmetic, times, set(`~~ !~~ ~~* !~~* ~~~ like_escape not_like_escape ilike_escape not_ilike_escape ^@
	ascii bit_length char_length character_length chr contains damerau_levenshtein editdist3 ends_with format_bytes
	formatreadablesize formatreadabledecimalsize hamming hash instr jaccard jaro_similarity jaro_winkler_similarity len
	length length_grapheme levenshtein md5 mismatches octet_length ord position prefix regexp_full_match regexp_matches
	sha1 sha256 starts_with strlen strpos suffix typeof unicode uuid gen_random_uuid json_array_length json_contains
	json_exists json_type json_valid <-> <=> <@ @> array_contains array_has array_has_all array_has_any array_indexof
	array_length array_position array_unique cardinality list_avg list_bool_and list_bool_or list_contains list_count
	list_has list_has_all list_has_any list_indexof list_median list_position list_product list_stddev_pop
	list_stddev_samp list_sum list_unique list_var_pop list_var_samp map_contains`))

// factors are how many bytes functions make of one that they are given, where it is more than one.
var factors = map[string]float64{
	"upper": 2, "lower": 2, "ucase": 2, "lcase": 2, "nfc_normalize": 3, "hex": 2, "to_hex": 2, "base64": 2, "to_base64": 2, "url_encode": 3,
	"regexp_escape": 2, "translate": 4, "strftime": 10, "to_json": 6, "json_quote": 6, "json_array": 6, "json_object": 6, "array_to_json": 6,
	"row_to_json": 6, "split": 16, "str_split": 16, "string_split": 16, "string_to_array": 16, "str_split_regex": 16,
	"string_split_regex": 16, "regexp_split_to_array": 16, "regexp_extract_all": 16, "json_keys": 16, "json_structure": 4,
	"list_zip": 4, "array_zip": 4, "list_histogram": 4, "map": 2, "map_from_entries": 2, "map_entries": 2,
}

// compares are the functions that hold each character of one text against each of the other, with the steps of one
// such comparison.
var compares = map[string]float64{
	"levenshtein": 1, "editdist3": 1, "damerau_levenshtein": 4, "jaro_similarity": 1. / 32, "jaro_winkler_similarity": 1. / 32,
	"~~": 1. / 500, "!~~": 1. / 500, "~~*": 1. / 250, "!~~*": 1. / 250, "~~~": 1. / 250, "like_escape": 1. / 250,
	"not_like_escape": 1. / 250, "ilike_escape": 1. / 250, "not_ilike_escape": 1. / 250,
	"contains": 1. / 500, "instr": 1. / 500, "strpos": 1. / 500, "position": 1. / 500,
}

// patterns are the functions of regular expressions; those that are true look for every match.
var patterns = map[string]bool{
	"regexp_matches": false, "regexp_full_match": false, "regexp_extract": false, "regexp_replace": false,
	"regexp_extract_all": true, "regexp_split_to_array": true, "str_split_regex": true, "string_split_regex": true,
}

// gather are the aggregates whose value grows with the group.
var gather = set(`array_agg group_concat histogram histogram_exact json_group_array json_group_object list listagg
	string_agg approx_top_k`)

// perItem are the functions that take a lambda.
var perItem = set(`array_apply array_filter array_transform filter list_apply list_filter list_transform`)

// unbounded functions make a value of their own last result, again and again.
var unbounded = set(`reduce list_reduce array_reduce`)

// builders put values together to a list or the like.
var builders = set(`list_value list_pack list_append array_append list_prepend array_prepend array_push_back array_push_front
	row struct_pack struct_insert struct_update struct_concat map map_concat map_from_entries`)

// joints put a text between the items of a list.
var joints = set(`array_to_string list_string_agg`)

// heads take the first part of a value without looking at the rest, picks one item of a list.
var (
	heads = set(`left substr substring list_slice array_slice`)
	picks = set(`list_extract list_element array_extract element_at unnest`)
	paths = set(`-> ->> json_extract json_extract_path json_extract_path_text json_extract_string json_value`)
)
