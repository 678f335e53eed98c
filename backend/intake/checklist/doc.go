// Package checklist says of a lot whether to buy it, to look at it, or to leave
// it, and why, line by line.
//
// Each line is what one rule says; rules have ids that do not change, C1 to
// C15, so that people can sort and filter by them. A line's verdict is "pass"
// (leave the lot), "look" (look before bidding) or "buy" (nothing against it);
// the lot's verdict is the gravest of its lines'. The rules:
//
//	C1  the VIN: whole and right, short, to be repaired, or none
//	C2  what the list claims and the VIN contradicts for certain (pass)
//	C3  claims that differ and have an honest reading (look)
//	C4  made for a market outside North America (look)
//	C5  the odometer against the wish
//	C6  the odometer against the age: far less or far more than cars are driven
//	C7  an odometer that the list does not vouch for: TMU, exempt, inoperable
//	C8  words of the title: no title and parts only (pass), salvage and other brands
//	C9  words of the condition and of announcements, and grades
//	C10 the price against the ceiling
//	C11 the makes that are looked for
//	C12 the oldest model year that is looked for
//	C13 recalls that apply to the model
//	C14 the same VIN twice in the list
//	C15 a vehicle that is here already
//
// The score sorts lots: 70 to 100 are to buy, 40 to 69 to look at, the rest to
// leave. It is an order, no estimate of worth.
package checklist
