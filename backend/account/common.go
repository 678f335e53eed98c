package account

import (
	"bufio"
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"strings"
	"unicode"
)

// commonList holds 30,000 common passwords in lower case, sorted, one a line.
// They are the list "passwords" of the Python package zxcvbn 4.5.0 (MIT),
// which counts those of public leaks. It was made by:
//
//	pip download --no-deps --no-binary :all: zxcvbn==4.5.0, unpacked, then
//	python3 -c 'import gzip, zxcvbn.frequency_lists as f; open("common.txt.gz", "wb").write(gzip.compress(("\n".join(sorted({w.lower()
//	  for w in f.FREQUENCY_LISTS["passwords"] if len(w) >= 4 and w.isprintable() and " " not in w})) + "\n").encode(), 9, mtime=0))'
//
// It is read when a password is set, and not kept: that is seldom, and takes
// milliseconds.
//
//go:embed common.txt.gz
var commonList []byte

// common reports whether a password is one of those that are tried first: in
// the list, one of the list with a little around it ("Password123!"), the
// same thing again and again, or a row of the keyboard's or the alphabet's.
func common(password string) (bool, error) {
	p := strings.ToLower(password)
	if repeated(p) || inOrder(p) {
		return true, nil
	}
	core := strings.TrimFunc(p, func(r rune) bool { return !unicode.IsLetter(r) })
	plain := strings.NewReplacer("0", "o", "1", "l", "3", "e", "4", "a", "@", "a", "5", "s", "$", "s", "7", "t", "!", "i").Replace(p)
	wanted := map[string]bool{p: true, plain: true}
	if len(p)-len(core) <= 6 && len(core) >= 4 {
		wanted[core] = true
	}
	z, err := gzip.NewReader(bytes.NewReader(commonList))
	if err != nil {
		return false, fmt.Errorf("read the common passwords: %w", err)
	}
	s := bufio.NewScanner(z)
	for s.Scan() {
		if wanted[s.Text()] {
			return true, nil
		}
	}
	if err := s.Err(); err != nil {
		return false, fmt.Errorf("read the common passwords: %w", err)
	}
	return false, nil
}

// repeated reports whether p is a part of up to half its length, again and
// again.
func repeated(p string) bool {
	for n := 1; n <= len(p)/2; n++ {
		if strings.HasPrefix(p[n:], p[:len(p)-n]) && n <= 6 {
			return true
		}
	}
	return false
}

// inOrder reports whether p is a part of a row, in either direction.
func inOrder(p string) bool {
	var back []rune
	for _, r := range p {
		back = append([]rune{r}, back...)
	}
	for _, row := range []string{"0123456789012345678901234567890", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm", "azertyuiopqsdfghjklmwxcvbn"} {
		if strings.Contains(row, p) || strings.Contains(row, string(back)) {
			return true
		}
	}
	return false
}
