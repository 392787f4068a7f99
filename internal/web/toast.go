package web

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
)

// Toast is what is said once after a write: what happened, and how to take it back.
type Toast struct {
	Text string
	Undo int64  // a change or batch; 0 when there is nothing to take back
	Verb string // of the button; "Undo", or "Do again" after an undo
	Back string // where the undo comes back to; "" is the page that shows the toast
}

const toastCookie = "openclaw_said"

// say keeps a toast for the next page. It travels in a cookie of this browser only, so the server remembers nothing.
func say(w http.ResponseWriter, t Toast) {
	text, err := json.Marshal(t)
	if err != nil || len(text) > 2000 {
		return // a toast is a courtesy; the write stands in the history either way
	}
	http.SetCookie(w, &http.Cookie{Name: toastCookie, Value: base64.RawURLEncoding.EncodeToString(text), Path: "/", MaxAge: 60, HttpOnly: true, SameSite: http.SameSiteStrictMode})
}

// done says what happened and goes on to a page.
func done(w http.ResponseWriter, r *http.Request, t Toast, to string) error {
	say(w, t)
	if swap(r) {
		w.Header().Set("HX-Redirect", to)
		return nil
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

func takeToast(w http.ResponseWriter, r *http.Request) *Toast {
	c, err := r.Cookie(toastCookie)
	if err != nil {
		return nil
	}
	http.SetCookie(w, &http.Cookie{Name: toastCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	text, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil {
		return nil
	}
	var t Toast
	if json.Unmarshal(text, &t) != nil || t.Text == "" {
		return nil
	}
	if t.Verb == "" {
		t.Verb = "Undo"
	}
	return &t
}
