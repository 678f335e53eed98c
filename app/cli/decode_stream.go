package cli

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"github.com/hubcap-dev/hubcap/backend/vin"
)

// A formatter turns answers into text. One is shared by all workers and does
// not change.
type formatter interface {
	// head is written once before all answers.
	head(b []byte, d *vin.Decoder) []byte
	// answer appends one answer; year is the hint that was used, 0 for none,
	// first is true for the first answer of all.
	answer(b []byte, r *vin.Result, year int, first bool) []byte
}

// A stream answers line after line, on all cores, in the order of the input
// and in constant memory.
type stream struct {
	decoder *vin.Decoder
	options vin.Options
	format  formatter
	header  bool // the first line may be a header
	notes   io.Writer

	vinColumn, yearColumn int
}

// A batch is some consecutive lines and their answers.
type batch struct {
	lines []string
	first int // number of the first line, from 1
	text  []byte
	notes []byte
	done  chan struct{}
}

// batchLines is small enough to keep memory flat, large enough that handing
// batches over costs nothing.
const batchLines = 256

// maxLine bounds what one line may hold; longer ones are cut there, since no
// VIN is that long.
const maxLine = 1 << 16

func (s *stream) run(ctx context.Context, in io.Reader, out *bufio.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := min(runtime.GOMAXPROCS(0), 8)
	work := make(chan *batch)
	order := make(chan *batch, 2*workers)
	pool := sync.Pool{New: func() any { return new(batch) }}

	var decoding sync.WaitGroup
	for range workers {
		decoding.Go(func() { s.work(ctx, work) })
	}
	defer decoding.Wait()
	defer cancel()
	// The reader is not waited for when the work is given up: it may sit in a
	// read of a terminal that nothing ends but the end of the process.
	var readErr error
	go func() {
		defer close(order)
		readErr = s.read(ctx, in, &pool, work, order)
	}()

	if _, err := out.Write(s.format.head(nil, s.decoder)); err != nil {
		return err
	}
	for {
		var b *batch
		select {
		case next, more := <-order:
			if !more {
				if readErr != nil {
					return fmt.Errorf("read VINs: %w", readErr)
				}
				return nil
			}
			b = next
		case <-ctx.Done():
			return ctx.Err()
		}
		select {
		case <-b.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		if err := s.write(b, out, len(order) == 0); err != nil {
			return fmt.Errorf("write answers: %w", err)
		}
		pool.Put(b)
	}
}

func (s *stream) work(ctx context.Context, work <-chan *batch) {
	var r vin.Result
	for {
		select {
		case b := <-work:
			s.answer(b, &r)
			close(b.done)
		case <-ctx.Done():
			return
		}
	}
}

// write puts a batch's answers and notes. Who feeds line by line reads line by
// line: with nothing more in hand, the answers go out at once.
func (s *stream) write(b *batch, out *bufio.Writer, idle bool) error {
	if len(b.notes) > 0 {
		if _, err := s.notes.Write(b.notes); err != nil {
			return err
		}
	}
	if _, err := out.Write(b.text); err != nil {
		return err
	}
	if idle {
		return out.Flush()
	}
	return nil
}

// read cuts the input into batches, as many lines as are there, so that a slow
// writer is answered at once.
func (s *stream) read(ctx context.Context, in io.Reader, pool *sync.Pool, work, order chan<- *batch) error {
	lines := bufio.NewReaderSize(in, 1<<16)
	if b, err := lines.Peek(3); err == nil && string(b) == "\uFEFF" {
		_, _ = lines.Discard(3)
	}
	s.vinColumn, s.yearColumn = 0, 1
	send := func(b *batch) bool {
		select {
		case order <- b:
		case <-ctx.Done():
			return false
		}
		select {
		case work <- b:
			return true
		case <-ctx.Done():
			return false
		}
	}
	for n := 1; ; {
		b := pool.Get().(*batch)
		b.lines, b.text, b.notes = b.lines[:0], b.text[:0], b.notes[:0]
		b.first, b.done = n, make(chan struct{})
		var err error
		for len(b.lines) < batchLines && (len(b.lines) == 0 || lines.Buffered() > 0) {
			var line string
			if line, err = readLine(lines); err != nil {
				break
			}
			n++
			if n == 2 && s.header && s.readHeader(line) {
				b.first++
				continue
			}
			b.lines = append(b.lines, line)
		}
		if len(b.lines) > 0 && !send(b) {
			return ctx.Err()
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// readLine returns the next line without its end; a last line without an end
// counts, nothing after the last end does not.
func readLine(r *bufio.Reader) (string, error) {
	part, err := r.ReadSlice('\n')
	if err == nil || (errors.Is(err, io.EOF) && len(part) > 0) {
		return trimEnd(string(part)), nil
	}
	if !errors.Is(err, bufio.ErrBufferFull) {
		return "", err
	}
	line := string(part[:min(len(part), maxLine)])
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = r.ReadSlice('\n')
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	return trimEnd(line), nil
}

func trimEnd(s string) string {
	return strings.TrimSuffix(strings.TrimSuffix(s, "\n"), "\r")
}

// readHeader reports whether the line names columns, and takes their places. A
// header of the one word vin leaves the year where it stands without a header:
// behind the VIN.
func (s *stream) readHeader(line string) bool {
	vinAt, yearAt := -1, -1
	names := fields(line)
	for i, name := range names {
		words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) })
		switch {
		case vinAt < 0 && slices.Contains(words, "vin"):
			vinAt = i
		case yearAt < 0 && (slices.Contains(words, "year") || slices.Contains(words, "modelyear")):
			yearAt = i
		}
	}
	if vinAt < 0 {
		return false
	}
	if len(names) == 1 {
		yearAt = 1
	}
	s.vinColumn, s.yearColumn = vinAt, yearAt
	return true
}

// fields splits a line at commas, minding quotes.
func fields(line string) []string {
	if strings.IndexByte(line, '"') >= 0 {
		r := csv.NewReader(strings.NewReader(line))
		r.LazyQuotes = true
		if f, err := r.Read(); err == nil {
			return f
		}
	}
	return strings.Split(line, ",")
}

func (s *stream) answer(b *batch, r *vin.Result) {
	for i, line := range b.lines {
		text, year := line, ""
		if strings.IndexByte(line, ',') >= 0 || strings.IndexByte(line, '"') >= 0 {
			f := fields(line)
			text = column(f, s.vinColumn)
			year = strings.TrimSpace(column(f, s.yearColumn))
		} else if s.vinColumn != 0 {
			text = ""
		}
		o := s.options
		if year != "" {
			n, err := strconv.Atoi(year)
			if err != nil || n <= 0 {
				n = 0
				b.notes = fmt.Appendf(b.notes, "hubcap: line %d: the year %q cannot be read and counts as none\n", b.first+i, year)
			}
			o.ModelYear = n
		}
		s.decoder.DecodeInto(r, text, o)
		b.text = s.format.answer(b.text, r, o.ModelYear, b.first == 1 && i == 0)
	}
}

func column(f []string, i int) string {
	if i < 0 || i >= len(f) {
		return ""
	}
	return f[i]
}
