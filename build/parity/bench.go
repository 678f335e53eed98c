package main

import (
	"errors"
	"io"
	"time"
)

func bench(w io.Writer, archive string, n int, seed uint64, now time.Time) error {
	return errors.New("not yet")
}
