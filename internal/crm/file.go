package crm

import (
	"io/fs"
	"strings"
	"unicode"
)

// filePath tells whether text is the path of a file below the workspace's files folder: relative to it, with / between
// its parts, none of which is empty, . or .., and nothing in it that a terminal would act on. Whether there is such a
// file is not asked.
func filePath(text string) bool {
	return fs.ValidPath(text) && text != "." && len(text) <= 1024 && !strings.ContainsRune(text, '\\') && !strings.ContainsFunc(text, unicode.IsControl)
}
