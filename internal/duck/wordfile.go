package duck

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"

	"openclaw/internal/fail"
)

// The words of the records stand in a database of their own, so that they are written beside the writer and never hold
// it up. All of it is derived: a file that is missing, damaged or of another format is made anew.
const (
	wordsFile   = "words.duckdb"
	wordsDB     = "words"
	wordsFormat = 1 // of what stands in the file; another one is made anew
)

// attachWords stands for openWords among the statements that set up an instance.
const attachWords = "ATTACH words"

// wordsTables are the tables of the file.
//
// value has the short values in the data, for reading questions. A value stands under several keys, each the low half of
// a hash: see keysOf. term has the words in the records, for search. Both are sorted, by key and by token, but for the
// loose rows, which were added since.
//
// shape has the fields that each object's rows were made of (shapeOfWords): a change of the schema that leaves them alone,
// such as a label, makes nothing anew.
//
// indexed says how far they follow the data: history up to the id upto, written at that instant, is in them.
// loose counts the records that were looked at again since all was sorted; filter tells at once that a key does not
// stand in value.
const wordsTables = `
	CREATE TABLE words.main.value (key UINTEGER, object VARCHAR, field VARCHAR, word BOOLEAN, value VARCHAR, loose BOOLEAN);
	CREATE TABLE words.main.term (token VARCHAR, object VARCHAR, field VARCHAR, record BIGINT, loose BOOLEAN);
	CREATE TABLE words.main.shape (object VARCHAR, fields VARCHAR);
	CREATE TABLE words.main.indexed (format INTEGER, upto BIGINT, written_at TIMESTAMP, loose BIGINT, filter BLOB);
	INSERT INTO words.main.indexed VALUES (?, 0, NULL, 0, NULL);`

// openWords attaches the file of words, and makes it where there is none that can be used.
func openWords(ctx context.Context, conn *sql.Conn, dir string) error {
	file := filepath.Join(dir, wordsFile)
	attach := "ATTACH " + text(file) + " AS " + wordsDB + " (ROW_GROUP_SIZE 8192)"
	if _, err := conn.ExecContext(ctx, attach); err == nil {
		var format int
		if err := conn.QueryRowContext(ctx, "SELECT format FROM words.main.indexed").Scan(&format); err == nil && format == wordsFormat {
			return nil
		}
		if _, err := conn.ExecContext(ctx, "DETACH "+wordsDB); err != nil {
			return wrap("let go of the file of words", err)
		}
	}
	for _, name := range []string{file, file + ".wal"} {
		if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
			return unusable(dir, err)
		}
	}
	_, err := conn.ExecContext(ctx, attach)
	if err == nil {
		_, err = conn.ExecContext(ctx, wordsTables, wordsFormat)
	}
	if err != nil {
		return fail.New(fail.Unavailable, "%s cannot be made.", file).WithHint("Check that this user may write there and that the disk is not full.").Because(err)
	}
	return nil
}
