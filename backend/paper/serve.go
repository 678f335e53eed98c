package paper

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/hubcap-dev/hubcap/backend/child"
)

// The kinds of frame in which the child tells what it finds.
const (
	frameFacts   byte = 'f' // JSON of Facts, again when more is known
	frameSmall   byte = 's' // JPEG
	frameView    byte = 'v' // JPEG
	frameText    byte = 't' // one page of text
	frameTrouble byte = 'x' // why something of it is not there, for a person
	frameEnd     byte = 'e'
)

// Limits bound a child; the zero Limits is what they are for the hub.
type Limits struct {
	CPUSeconds uint64
}

// The child's limits. They hold for a file of the greatest size with room to
// spare: a photo of 50 million points takes some 400 MB and 5 s.
const (
	memoryLimit  = 1 << 30 // bytes of data, on Linux by the kernel
	memoryGoal   = 700 << 20
	cpuSeconds   = 8
	maxInput     = 64 << 20
	maxText      = 400_000 // bytes of text that are kept
	maxTextInput = 4 << 20 // bytes of a text file that are looked at
)

// Serve is the child: it reads a file from in, tells on out what it found, and
// returns. It puts its own process under limits first, for good.
func Serve(in io.Reader, out io.Writer, name string, l Limits) error {
	if l.CPUSeconds == 0 {
		l.CPUSeconds = cpuSeconds
	}
	if err := child.Confine(child.Limits{Memory: memoryLimit, MemoryGoal: memoryGoal, CPUSeconds: l.CPUSeconds}); err != nil {
		return err
	}
	return examine(in, out, name)
}

// examine is Serve without limits.
func examine(in io.Reader, out io.Writer, name string) error {
	b, err := io.ReadAll(io.LimitReader(in, maxInput+1))
	if err != nil {
		return err
	}
	if len(b) > maxInput {
		return child.WriteFrame(out, frameTrouble, []byte("it is too large to be read"))
	}
	facts := Facts{Media: Detect(b, name)}
	tell := func() error {
		j, err := json.Marshal(facts)
		if err != nil {
			return err
		}
		return child.WriteFrame(out, frameFacts, j)
	}
	if err := tell(); err != nil {
		return err
	}
	left := maxText
	page := func(text string) error {
		text = clean(text)
		if len(text) > left {
			text = cut(text, left)
		}
		left -= len(text)
		if err := child.WriteFrame(out, frameText, []byte(text)); err != nil {
			return err
		}
		if left <= 0 {
			return errEnough
		}
		return nil
	}
	var trouble error
	switch {
	case Picture(facts.Media):
		trouble = picture(b, func(w, h int) {
			facts.Width, facts.Height = w, h
			_ = tell() // a parent that is gone is noticed with the next frame
		}, func(side int, b []byte) error {
			kind := frameView
			if side == SmallSide {
				kind = frameSmall
			}
			return child.WriteFrame(out, kind, b)
		})
	case facts.Media == PDF:
		trouble = document(b, func(n int) { facts.Pages = n; _ = tell() }, page)
	case facts.Media == Text || facts.Media == CSV:
		if len(b) > maxTextInput {
			b = b[:maxTextInput]
		}
		trouble = page(plain(b))
	}
	if errors.Is(trouble, errEnough) {
		trouble = fmt.Errorf("the first %d KB of its text were read", maxText/1000)
	}
	if trouble != nil {
		if err := child.WriteFrame(out, frameTrouble, []byte(clean(trouble.Error()))); err != nil {
			return err
		}
	}
	return child.WriteFrame(out, frameEnd, nil)
}

// cut takes at most n bytes of a text, in whole letters.
func cut(s string, n int) string {
	if n >= len(s) {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n]
}
