// Package list reads the lists of vehicles that sellers send: from bytes to
// rows of text, whatever program wrote them.
//
// A file is what its content is, not what its name says: comma, semicolon, tab
// or pipe between cells, Excel's .xlsx and .xls, OpenDocument's .ods, JSON
// lines, a table drawn on the pages of a PDF, or text that was pasted. Words
// used here:
//
//   - A sheet is one table of a file that holds several. Unless somebody says
//     which, the one with the most VINs is read.
//   - The header is the row that names the columns. Above it may stand titles,
//     notes and blank rows, and there may be none at all.
//   - A row is one of the data: rows are numbered from 1 after the header, in
//     the order of the file. Blank rows, a header that is repeated for the next
//     printed page, rules of dashes, lines of totals and notes below the table
//     are not rows; they are counted, and take no number. Line is where a row
//     stands in the file itself.
//
// A cell is text, as a person reads it in the program that wrote it, with what
// programs hide put right: a number is written out and never in powers of ten
// where it can be helped, a day is 2026-11-23, zeros in front stay, a unit that
// only the cell's format shows ("82,838 mi") follows the number.
//
// The bytes may be made to harm. Every reader is bounded in the size of what it
// unpacks, rows, columns and letters; those of the formats that nest (XLSX,
// XLS, ODS, PDF) run in a child process with limits of its own where the caller
// gives a runner. Rows are read as they are asked for, so that a long list
// takes no more memory than a short one.
package list
