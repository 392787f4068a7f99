package peer

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	_ "github.com/duckdb/duckdb-go/v2" // registers the driver
)

// layout is a way to keep the data in DuckDB: statements that make and fill it, and a query for each request. In load,
// FILES stands for the folder of the CSV files; a query's ? is the number of the record asked for.
type layout struct {
	load    []string
	queries map[string][]string
	edit    string
}

// duck serves a layout with nothing between HTTP and the database.
type duck struct{ layout }

func (d duck) open(dir string) (*sql.DB, error) {
	return sql.Open("duckdb", filepath.Join(dir, "peer.duckdb"))
}

// Load implements Peer.
func (d duck) Load(ctx context.Context, dir, files string) (float64, error) {
	db, err := d.open(dir)
	if err != nil {
		return 0, fmt.Errorf("open the database: %w", err)
	}
	defer db.Close()
	start := time.Now()
	for _, statement := range d.load {
		if _, err := db.ExecContext(ctx, strings.ReplaceAll(statement, "FILES", files)); err != nil {
			return 0, fmt.Errorf("run %.60q: %w", statement, err)
		}
	}
	took := time.Since(start)
	var n int
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM read_csv('"+files+"/opportunities.csv', all_varchar=true)").Scan(&n); err != nil {
		return 0, fmt.Errorf("count the rows: %w", err)
	}
	return float64(n) / took.Seconds(), nil
}

// Serve implements Peer: GET /<query>?n=N answers with the rows of each of its statements, PATCH /edit?n=N edits one.
func (d duck) Serve(ctx context.Context, dir string, ready func(url string)) error {
	db, err := d.open(dir)
	if err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	defer db.Close()
	if err := db.PingContext(ctx); err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{query}", func(w http.ResponseWriter, r *http.Request) {
		var answer [][][]any
		for _, statement := range d.queries[r.PathValue("query")] {
			rows, err := all(r.Context(), db, statement, r.FormValue("n"))
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			answer = append(answer, rows)
		}
		_ = json.NewEncoder(w).Encode(answer) // the client may have gone
	})
	mux.HandleFunc("PATCH /edit", func(w http.ResponseWriter, r *http.Request) {
		if _, err := db.ExecContext(r.Context(), d.edit, r.FormValue("n")); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	server := &http.Server{Handler: mux}
	defer context.AfterFunc(ctx, func() { _ = server.Close() })()
	ready("http://" + listener.Addr().String())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func all(ctx context.Context, db *sql.DB, statement, n string) ([][]any, error) {
	var args []any
	if strings.Contains(statement, "?") {
		args = append(args, n)
	}
	rows, err := db.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var out [][]any
	for rows.Next() {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, rows.Err()
}
