package vin

// Explain says what one of vPIC's error codes means to somebody with the
// vehicle in front of them, and what to do. vPIC's own wording is element
// 191. Code 0 is empty.
func Explain(code int) string {
	switch code {
	case 1:
		return "The check digit (position 9) does not fit the rest of the VIN. One character is probably mistyped; look at the plate again."
	case 2:
		return "One character was wrong, and only one other fits there. The suggested VIN has it."
	case 3:
		return "One character was wrong. Exactly one other fits there and makes the check digit right; the suggested VIN has it."
	case 4:
		return "One character does not fit this maker, and more than one could stand there. The position is marked ! in the suggested VIN."
	case 5:
		return "Several characters do not fit this maker. Their positions are marked ! in the suggested VIN."
	case 6:
		return "The VIN is not complete. What is there was decoded as far as it goes."
	case 7:
		return "The maker is not registered for sale in the United States, so vPIC knows only the form of this VIN."
	case 8:
		return "The maker is known, but has told NHTSA nothing about vehicles like this one."
	case 9:
		return "This may be a glider kit: an old engine and frame with a new cab."
	case 10:
		return "This may be an off-road vehicle, whose number follows other rules than a VIN."
	case 11:
		return "Position 10 is no year code, so the model year can't be read from the VIN."
	case 12:
		return "The model year that was given is not the one that the VIN says."
	case 14:
		return "Some characters say nothing that the maker has told NHTSA about, so details may be missing."
	case 400:
		return "The VIN holds characters that do not belong in one (I, O and Q never do)."
	}
	return ""
}
