package answer

import (
	"context"
	"fmt"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// Saved are the questions that people keep.
type Saved interface {
	SavedList(ctx context.Context, c ident.Caller) ([]crm.Saved, error)
}

// saved answers a question that somebody has kept, by its name or its words. Parameters stand in braces.
func (e *Engine) saved(ctx context.Context, c ident.Caller, req Request) (Answer, bool, error) {
	list, err := e.opt.Saved.SavedList(ctx, c)
	if err != nil {
		return Answer{}, false, err
	}
	toks := tokens(req.Question)
	for _, s := range list {
		params, ok := matchSaved(s.Question, toks)
		if !ok {
			if key(s.Name) != key(req.Question) || len(s.Params) > 0 || strings.Contains(s.Question, "{") {
				continue
			}
		}
		a, ok, err := e.runSaved(ctx, c, s, req, params)
		if ok || err != nil {
			return a, ok, err
		}
	}
	return Answer{}, false, nil
}

func (e *Engine) runSaved(ctx context.Context, c ident.Caller, s crm.Saved, req Request, params map[string]string) (Answer, bool, error) {
	if s.SQL != "" {
		if e.opt.SQL == nil {
			return Answer{}, false, nil
		}
		rows, err := e.opt.SQL(ctx, c, bindSaved(s.SQL, params))
		if why := fail.As(err); err != nil && ctx.Err() == nil && unfit(why.Kind) {
			reason := fmt.Sprintf("The saved question %q is broken. %s %s Save it again with SQL that fits: openclawd saved add.", s.Name, why.Message, why.Hint)
			return Answer{Status: Unanswered, By: "saved", Reason: reason}, true, nil
		}
		if err != nil {
			return Answer{}, false, err
		}
		a := Answer{Status: Answered, By: "saved", Words: s.Question}
		a.take(rows)
		return a, true, nil
	}
	schema, err := e.opt.Store.Schema(ctx, c)
	if err != nil {
		return Answer{}, false, err
	}
	question := s.Question
	for name, value := range params {
		question = strings.ReplaceAll(question, "{"+name+"}", value)
	}
	r, err := e.meaning(ctx, e.question(ctx, c, Request{Question: question}, schema), Request{Question: question})
	if err != nil || r.status != Answered {
		return Answer{}, false, err // it is then read like any other question, and says why not
	}
	a, err := e.run(ctx, c, schema, r, "saved")
	return a, true, err
}

// unfit tells of an error that lies in the statement itself, as when a field that it names was renamed.
func unfit(k fail.Kind) bool { return k == fail.Invalid || k == fail.NotFound || k == fail.Denied }

// matchSaved fits a question to a kept one; each {name} takes one or more words.
func matchSaved(pattern string, toks []token) (map[string]string, bool) {
	var parts []string // norms; a parameter as {name}
	rest := pattern
	for {
		head, tail, ok := strings.Cut(rest, "{")
		for _, t := range tokens(head) {
			parts = append(parts, t.norm)
		}
		if !ok {
			break
		}
		name, after, closed := strings.Cut(tail, "}")
		if !closed {
			return nil, false
		}
		parts = append(parts, "{"+name+"}")
		rest = after
	}
	if len(parts) == 0 {
		return nil, false
	}
	params := map[string]string{}
	return params, fit(parts, toks, params)
}

func fit(parts []string, toks []token, params map[string]string) bool {
	if len(parts) == 0 {
		return len(toks) == 0
	}
	name, isParam := strings.CutPrefix(parts[0], "{")
	if !isParam {
		return len(toks) > 0 && toks[0].norm == parts[0] && fit(parts[1:], toks[1:], params)
	}
	for n := 1; n <= len(toks) && n <= maxSpan; n++ {
		if fit(parts[1:], toks[n:], params) {
			words := make([]string, n)
			for i, t := range toks[:n] {
				words[i] = t.text
			}
			params[strings.TrimSuffix(name, "}")] = strings.Join(words, " ")
			return true
		}
	}
	return false
}

// bindSaved writes parameters into a statement as quoted literals, where $name stands outside of quotes. The statement
// goes through the gate for people's SQL afterwards.
func bindSaved(sql string, params map[string]string) string {
	var b strings.Builder
	for i := 0; i < len(sql); {
		c := sql[i]
		if c == '\'' || c == '"' {
			end := strings.IndexByte(sql[i+1:], c)
			if end < 0 {
				return b.String() + sql[i:]
			}
			b.WriteString(sql[i : i+end+2])
			i += end + 2
			continue
		}
		if c == '$' {
			end := i + 1
			for end < len(sql) && (sql[end] == '_' || sql[end] >= 'a' && sql[end] <= 'z' || sql[end] >= '0' && sql[end] <= '9') {
				end++
			}
			if v, ok := params[sql[i+1:end]]; ok {
				b.WriteString("'" + strings.ReplaceAll(v, "'", "''") + "'")
				i = end
				continue
			}
		}
		b.WriteByte(c)
		i++
	}
	return b.String()
}
