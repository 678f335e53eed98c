package list

// TakeRow reads a row that a child sent.
func TakeRow(b []byte) (cells []string, rest []byte, err error) {
	r, rest, err := takeRow(b)
	return r.cells, rest, err
}
