package claim

// A finder gathers the findings of one vehicle.
type finder struct {
	field Field
	all   []Finding
}

func (f *finder) add(s Severity, claimed, decoded, reason string) {
	f.all = append(f.all, Finding{Field: f.field, Severity: s, Claimed: claimed, Decoded: decoded, Reason: reason})
}

func (f *finder) hard(claimed, decoded, reason string) { f.add(Hard, claimed, decoded, reason) }
func (f *finder) soft(claimed, decoded, reason string) { f.add(Soft, claimed, decoded, reason) }
func (f *finder) untestable(claimed, decoded, reason string) {
	f.add(Untestable, claimed, decoded, reason)
}

// differ is hard where the VIN is beyond doubt and soft, saying so, where not.
func (f *finder) differ(v *view, certain bool, claimed, decoded, reason string) {
	switch {
	case certain && v.fits:
		f.hard(claimed, decoded, reason)
	case v.fits:
		f.soft(claimed, decoded, reason)
	default:
		f.soft(claimed, decoded, reason[:len(reason)-1]+v.doubt())
	}
}

// doubt ends a sentence with why the VIN itself may be wrong.
func (v *view) doubt() string {
	switch {
	case v.r.Has(6):
		return "; the VIN is not whole, so this is not certain."
	case v.r.Has(1):
		return "; but the VIN fails its check digit and may be mistyped."
	default:
		return "; but the VIN itself does not fit its maker and may be mistyped."
	}
}
