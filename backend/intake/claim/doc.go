// Package claim says where a list's words about a vehicle disagree with its
// VIN.
//
// # Words
//
// A claim is a cell of a list, in the list's own words. A finding is a claim
// that the VIN does not plainly bear out: hard where the vehicle of this VIN
// can't be what was claimed, soft where the difference has an honest reading,
// untestable where this VIN does not say. What agrees gives no finding.
//
// Lists have a language. They cut names off, join and abbreviate them, write
// bodies into the model column ("pk", "door"), families for models ("3 Series"
// for a 328i, "1500" for a Ram 1500), engines onto them ("C300", "RX350") and
// trims in their place ("R/T"). Comparing words flags nearly every row of a list
// in which nothing is wrong, and a flag that cries wolf is read by nobody. So a
// hard flag is given for what is certain alone:
//
//   - the VIN is whole, its check digit right and its characters the maker's;
//   - the year is none that position 10 allows;
//   - the make is that of another maker of vehicles, not of bodies or trailers;
//   - the model is one that vPIC knows as another of the make, read first in
//     the cell, and no alias, part or variant of the decoded one;
//   - body class and vehicle type of the VIN tell the same story, and the body
//     claimed is none that lists call it;
//   - the fuel excludes the claimed one, as diesel does gasoline.
//
// # Sources
//
// The vocabulary is vPIC's own: makes, models by make and vehicle type, series
// and trims, read out of the index when the first row is checked. lexicon.tsv
// adds what lists say: abbreviations of the NCIC manual, body types of
// registries, words of the trade, nicknames of models. [Aliases] add what the
// people of a hub have accepted for all.
package claim
