package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// get and send make requests; their addresses are ours, so that they are always well formed.
func get(address string) *http.Request {
	req, _ := http.NewRequest(http.MethodGet, address, nil)
	return req
}

func send(method, address, body string) *http.Request {
	req, _ := http.NewRequest(method, address, strings.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	return req
}

// ours is openclawd as people run it: its own import command, its API with a token, its limits.
func ours(program string) subject {
	program, _ = filepath.Abs(program)
	cli := func(ctx context.Context, dir string, args ...string) ([]byte, error) {
		var stderr bytes.Buffer
		cmd := exec.CommandContext(ctx, program, append(args, "--data", dir, "--json")...)
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("openclawd %s: %w: %s%s", strings.Join(args, " "), err, out, stderr.String())
		}
		return out, nil
	}
	serve := func(dir string) *exec.Cmd {
		return exec.Command(program, "serve", "--data", dir, "--listen", "127.0.0.1:0")
	}
	var token string
	lists := map[string]url.Values{
		"value":    {"sort": {"-close_value"}},
		"filtered": {"sort": {"-close_value"}, "filter": {"deal_stage = Won", "close_value > 5000"}},
		"text":     {"sort": {"opportunity_id"}},
		"several":  {"sort": {"deal_stage", "-close_date", "-close_value"}},
		"linked":   {"sort": {"account"}},
	}
	return subject{
		id: "openclaw", name: "OpenClaw", serve: serve,
		load: func(ctx context.Context, dir, files string) (float64, error) {
			p, err := start(serve(dir))
			if err != nil {
				return 0, err
			}
			defer func() { _ = p.stop() }() // the error that matters is returned below
			for _, batch := range [][]string{{"agents.csv", "products.csv", "accounts.csv"}, {"opportunities.csv"}} {
				args := []string{"import", "--yes"}
				for _, name := range batch {
					args = append(args, filepath.Join(files, name))
				}
				began := time.Now()
				out, err := cli(ctx, dir, args...)
				took := time.Since(began)
				if err != nil {
					return 0, err
				}
				if len(batch) > 1 {
					continue
				}
				var done struct {
					Files []struct {
						Created  int64
						Rejected []json.RawMessage
					}
				}
				if err := json.Unmarshal(out, &done); err != nil || len(done.Files) != 1 || len(done.Files[0].Rejected) > 0 {
					return 0, fmt.Errorf("read what the import says: %w: %.300s", err, out)
				}
				if err := p.settle(ctx); err != nil {
					return 0, err
				}
				return float64(done.Files[0].Created) / took.Seconds(), p.stop()
			}
			return 0, nil
		},
		signIn: func(ctx context.Context, dir, _ string, _ *http.Client) error {
			out, err := cli(ctx, dir, "token", "add", "bench", "--role", "member")
			if err != nil {
				return err
			}
			var made struct{ Token string }
			if err := json.Unmarshal(out, &made); err != nil || made.Token == "" {
				return fmt.Errorf("read the token: %w: %s", err, out)
			}
			token = made.Token
			return nil
		},
		wrong: func(kind string, body []byte) string {
			if kind == "sum" && !bytes.Contains(body, []byte(`"status":"answered"`)) {
				return "the question was not answered"
			}
			return ""
		},
		request: func(at, kind string, n int) *http.Request {
			var req *http.Request
			records := at + "/api/v1/objects/opportunities/records"
			switch kind {
			case "value", "filtered", "text", "several", "linked":
				req = get(records + "?limit=50&" + lists[kind].Encode())
			case "sum":
				req = send(http.MethodPost, at+"/api/v1/ask", `{"question":"top 5 sales agents by won close value"}`)
			case "record":
				req = get(records + "/" + strconv.Itoa(n))
			case "edit":
				req = send(http.MethodPatch, records+"/"+strconv.Itoa(n), fmt.Sprintf(`{"values":{"close_value":"%d"}}`, time.Now().UnixNano()%100_000))
			default:
				return nil
			}
			req.Header.Set("Authorization", "Bearer "+token)
			return req
		},
	}
}

// child is this program being a peer.
func child(id, name string, request func(at, kind string, n int) *http.Request) subject {
	self := func(args ...string) *exec.Cmd {
		path, err := os.Executable()
		if err != nil {
			path = os.Args[0]
		}
		return exec.Command(path, append([]string{"-peer", id}, args...)...)
	}
	return subject{
		id: id, name: name, request: request, mayFail: true,
		serve: func(dir string) *exec.Cmd { return self("-dir", dir) },
		load: func(_ context.Context, dir, files string) (float64, error) {
			var stderr bytes.Buffer
			cmd := self("-dir", dir, "-load", files)
			cmd.Stderr = &stderr
			out, err := cmd.Output()
			if err != nil {
				return 0, fmt.Errorf("%w: %s", err, stderr.String())
			}
			return strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
		},
	}
}

func duckRequest(at, kind string, n int) *http.Request {
	switch kind {
	case "edit":
		return send(http.MethodPatch, at+"/edit?n="+strconv.Itoa(n), "")
	case "value", "filtered", "text", "several", "linked", "sum", "record":
		return get(at + "/" + kind + "?n=" + strconv.Itoa(n))
	}
	return nil
}

func floor() subject { return child("floor", "bare Go + DuckDB", duckRequest) }

func denchClaw() subject { return child("denchclaw", "DenchClaw's storage", duckRequest) }

func pocketBase() subject {
	lists := map[string]url.Values{
		"value":    {"sort": {"-close_value"}},
		"filtered": {"sort": {"-close_value"}, "filter": {`deal_stage = "Won" && close_value > 5000`}},
		"text":     {"sort": {"opportunity_id"}},
		"several":  {"sort": {"deal_stage", "-close_date", "-close_value"}},
		"linked":   {"sort": {"account.account"}},
	}
	return child("pocketbase", "PocketBase 0.36.8", func(at, kind string, n int) *http.Request {
		records := at + "/api/collections/opportunities/records"
		switch kind {
		case "value", "filtered", "text", "several", "linked":
			return get(records + "?perPage=50&expand=sales_agent,product,account&" + lists[kind].Encode())
		case "sum":
			return get(at + "/api/collections/sums/records?perPage=5&sort=-total")
		case "record":
			return get(records + fmt.Sprintf("/%015d?expand=sales_agent,product,account", n))
		case "edit":
			return send(http.MethodPatch, records+fmt.Sprintf("/%015d", n), fmt.Sprintf(`{"close_value":%d}`, time.Now().UnixNano()%100_000))
		}
		return nil
	})
}
