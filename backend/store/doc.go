// Package store holds the words of persistence; its engines (store/bolt,
// store/mem, later store/postgres) hold the bytes.
//
// A domain package declares its collections once, as values:
//
//	var Vehicles = store.Define(store.Def[Vehicle]{
//		Name: "vehicles", Class: store.Truth, Schema: 1,
//		Key:   func(v *Vehicle) string { return v.ID },
//		Place: func(v *Vehicle) store.Place { return store.Place{Location: v.Location} },
//		Indexes: []store.Index[Vehicle]{{
//			Name: "vin", Fields: []store.Field[Vehicle]{
//				{Name: "vin", Kind: store.Text, Value: func(v *Vehicle) store.Value { return store.String(v.VIN) }},
//			},
//		}},
//	})
//
// and reads and writes inside a transaction that carries its scope:
//
//	seq, err := db.Update(ctx, store.Write{Scope: store.Org(org), Actor: who}, func(tx store.Tx) error {
//		rev, err := Vehicles.Insert(tx, &v)
//		...
//	})
//	err = db.View(ctx, store.Org(org), func(r store.Reader) error {
//		page, err := Vehicles.Query(r, store.Query{Index: "vin", Prefix: store.Values(store.String(vin)), Limit: 30})
//		...
//	})
//
// The words:
//
//   - A Scope says which documents the caller may see or change: one
//     organisation, perhaps some of its locations and groups, perhaps one
//     owner. It is matched inside the engine, before a document is read;
//     what lies outside it does not exist for the caller, counts and cursors
//     included. System is the one bypass.
//   - A document is canonical JSON (see Canonical). Each write gives it the
//     next revision, which is the ETag; a write names the revision it read.
//   - A Class says whether a collection is truth (logged, backed up), derived
//     (can be made again) or local (belongs to this installation).
//   - An index is declared with its collection. A query names one index;
//     anything that is not declared is an error and never a scan.
//   - The change log (Log) holds one Change for each document of truth
//     written, in the same transaction. Whatever follows the data (search,
//     live updates, backup) is a Follower that reads it by a saved cursor.
//
// The byte layouts are docs/formats/store.md.
package store
