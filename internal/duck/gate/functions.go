package gate

import (
	"maps"
	"strings"
)

type names map[string]bool

func set(words string) names {
	out := names{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}

func (n names) with(more ...string) names {
	for _, m := range more {
		n[m] = true
	}
	return n
}

func union(all ...names) names {
	out := names{}
	for _, n := range all {
		maps.Copy(out, n)
	}
	return out
}

// scalars work on the values of one row, have no effect, and cost what cost.go says.
var scalars = union(arithmetic, texts, times, nested)

var arithmetic = set(`+ - * / // % ** ^ @ & | << >> ~ && !__postfix
	abs acos acosh add asin asinh atan atan2 atanh bit_count cbrt ceil ceiling cos cosh cot degrees divide even exp factorial
	fdiv floor fmod gamma gcd greatest greatest_common_divisor isfinite isinf isnan lcm least least_common_multiple lgamma ln
	log log10 log2 mod multiply nextafter nullif pi pow power radians random round round_even roundbankers sign signbit sin
	sinh sqrt subtract tan tanh trunc xor`)

var texts = set(`|| ~~ !~~ ~~* !~~* ~~~ like_escape not_like_escape ilike_escape not_ilike_escape ^@
	ascii bit_length char_length character_length chr concat concat_ws contains damerau_levenshtein editdist3 ends_with
	format_bytes formatreadablesize formatreadabledecimalsize from_base64 base64 to_base64 hamming hash hex instr jaccard
	jaro_similarity jaro_winkler_similarity lcase left left_grapheme len length length_grapheme levenshtein lower ltrim md5
	mismatches nfc_normalize octet_length ord overlay position prefix regexp_escape regexp_extract regexp_extract_all
	regexp_full_match regexp_matches regexp_replace regexp_split_to_array replace reverse right right_grapheme rtrim sha1
	sha256 split split_part starts_with str_split str_split_regex string_split string_split_regex string_to_array
	strip_accents strlen strpos substr substring substring_grapheme suffix to_hex translate trim typeof ucase unhex upper
	unicode uuid gen_random_uuid url_decode url_encode array_to_string
	-> ->> json json_array json_array_length json_contains json_exists json_extract json_extract_path json_extract_path_text
	json_extract_string json_keys json_object json_quote json_structure json_type json_valid json_value to_json
	array_to_json row_to_json`)

var times = set(`age century current_date current_localtime current_localtimestamp date_add date_diff date_part date_sub
	date_trunc datediff datepart datesub datetrunc day dayname dayofmonth dayofweek dayofyear days_in_month decade epoch
	epoch_ms epoch_ns epoch_us era get_current_time get_current_timestamp hour isodow isoyear julian last_day make_date
	make_time make_timestamp make_timestamp_ms make_timestamp_ns make_timestamptz microsecond millennium millisecond minute
	month monthname nanosecond now quarter second strftime strptime time_bucket timezone timezone_hour timezone_minute
	to_centuries to_days to_decades to_hours to_microseconds to_millennia to_milliseconds to_minutes to_months to_quarters
	to_seconds to_timestamp to_weeks to_years today transaction_timestamp try_strptime week weekday weekofyear year yearweek`)

var nested = set(`<-> <=> <@ @>
	array_aggr array_aggregate array_append array_apply array_cat array_concat array_contains array_distinct array_extract
	array_filter array_has array_has_all array_has_any array_indexof array_intersect array_length array_pop_back
	array_pop_front array_position array_prepend array_reverse array_reverse_sort array_select array_slice
	array_sort array_transform array_unique array_where array_zip cardinality element_at filter flatten
	list_aggr list_aggregate list_any_value list_append list_apply list_avg list_bool_and list_bool_or list_cat list_concat
	list_contains list_count list_distinct list_element list_extract list_filter list_first list_has list_has_all
	list_has_any list_histogram list_indexof list_intersect list_last list_max list_median list_min list_mode list_pack
	list_position list_prepend list_product list_reverse list_reverse_sort list_select list_slice list_sort
	list_stddev_pop list_stddev_samp list_string_agg list_sum list_transform list_unique list_value list_var_pop
	list_var_samp list_where list_zip
	map map_concat map_contains map_entries map_extract map_extract_value map_from_entries map_keys map_values row
	struct_concat struct_extract struct_extract_at struct_insert struct_keys struct_pack struct_update struct_values
	unnest`)

// amplifiers make much out of little. They are allowed with counts that are written out and small, see walk.amplify.
var amplifiers = map[string][]int{ // the arguments that count
	"repeat": {1}, "lpad": {1}, "rpad": {1}, "bar": {3}, "range": {0, 1, 2}, "generate_series": {0, 1, 2},
	"list_resize": {1}, "array_resize": {1},
}

// byName run an aggregate whose name is their second argument, see walk.aggregateName.
var byName = set(`list_aggr list_aggregate array_aggr array_aggregate`)

// formats take their widths from a text that must be written out, see walk.format.
var formats = set(`format printf`)

// aggregates work on the values of a group.
var aggregates = set(`any_value approx_count_distinct approx_quantile approx_top_k arbitrary arg_max arg_max_null arg_min
	arg_min_null argmax argmin array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count count_if count_star countif
	covar_pop covar_samp entropy favg first fsum geomean geometric_mean group_concat histogram histogram_exact
	json_group_array json_group_object kahan_sum kurtosis kurtosis_pop last list listagg mad max max_by mean median min min_by
	mode product quantile quantile_cont quantile_disc regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope
	regr_sxx regr_sxy regr_syy reservoir_quantile sem skewness stddev stddev_pop stddev_samp string_agg sum sum_no_overflow
	sumkahan var_pop var_samp variance wavg weighted_avg`)

// windows stand before OVER only.
var windows = set(`row_number rank dense_rank rank_dense percent_rank cume_dist ntile lag lead first_value last_value
	nth_value fill`)

// tableFunctions may stand after FROM: they make rows of their arguments alone.
var tableFunctions = set(`range generate_series unnest`)

// known functions: those of a statement, and those of one record's computed field.
var (
	inQuery  = union(scalars, aggregates)
	inWindow = union(aggregates, windows)
)
