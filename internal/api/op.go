package api

import (
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/edge"
	"openclaw/internal/fail"
)

// op is one line of the API's table. in and out are samples of what is sent and answered; they are only looked at for
// their types, to describe the API.
type op struct {
	method  string
	path    string // as edge.Route.Path
	access  edge.Access
	maxBody int64
	id      string // operationId: a verb and a noun
	does    string // one sentence
	query   []param
	in, out any
	status  int    // of success; 0 means 200
	secret  bool   // the answer holds a secret, so that it is not kept for an Idempotency-Key
	large   bool   // the body may be files, as multipart/form-data; the handler itself sees to an Idempotency-Key
	media   string // of the answer; "" means JSON
	handle  func(w http.ResponseWriter, r *http.Request) error
}

type param struct{ name, does string }

// write answers with JSON.
func write(w http.ResponseWriter, status int, v any) error {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// read takes the one JSON value of a body. A member that is not known is an error, so that a slip is not silence.
func read[T any](r *http.Request) (T, error) {
	var v T
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	d.UseNumber()
	err := d.Decode(&v)
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("something follows the value")
			if more != nil {
				err = more
			}
		}
	}
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil || errors.As(err, &tooLarge):
		return v, err
	case errors.Is(err, io.EOF):
		return v, fail.New(fail.Usage, "The body is empty.").WithHint("Send JSON; /api/v1/openapi.json says which.")
	}
	return v, fail.New(fail.Usage, "The body is not the JSON that is wanted here: %s.", strings.TrimPrefix(err.Error(), "json: ")).
		WithHint("/api/v1/openapi.json says what is.")
}

// number reads a whole number of the path or the query.
func number(name, text string, least, most int64) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < least || n > most {
		hint := "It is a whole number."
		if most < math.MaxInt64 {
			hint = "It is a whole number from " + strconv.FormatInt(least, 10) + " to " + strconv.FormatInt(most, 10) + "."
		}
		return 0, fail.New(fail.Usage, "%q is no %s.", text, name).WithHint("%s", hint)
	}
	return n, nil
}

// queryNumber is number for a parameter that may be left out.
func queryNumber(r *http.Request, name string, otherwise, most int64) (int64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return otherwise, nil
	}
	return number(name, text, 1, most)
}

// knownQuery refuses parameters that the route does not know.
func knownQuery(r *http.Request, known ...string) error {
next:
	for name := range r.URL.Query() {
		for _, k := range known {
			if k == name {
				continue next
			}
		}
		return fail.New(fail.Usage, "There is no parameter %q here.", name).WithHint("There is: %s.", strings.Join(known, ", "))
	}
	return nil
}

func names[T any](all []T, name func(T) string) string {
	out := make([]string, len(all))
	for i, v := range all {
		out[i] = name(v)
	}
	return strings.Join(out, ", ")
}

// jsonValue is a value of a result as JSON can carry it.
func jsonValue(v any, c crm.Column) any {
	return crm.JSONValue(v, c.Type, c.Scale)
}
