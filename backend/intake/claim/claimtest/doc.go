// Package claimtest writes lists as auctions, dealers, fleets and registries
// write them, with errors planted at known places, so that the check of claims
// can be scored: what must not be flagged and what must be found.
//
// It knows how lists write from the lists themselves (run lists of Manheim,
// Copart and IAAI, classified ads, DMV exports, fleet sheets) and shares no
// table with package claim: a judge that reads the defendant's notes is none.
package claimtest
