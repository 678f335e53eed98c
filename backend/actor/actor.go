// Package actor says who acts: the explicit argument that every write
// carries and that the change log keeps.
package actor

// Kind is the sort of actor.
type Kind string

const (
	Local  Kind = "local"  // a person or program on this machine, before accounts exist
	System Kind = "system" // the hub itself: rebuilds, the sample fleet, schedules
)

// Actor is who acts. The zero Actor is nobody and may not write.
type Actor struct {
	Kind Kind   `json:"kind"`
	ID   string `json:"id"`   // stable; empty for Local until accounts exist
	Name string `json:"name"` // for people, may change
}

// Nobody reports whether a is the zero Actor.
func (a Actor) Nobody() bool { return a == Actor{} }

// Machine is the actor of whoever holds the hub's local token.
func Machine() Actor { return Actor{Kind: Local, Name: "this computer"} }

// Hub is the actor of the hub's own work; part names which.
func Hub(part string) Actor { return Actor{Kind: System, ID: part, Name: "Hubcap"} }
