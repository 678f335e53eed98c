package mapping

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// months are the beginnings of their names in English, German, Spanish and
// French.
var months = []struct {
	begins string
	month  int
}{
	{"jan", 1}, {"jän", 1}, {"ene", 1}, {"fev", 2}, {"fév", 2}, {"feb", 2}, {"mar", 3}, {"mär", 3}, {"mrz", 3}, {"maerz", 3}, {"apr", 4}, {"abr", 4}, {"avr", 4},
	{"may", 5}, {"mai", 5}, {"juin", 6}, {"jun", 6}, {"juil", 7}, {"jul", 7}, {"aug", 8}, {"ago", 8}, {"aoû", 8}, {"aou", 8}, {"sep", 9}, {"set", 9},
	{"oct", 10}, {"okt", 10}, {"nov", 11}, {"dec", 12}, {"dez", 12}, {"dic", 12}, {"déc", 12},
}

func monthOf(word string) int {
	word = strings.ToLower(word)
	for _, m := range months {
		if strings.HasPrefix(word, m.begins) {
			return m.month
		}
	}
	return 0
}

// day reads a day. order says what 03/04/2026 means; where only one reading is
// a day, that one is taken.
func day(s, order string) (vehicle.Date, bool) {
	if i := strings.IndexByte(s, 'T'); i == 10 && len(s) > 11 && digit(rune(s[11])) {
		s = s[:10]
	}
	var numbers []string
	month, sign := 0, rune(0)
	for i, r := 0, []rune(s); i < len(r); {
		j := i
		switch {
		case digit(r[i]):
			for j < len(r) && digit(r[j]) {
				j++
			}
			if j < len(r) && r[j] == ':' { // the time begins
				if i = skipTime(r, i); len(numbers) >= 3 || month > 0 && len(numbers) >= 2 {
					return made(numbers, month, sign, order)
				}
				continue
			}
			numbers = append(numbers, string(r[i:j]))
			if len(numbers) == 1 && j < len(r) {
				sign = r[j]
			}
		case unicode.IsLetter(r[i]):
			for j < len(r) && unicode.IsLetter(r[j]) {
				j++
			}
			if m := monthOf(string(r[i:j])); m > 0 && month == 0 && j-i >= 3 {
				month = m
			}
		default:
			j++
		}
		i = j
	}
	return made(numbers, month, sign, order)
}

func skipTime(r []rune, i int) int {
	for i < len(r) && (digit(r[i]) || r[i] == ':' || r[i] == '.') {
		i++
	}
	return i
}

// made puts a day together of its numbers.
func made(n []string, month int, sign rune, order string) (vehicle.Date, bool) {
	switch {
	case month > 0 && len(n) >= 2:
		if len(n[0]) == 4 {
			return civil(n[0], month, n[1])
		}
		return civil(n[1], month, n[0])
	case month == 0 && len(n) == 1 && len(n[0]) == 8:
		m, _ := strconv.Atoi(n[0][4:6])
		return civil(n[0][:4], m, n[0][6:])
	case month > 0 || len(n) < 3:
		return "", false
	case len(n[0]) == 4:
		m, _ := strconv.Atoi(n[1])
		return civil(n[0], m, n[2])
	}
	a, _ := strconv.Atoi(n[0])
	b, _ := strconv.Atoi(n[1])
	dayFirst := sign == '.' || order == "dmy"
	if order == "ymd" && len(n[2]) == 2 && sign != '.' {
		return civil(n[0], b, n[2])
	}
	if a > 12 {
		dayFirst = true
	} else if b > 12 {
		dayFirst = false
	}
	if dayFirst {
		return civil(n[2], b, n[0])
	}
	return civil(n[2], a, n[1])
}

func civil(year string, month int, day string) (vehicle.Date, bool) {
	y, err := strconv.Atoi(year)
	d, err2 := strconv.Atoi(day)
	if err != nil || err2 != nil || len(day) > 2 || len(year) != 2 && len(year) != 4 {
		return "", false
	}
	if len(year) == 2 {
		y = century(y)
	}
	t := time.Date(y, time.Month(month), d, 0, 0, 0, 0, time.UTC)
	if y < 1900 || y > 2199 || int(t.Month()) != month || t.Day() != d {
		return "", false
	}
	return vehicle.DateOf(t), true
}

// century makes a year of two digits whole: cars are of the last decades.
func century(y int) int {
	if y < 50 {
		return 2000 + y
	}
	return 1900 + y
}

// orderOf says in which order days stand in a column, "" where nothing tells.
func orderOf(cells []string) string {
	for _, c := range cells {
		p := strings.FieldsFunc(c, func(r rune) bool { return r == '/' || r == '-' || r == '.' || r == ' ' })
		if len(p) < 3 || len(p[0]) > 2 {
			continue
		}
		a, err := strconv.Atoi(p[0])
		b, err2 := strconv.Atoi(p[1])
		switch {
		case err != nil || err2 != nil:
		case a > 12 && a <= 31 && b <= 12:
			return "dmy"
		case b > 12 && b <= 31 && a <= 12:
			return "mdy"
		}
	}
	return ""
}
