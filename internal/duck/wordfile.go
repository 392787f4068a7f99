package duck

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"

	"openclaw/internal/fail"
)

// WordsName is the file of the words in the data folder.
const WordsName = "words.duckdb"

// The words of the records stand in a database of their own, so that they are written beside the writer and never hold
// it up. All of it is derived: a file that is missing, damaged or of another format is made anew.
const (
	wordsDB     = "words"
	wordsFormat = 2 // of what stands in the file; another one is made anew
)

// attachWords stands for openWords among the statements that set up an instance.
const attachWords = "ATTACH words"

// wordsTables are the tables of the file.
//
// value has the short values in the data, for reading questions. A value stands under several keys, each the low half of
// a hash: see keysOf. term has the words in the records, for search. Each row has the run it was added in; the rows of a
// run are sorted, by key and by token, and so are all rows up to the run sorted together (wordsort.go).
//
// shape has, by object, the fields that its rows were made of (shapeOfWords): a change of the schema that leaves them
// alone, such as a label, makes nothing anew. Records up to the id done have their words. Rows of runs before since are
// dead; begun is what since will be when all records are done. Rows of an object that is not in shape are dead.
//
// indexed says how far they follow the data: history up to the id upto, written at that instant, is in them as far as it
// is of records that are done. run is the last one; loose counts the records that were looked at again since all was made
// anew; filter tells at once that a key does not stand in value in a run up to sifted.
const wordsTables = `
	CREATE TABLE words.main.value (key UINTEGER, object VARCHAR, field VARCHAR, word BOOLEAN, value VARCHAR, run BIGINT);
	CREATE TABLE words.main.term (token VARCHAR, object VARCHAR, field VARCHAR, record BIGINT, run BIGINT);
	CREATE TABLE words.main.shape (object VARCHAR, fields VARCHAR, since BIGINT, begun BIGINT, done BIGINT);
	CREATE TABLE words.main.indexed (format INTEGER, upto BIGINT, written_at TIMESTAMP, run BIGINT, sorted BIGINT, loose BIGINT, filter BLOB, sifted BIGINT);
	INSERT INTO words.main.indexed VALUES (?, 0, NULL, 0, 0, 0, NULL, 0);`

// openWords attaches the file of words, and makes it where there is none that can be used.
func openWords(ctx context.Context, conn *sql.Conn, dir string) error {
	file := filepath.Join(dir, WordsName)
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
