package segment

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Level says how a segment came to be.
type Level int

const (
	Raw  Level = iota // shipped as it was written
	Hour              // the raw segments of an hour in one
	Day               // the segments of a day in one
)

// Name is what a segment says of itself without being opened: enough to put
// the segments of a line in order, and to choose those for a moment.
type Name struct {
	Line       uint64 // of history, the fence with which it began
	From, To   uint64 // sequences of the first and last change
	Begin, End time.Time
	Fence      uint64 // of the writer
	Level      Level
}

// Folder is where the segments of a line lie, below a device's folder.
func Folder(line uint64) string { return fmt.Sprintf("log/%08x/", line) }

// Path is the object's name below its device's folder. Names sort by From.
func (n Name) Path() string {
	return fmt.Sprintf("%s%016x-%016x-%016x-%016x-%08x-%d.seg", Folder(n.Line),
		n.From, n.To, n.Begin.UnixMicro(), n.End.UnixMicro(), n.Fence, n.Level)
}

var nameForm = regexp.MustCompile(`^log/([0-9a-f]{8})/([0-9a-f]{16})-([0-9a-f]{16})-([0-9a-f]{16})-([0-9a-f]{16})-([0-9a-f]{8})-([0-9])\.seg$`)

// ParseName reads what Path wrote.
func ParseName(path string) (Name, error) {
	m := nameForm.FindStringSubmatch(path)
	if m == nil {
		return Name{}, fault.New(fault.Invalid, "%q is not the name of a log segment", path)
	}
	var v [6]uint64
	for i := range v {
		v[i], _ = strconv.ParseUint(m[i+1], 16, 64) // the form has allowed nothing else
	}
	level, _ := strconv.Atoi(m[7])
	n := Name{Line: v[0], From: v[1], To: v[2], Begin: time.UnixMicro(int64(v[3])).UTC(), End: time.UnixMicro(int64(v[4])).UTC(), Fence: v[5], Level: Level(level)}
	if n.From == 0 || n.To < n.From || n.End.Before(n.Begin) || n.Level > Day || n.Path() != path {
		return Name{}, fault.New(fault.Invalid, "%q names a log segment that can't be", path)
	}
	return n, nil
}
