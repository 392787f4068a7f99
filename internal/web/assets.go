package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"

	"openclaw/internal/fail"
)

//go:embed static
var staticFiles embed.FS

// assets serves static/ under /assets/<hash of the tree>/, so that a browser may keep each file for ever.
type assets struct {
	prefix string
	hash   string
	files  map[string][]byte
}

func loadAssets() (*assets, error) {
	a := &assets{files: map[string][]byte{}}
	sum := sha256.New()
	err := fs.WalkDir(staticFiles, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := staticFiles.ReadFile(name)
		if err != nil {
			return err
		}
		fmt.Fprintf(sum, "%s %d\n", name, len(body))
		sum.Write(body)
		a.files[name[len("static/"):]] = body
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read assets: %w", err)
	}
	a.hash = hex.EncodeToString(sum.Sum(nil))[:12]
	a.prefix = "/assets/" + a.hash
	return a, nil
}

func (a *assets) serve(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("*")
	body, ok := a.files[name]
	if !ok || r.PathValue("hash") != a.hash {
		return fail.New(fail.NotFound, "There is no such file in this version of OpenClaw.").WithHint("Load the page again.")
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	_, err := w.Write(body)
	return err
}
