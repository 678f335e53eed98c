package job

import "time"

// pace measures how fast a job goes, over the last moments: a rate since the
// beginning would hide that a job has become slow.
type pace struct {
	marks []mark // oldest first, at most paceMarks
}

type mark struct {
	done int64
	at   time.Time
}

const (
	paceMarks = 20
	paceEvery = 500 * time.Millisecond
)

func (p *pace) add(done int64, now time.Time) {
	if n := len(p.marks); n > 0 {
		last := &p.marks[n-1]
		if done < last.done {
			p.marks = p.marks[:0] // it began again
		} else if n > 1 && now.Sub(p.marks[n-2].at) < paceEvery {
			*last = mark{done, now}
			return
		}
	}
	if len(p.marks) == paceMarks {
		p.marks = append(p.marks[:0], p.marks[1:]...)
	}
	p.marks = append(p.marks, mark{done, now})
}

// rate is in steps a second, 0 while it can't be told.
func (p *pace) rate() float64 {
	if len(p.marks) < 2 {
		return 0
	}
	first, last := p.marks[0], p.marks[len(p.marks)-1]
	took := last.at.Sub(first.at).Seconds()
	if took <= 0 {
		return 0
	}
	return float64(last.done-first.done) / took
}
