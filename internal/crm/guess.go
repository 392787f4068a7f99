package crm

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed words.txt
var wordText string

// wordSets reads words.txt once: set name to phrases, each as folded words between single blanks.
var wordSets = sync.OnceValue(func() map[string][]string {
	sets := map[string][]string{}
	for line := range strings.SplitSeq(wordText, "\n") {
		set, list, ok := strings.Cut(line, ":")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		for phrase := range strings.SplitSeq(list, ",") {
			sets[set] = append(sets[set], Fold(strings.TrimSpace(phrase)))
		}
	}
	return sets
})

// Suggests tells how strongly a name speaks for one of the sets in words.txt: 0 is not at all, else the length of the
// longest phrase found in it, twice that when the phrase stands at its end, where a name's main word is.
func Suggests(set, name string) int {
	words := " " + strings.ReplaceAll(Ident(name), "_", " ") + " "
	words = strings.Replace(words, " source ", " ", 1)
	best := 0
	for _, phrase := range wordSets()[set] {
		found := " " + phrase + " "
		score := len(phrase)
		switch {
		case strings.HasSuffix(words, found):
			score *= 2
		case !strings.Contains(words, found):
			continue
		}
		best = max(best, score)
	}
	return best
}

// scorers say how well a field of an object suits a role, 0 for not at all. The best one gets the role and is out of the
// running for those below, so the order matters: the stage tells whether the object is a pipeline, which the two about
// money ask, and a due date would pass for an end.
var scorers = []struct {
	role  Role
	score func(o Object, f Field) int
}{
	{RoleStage, stageScore},
	{RoleUnitPrice, unitPriceScore},
	{RoleAmount, amountScore},
	{RoleDue, func(_ Object, f Field) int { return dateScore(f, "due") }},
	{RoleStarted, startedScore},
	{RoleEnded, func(_ Object, f Field) int { return dateScore(f, "ended") }},
	{RoleParent, parentScore},
	{RoleName, nameOrFirstScore},
}

// Guess gives the fields of an object the roles, and the options of its stage the outcomes, that their names and types
// suggest. What is there already stays. It is a proposal: people see and change it on the schema page.
func Guess(o Object) Object {
	o.Fields = slices.Clone(o.Fields)
	for _, s := range scorers {
		give(o, s.role, s.score)
	}
	for i, f := range o.Fields {
		switch {
		case f.Role == RoleStage:
			o.Fields[i].Options = withOutcomes(f.Options)
		case f.Role == NoRole:
			o.Fields[i].Role = sharedRole(o, f)
		}
	}
	return o
}

// give gives a role that no field has yet to the one without a role that suits it best, the first of equals.
func give(o Object, r Role, score func(Object, Field) int) {
	best, at := 0, -1
	for i, f := range o.Fields {
		if f.Role == r {
			return
		}
		if f.Role != NoRole {
			continue
		}
		if s := score(o, f); s > best {
			best, at = s, i
		}
	}
	if at >= 0 {
		o.Fields[at].Role = r
	}
}

// sharedRole is a role that several fields of an object may have.
func sharedRole(o Object, f Field) Role {
	isText := f.Type == Text || f.Type == Choice || f.Type == Person
	switch {
	case (isText || f.Type == Link && f.Target != o.Name) && Suggests("owner", f.Name) > 0:
		return RoleOwner
	case isText && Suggests("place", f.Name) > 0:
		return RolePlace
	}
	return NoRole
}

// stageScore takes a choice that is called a stage, or whose options know both won and lost: a subject such as "key
// rejected" is no stage.
func stageScore(_ Object, f Field) int {
	if f.Type != Choice || len(f.Options) < 2 {
		return 0
	}
	named, known := Suggests("stage", f.Name), outcomes(f.Options)
	if named == 0 && known < 2 {
		return 0
	}
	return named + 100*known
}

// pipeline tells of an object whose stage says what was won or lost.
func pipeline(o Object) bool {
	return slices.ContainsFunc(o.Fields, func(f Field) bool { return f.Role == RoleStage && outcomes(f.Options) > 0 })
}

// unitPriceScore takes a price of one where nothing is sold as a whole: in a pipeline, a price is what the deal comes to.
func unitPriceScore(o Object, f Field) int {
	if f.Type != Money || pipeline(o) || Suggests("amount", f.Name) > 0 {
		return 0
	}
	return Suggests("unit_price", f.Name)
}

// amountScore prefers money over bare numbers. What was paid so far is not what it comes to, so it is a last resort.
func amountScore(o Object, f Field) int {
	if !f.Type.Numeric() || (f.Type == Number && Suggests("count", f.Name) > 0) {
		return 0
	}
	score := 2 * Suggests("amount", f.Name)
	if pipeline(o) {
		score += Suggests("amount_in_pipeline", f.Name)
	}
	if score > 0 && Suggests("part_of_amount", f.Name) > 0 {
		return 1
	}
	if f.Type == Money && score > 0 {
		score += 100
	}
	return score
}

func dateScore(f Field, set string) int {
	if !f.Type.Temporal() {
		return 0
	}
	return Suggests(set, f.Name)
}

// startedScore leaves a date alone that sounds more like an end.
func startedScore(_ Object, f Field) int {
	if dateScore(f, "ended") > dateScore(f, "started") {
		return 0
	}
	return dateScore(f, "started")
}

// parentScore takes any link of an object to itself, rather one that is called a parent.
func parentScore(o Object, f Field) int {
	if f.Type != Link || f.Target != o.Name {
		return 0
	}
	return 1 + Suggests("parent", f.Name)
}

// nameOrFirstScore takes the first field where nothing is called a name, if it is a text and no code.
func nameOrFirstScore(o Object, f Field) int {
	score := nameScore(o, f)
	if score == 0 && f.Name == o.Fields[0].Name && f.Type == Text && Suggests("code", f.Name)+Suggests("part_of_name", f.Name) == 0 {
		return 1
	}
	return score
}

// nameScore prefers a field that is called as the object is, then the words for a name.
func nameScore(o Object, f Field) int {
	if f.Type != Text && f.Type != Person {
		return 0
	}
	if f.Name == Ident(o.Label) || f.Name == Singular(o.Name) || f.Name == o.Name {
		return 1000
	}
	if Suggests("code", f.Name) > 0 {
		return 0
	}
	own := []string{"name", "full_name", Ident(o.Label) + "_name", Singular(o.Name) + "_name", "subject", "title"}
	if f.Name == "title" && slices.ContainsFunc(o.Fields, func(f Field) bool { return f.Name == "last_name" || f.Name == "surname" || f.Type == Email }) {
		return 0 // a person's title is a job
	}
	if i := slices.Index(own, f.Name); i >= 0 {
		return 900 - i
	}
	if f.Key {
		return 10 + Suggests("name", f.Name)
	}
	return 0
}

// outcomes counts which of won and lost the options know.
func outcomes(options []Option) int {
	won, lost := 0, 0
	for _, o := range withOutcomes(options) {
		switch o.Outcome {
		case Won:
			won = 1
		case Lost:
			lost = 1
		}
	}
	return won + lost
}

// withOutcomes marks the options that mean won and lost; when there are such, all others are open.
func withOutcomes(options []Option) []Option {
	out := slices.Clone(options)
	told := false
	for i, o := range out {
		if o.Outcome != NoOutcome {
			told = true
			continue
		}
		won, lost := Suggests("won", o.Value), Suggests("lost", o.Value)
		switch {
		case won > lost:
			out[i].Outcome, told = Won, true
		case lost > 0:
			out[i].Outcome, told = Lost, true
		}
	}
	for i, o := range out {
		if told && o.Outcome == NoOutcome && !calledOff(o.Value) {
			out[i].Outcome = Open
		}
	}
	return out
}

// calledOff tells of an option that is over and neither won nor lost.
func calledOff(value string) bool {
	return slices.Contains([]string{"settled", "withdrawn", "cancelled", "canceled", "terminated", "abandoned", "void", "expired", "archived", "duplicate"}, Fold(value))
}
