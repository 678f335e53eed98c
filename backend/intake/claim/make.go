package claim

import "strings"

// checkMake is hard only for another maker of vehicles that are known by their
// make: names of builders of bodies and of trailers are no contradiction.
func (c *Checker) checkMake(v *view, said string, out *finder) {
	// The year goes first in many a cell: "2015 Ford F-150".
	var p phrase
	p.read(said)
	first := 0
	for first < p.n-1 && len(years(string(p.span(first, first+1)))) > 0 {
		first++
	}
	if p.n == 0 {
		out.untestable(said, v.make, "The list's make can't be read.")
		return
	}
	whole := p.b[p.start[first]:]
	claimed := c.resolveMake(&p, first)
	if len(claimed) > 0 {
		v.claimMake = claimed[0]
	}
	if v.make == "" {
		out.untestable(said, "", "The VIN names its manufacturer, "+v.manufacturer+", but no make.")
		if v.manufacturer == "" {
			out.all[len(out.all)-1].Reason = "The VIN names no make."
		}
		return
	}
	decoded := v.makeKey
	model := compact(v.model)
	for _, m := range claimed {
		if m == decoded || len(m) > 2 && (strings.HasPrefix(model, m) || strings.Contains(decoded, m)) {
			v.claimMake = m
			return
		}
	}
	w := string(whole)
	if len(w) > 1 && (strings.HasPrefix(decoded, w) && len(w) > 2 || strings.HasPrefix(w, decoded)) {
		v.claimMake = decoded
		return
	}
	for i := first; i < p.n; i++ { // "CHEVROLET/GMC", "VEHICLE FORD"
		for j := i + 1; j <= min(p.n, i+3); j++ {
			if string(p.span(i, j)) == decoded {
				v.claimMake = decoded
				return
			}
		}
	}
	for _, m := range claimed {
		if c.words.isKin(m, decoded, model) {
			v.claimMake = m
			out.soft(said, v.make, "The VIN says "+v.make+"; lists use both names for this "+either(v.model, "vehicle")+".")
			return
		}
	}
	maker := compact(v.manufacturer)
	switch {
	case len(claimed) == 0 && (len(whole) >= 4 && near(whole, decoded, 1) || len(whole) >= 6 && near(whole, decoded, 2)):
		v.claimMake = decoded
	case len(claimed) == 0 && c.ownModel(v, whole):
		out.soft(said, v.make, "The make column names the model; the make is "+v.make+".")
	case len(whole) >= 4 && strings.Contains(maker, w) && (!c.words.major[first1(claimed)] || len(w) > len(first1(claimed))+3):
		// The manufacturer's name where vPIC has the brand.
	case len(claimed) == 0:
		if c.words.body[w] || v.body == "" || bodyOf(v.body)&(bodyChassis|bodyMotorhome|bodyBus|bodyTrailer) != 0 {
			out.soft(said, v.make, "The VIN says "+v.make+"; "+said+" may be who built the body.")
		} else {
			out.soft(said, v.make, "The VIN says "+v.make+"; vPIC knows no make "+strings.ToUpper(said)+".")
		}
	case c.certainlyAnother(v, claimed):
		out.differ(v, true, said, v.make, "The VIN says "+v.make+", which is another make than "+c.makeName(claimed[0])+".")
		v.makeWrong = v.sure
		// What the maker's schemas say of the rest does not matter here.
		if f := &out.all[len(out.all)-1]; v.sure && f.Severity == Soft && !v.r.Has(8) {
			f.Severity, f.Reason = Hard, "The VIN says "+v.make+", which is another make than "+c.makeName(claimed[0])+"."
		}
	default:
		out.soft(said, v.make, "The VIN says "+v.make+"; "+c.makeName(claimed[0])+" may be who built the body.")
	}
}

// resolveMake finds the makes that the words from the first on may mean, as
// vPIC's names compacted: the longest run of words that means one.
func (c *Checker) resolveMake(p *phrase, first int) []string {
	for j := min(p.n, first+4); j > first; j-- {
		w := p.span(first, j)
		if m := c.words.makes[string(w)]; m != nil {
			return m
		}
		if _, ok := c.known.makes[string(w)]; ok && len(w) > 1 {
			return []string{string(w)}
		}
	}
	return nil
}

// certainlyAnother: all that is claimed are makes of other makers, of vehicles
// and not of bodies or trailers.
func (c *Checker) certainlyAnother(v *view, claimed []string) bool {
	// vPIC has makes that few lists use: EVOBUS, BRIGHTDROP, SPARTAN RV CHASSIS.
	if !c.words.major[v.makeKey] {
		return false
	}
	built := v.kind == "INCOMPLETE VEHICLE" || v.kind == "TRAILER" || v.kind == "BUS" || bodyOf(v.body)&(bodyMotorhome|bodyBus|bodyTrailer|bodyChassis) != 0
	for _, m := range claimed {
		if c.words.major[m] {
			continue
		}
		k := c.known.makes[m]
		if built || k == nil || !k.motor || c.words.body[m] {
			return false
		}
	}
	return true
}

func (c *Checker) makeName(key string) string {
	if m := c.known.makes[key]; m != nil {
		return m.name
	}
	return key
}

// ownModel reports whether the words are the decoded model.
func (c *Checker) ownModel(v *view, w []byte) bool {
	c.find(v)
	return v.decoded != nil && v.decoded.has(w)
}

// find looks the decoded make and model up in the vocabulary.
func (c *Checker) find(v *view) {
	if v.names != nil || v.make == "" {
		return
	}
	v.names = c.known.of(v.makeKey)
	if v.names == nil || v.model == "" {
		return
	}
	if n, ok := v.names.byName[v.model]; ok {
		v.decoded = &v.names.models[n]
	}
}

func either(s, or string) string {
	if s != "" {
		return s
	}
	return or
}

func first1(s []string) string {
	if len(s) == 0 {
		return ""
	}
	return s[0]
}
