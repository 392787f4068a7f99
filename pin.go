//go:build pin

package pin
import (
 _ "github.com/duckdb/duckdb-go/v2"
 _ "github.com/labstack/echo/v4"
 _ "github.com/coreos/go-systemd/v22/daemon"
 _ "github.com/spf13/cobra"
 _ "github.com/spf13/cobra/doc"
 _ "github.com/xuri/excelize/v2"
 _ "github.com/emersion/go-vcard"
 _ "github.com/pelletier/go-toml/v2"
 _ "github.com/shopspring/decimal"
 _ "golang.org/x/text/encoding/charmap"
 _ "golang.org/x/term"
 _ "golang.org/x/sys/unix"
 _ "github.com/agnivade/levenshtein"
 _ "github.com/jinzhu/inflection"
 _ "github.com/schollz/progressbar/v3"
 _ "github.com/chromedp/chromedp"
 _ "github.com/jba/templatecheck"
 _ "github.com/rogpeppe/go-internal/testscript"
 _ "github.com/google/go-cmp/cmp"
 _ "github.com/kljensen/snowball"
 _ "github.com/mattn/go-runewidth"
 _ "github.com/getkin/kin-openapi/openapi3"
)
