package ident

import "time"

// Session is a way in that was opened once and lasts: a signed-in browser or an API token. The store keeps a hash of
// its secret, never the secret.
type Session struct {
	ID        string    `json:"id"` // short, public, for listing and revoking
	Kind      Via       `json:"kind"`
	Person    string    `json:"person"`
	Role      Role      `json:"role"`
	Label     string    `json:"label"` // the browser, or what the token is for
	CreatedAt time.Time `json:"created_at"`
	SeenAt    time.Time `json:"seen_at"`
	ExpiresAt time.Time `json:"expires_at"`
}

// Caller is who acts through the session.
func (s Session) Caller() Caller {
	return Caller{Person: s.Person, Name: s.Person, Role: s.Role, Via: s.Kind, Session: s.ID}
}
