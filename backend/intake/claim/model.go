package claim

import "strings"

// What a run of words in a model cell is.
type meaning uint8

const (
	unknown   meaning = iota
	isModel           // the decoded model
	isPart            // a part of its name, or its name cut short or misspelt
	vinTrim           // what the VIN says of series and trim
	isMake            // the make again
	elsewhere         // a word of another column
	someTrim          // a trim of something
	isOther           // another model of the make
	isLoose           // what may mean another model
)

// A reading is what a model cell says about the decoded model.
type reading struct {
	found [maxWords]meaning // by word
	other *modelName        // the other model that is named
	said  string            // how
	alias bool              // a name that may mean the decoded model is there, too
}

func (r *reading) has(m meaning, n int) bool {
	for _, x := range r.found[:n] {
		if x == m {
			return true
		}
	}
	return false
}

// leads reports whether the other model is named first: behind a word that is
// not understood, or that may be the model misspelt, it may be a trim ("RAGER
// EDGE"). Cells that were not read to their end do not count.
func (r *reading) leads(n int) bool {
	for _, m := range r.found[:n] {
		switch m {
		case isOther:
			return n < maxWords
		case unknown, isPart, vinTrim:
			return false
		}
	}
	return false
}

// checkModel is hard only for a name that vPIC knows as another model of the
// make and that has no honest reading: longer runs of words are read first,
// and what the VIN says goes before what it does not.
func (c *Checker) checkModel(v *view, said string, out *finder) {
	c.find(v)
	var p phrase
	p.read(said)
	switch {
	case p.n == 0:
		out.untestable(said, v.model, "The list's model can't be read.")
		return
	case v.model == "" || v.decoded == nil || v.decoded.company:
		if c.makeOnly(v, &p) {
			return
		}
		out.untestable(said, v.model, "The VIN does not say which model it is.")
		return
	}
	var r reading
	c.readModel(v, &p, &r)
	if r.has(isModel, p.n) {
		return
	}
	if c.cutNickname(v, &p) || r.has(isPart, p.n) && len(r.said) <= 3 {
		return
	}
	if r.has(isOther, p.n) {
		c.judgeOther(v, &r, r.leads(p.n), said, out)
		return
	}
	switch {
	case r.has(isPart, p.n), r.has(vinTrim, p.n):
		if r.has(isLoose, p.n) {
			out.differ(v, false, said, v.model, "The VIN says "+v.model+"; "+said+" may be said of it.")
		}
	case r.has(isLoose, p.n):
		out.differ(v, false, said, v.model, "The VIN says "+v.model+"; "+said+" may be said of it.")
	case v.makeWrong && c.modelOf(v.claimMake, &p, 0):
		out.differ(v, true, said, v.model, "The VIN says "+v.make+" "+v.model+"; "+said+" is a model of "+c.makeName(v.claimMake)+".")
	case r.has(unknown, p.n):
		out.differ(v, false, said, v.model, "The VIN says "+v.model+"; vPIC knows no "+v.make+" called "+said+".")
	case r.has(someTrim, p.n):
		out.untestable(said, v.model, "The list names a trim and no model; the VIN says "+v.model+".")
	case c.anotherBody(v, &p):
		out.differ(v, false, said, v.model, "The list names no model here but a body, and the VIN says "+v.body+".")
	default:
		out.untestable(said, v.model, "The list names no model here; the VIN says "+v.model+".")
	}
}

// readModel finds out what each word is, longest runs first.
func (c *Checker) readModel(v *view, p *phrase, r *reading) {
	var used [maxWords]bool
	// What a narrow column cut off: "TRANSIT CO", "2019 TOYOTA COROLLA CR".
	for i := range p.n {
		if w := string(p.span(i, p.n)); p.n-i > 1 && len(w) >= 5 && v.decoded.begins(w) {
			for k := i; k < p.n; k++ {
				used[k], r.found[k] = true, isModel
			}
			break
		}
	}
	free := func(i, j int) bool {
		for k := i; k < j; k++ {
			if used[k] {
				return false
			}
		}
		return true
	}
	take := func(i, j int, m meaning) {
		for k := i; k < j; k++ {
			used[k], r.found[k] = true, m
		}
	}
	for length := min(p.n, 5); length > 0; length-- {
		// Of runs that overlap the decoded model goes first: "New Range Rover
		// Sport" is no New Range Rover.
		for i := 0; i+length <= p.n; i++ {
			if free(i, i+length) && v.decoded.has(p.span(i, i+length)) {
				take(i, i+length, isModel)
			}
		}
		for i := 0; i+length <= p.n; i++ {
			if !free(i, i+length) {
				continue
			}
			if m := c.meaningOf(v, p, i, i+length, r); m != unknown {
				take(i, i+length, m)
			}
		}
	}
	if r.has(isOther, p.n) {
		c.unsayMake(v, p, r)
	}
}

// makeAt is where the VIN's make ends that begins with word i, at most at a
// limit; 0 where it does not stand there.
func (v *view) makeAt(p *phrase, i, limit int) int {
	for j := i + 1; j <= limit; j++ {
		if string(p.span(i, j)) == v.makeKey {
			return j
		}
	}
	return 0
}

// unsayMake: where another model is named, the make's name beside it is no
// model of its own: "RAM ProMaster City" for a Ram 1500.
func (c *Checker) unsayMake(v *view, p *phrase, r *reading) {
	for i := range p.n {
		end := v.makeAt(p, i, min(p.n, i+3))
		if end == 0 || v.decoded.has(p.span(i, end)) {
			continue
		}
		for k := i; k < end; k++ {
			if r.found[k] == isModel {
				r.found[k] = isMake
			}
		}
	}
}

func (c *Checker) meaningOf(v *view, p *phrase, i, j int, r *reading) meaning {
	w := p.span(i, j)
	one := j-i == 1
	d := v.decoded
	if d.has(w) {
		return isModel
	}
	nick := c.nickname(v, w)
	if nick != nil && nick.covers(d) {
		if nick.loose && len(v.names.byForm[string(w)]) > 0 {
			r.alias = true
			return isLoose
		}
		return isModel
	}
	if one && (i+1 < p.n && isCount(w, p.span(i+1, i+2)) || v.isEngine(p, i)) {
		return elsewhere
	}
	if name := v.otherSeries(w); name != "" {
		r.other, r.said = &modelName{name: name}, string(w)
		return isOther
	}
	if one && c.elsewhereFirst(w, v.makeKey) {
		if len(w) > 2 && d.hasWord(w) {
			return isPart
		}
		return elsewhere
	}
	if v.saidWhole(w) {
		return vinTrim
	}
	if j-i <= 3 && c.isOwnMake(v, w) && (one || !c.holdsModel(v, p, i, j)) {
		return isMake
	}
	if one && p.decimal[i] {
		if rootOf(d, w) {
			return isModel
		}
		if len(w) < 4 {
			return elsewhere
		}
		for _, n := range v.names.byForm[string(w[2:])] { // "3.5RL" for a TL
			if x := &v.names.models[n]; !x.generic && wordLetters(x.whole) && len(x.whole) < 4 {
				r.other, r.said = x, string(w)
				return isOther
			}
		}
		return elsewhere
	}
	if m := c.otherModel(v, p, i, j, r, nick); m != unknown {
		return m
	}
	if one && isYear(w) {
		return elsewhere
	}
	if one && d.hasWord(w) && !kindWords[string(w)] {
		return isPart
	}
	if one && v.saidWord(w) {
		return vinTrim
	}
	if c.words.elsewhere(w, v.makeKey) {
		return elsewhere
	}
	if one || j-i == 2 && wordLetters(string(p.span(i, i+1))) && isDigit(w[p.start[i+1]-p.start[i]]) && !engineWord(p.span(i+1, j)) {
		if rootOf(d, w) {
			return isModel
		}
		if m := c.otherRoot(v, w, r); m != unknown {
			return m
		}
	}
	if c.words.trims[string(w)] && !(len(w) == 1 && c.partOf(d, w)) {
		return someTrim
	}
	if one && c.partOf(d, w) {
		return isPart
	}
	if !one && len(w) > 5 && near(w, d.whole, 1) && !c.holdsModel(v, p, i, j) {
		return isPart
	}
	if one && engineWord(w) {
		return elsewhere
	}
	if one && len(w) > 1 && c.known.isTrim(w) {
		return someTrim
	}
	return unknown
}

// isCount: "6 CYL" is no Mazda 6.
func isCount(w, next []byte) bool {
	if len(w) != 1 || !isDigit(w[0]) {
		return false
	}
	for _, unit := range [...]string{"CYL", "DOOR", "DR", "SPD", "SPEED", "PASS"} {
		if strings.HasPrefix(string(next), unit) {
			return true
		}
	}
	return false
}

// isEngine: behind other words "V8" and "I4" are engines, though Audi and BMW
// have models of that name.
func (v *view) isEngine(p *phrase, i int) bool {
	w := p.span(i, i+1)
	if i == 0 || len(w) != 2 || w[0] != 'V' && w[0] != 'I' || !isDigit(w[1]) {
		return false
	}
	before := p.span(i-1, i)
	return !isYear(before) && !strings.HasSuffix(v.makeKey, string(before))
}

// otherSeries: "5 Series" of a BMW that vPIC has as a 3-Series, or of an X3.
func (v *view) otherSeries(w []byte) string {
	if v.makeKey != "BMW" || len(w) != 7 || !isDigit(w[0]) || string(w[1:]) != "SERIES" {
		return ""
	}
	d := v.decoded.whole
	of := byte(0)
	switch {
	case v.seriesGiven && len(v.series) == 8 && isDigit(v.series[0]) && equalCompact(v.series[1:], w[1:]):
		of = v.series[0]
	case len(d) == 2 && (d[0] == 'X' || d[0] == 'Z'):
		of = d[1]
	}
	if of == 0 || of == w[0] {
		return ""
	}
	return string(w[:1]) + "-Series"
}

// elsewhereFirst are words that are bodies or drives even where a make has a
// model of that name.
func (c *Checker) elsewhereFirst(w []byte, make string) bool {
	x, ok := c.words.words[string(w)]
	return ok && len(w) > 2 && (x.body != 0 || x.drive != 0) || c.words.noise[make][string(w)] && c.words.models[make][string(w)] == nil
}

func (c *Checker) nickname(v *view, w []byte) *nickname {
	return c.words.models[v.makeKey][string(w)]
}

// cutNickname: what the make's model is called in lists, cut off by a narrow
// column ("PASSAT C", "2002 CHEVROLET S10 B").
func (c *Checker) cutNickname(v *view, p *phrase) bool {
	for s, n := range c.words.models[v.makeKey] {
		for i := range p.n - 1 {
			w := p.b[p.start[i]:]
			// "F 150" is whole, though an "F150 Raptor" may be a Ranger.
			if len(w) >= 4 && len(s) > len(w) && s[:len(w)] == string(w) && n.covers(v.decoded) && len(v.names.byForm[string(w)]) == 0 {
				return true
			}
		}
	}
	return false
}

// covers reports whether the nickname may mean the model.
func (n *nickname) covers(d *modelName) bool {
	for _, m := range n.means {
		if m == "*" || m == d.whole {
			return true
		}
	}
	return false
}

// isOwnMake: the make's name, or that of its maker, in a model cell.
func (c *Checker) isOwnMake(v *view, w []byte) bool {
	if string(w) == v.makeKey || v.claimMake != "" && string(w) == v.claimMake {
		return true
	}
	if v.names != nil && len(v.names.byForm[string(w)]) > 0 {
		return false // "Range Rover", which stands for the make, too
	}
	for _, m := range c.words.makes[string(w)] {
		if m == v.makeKey || m == v.claimMake {
			return true
		}
	}
	return false
}

// holdsModel: one of the words is the decoded model, as in "Dodge Ram".
func (c *Checker) holdsModel(v *view, p *phrase, i, j int) bool {
	for k := i; k < j; k++ {
		w := p.span(k, k+1)
		if n := c.nickname(v, w); v.decoded.has(w) || n != nil && n.covers(v.decoded) {
			return true
		}
	}
	return false
}

func isYear(w []byte) bool {
	return len(w) == 4 && (w[0] == '1' && w[1] == '9' || w[0] == '2' && w[1] == '0') && isDigit(w[2]) && isDigit(w[3])
}

// otherModel reads the words as another model of the make.
func (c *Checker) otherModel(v *view, p *phrase, i, j int, r *reading, nick *nickname) meaning {
	w := p.span(i, j)
	if len(w) < 2 && v.makeKey != "MAZDA" {
		return unknown
	}
	if j-i > 1 && (c.makeAndMore(v, p, i, j) || isFraction(w, j-i) || sportUtility(p, j)) {
		return unknown
	}
	d := v.decoded
	numbers := v.names.byForm[string(w)]
	if len(numbers) == 0 {
		switch {
		case nick == nil:
			return unknown
		case c.words.elsewhere(w, v.makeKey) || c.words.trims[string(w)]:
			return isLoose
		case j-i > 1 && c.namesDecoded(d, p, i, j):
			return isModel
		case j-i == 1 && d.hasWord(w):
			return isPart
		}
		for _, m := range nick.means {
			for _, n := range v.names.byForm[m] {
				x := &v.names.models[n]
				if x.whole != m {
					continue
				}
				if akin(d, x) {
					return isLoose
				}
				if r.other == nil || r.other.generic {
					r.other, r.said = x, string(w)
				}
			}
		}
		if r.other == nil {
			return isLoose
		}
		return isOther
	}
	switch {
	case len(w) >= 3 && isDigit(w[len(w)-1]) && d.begins(string(w)), len(w) == 1 && d.hasWord(w):
		return isPart // "740" of a 740i, "5" of an MX-5
	case len(w) >= 3 && d.begins(string(w)):
		return isLoose // "Ram" may be a Ramcharger cut off
	case wordLetters(string(w)) && len(d.whole) > len(w) && isDigit(d.whole[len(w)]) && d.begins(string(w)):
		return isLoose // "NV" may be an NV200
	}
	var other *modelName
	for _, n := range numbers {
		x := &v.names.models[n]
		if akin(d, x) || x.generic && (j-i == 1 || !v.noTruck(x)) {
			return isLoose
		}
		// "Explorer Sport": a model once, but the words are model and trim.
		if d.within(x) && c.restIsTrim(d, p, i, j) {
			return isModel
		}
		if other == nil || x.whole == string(w) {
			other = x
		}
	}
	if j-i == 1 && c.trimElsewhere(v, w) {
		return isLoose
	}
	r.other, r.said = other, string(w)
	return isOther
}

// makeAndMore: "FORD GT" may be a Mustang GT with its make before it, so that
// the words are read one by one.
func (c *Checker) makeAndMore(v *view, p *phrase, i, j int) bool {
	end := v.makeAt(p, i, j-1)
	if end == 0 {
		return false
	}
	rest := p.span(end, j)
	return c.trimElsewhere(v, rest) || len(rest) > 1 && v.decoded.begins(string(rest))
}

// trimElsewhere: one word that is a trim of other makes, "GT", but not where
// all models are called so, as Lexus's are.
func (c *Checker) trimElsewhere(v *view, w []byte) bool {
	return !letterNames[v.makeKey] && (c.words.trims[string(w)] || len(w) < 3 && wordLetters(string(w)) && c.known.isTrim(w))
}

// sportUtility: "Range Rover Sport Utility" is a Range Rover and its body.
func sportUtility(p *phrase, j int) bool {
	return j < p.n && string(p.span(j-1, j)) == "SPORT" && strings.HasPrefix(string(p.span(j, j+1)), "UTIL")
}

// isFraction: the words are single digits, as of "3/4 TON".
func isFraction(w []byte, words int) bool {
	for _, b := range w {
		if !isDigit(b) {
			return false
		}
	}
	return len(w) == words
}

// letterNames are makes that call their models by two letters.
var letterNames = map[string]bool{"LEXUS": true, "JAGUAR": true, "ACURA": true, "AUDI": true, "INFINITI": true, "VOLKSWAGEN": true, "MERCEDESBENZ": true}

// namesDecoded: the words hold the decoded model's name and only trims beside
// it ("Outback Sport" was an Impreza, "Outback" with "Sport Utility" is none).
func (c *Checker) namesDecoded(d *modelName, p *phrase, i, j int) bool {
	for k := i; k < j; k++ {
		if d.has(p.span(k, k+1)) {
			return c.restIsTrim(d, p, i, j)
		}
	}
	return false
}

// restIsTrim reports whether what the words say beyond the decoded model are
// trims or words of other columns.
func (c *Checker) restIsTrim(d *modelName, p *phrase, i, j int) bool {
	for k := i; k < j; k++ {
		w := p.span(k, k+1)
		if d.hasWord(w) || c.words.trims[string(w)] || c.words.elsewhere(w, "") {
			continue
		}
		return false
	}
	return true
}

// akin: one name is part of the other, or both are variants of one number
// ("CB500" and "CB500X", "325i" and "325Ci", "A4" and "S4").
func akin(a, b *modelName) bool {
	if a == b {
		return true
	}
	if b.within(a) && len(b.words) > 0 && !b.generic {
		return true
	}
	for _, x := range a.forms {
		for _, y := range b.forms {
			if akinForms(x, y) {
				return true
			}
		}
	}
	return false
}

func akinForms(long, short string) bool {
	if len(short) > len(long) {
		long, short = short, long
	}
	if rest, ok := strings.CutPrefix(long, short); ok && len(rest) <= 2 && len(short) >= 2 {
		return true
	}
	na, la := core(long)
	nb, lb := core(short)
	return len(na) >= 3 && na == nb && (la == lb || la == "" || lb == "") && len(long)-len(na) <= 3 && len(short)-len(nb) <= 3
}

// core is a name's longest run of digits and what stands before it.
func core(s string) (best, before string) {
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && isDigit(s[j]) {
			j++
		}
		if j-i > len(best) {
			best, before = s[i:j], s[:i]
		}
		i = max(j, i+1)
	}
	return best, before
}

// rootOf reports whether the word is the model with its engine written on:
// "C300" of C-Class, "RX350" of RX, "32TL" of TL, "F250SD" of F-250.
func rootOf(d *modelName, w []byte) bool {
	for _, f := range d.forms {
		if rooted(f, w) {
			return true
		}
	}
	return false
}

func rooted(f string, w []byte) bool {
	if len(f) == 0 || len(w) <= len(f) {
		return false
	}
	letters := !isDigit(f[len(f)-1])
	if string(w[:len(f)]) == f {
		rest := w[len(f):]
		switch {
		case letters && len(f) <= 4 && len(f) <= len(w):
			return isDigit(rest[0]) && len(rest) <= 5 && wordLetters(f)
		case !letters:
			return len(rest) <= 2 && !isDigit(rest[0])
		}
		return false
	}
	// The engine's size goes before: 3.2TL, 2.2CL.
	head := len(w) - len(f)
	return letters && wordLetters(f) && head == 2 && string(w[head:]) == f && isDigit(w[0]) && isDigit(w[1])
}

func wordLetters(s string) bool {
	for i := range len(s) {
		if isDigit(s[i]) {
			return false
		}
	}
	return true
}

// otherRoot reads "IS250" for an ES as another model.
func (c *Checker) otherRoot(v *view, w []byte, r *reading) meaning {
	n := 0
	for n < len(w) && !isDigit(w[n]) {
		n++
	}
	if n == 0 || n > 4 || n == len(w) || len(w)-n < 2 || len(w)-n > 5 {
		return unknown
	}
	if v.decoded.begins(string(w)) {
		return isPart
	}
	if nick := c.nickname(v, w[:n]); nick != nil && nick.covers(v.decoded) {
		return isModel
	}
	for _, k := range v.names.byForm[string(w[:n])] {
		x := &v.names.models[k]
		if x.generic || !wordLetters(x.whole) {
			continue
		}
		if akin(v.decoded, x) || c.words.trims[x.whole] && !letterNames[v.makeKey] || c.known.isTrim(w) && v.makeKey != "MERCEDESBENZ" && v.makeKey != "LEXUS" {
			return isLoose
		}
		r.other, r.said = x, string(w)
		return isOther
	}
	return unknown
}

// partOf: the name cut short ("SILVERAD"), abbreviated or misspelt.
func (c *Checker) partOf(d *modelName, w []byte) bool {
	if len(w) == 1 && len(d.whole) > 1 && d.whole[0] == w[0] && (isDigit(w[0]) || len(d.whole) < 4) {
		return true // "5" of 528i, "M" of M4
	}
	for _, f := range d.forms {
		switch {
		case len(w) >= 3 && strings.HasPrefix(f, string(w)):
			return true
		case len(w) >= 2 && len(f) <= 5 && strings.HasPrefix(f, string(w)) && wordLetters(string(w)):
			return true
		case len(w) >= 5 && near(w, f, 1), len(w) >= 7 && near(w, f, 2):
			return true
		case len(f) >= 5 && len(w) > len(f) && strings.HasPrefix(string(w), f): // "CAMRYLE"
			return true
		case len(f) >= 2 && len(w) == len(f)+1 && string(w[:len(f)]) == f: // "CTSV", "NVP"
			return true
		}
	}
	for _, f := range d.words {
		switch {
		case len(w) >= 3 && len(f) > 4 && (strings.HasPrefix(f, string(w)) || len(w) < 6 && shortens(w, f)):
			return true
		case len(w) >= 5 && near(w, f, 1):
			return true
		}
	}
	return false
}

// engineWord: "V6", "I4", "24V", "5DR", "4CYL", "35L".
func engineWord(w []byte) bool {
	if len(w) > 5 {
		return false
	}
	digits := 0
	for _, b := range w {
		if isDigit(b) {
			digits++
		}
	}
	if digits == 0 || digits == len(w) {
		return digits > 0 && len(w) <= 2
	}
	switch string(w[:1]) {
	case "V", "I", "L", "H", "W":
		return isDigit(w[1]) && len(w) <= 3
	}
	switch rest := strings.TrimLeft(string(w), "0123456789"); rest {
	case "V", "DR", "D", "CYL", "CY", "L", "T", "SP", "SPD", "CC", "WD", "X4", "X2", "PASS", "WB", "FT", "IN", "TON", "I":
		return true
	}
	return false
}

// judgeOther decides between hard and soft where another model of the make is
// named and the decoded one is not.
func (c *Checker) judgeOther(v *view, r *reading, leads bool, said string, out *finder) {
	d, x := v.decoded, r.other
	reason := "The VIN says " + v.model + "; vPIC knows " + x.name + " as another " + v.make + "."
	certain := leads && !r.alias && (!x.generic || v.noTruck(x)) && c.certainNames(v, d, x)
	out.differ(v, certain, said, v.model, reason)
}

// certainNames: makers of heavy trucks, trailers and motorcycles sell one
// vehicle by a code and by a name, and vPIC has some of both.
func (c *Checker) certainNames(v *view, d, x *modelName) bool {
	b := bodyOf(v.body)
	codes := !lightMakes[v.makeKey] && b&(bodyTractor|bodyBus|bodyMotorhome|bodyStepVan) != 0 || b&(bodyTrailer|bodyMotorcycle|bodyATV) != 0 ||
		v.kind == "TRAILER" || v.kind == "BUS" && !lightMakes[v.makeKey] || v.kind == "MOTORCYCLE" || strings.HasPrefix(v.kind, "OFF") || strings.HasPrefix(v.kind, "LOW") ||
		!c.words.major[v.makeKey] || heavyMakes[v.makeKey] || v.kind == "" || heavyClass(v.gvwr) && !lightMakes[v.makeKey]
	switch {
	case v.otherKind(x):
		return true
	case d.generic, b&(bodyTrailer|bodyATV|bodyLSV) != 0, v.kind == "TRAILER":
		return false
	case !codes:
		return true
	}
	return spoken(d) && spoken(x) && v.makeKey != "HARLEYDAVIDSON" || v.makeKey == "KENWORTH" && sameShape(d.whole, x.whole)
}

// otherKind: vPIC knows no vehicle of this kind that bears the model's name, or
// only ones far lighter. Makers call one model now a truck and now an MPV, but
// no car and no motorcycle.
func (v *view) otherKind(x *modelName) bool {
	if x.types == 0 || v.kind == "" {
		return false
	}
	kind := typeOf(v.kind)
	if kind&(typeMPV|typeTruck) != 0 {
		kind |= typeMPV | typeTruck
	}
	switch {
	case x.types&kind == 0:
		return true
	case heavyClass(v.gvwr): // over 19,500 lb
		return x.types&(typeCar|typeMPV) != 0
	case strings.HasPrefix(v.gvwr, "Class 4"), strings.HasPrefix(v.gvwr, "Class 5"):
		return x.types&typeCar != 0
	}
	return false
}

// noTruck: the VIN is a car's, and the model is the name of a kind of truck or
// van, such as "Cutaway Chassis".
func (v *view) noTruck(x *modelName) bool { return v.kind == "PASSENGER CAR" && v.otherKind(x) }

// heavyMakes build heavy trucks, whose models are numbers.
var heavyMakes = map[string]bool{
	"INTERNATIONAL": true, "FREIGHTLINER": true, "KENWORTH": true, "PETERBILT": true, "MACK": true, "WESTERNSTAR": true, "VOLVOTRUCK": true,
	"HINO": true, "STERLINGTRUCK": true, "UD": true, "ISUZU": true, "NAVISTAR": true, "ICBUS": true, "AUTOCAR": true,
}

// lightMakes give a truck or bus one name, whatever its weight.
var lightMakes = map[string]bool{"FORD": true, "DODGE": true, "RAM": true, "NISSAN": true, "TOYOTA": true, "MERCEDESBENZ": true}

func heavyClass(gvwr string) bool {
	return strings.HasPrefix(gvwr, "Class 6") || strings.HasPrefix(gvwr, "Class 7") || strings.HasPrefix(gvwr, "Class 8")
}

// spoken: a name of words and not a code.
func spoken(m *modelName) bool {
	letters := false
	for _, w := range m.words {
		if !wordLetters(w) {
			return false
		}
		letters = letters || len(w) >= 4 && !kindWords[w]
	}
	return letters
}

// sameShape: both letters and digits in the same places, but another letter or
// first digit.
func sameShape(a, b string) bool {
	if len(a) != len(b) || a[0] == b[0] && len(a) > 1 && a[1] == b[1] {
		return false
	}
	for i := range len(a) {
		if isDigit(a[i]) != isDigit(b[i]) {
			return false
		}
	}
	return true
}

// modelOf reports whether the words from the first on name a model of the make.
func (c *Checker) modelOf(make string, p *phrase, first int) bool {
	names := c.known.of(make)
	if names == nil {
		return false
	}
	for i := first; i < p.n; i++ {
		for j := i + 1; j <= min(p.n, i+4); j++ {
			if w := p.span(i, j); len(w) > 1 && len(names.byForm[string(w)]) > 0 {
				return true
			}
		}
	}
	return false
}

// makeOnly: the cell repeats the make and says no more.
func (c *Checker) makeOnly(v *view, p *phrase) bool {
	return c.isOwnMake(v, p.b)
}
