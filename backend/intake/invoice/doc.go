// Package invoice reads the text of a workshop's invoice into a draft of a
// service record.
//
// The words: a *candidate* is a part of the text that may be a field's value,
// found by rules; nothing that does not stand in the text is ever one. The
// *rules* prefer one of them by the words around it. A model that has earned
// it gives a *second opinion*: which candidate is likeliest behind the text.
// Where both say the same the field is filled; where they differ both are
// offered, and a person decides. Nothing is saved here.
package invoice
