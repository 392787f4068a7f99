// Package prove turns each promise into a check with its evidence, taken at the moment it is asked for. What cannot be
// measured is not claimed. One file holds the claims of one subject; doctor.go holds what is no promise but worth knowing.
package prove

import (
	"context"
	"fmt"
	"net"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// Claim is one promise and whether it holds now.
type Claim struct {
	Claim    string `json:"claim"`    // a short name, as in openclawd prove NAME
	Article  string `json:"article"`  // the promise
	How      string `json:"how"`      // how it is checked here, and how to check it without this program
	Evidence string `json:"evidence"` // what was found
	Holds    bool   `json:"holds"`
}

// Workspace is a store that a check may write to.
type Workspace interface {
	Alter(ctx context.Context, c ident.Caller, alter []crm.Alteration, cause crm.Cause) (crm.Written, error)
	Write(ctx context.Context, c ident.Caller, edits []crm.Edit, cause crm.Cause) (crm.Written, error)
	Undo(ctx context.Context, c ident.Caller, id int64) (crm.Undone, error)
	reader
}

type reader interface {
	Schema(ctx context.Context, c ident.Caller) (crm.Schema, error)
	Record(ctx context.Context, c ident.Caller, object string, id int64) (crm.Record, error)
	History(ctx context.Context, c ident.Caller, q crm.HistoryQuery) ([]crm.Change, error)
}

// Options is what the checks look at: the running daemon's own parts.
type Options struct {
	Dir string
	// License is the text of the licence that the program was built with.
	License string
	Addr    net.Addr // of the web pages
	Store   reader
	State   func() crm.State
	SQL     func(ctx context.Context, c ident.Caller, text string) (crm.Rows, error)
	Ask     func(ctx context.Context, c ident.Caller, question string) (Answer, error)
	// Open opens the workspace of a folder as the daemon does: an empty one to try things in, or the daemon's own, which
	// must be refused.
	Open func(ctx context.Context, dir string) (Workspace, func() error, error)
}

// Answer is what a check looks at in an answer.
type Answer struct {
	Status string
	By     string
	SQL    string
	Rows   [][]any
}

// Prover runs the checks.
type Prover struct{ o Options }

// New makes one.
func New(o Options) *Prover { return &Prover{o} }

// check is one claim before it is measured. measure gives the evidence and whether the claim holds.
type check struct {
	claim, article, how string
	measure             func(ctx context.Context) (evidence string, holds bool, err error)
}

func (p *Prover) checks() []check {
	var all []check
	for _, subject := range [][]check{p.fileChecks(), p.networkChecks(), p.processChecks(), p.dataChecks(), p.doorChecks()} {
		all = append(all, subject...)
	}
	return all
}

// Claims measures one claim by its name, or all for "". A check that cannot be made does not hold, and says why.
func (p *Prover) Claims(ctx context.Context, name string) (any, error) {
	var out []Claim
	var names []string
	for _, c := range p.checks() {
		names = append(names, c.claim)
		if name != "" && c.claim != name {
			continue
		}
		evidence, holds, err := c.measure(ctx)
		if err != nil {
			evidence, holds = fmt.Sprintf("It could not be checked: %v.", err), false
		}
		out = append(out, Claim{c.claim, c.article, c.how, evidence, holds})
	}
	if len(out) == 0 {
		return nil, fail.New(fail.NotFound, "There is no claim %q.", name).WithHint("There is: %s.", strings.Join(names, ", "))
	}
	return out, nil
}
