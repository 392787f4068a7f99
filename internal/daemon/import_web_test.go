package daemon_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
)

// The import page shows the first twenty rows of a file as they will be.
func TestImportPageShowsTwentyRows(t *testing.T) {
	d, dir, _ := api(t, "admin")
	url := d.URL()
	b := signedIn(t, dir, url)
	csv := "code,day\n"
	for i := range 25 {
		csv += fmt.Sprintf("R%02d,3/%d/2017\n", i+1, i+1)
	}
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	file, err := parts.CreateFormFile("files", "many.csv")
	if err == nil {
		_, err = io.WriteString(file, csv)
	}
	if err = errors.Join(err, parts.Close()); err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), "POST", url+"/import", &body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", parts.FormDataContentType())
	r.Header.Set("Origin", url)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	resp, err := b.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	text := string(page)
	if !strings.Contains(text, "first 20 rows") || !strings.Contains(text, "R20") || strings.Contains(text, "R21") {
		t.Errorf("%d %s", resp.StatusCode, text)
	}
}
