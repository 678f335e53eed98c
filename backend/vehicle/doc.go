// Package vehicle holds what Hubcap keeps about a vehicle: the vehicle
// itself, its odometer readings, service records, fuel records, photos and
// papers, and the rules that make them true.
//
// A quantity is kept as it was read, with its unit, beside the canonical
// integer that is compared and indexed: metres, millilitres, watt-hours.
// Money is an integer of minor units with its currency. A date is a civil
// day without a zone; an instant is UTC.
//
// What a VIN says (decoded) and what somebody says (claimed) stand beside
// each other and never overwrite each other.
package vehicle
