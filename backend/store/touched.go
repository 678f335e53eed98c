package store

// Touches names, for each other collection, whose documents a change of it
// alters for a follower: the vehicle of a service record.
type Touches map[string]func(Change) []string

// Touched is a document to be read again.
type Touched struct{ Collection, Org, Key string }

// TouchedBy lists the documents that changes alter, each once and in order:
// those of the collections that kinds names, and those that their Touches
// name.
func TouchedBy(changes []Change, kinds map[string]Touches) []Touched {
	var out []Touched
	seen := map[Touched]bool{}
	touch := func(t Touched) {
		if t.Key != "" && !seen[t] {
			seen[t] = true
			out = append(out, t)
		}
	}
	for _, c := range changes {
		for kind, touches := range kinds {
			if kind == c.Collection {
				touch(Touched{kind, c.Org, c.Key})
			}
			if of := touches[c.Collection]; of != nil {
				for _, key := range of(c) {
					touch(Touched{kind, c.Org, key})
				}
			}
		}
	}
	return out
}
