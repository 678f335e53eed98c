package account

import (
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Permission is one thing that a principal may do.
type Permission string

const (
	ReadVehicles   Permission = "vehicles.read"
	WriteVehicles  Permission = "vehicles.write"
	DeleteVehicles Permission = "vehicles.delete"
	WriteRecords   Permission = "records.write"
	SeeCosts       Permission = "costs.read"
	Export         Permission = "vehicles.export"
	Decode         Permission = "vin.decode"
	AskModels      Permission = "insights.ask"
	SendAway       Permission = "insights.send"
	OwnKeys        Permission = "keys.own"

	PurgeTrash   Permission = "trash.purge"
	ManageJobs   Permission = "jobs.manage"
	ManageModels Permission = "models.manage"
	ManageVpic   Permission = "vpic.manage"
	ManageHub    Permission = "hub.manage"
	ReadAudit    Permission = "audit.read"
	ManageUsers  Permission = "users.manage"
	ManageRoles  Permission = "roles.manage"
	ManageKeys   Permission = "keys.manage"
	ManageOrg    Permission = "organisation.manage"
)

// Described is a permission as a person reads it.
type Described struct {
	Permission Permission `json:"permission"`
	Group      string     `json:"group" enum:"vehicles,insights,programs,hub,people"`
	May        string     `json:"may" doc:"what follows 'may' and 'may not'"`
	Whole      bool       `json:"whole" doc:"about the whole organisation: it has no effect for somebody who reaches a part of it only"`
}

// permissions lists all of them in the order in which people read them. Their
// place here is their bit in Rights, which lives in memory only.
var permissions = []Described{
	{ReadVehicles, "vehicles", "see vehicles, their records and their history", false},
	{WriteVehicles, "vehicles", "add and change vehicles and notes", false},
	{DeleteVehicles, "vehicles", "remove vehicles, and take back what others did", false},
	{WriteRecords, "vehicles", "add, change and remove odometer readings, services and fuel", false},
	{SeeCosts, "vehicles", "see costs: what was paid for a vehicle, its services and its fuel", false},
	{Export, "vehicles", "export", false},
	{Decode, "vehicles", "decode VINs", false},
	{AskModels, "insights", "have the hub's own model word insights, explanations and summaries", false},
	{SendAway, "insights", "send what a model needs to a provider outside", false},
	{OwnKeys, "programs", "make API keys for their own programs", false},
	{ManageKeys, "programs", "see and revoke everybody's API keys, and make accounts for programs", true},
	{ManageJobs, "hub", "see and steer everybody's jobs", true},
	{PurgeTrash, "hub", "empty the trash for good", true},
	{ManageModels, "hub", "add and remove models and providers", true},
	{ManageVpic, "hub", "bring in a newer vPIC release, recalls and fuel economy, and accept what a release changes", true},
	{ManageHub, "hub", "see settings and metrics, run the doctor, load samples and rebuild the search", true},
	{ManageUsers, "people", "invite people, give them roles, end their sessions", true},
	{ManageRoles, "people", "make and change roles", true},
	{ManageOrg, "people", "set locations, groups, the rules of signing in and the network", true},
	{ReadAudit, "people", "read and export the audit trail", true},
}

// Permissions lists every permission.
func Permissions() []Described { return slices.Clone(permissions) }

func (p Permission) bit() (Rights, bool) {
	i := slices.IndexFunc(permissions, func(d Described) bool { return d.Permission == p })
	return 1 << max(i, 0), i >= 0
}

func (p Permission) described() Described {
	i := slices.IndexFunc(permissions, func(d Described) bool { return d.Permission == p })
	if i < 0 {
		return Described{Permission: p, May: "do what this version of Hubcap does not know"}
	}
	return permissions[i]
}

// Rights is a set of permissions.
type Rights uint64

// AllRights is every permission.
func AllRights() Rights { return 1<<len(permissions) - 1 }

// RightsOf gathers permissions; one that this version does not know gives
// nothing.
func RightsOf(list []Permission) Rights {
	var r Rights
	for _, p := range list {
		if b, ok := p.bit(); ok {
			r |= b
		}
	}
	return r
}

// Has reports whether p is in the set.
func (r Rights) Has(p Permission) bool {
	b, ok := p.bit()
	return ok && r&b != 0
}

// Within reports whether every permission of r is in other.
func (r Rights) Within(other Rights) bool { return r&^other == 0 }

// List names the permissions in reading order.
func (r Rights) List() []Permission {
	out := []Permission{}
	for i, d := range permissions {
		if r&(1<<i) != 0 {
			out = append(out, d.Permission)
		}
	}
	return out
}

// checkPermissions refuses what is not a permission, and puts the rest in
// order, each once.
func checkPermissions(field string, list []Permission) ([]Permission, error) {
	for _, p := range list {
		if _, ok := p.bit(); !ok {
			var known []string
			for _, d := range permissions {
				known = append(known, string(d.Permission))
			}
			return nil, fault.InvalidField(field, "names "+clip(string(p))+", which is no permission", "use some of "+strings.Join(known, ", "))
		}
	}
	return RightsOf(list).List(), nil
}

// clip shortens what a person sent before it is shown again.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
