package remote

import (
	"strings"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// maxName keeps a name within what S3 (1,024 bytes) and a file system (255 a
// segment, 4,096 in all) take, with room for the prefix of the target.
const (
	maxName    = 512
	maxSegment = 200
)

// CheckName says whether a name may be given to a bucket. Names are kept to
// what every bucket, file system and terminal takes alike: segments of
// letters, digits, dash, dot and underscore between single slashes. No
// segment begins with a dot: a folder keeps what is its own under such names,
// and "." and ".." are none.
func CheckName(name string) error {
	if len(name) == 0 || len(name) > maxName {
		return badName(name, "must have 1 to 512 bytes")
	}
	for segment := range strings.SplitSeq(name, "/") {
		switch {
		case segment == "":
			return badName(name, "has an empty part")
		case len(segment) > maxSegment:
			return badName(name, "has a part of over 200 bytes")
		case segment[0] == '.':
			return badName(name, "has a part that begins with a dot")
		}
	}
	return checkLetters(name)
}

// CheckPrefix says whether List takes a prefix: the beginning of a name.
func CheckPrefix(prefix string) error {
	if len(prefix) > maxName {
		return badName(prefix, "is longer than a name may be")
	}
	if strings.HasPrefix(prefix, "/") || strings.Contains(prefix, "//") || strings.HasPrefix(prefix, ".") || strings.Contains(prefix, "/.") {
		return badName(prefix, "begins no name")
	}
	return checkLetters(prefix)
}

func checkLetters(name string) error {
	for i := range len(name) {
		if c := name[i]; !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._/", c) >= 0) {
			return badName(name, "holds more than letters, digits, dash, dot and underscore")
		}
	}
	return nil
}

func badName(name, problem string) error {
	return fault.New(fault.Invalid, "the name %q %s", name, problem)
}
