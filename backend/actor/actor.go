// Package actor says who acts: the explicit argument that every write
// carries and that the change log keeps.
package actor

// Kind is the sort of actor.
type Kind string

const (
	Local   Kind = "local"   // a person or program on this machine, by the machine's own right
	System  Kind = "system"  // the hub itself: rebuilds, the sample fleet, schedules
	User    Kind = "user"    // a person with an account
	Service Kind = "service" // a program with an account
)

// Actor is who acts. The zero Actor is nobody and may not write.
type Actor struct {
	Kind Kind   `json:"kind"`
	ID   string `json:"id"`   // stable; the account's, empty for Local
	Name string `json:"name"` // for people, may change

	// How it came in: kept by the audit trail alone, with no document.
	From string `json:"-"` // the client's address; "" on this machine
	Via  string `json:"-"` // the session or key, by its public name
}

// Nobody reports whether a says nobody.
func (a Actor) Nobody() bool { return a.Kind == "" }

// Machine is the actor of whoever holds the hub's local token.
func Machine() Actor { return Actor{Kind: Local, Name: "this computer"} }

// Hub is the actor of the hub's own work; part names which.
func Hub(part string) Actor { return Actor{Kind: System, ID: part, Name: "Hubcap"} }
