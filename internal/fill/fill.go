// Package fill lets a small model fill in a Plan for a question that the grammar could not read. The model picks from what
// the schema and the question hold; it writes no SQL, no number, no date and no name.
package fill

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"openclaw/internal/chat"
	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
	"openclaw/internal/plan"
)

// Speaker is a model.
type Speaker interface {
	Say(ctx context.Context, p chat.Prompt, heard func(piece string)) (chat.Reply, error)
}

// Filler reads questions with a model.
type Filler struct {
	speaker Speaker
}

// New makes a filler.
func New(s Speaker) *Filler { return &Filler{speaker: s} }

// most tokens of a reply: a draft of everything that a draft may hold is shorter.
const mostTokens = 320

// Fill gives a plan that uses every number, period and name of the question and no other. A model that does not come to one
// is told why once; after that the error, of kind fail.Invalid, says what was wrong.
func (f *Filler) Fill(ctx context.Context, _ ident.Caller, q plan.Unread, s crm.Schema) (plan.Plan, error) {
	prompt := chat.Prompt{System: System(s), User: user(q, ""), Schema: format(s, q), MaxTokens: mostTokens}
	p, err := f.once(ctx, prompt, q, s)
	var wrong *fail.Error
	if errors.As(err, &wrong) && wrong.Kind == fail.Invalid {
		prompt.User = user(q, wrong.Message)
		p, err = f.once(ctx, prompt, q, s)
	}
	return p, err
}

func (f *Filler) once(ctx context.Context, prompt chat.Prompt, q plan.Unread, s crm.Schema) (plan.Plan, error) {
	reply, err := f.speaker.Say(ctx, prompt, nil)
	if err != nil {
		return plan.Plan{}, err
	}
	if reply.Cut {
		return plan.Plan{}, fail.New(fail.Invalid, "The model's reading was cut off.")
	}
	d, err := parse(reply.Text)
	if err != nil {
		return plan.Plan{}, err
	}
	return d.plan(q, s)
}

// user is what follows the part that never changes: what is known of the question, and the question.
func user(q plan.Unread, wrong string) string {
	var b strings.Builder
	if len(q.Known) > 0 {
		fmt.Fprintf(&b, "Understood: %s\n", oneLine(strings.Join(q.Known, ", ")))
	}
	for i, f := range q.Facts {
		fmt.Fprintf(&b, "%s = %s (%s)\n", tag(i), oneLine(f.Text), f.Kind)
	}
	if wrong != "" {
		fmt.Fprintf(&b, "Not like this: %s\n", wrong)
	}
	fmt.Fprintf(&b, "Question: %s\n", oneLine(q.Question))
	return b.String()
}

// tag is how a draft names a fact.
func tag(i int) string { return fmt.Sprintf("#%d", i+1) }

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
