// Package repair finds what a failing VIN was meant to be: every VIN one slip
// away that has the right check digit, that its maker could have built, and
// that is, where the list says, the vehicle that is claimed. It proposes and
// never applies.
//
// The slips are those of hands, eyes and scanners: a character wrong, most
// often one that looks alike or lies next to it on the keyboard; two exchanged;
// one missing; one too many. Of some 600 VINs one slip away one in eleven has
// the right check digit by chance (49 CFR 565.15(c)); the maker's patterns and
// the claim leave a handful, and the likelier slip stands first.
package repair
