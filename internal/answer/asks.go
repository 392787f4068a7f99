package answer

import "openclaw/internal/plan"

// noun is a thing of the schema that a question speaks of: an object, a field, or a width of dates.
type noun struct {
	object, field string
	bucket        plan.Bucket
	verb          bool // said by a verb: who manages, which cost
	at            int  // token, for order
	plural        bool // as it was written
	shown         bool // it is asked for as a column of what stands behind it
	also          bool // asked for beside what the question asks for: and in which role
}

func (n noun) zero() bool { return n.object == "" && n.bucket == "" }

// gauge is what a question measures, before it is known from which records.
type gauge struct {
	fn     plan.Fn // of a field or a count
	metric *metric
	object string // of the count, of the metric, of the field
	field  string
	date   bool   // the date of the records, for first and last
	minus  string // the date that days are counted from, up to field
	kind   *item  // of a count: the set of values that the records have, such as won
	over   *item  // of such a count: those it is divided by
	per    *noun

	from, to int // tokens of the metric
}

// ranking is a superlative.
type ranking struct {
	desc    bool
	flavour string // count, rank, good, value, size, long, date, price
	n       int
	of      *gauge
	behind  bool // a preposition stands before it
	at      int  // token
	several bool // what it ranks stands right behind it, in the plural
}

// bar is a comparison with a measure: more than 200 deals.
type bar struct {
	gauge gauge
	cond  item
	own   bool // it stands right behind the records that are counted: deals over 5,000, by region
}

// sketch is what one reading of the question asks for, in its own order, before the schema's links are walked.
type sketch struct {
	wants
	amounts
	narrowing
	timing
	ordering
	contrast

	left []item // what no phrase accounts for
	toks []token
	// terse: it is values and a noun for what became of records, with no other words: east wins nov 2017.
	terse bool
}

// wants is what the answer is to show.
type wants struct {
	asked     string // which, who, list, when, where, ""
	target    noun
	counted   *noun
	number    int // a number before a noun: the 3 sectors with ...
	distinct  bool
	mentions  []noun
	requests  []request // what it asks for, in its order
	groups    []noun
	per       int         // the group, from 1, that per asked for
	each      bool        // a row for each
	trend     plan.Bucket // a row for each such time
	breakdown bool        // the rows of a field are asked for with how many each has
	chart     plan.Chart

	people   bool   // how many people
	folk     *item  // people named
	deed     *item  // a verb of what somebody does that no field is called by: see
	together bool   // all taken as one
	notAbout string // an object that is not meant
}

// amounts is what is measured.
type amounts struct {
	gauges   []gauge
	agg      plan.Fn // an aggregate that stands alone
	aggs     []item  // totals, averages and so on, as they are said
	howmuch  bool
	worth    bool
	perform  bool  // how somebody does
	sales    *item // how many sales
	counts   bool  // wins or losses are spoken of
	tallied  bool  // their number is asked for beside a measure of them
	summed   bool  // a total is asked for beside what stands before it
	also     bool  // and stands between what is asked for
	averaged bool  // the average over periods
}

// narrowing is what records, or rows, must fulfil.
type narrowing struct {
	sets     []item
	compared []item
	against  []item
	bars     []bar
	liked    []item // texts that hold or begin with something
	absent   []item
	have     []item // records that those asked for have any of
	standing []item
	earn     *item
	never    *item // never sold, never bought
}

// timing is when something was, and how long it took.
type timing struct {
	periods  []item
	dated    []item
	dateverb noun
	fromTo   *item // days from one date to another
	ahead    *item // how far ahead
	howlong  bool
	took     bool
	old      *item // how old
}

// ordering is what comes first, and how much of it is wanted.
type ordering struct {
	rank      *ranking
	nth       int  // the second best
	popular   bool // by how often something happened to it
	aged      bool // oldest or youngest
	order     *gauge
	orderDir  string // asc, desc
	orderGood bool   // the order is best or worst first
}

// contrast is what is set against something else: values, times, or a part against the whole.
type contrast struct {
	vs, than, more, diff bool
	versus               bool // vs stands between what is not of one field
	change               plan.Step
	ratio                bool // of two kinds of records
	share                bool
	shareAt              int  // token
	shareOf              bool // the part of a share stands before it
}

// leave sets aside what no phrase accounts for.
func (s *sketch) leave(it item) { s.left = append(s.left, it) }

// yesNo tells of a question that begins like one of yes or no.
func (s *sketch) yesNo() bool {
	return oneOf(s.toks[0].fold, "are", "is", "do", "does", "did", "has", "have")
}

// word is a token as it is compared, "" beyond the question's ends.
func (s *sketch) word(i int) string { return wordAt(s.toks, i) }

// measured takes records that are asked for as said by what is measured of them.
func (s *sketch) measured(object string) {
	if s.target.object == object && s.target.field == "" {
		s.target = noun{}
	}
}

// whole tells whether every word found its place.
func (s *sketch) whole() bool { return len(s.left) == 0 && s.number == 0 }
