package ollama

// scanner finds the end of the first JSON value, an object or a list, in a text that comes in pieces.
type scanner struct {
	depth   int
	text    bool // inside a string
	escaped bool
}

// end reads on; it gives how many bytes of the piece belong to the value once it is whole, else -1.
func (s *scanner) end(piece string) int {
	for i := range len(piece) {
		c := piece[i]
		switch {
		case s.escaped:
			s.escaped = false
		case s.text && c == '\\':
			s.escaped = true
		case c == '"' && s.depth > 0:
			s.text = !s.text
		case s.text:
		case c == '{' || c == '[':
			s.depth++
		case c == '}' || c == ']':
			if s.depth--; s.depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}
