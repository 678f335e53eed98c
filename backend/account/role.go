package account

import (
	"slices"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// Role is a named set of permissions.
type Role struct {
	ID          string       `json:"id" readOnly:"true"`
	Name        string       `json:"name" minLength:"1" maxLength:"60"`
	About       string       `json:"about,omitempty" maxLength:"300"`
	Permissions []Permission `json:"permissions"`
	Template    bool         `json:"template" readOnly:"true" doc:"comes with Hubcap and can't be changed; copy it"`
}

// Rights are the role's permissions as a set.
func (r *Role) Rights() Rights { return RightsOf(r.Permissions) }

// The ids of the roles that come with Hubcap.
const (
	OwnerRole       = "owner"
	ManagerRole     = "manager"
	SalesRole       = "sales"
	TechnicianRole  = "technician"
	AccountantRole  = "accountant"
	ViewerRole      = "viewer"
	IntegrationRole = "integration"
)

// Templates are the roles that come with Hubcap.
func Templates() []Role {
	t := func(id, name, about string, list ...Permission) Role {
		return Role{ID: id, Name: name, About: about, Permissions: RightsOf(list).List(), Template: true}
	}
	return []Role{
		t(OwnerRole, "Owner", "Everything, the last word on who may do what included.", AllRights().List()...),
		t(ManagerRole, "Manager", "Runs the business: vehicles, costs, people and what the trail says.",
			ReadVehicles, WriteVehicles, DeleteVehicles, WriteRecords, SeeCosts, Export, Decode, AskModels, SendAway, OwnKeys, ManageJobs, ManageVpic, ManageUsers, ReadAudit),
		t(SalesRole, "Sales", "Vehicles and their notes, without what they cost.",
			ReadVehicles, WriteVehicles, Decode, AskModels),
		t(TechnicianRole, "Technician", "Looks vehicles up and keeps their records, without what they cost.",
			ReadVehicles, WriteRecords, Decode, AskModels),
		t(AccountantRole, "Accountant", "Costs and exports; changes records, not vehicles.",
			ReadVehicles, WriteRecords, SeeCosts, Export, Decode, AskModels),
		t(ViewerRole, "Viewer", "Looks, and changes nothing.",
			ReadVehicles, Decode),
		t(IntegrationRole, "Integration", "For programs: decodes, reads and writes vehicles and records.",
			ReadVehicles, WriteVehicles, WriteRecords, Decode),
	}
}

// roles is the collection of the organisation's own roles.
var roles = store.Define(store.Def[Role]{
	Name: "roles", Class: store.Truth, Schema: 1,
	Key: func(r *Role) string { return r.ID },
})

// check refuses a role that can't be kept.
func (r Role) check() (Role, error) {
	r.Name, r.About = strings.TrimSpace(r.Name), strings.TrimSpace(r.About)
	if r.Name == "" || len(r.Name) > 60 {
		return r, fault.InvalidField("/name", "is empty or longer than 60 bytes", "give the role a short name")
	}
	if len(r.About) > 300 {
		return r, fault.InvalidField("/about", "is longer than 300 bytes", "shorten it")
	}
	for _, t := range Templates() {
		if strings.EqualFold(t.Name, r.Name) {
			return r, fault.InvalidField("/name", "is the name of a role that comes with Hubcap", "choose another")
		}
	}
	var err error
	r.Permissions, err = checkPermissions("/permissions", r.Permissions)
	return r, err
}

// Preview says in plain words what a role with a reach may do, and what not.
type Preview struct {
	Over   string   `json:"over" doc:"over which vehicles"`
	May    []string `json:"may"`
	MayNot []string `json:"mayNot"`
	Void   []string `json:"void" doc:"permitted by the role, without effect within this reach"`
}

// Describe previews permissions within a reach.
func Describe(rights Rights, reach Reach) Preview {
	p := Preview{Over: "Vehicles " + reach.describe(), May: []string{}, MayNot: []string{}, Void: []string{}}
	for _, d := range permissions {
		switch {
		case !rights.Has(d.Permission):
			p.MayNot = append(p.MayNot, d.May)
		case d.Whole && reach.Kind != ReachAll:
			p.Void = append(p.Void, d.May)
		default:
			p.May = append(p.May, d.May)
		}
	}
	return p
}

// Contrast is a permission that one of two roles has.
type Contrast struct {
	Described
	First  bool `json:"first"`
	Second bool `json:"second"`
}

// Compare lists every permission with which of two roles has it.
func Compare(first, second Role) []Contrast {
	out := make([]Contrast, 0, len(permissions))
	for _, d := range permissions {
		out = append(out, Contrast{d, slices.Contains(first.Permissions, d.Permission), slices.Contains(second.Permissions, d.Permission)})
	}
	return out
}
