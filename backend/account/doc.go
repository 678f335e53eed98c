// Package account knows who may do what: the organisation, its people and
// programs, their roles and how they prove who they are.
//
// A Principal is who stands behind one request. Principal.For is the one
// choke point: every face of the hub (REST, live updates, search, jobs,
// insights) takes its scope and its actor from there, and there is no other
// way to come by them. A role is a set of permissions; a reach says over
// which vehicles its placed permissions hold.
//
// What a principal may do is read from memory: users, roles, keys and the
// organisation are kept there and follow the change log, so that asking who
// somebody is costs microseconds and rights taken away act at once.
package account
