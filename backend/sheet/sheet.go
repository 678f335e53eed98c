// Package sheet writes what spreadsheet programs open.
package sheet

// Cell keeps a cell from being run by a spreadsheet: what begins like a
// formula begins with an apostrophe (OWASP, "CSV Injection").
func Cell(text string) string {
	if text == "" {
		return text
	}
	switch text[0] {
	case '=', '+', '-', '@', '\t', '\r':
		return "'" + text
	}
	return text
}

// Row makes every cell of a row harmless, in place.
func Row(cells []string) []string {
	for i := range cells {
		cells[i] = Cell(cells[i])
	}
	return cells
}
