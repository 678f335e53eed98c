// Package mapping says what each column of a list is, and reads the cells.
//
// A column's Target is what its cells are taken for: the VIN, one of the claims
// that package claim checks, the odometer, the price and so on. Some cells hold
// several at once and have targets of their own: "2015 Ford F-150 XLT"
// (vehicle), "3.5L V6" (engine), "4D SUV AWD" (style). What a column of its own
// says goes before what such a cell says.
//
// Guess looks at the headings, in the languages of the lists that are seen most,
// and at the cells: a column of VINs is the VIN column whatever it is called.
// Each guess comes with a percentage and a sentence. A heading that is known and
// cells that fit are 95 and more; 50 to 70 is a guess by one of the two; what
// nobody knows becomes a field of the owner's own under its heading.
//
// Read never fails. A cell that is blank in the language of lists ("—", "N/A")
// says nothing; one that can't be read is a Problem, which is kept and said and
// blocks nothing. Claims stay in the list's own words, but for the year of a
// vehicle cell and of numbers that spreadsheets write with a point.
//
// A Mapping in JSON is what `hubcap import --map` takes and what templates keep.
// The Fingerprint by which a template is found again is over the headings,
// whatever their order and case and the signs in them; a list without headings
// is known by its number of columns only.
package mapping
