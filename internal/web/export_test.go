package web

import "html/template"

// Templates gives the parsed pages to the test that checks each against its struct.
func (s *Site) Templates() map[string]*template.Template { return s.pages }
