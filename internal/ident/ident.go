// Package ident says who is asking. No store, tool or route works without a Caller, and this is the only package that
// puts values in a context.
package ident

import "context"

// Role is what a person may do.
type Role string

// The roles, from most to least.
const (
	Admin  Role = "admin"  // everything, settings and people included
	Member Role = "member" // read and write records, ask, import
	Viewer Role = "viewer" // read and ask
)

// CanWrite tells whether the role may change records or the schema.
func (r Role) CanWrite() bool { return r == Admin || r == Member }

// Rank orders the roles: who has the higher one may do all that the lower one may. 0 is no role.
func (r Role) Rank() int {
	return map[Role]int{Viewer: 1, Member: 2, Admin: 3}[r]
}

// Via is the way by which a caller came in.
type Via string

// The ways in.
const (
	Browser Via = "browser" // a signed-in session
	CLI     Via = "cli"     // control.sock, known by unix uid
	Token   Via = "token"   // an API token
	Daemon  Via = "daemon"  // the program's own work: migrations, idle re-sorting
)

// Caller is one person as seen by one request. The zero Caller is nobody and may do nothing.
type Caller struct {
	Person  string // the login: a unix user name, later a tailnet login
	Name    string // how the person is shown
	Role    Role
	Via     Via
	Session string // the id of the session or token that they came by; "" without one
	Once    Once   // the request, where it must not be done twice
}

// Known tells whether this is somebody.
func (c Caller) Known() bool { return c.Person != "" && c.Role != "" }

// System is the program itself.
func System() Caller { return Caller{Person: "openclaw", Name: "OpenClaw", Role: Admin, Via: Daemon} }

type key struct{}

// With returns a context that carries the caller.
func With(ctx context.Context, c Caller) context.Context { return context.WithValue(ctx, key{}, c) }

// From returns the caller of a context, and nobody when it has none.
func From(ctx context.Context) Caller {
	c, _ := ctx.Value(key{}).(Caller)
	return c
}
