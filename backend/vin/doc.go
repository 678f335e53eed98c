// Package vin decodes vehicle identification numbers as NHTSA's vPIC does,
// offline and in a few microseconds. It imports the standard library only.
//
// # Words
//
// A VIN is the 17 characters that name a vehicle since 1981 (49 CFR 565, ISO
// 3779). It has three parts. The WMI (world manufacturer identifier, positions
// 1-3) says who made it; position 3 is '9' for builders of fewer than 1,000
// vehicles a year, who share it and are told apart by positions 12-14. The VDS
// (vehicle descriptor section, positions 4-9) says what it is, in codes that
// each maker is free to choose; its last character, position 9, is the check
// digit, computed from all others. The VIS (vehicle identifier section,
// positions 10-17) says which one it is: position 10 is a code of the model
// year, repeating every thirty years, position 11 the plant, the rest a serial
// number. I, O and Q are never used.
//
// vPIC is NHTSA's public database of what makers declared about their codes.
// For each WMI it has schemas, each for some model years. A schema is a list of
// patterns: where the VIN satisfies the pattern's key ("B[A-C]*1|*H", over
// positions 4-8 and, behind the bar, 10-17), the pattern's element (say, 5:
// Body Class) has the pattern's value. Several patterns may give one element;
// vPIC then keeps the one with the latest schema and date. Elements that no
// pattern gives may come from the engine model, from specifications of the make
// and model, from a conversion of units, or be assumed for the vehicle type
// ("Not Applicable"); every [Value] says from where.
//
// # Use
//
// [Open] takes the index file that cmd/vpicgen builds from vPIC's tables, as a
// string that is used in place: embedded in the program or a mapped file.
// [Decoder.Decode] answers; anything may be asked, and a bad VIN is an answer
// with error codes. The clock comes in by [Options], since makers appear on
// their publication dates and two years stay possible for most codes: the same
// question at the same clock gives the same answer for ever.
//
// [Parse], [CheckDigit] and [YearCandidates] need no index.
//
// The rules come from NHTSA's own procedure (public domain). Where the
// procedure's port to PostgreSQL and the live service differ, this package
// follows the live service: it honours the table of fixed model years, converts
// units with SQL Server's digits, and reads the first 17 characters of a longer
// input.
package vin
