// Package edge is the program's way in: a table of routes with an access rule each, and two doors in front of it. The
// TCP door knows people by a session cookie or a bearer token; the unix socket knows them by the uid that the kernel
// states. It is the only package that knows echo; handlers are shaped like net/http and return an error.
package edge

import (
	"fmt"
	"net/http"
	"strings"

	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// Access says who may use a route. The zero Access is nobody's rule: a route that carries it does not construct.
type Access int

// The rules.
const (
	_         Access = iota
	Public           // anybody, signed in or not
	SignedIn         // any known person
	Writer           // a person whose role may change records
	AdminOnly        // the admin role
)

func (a Access) String() string {
	switch a {
	case Public:
		return "public"
	case SignedIn:
		return "signed-in"
	case Writer:
		return "writer"
	case AdminOnly:
		return "admin"
	}
	return "none"
}

// allow tells whether a caller passes the rule.
func (a Access) allow(c ident.Caller) *fail.Error {
	switch {
	case a == Public:
		return nil
	case !c.Known():
		return fail.New(fail.Denied, "You are not signed in.").
			WithHint("Type openclawd open on this box, and follow the link that it prints.")
	case a == Writer && !c.Role.CanWrite():
		return fail.New(fail.Denied, "Your role, %s, may read but not change anything.", c.Role).WithHint("Ask an admin for the member role.")
	case a == AdminOnly && c.Role != ident.Admin:
		return fail.New(fail.Denied, "Only an admin may do this, and your role is %s.", c.Role).WithHint("Ask an admin.")
	}
	return nil
}

// Route is one line of the table. Path has parameters as "/o/:object" and a rest as "/static/*"; handlers read them with
// r.PathValue("object") and r.PathValue("*"), and the caller with ident.From(r.Context()). A GET route answers HEAD too.
type Route struct {
	Method  string
	Path    string
	Access  Access
	MaxBody int64 // bytes of the request's body; 0 means 1 MiB
	Handle  func(w http.ResponseWriter, r *http.Request) error
}

const defaultMaxBody = 1 << 20

// String is the route's line in a listing of the table.
func (r Route) String() string {
	line := fmt.Sprintf("%-6s %-44s %s", r.Method, r.Path, r.Access)
	if r.MaxBody != 0 {
		line += fmt.Sprintf(" body<=%d", r.MaxBody)
	}
	return line
}

func (r Route) check() error {
	switch {
	case r.Access < Public || r.Access > AdminOnly:
		return fmt.Errorf("route %s %s has no access rule", r.Method, r.Path)
	case r.Handle == nil:
		return fmt.Errorf("route %s %s has no handler", r.Method, r.Path)
	case !strings.HasPrefix(r.Path, "/"):
		return fmt.Errorf("route %s %q does not begin with a slash", r.Method, r.Path)
	case r.Access == Public && r.Method != http.MethodGet:
		return fmt.Errorf("route %s %s lets anybody change something", r.Method, r.Path)
	}
	return nil
}
