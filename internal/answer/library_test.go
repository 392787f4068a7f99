package answer_test

import (
	"path/filepath"
	"testing"
)

// A town library is a workspace that sells nothing and whose files link by name.
func TestLibraryQuestions(t *testing.T) {
	dir := filepath.Join("testdata", "library")
	s := imported(t, dir, "branches.csv", "members.csv", "books.csv", "loans.csv")
	scoreAll(t, engine(t, s), readGold(t, filepath.Join(dir, "questions.jsonl")), floor{right: 53, wrong: 0})
}
