// Package claim says where a list's words about a vehicle disagree with its
// VIN.
package claim
