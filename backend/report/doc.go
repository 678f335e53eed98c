// Package report makes the printed matter of the hub: window stickers, labels,
// the buy/pass sheet that goes along to an auction, and the discrepancy report
// that goes back to a seller.
//
// A document is a PDF made here, with text that can be selected and searched,
// its language and its title. A Head stands on every page: whose it is, when
// it was made, and of which vPIC release the facts are. What vPIC does not say
// is printed as "not reported", never left out or taken for "no".
//
// Everything that is printed may come from a stranger's list. A Press cleans,
// fits and breaks each text before it reaches the page.
package report
