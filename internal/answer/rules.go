package answer

import (
	"regexp"
	"strings"
	"time"

	"openclaw/internal/crm"
)

// rule is one phrase of the grammar: a pattern over the kinds of items that stand in a row, and what they make.
type rule struct {
	name    string
	pattern string // over kinds; written like a regular expression, a kind for a letter
	example string
	make    func(r *reader, m []item) ([]item, bool) // false: not here after all
}

// rules run in order, each from left to right over the whole question. What a rule makes may be part of a later one.
// Words that say nothing are gone by then.
func rules() []rule {
	return []rule{
		{"kind of records", `kindof prep* (object|field|set|value|metric|period)?`, "deals per kind of product", makeKindOf},
		{"today is", `asof period period`, "it is 5 March 2017 today", makeAsOf},
		{"as of", `asof period asof?`, "taking 31 December 2017 as today", makeAsOf},
		{"span of time", `between period and period`, "between April and June 2017", makeSpan},
		{"from to", `(since|prep)? period to period`, "from April to June 2017", makeSpan},
		{"open span", `since period`, "since October 2017", makeOpenSpan},
		{"onwards", `(prep|since)? period since`, "from October 2017 onwards", makeOnwards},
		{"period against period", `period prep period`, "Q3 against Q2", makeAgainstPeriod},
		{"a period and its year", `period (and? period)+`, "in Q3 this year, 2026", makeSamePeriod},
		{"periods", `period ((and|or|vs|to) prep? period)*`, "Q2 or Q3 of 2017", makePeriods},
		{"number range", `between number unit? and number unit?`, "between 1,000 and 2,000", makeRange},
		{"comparison", `cmp number unit?`, "more than 200", makeCond},
		{"comparison behind", `number unit? postcmp`, "5,000 or more", makeCond},
		{"days past due", `cond prep* standing`, "more than 60 days overdue", makeLateBy},
		{"past due by days", `standing (prep|by)* cond`, "overdue by more than 60 days", makeLateBy},
		{"rate", `bucket field`, "total monthly rent", makeRate},
		{"so many rooms", `number field`, "two bedroom flats", makeRoomy},
		{"largest first", `super (field|object|metric|bucket|set)? super`, "largest sector first", makeOrder},
		{"linked value", `(field|child) prep* value`, "subsidiaries of Acme", makeLinked},
		{"linked value behind", `value prep child`, "Acme's subsidiaries", makeLinkedBehind},
		{"value of a role", `value prep field`, "Anna Berg as manager", makeAs},
		{"text like", `(object|field) (prep|value)* like`, "companies whose name contains tech", makeLike},
		{"what a text holds", `object field value`, "which plans include the pool", makeHolds},
		{"people of a manager", `(object|people) verb value`, "people managed by Anna", makeManaged},
		{"what belongs to", `verb value`, "companies that belong to Acme", makeRelated},
		{"who leads a team", `verb value prep field`, "who leads Anna's team", makeLeads},
		{"somebody's people", `value prep (people|object|field)`, "Anna's people", makeTeam},
		{"value against value", `value prep value`, "Torrent Pro against Weir XL", makeAgainstValue},
		{"range of values", `value prep value`, "Lead to Negotiation", makeStretch},
		{"figure of a figure", `field field`, "rent is outstanding", makeWithin},
		{"named value", `(field|object) value`, "product GTX Pro", makeNamed},
		{"value named", `value (field|object)`, "the software sector", makeValueNamed},
		{"kinds of records", `value (and|vs) value`, "wins and losses", makeThing},
		{"a kind of record", `value`, "key accounts", makeThing},
		{"values", `value ((and|or|vs|nor) (prep|by)? value)*`, "Won or Lost", makeSet},
		{"named set", `(field|object) set`, "sector retail or medical", makeNamedSet},
		{"set named", `set (field|object)`, "the retail and medical sectors", makeSetNamed},
		{"more of one or of another", `more set object or set object`, "more retail deals or more medical deals", makeMoreOf},
		{"team of", `set prep field`, "Cara Losch's team", makeSetNamed},
		{"said twice", `punctual punctual`, "on time, by the due date", makePunctualTwice},
		{"days late", `howlong (punctual|standing)`, "how many days late", makeDaysLate},
		{"late or in time", `(set|dateverb|verb) prep* punctual`, "invoices paid late", makePunctual},
		{"late or in time, dated", `(set|dateverb|verb) prep* periods prep* punctual`, "paid in 2026 after the due date", makePunctualDated},
		{"late or in time before", `punctual (set|dateverb)`, "late paid invoices", makePunctual},
		{"so much of what is closed", `set cond prep* (object set|set object)`, "win more than 65% of the deals they close", makeOfTheTime},
		{"so much of the time", `set cond`, "won more than 70% of the time", makeOfTheTime},
		{"how long until", `set? agg* since (set|dateverb|earn)`, "how many days are deals open before they are won", makeUntil},
		{"because of", `cause prep* set`, "lost because of the price", makeBecause},
		{"difference of figures", `diff prep* between? prep* (field|metric) and prep* (field|metric)`, "difference between amount and list price", makeDifference},
		{"none of these", `(not|neither) (prep|by)* set`, "neither retail nor technology", makeNot},
		{"by what was earned", `by which prep* earn`, "customers by what we sold to them", makeByEarned},
		{"left out", `set (field|object)? excluded`, "customers in retail excluded", makeExcluded},
		{"by somebody", `by set`, "won by Anna", makeBySomebody},
		{"only", `only set`, "only won ones", makeOnly},
		{"nothing filled in", `lack prep* (field|object|child) blank`, "no account filled in", makeNotFilled},
		{"noun and blank", `object blank field`, "members not given an address", makeNounAbsent},
		{"neither of two", `neither prep* (field|object|child) nor prep* (field|object|child)`, "neither an e-mail address nor a phone number", makeNeither},
		{"not recorded", `(field|object|child) blank`, "account missing", makeAbsent},
		{"blank first", `blank (field|object|child)`, "missing account", makeAbsent},
		{"without", `lack distinct? (set|standing)* (field|object|verb|dateverb|child)`, "without an engage date", makeAbsent},
		{"aggregate compared", `agg prep* (field|metric) prep* cond`, "average deal size above 3,000", makeAggregateCompared},
		{"compared with a field", `(field|worth|earn)? prep* cmp (object prep*)? field`, "worth more than the list price", makeAgainst},
		{"date against date", `(field|dateverb) prep* since (object prep*)? field`, "returned after the due date", makeDateAgainst},
		{"without somebody", `lack prep* set`, "win rate without Anna", makeNot},
		{"field compared", `(field|verb|metric|worth|agg|howlong|take) prep* cond`, "employees over 1,000", makeCompared},
		{"compared field", `cond prep* (field|metric|verb)`, "more than 1,000 employees", makeComparedAfter},
		{"so long after a date", `cond prep* dateverb object?`, "within a week of engaging the customer", makeSoonAfter},
		{"count compared", `count object prep* cond`, "number of deals over 200", makeCountCompared},
		{"two dates of one time", `(field|verb|dateverb) and (field|verb|dateverb) prep* periods`, "opened and closed in 2025", makeBothDated},
		{"field dated", `(field|verb|dateverb) prep* (periods)`, "founded before 1990", makeDated},
		{"having", `object (prep|set|dated|compared|periods|and|absent)* (field|object)`, "people with a phone number", makeHaving},
		{"never done", `not field`, "never contacted", makeNeverDone},
		{"not since", `not dated`, "not contacted since June", makeNotDated},
		{"on the same day", `(field|dateverb) prep* sameday prep* (field|dateverb)`, "closed on the same day they were opened", makeSameDay},
		{"dated or not at all", `dated or absent`, "done since July or not done yet", makeDatedOrNot},
	}
}

// pattern compiles a row's pattern to a regular expression over kinds, each followed by a blank.
func (r rule) regexp() *regexp.Regexp {
	var b strings.Builder
	b.WriteString("^")
	for i := 0; i < len(r.pattern); {
		c := r.pattern[i]
		if c >= 'a' && c <= 'z' {
			end := i
			for end < len(r.pattern) && r.pattern[end] >= 'a' && r.pattern[end] <= 'z' {
				end++
			}
			b.WriteString("(?:" + r.pattern[i:end] + " )")
			i = end
			continue
		}
		if c != ' ' {
			b.WriteByte(c)
		}
		i++
	}
	return regexp.MustCompile(b.String())
}

// grammar is the rules, ready to run.
type grammar struct {
	rules    []rule
	patterns []*regexp.Regexp
}

func newGrammar() grammar {
	g := grammar{rules: rules()}
	for _, r := range g.rules {
		g.patterns = append(g.patterns, r.regexp())
	}
	return g
}

// reader applies the grammar to one choice of senses.
type reader struct {
	schema crm.Schema
	lex    *lexicon
	toks   []token
	ratio  bool // the question asks for a ratio, so "won to lost" are two kinds
	steps  bool // the question asks for a difference or a change, so "from Q2 to Q3" are two periods
	asof   *period
	today  time.Time
	values map[int]bool // tokens that end the name of a value
	score  float64
}

// word is a token as it is compared, "" beyond the question's ends.
func (r *reader) word(i int) string { return wordAt(r.toks, i) }

// apply runs every rule over the items.
func (g grammar) apply(r *reader, items []item) []item {
	text, starts := encode(items)
	for n, rule := range g.rules {
		for i := 0; i < len(items); i++ {
			loc := g.patterns[n].FindStringIndex(text[starts[i]:])
			if loc == nil || loc[1] == 0 {
				continue
			}
			took := strings.Count(text[starts[i]:starts[i]+loc[1]], " ")
			made, ok := rule.make(r, items[i:i+took])
			if !ok {
				continue
			}
			items = append(append(append([]item{}, items[:i]...), made...), items[i+took:]...)
			text, starts = encode(items)
		}
	}
	return items
}

// encode writes kinds in a row, and tells at which offset each item begins.
func encode(items []item) (string, []int) {
	var b strings.Builder
	starts := make([]int, len(items))
	for i, it := range items {
		starts[i] = b.Len()
		b.WriteString(it.kind)
		b.WriteByte(' ')
	}
	return b.String(), starts
}

// pick lists the items of the kinds given.
func pick(items []item, kinds ...string) []item {
	var out []item
	for _, it := range items {
		for _, k := range kinds {
			if it.kind == k {
				out = append(out, it)
			}
		}
	}
	return out
}

// joined makes a fragment of a row of items.
func joined(kind string, m []item) item {
	return item{sense: sense{kind: kind}, from: m[0].from, to: m[len(m)-1].to, parts: append([]item{}, m...)}
}
