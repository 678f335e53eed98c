package rest

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/api/gate"
	"github.com/hubcap-dev/hubcap/backend/api/problem"
	"github.com/hubcap-dev/hubcap/backend/audit"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Right is what an operation asks of who calls it.
type Right struct {
	who   who
	needs account.Permission
	or    account.Permission // does as well as needs; "" is none
	reads bool               // changes nothing that was entered, whatever its method
	fresh bool               // a person must have proved who they are a short while ago
}

type who int

const (
	permitted who = iota // who holds the permission, over what they reach
	ownOr                // anybody, over what is their own; over everybody's who holds the permission
	signedIn             // anybody, over what they may see
	owing                // signedIn, and also who has yet to set a password or add a factor
	anyone               // nobody, too
	here                 // whoever holds this computer: it is about its screen
)

func needs(p account.Permission) Right    { return Right{who: permitted, needs: p} }
func ownOrAll(p account.Permission) Right { return Right{who: ownOr, needs: p} }

func needsEither(p, or account.Permission) Right {
	return Right{who: permitted, needs: p, or: or}
}

// eitherOf is the one of two permissions that somebody has, the first where
// they have none.
func eitherOf(p account.Principal, first, or account.Permission) account.Permission {
	if or != "" && !p.May(first) && p.May(or) {
		return or
	}
	return first
}

func (r Right) reading() Right { r.reads = true; return r }
func (r Right) proven() Right  { r.fresh = true; return r }

var (
	bySignedIn = Right{who: signedIn}
	byOwing    = Right{who: owing}
	byAnyone   = Right{who: anyone}
	byHere     = Right{who: here}
)

// Rights is the one table of who may do what over HTTP: a row an operation.
// An operation without a row is not registered: the hub does not start, and
// TestEveryRouteHasARow fails.
func Rights() map[string]Right {
	return map[string]Right{
		"meta":        bySignedIn,
		"live":        bySignedIn,
		"selfCheck":   bySignedIn,
		"vpicInfo":    bySignedIn,
		"model":       bySignedIn,
		"listEngines": bySignedIn,

		"referenceStatus":    bySignedIn,
		"referenceOfVehicle": needs(account.ReadVehicles),
		"referenceOfModel":   needs(account.Decode),
		"uploadReference":    needs(account.ManageVpic),
		"importReference":    needs(account.ManageVpic),
		"removeReference":    needs(account.ManageVpic),

		"showWindow": byHere,

		"getLan":   needs(account.ManageHub),
		"getLanQr": bySignedIn,
		"resetLan": needs(account.ManageOrg).proven(),

		"getPreferences": byOwing,
		"setPreferences": byOwing,

		"decode":     needs(account.Decode),
		"decodeMany": needs(account.Decode).reading(),
		"briefVIN":   needs(account.Decode).reading(),

		"listVehicles":  needs(account.ReadVehicles),
		"getVehicle":    needs(account.ReadVehicles),
		"specs":         needs(account.ReadVehicles),
		"history":       needs(account.ReadVehicles),
		"listReadings":  needs(account.ReadVehicles),
		"listServices":  needs(account.ReadVehicles),
		"listFuel":      needs(account.ReadVehicles),
		"search":        needs(account.ReadVehicles),
		"activity":      needs(account.ReadVehicles),
		"differences":   needs(account.ReadVehicles),
		"trash":         needs(account.ReadVehicles),
		"listInsights":  needs(account.ReadVehicles),
		"briefVehicle":  needs(account.ReadVehicles).reading(),
		"saveInWindow":  byHere,
		"listRedecoded": needs(account.ReadVehicles),

		"exportVehicles": needs(account.Export),

		"listLabelSheets": bySignedIn,
		"printStickers":   needs(account.ReadVehicles),
		"printLabels":     needs(account.ReadVehicles),
		"printVehicles":   needs(account.ReadVehicles),
		"getPrinted":      needs(account.ReadVehicles), // and only what one printed oneself

		"listViews":     needs(account.ReadVehicles),
		"addView":       needs(account.ReadVehicles),
		"setView":       needs(account.ReadVehicles),
		"removeView":    needs(account.ReadVehicles),
		"bulkEdit":      needs(account.WriteVehicles),
		"mergeVehicles": needs(account.DeleteVehicles),

		"createVehicle": needs(account.WriteVehicles),
		"updateVehicle": needs(account.WriteVehicles),
		"addNote":       needs(account.WriteVehicles),
		"removeNote":    needs(account.WriteVehicles),
		"deleteVehicle": needs(account.DeleteVehicles),

		"addReadings":    needs(account.WriteRecords),
		"updateReadings": needs(account.WriteRecords),
		"removeReadings": needs(account.WriteRecords),
		"addServices":    needs(account.WriteRecords),
		"updateServices": needs(account.WriteRecords),
		"removeServices": needs(account.WriteRecords),
		"addFuel":        needs(account.WriteRecords),
		"updateFuel":     needs(account.WriteRecords),
		"removeFuel":     needs(account.WriteRecords),
		"readInvoice":    needs(account.WriteRecords),
		"categoriseNote": needs(account.WriteRecords),
		"undo":           needs(account.ReadVehicles), // and what the batch wrote: see mayUndo

		"listIntakes":          needs(account.WriteVehicles),
		"createIntake":         needs(account.WriteVehicles),
		"getIntake":            needs(account.WriteVehicles),
		"updateIntake":         needs(account.WriteVehicles),
		"removeIntake":         needs(account.WriteVehicles),
		"restoreIntake":        needs(account.WriteVehicles),
		"addIntakeFile":        needs(account.WriteVehicles),
		"previewIntakeFile":    needs(account.WriteVehicles),
		"updateIntakeFile":     needs(account.WriteVehicles),
		"removeIntakeFile":     needs(account.WriteVehicles),
		"listIntakeRows":       needs(account.WriteVehicles),
		"listIntakeGone":       needs(account.WriteVehicles),
		"getIntakeRow":         needs(account.WriteVehicles),
		"editIntakeRows":       needs(account.WriteVehicles),
		"acceptRepairs":        needs(account.WriteVehicles),
		"checkIntake":          needs(account.WriteVehicles).reading(),
		"commitIntake":         needs(account.WriteVehicles),
		"intakeReport":         needs(account.WriteVehicles),
		"printIntake":          needs(account.WriteVehicles),
		"printTaken":           needs(account.WriteVehicles),
		"listAliases":          needs(account.WriteVehicles),
		"acceptAlias":          needs(account.WriteVehicles),
		"removeAlias":          needs(account.WriteVehicles),
		"listWatched":          needs(account.WriteVehicles),
		"listImportTemplates":  needs(account.WriteVehicles),
		"removeImportTemplate": needs(account.WriteVehicles),
		"checkList":            needs(account.Decode).reading(),

		"listAttachments":     needs(account.ReadVehicles),
		"getAttachment":       needs(account.ReadVehicles),
		"attachmentContent":   needs(account.ReadVehicles), // and, of a paper that may show costs, see vehicle.Attachment.OpenTo
		"attachmentThumbnail": needs(account.ReadVehicles),
		"attachmentText":      needs(account.ReadVehicles),
		"addAttachment":       needsEither(account.WriteRecords, account.WriteVehicles),
		"updateAttachment":    needsEither(account.WriteRecords, account.WriteVehicles),
		"removeAttachment":    needsEither(account.WriteRecords, account.WriteVehicles),
		"draftFromAttachment": needs(account.WriteRecords),

		"explainFinding": needs(account.AskModels).reading(),
		"summariseNotes": needs(account.AskModels),
		"outgoingPrompt": needs(account.AskModels),

		"purge": needs(account.PurgeTrash).proven(),

		"listJobs":  ownOrAll(account.ManageJobs),
		"getJob":    ownOrAll(account.ManageJobs),
		"pauseJob":  ownOrAll(account.ManageJobs),
		"resumeJob": ownOrAll(account.ManageJobs),
		"cancelJob": ownOrAll(account.ManageJobs),
		"removeJob": ownOrAll(account.ManageJobs),

		"listModels":     bySignedIn,
		"getModel":       bySignedIn,
		"adviseModels":   needs(account.ManageModels),
		"importModel":    needs(account.ManageModels),
		"uploadModel":    needs(account.ManageModels),
		"pullModel":      needs(account.ManageModels),
		"removeModel":    needs(account.ManageModels),
		"restoreModel":   needs(account.ManageModels),
		"benchEngine":    needs(account.ManageModels),
		"listOrders":     bySignedIn,
		"setOrder":       needs(account.ManageModels),
		"listProviders":  needs(account.ManageModels),
		"addProvider":    needs(account.ManageModels).proven(),
		"setProvider":    needs(account.ManageModels).proven(),
		"removeProvider": needs(account.ManageModels),
		"askProvider":    needs(account.ManageModels),

		"updateVpic":         needs(account.ManageVpic),
		"uploadVpic":         needs(account.ManageVpic),
		"revertVpic":         needs(account.ManageVpic),
		"redecode":           needs(account.ManageVpic),
		"acceptRedecoded":    needs(account.ManageVpic),
		"acceptAllRedecoded": needs(account.ManageVpic),

		"audit":       needs(account.ReadAudit),
		"exportAudit": needs(account.ReadAudit).proven(),
		"verifyAudit": needs(account.ReadAudit),

		"listBackups":      needs(account.ManageHub),
		"getBackup":        needs(account.ManageHub),
		"addBackup":        needs(account.ManageOrg).proven(),
		"setBackup":        needs(account.ManageOrg).proven(),
		"removeBackup":     needs(account.ManageOrg).proven(),
		"tryBackup":        needs(account.ManageOrg),
		"estimateBackup":   needs(account.ManageHub).reading(),
		"initBackup":       needs(account.ManageOrg).proven(),
		"joinBackup":       needs(account.ManageOrg).proven(),
		"confirmBackup":    needs(account.ManageOrg),
		"renewRecovery":    needs(account.ManageOrg).proven(),
		"changePassphrase": needs(account.ManageOrg).proven(),
		"resumeBackup":     needs(account.ManageOrg).proven(),
		"backupNow":        needs(account.ManageHub),
		"verifyBackup":     needs(account.ManageHub),
		"testBackup":       needs(account.ManageHub),
		"planPrune":        needs(account.ManageHub),
		"pruneBackup":      needs(account.ManageOrg),
		"rotateBackup":     needs(account.ManageOrg).proven(),
		"listBackupPoints": needs(account.ManageHub),
		"restoreCopy":      needs(account.ManageOrg).proven(),
		"restoreVehicle":   needs(account.ManageOrg).proven(),
		"restoreFile":      needs(account.ManageOrg),
		"drillBackup":      needs(account.ManageHub),
		"listDrills":       needs(account.ManageHub),
		"getDrill":         needs(account.ManageHub),
		"listCopies":       needs(account.ManageHub),
		"removeCopy":       needs(account.ManageOrg).proven(),
		"switchCopy":       needs(account.ManageOrg).proven(),
		"lookOutside":      needs(account.ManageOrg).proven(),
		"restoreOutside":   needs(account.ManageOrg).proven(),

		"settings":      needs(account.ManageHub),
		"vault":         needs(account.ManageHub),
		"rotateVault":   needs(account.ManageOrg).proven(),
		"doctor":        needs(account.ManageHub),
		"doctorRepair":  needs(account.ManageHub),
		"rebuildSearch": needs(account.ManageHub),
		"loadSample":    needs(account.ManageHub),
		"removeSample":  needs(account.ManageHub),

		"getSession":           byAnyone,
		"signIn":               byAnyone,
		"showSecondFactor":     byAnyone,
		"beginPasskey":         byAnyone,
		"signInByPasskey":      byAnyone,
		"signOut":              byAnyone, // of nobody too: the cookie goes
		"confirm":              byOwing,
		"beginConfirm":         byOwing,
		"signInOutside":        byAnyone,
		"comeBackFromOutside":  byAnyone,
		"getSetup":             byAnyone,
		"setUp":                byAnyone,
		"lookAtInvitation":     byAnyone,
		"acceptInvitation":     byAnyone,
		"beginInvitedPasskey":  byAnyone,
		"acceptByPasskey":      byAnyone,
		"getMe":                byOwing,
		"setMe":                byOwing,
		"setPassword":          byOwing,
		"beginTotp":            byOwing,
		"finishTotp":           byOwing,
		"removeTotp":           byOwing,
		"makeCodes":            byOwing,
		"beginAddPasskey":      byOwing,
		"addPasskey":           byOwing,
		"renamePasskey":        byOwing,
		"removePasskey":        byOwing,
		"listMySessions":       byOwing,
		"endMySession":         byOwing,
		"endMyOtherSessions":   byOwing,
		"forgetDevice":         byOwing,
		"inviteUser":           needs(account.ManageUsers).proven(),
		"resetUser":            needs(account.ManageUsers).proven(),
		"listUserSessions":     needs(account.ManageUsers),
		"endUserSessions":      needs(account.ManageUsers),
		"listSignInProviders":  needs(account.ManageOrg),
		"addSignInProvider":    needs(account.ManageOrg),
		"setSignInProvider":    needs(account.ManageOrg),
		"removeSignInProvider": needs(account.ManageOrg),
		"testSignInProvider":   needs(account.ManageOrg),

		"listPermissions": bySignedIn,
		"listRoles":       bySignedIn,
		"getOrganisation": bySignedIn,
		"setOrganisation": needs(account.ManageOrg).proven(),
		"previewRole":     bySignedIn.reading(), // the words of what everybody may list
		"compareRoles":    needs(account.ManageRoles),
		"addRole":         needs(account.ManageRoles).proven(),
		"setRole":         needs(account.ManageRoles).proven(),
		"removeRole":      needs(account.ManageRoles).proven(),
		"exportRoles":     needs(account.ManageRoles),
		"importRoles":     needs(account.ManageRoles).proven(),
		"listUsers":       needs(account.ManageUsers),
		"addUser":         needs(account.ManageUsers).proven(),
		"getUser":         needs(account.ManageUsers),
		"setUser":         needs(account.ManageUsers).proven(),
		"listKeys":        ownOrAll(account.ManageKeys),
		"addKey":          bySignedIn.proven(), // account.Accounts says for whom: OwnKeys or ManageKeys
		"rotateKey":       bySignedIn.proven(),
		"revokeKey":       bySignedIn,
	}
}

type (
	callerKey    struct{}
	principalKey struct{}
)

// viewHeader names the role, and after a blank the reach, as which somebody
// who manages roles looks at the hub: "sales", "sales own",
// "sales locations:Berlin,Paris". The names of places are escaped as in an
// address, since a header holds few letters.
const viewHeader = "Hubcap-View-As"

// authorise puts the table before every operation: the caller that it finds
// is the only one that a route can get.
func authorise(api huma.API, d Deps) {
	rights := Rights()
	api.OpenAPI().OnAddOperation = append(api.OpenAPI().OnAddOperation, func(_ *huma.OpenAPI, op *huma.Operation) {
		if _, ok := rights[op.OperationID]; !ok {
			panic(fmt.Sprintf("rest: operation %q has no row in Rights", op.OperationID))
		}
	})
	api.UseMiddleware(func(ctx huma.Context, next func(huma.Context)) {
		op := ctx.Operation()
		p, err := viewing(d, gate.Principal(ctx.Context()), ctx.Header(viewHeader))
		if err == nil {
			var c account.Caller
			if c, err = rights[op.OperationID].caller(p, op.Method, d.Now()); err == nil {
				next(huma.WithValue(huma.WithValue(ctx, callerKey{}, c), principalKey{}, p))
				return
			}
		}
		// Who is turned away is told in the trail, counted by the minute.
		if p := gate.Principal(ctx.Context()); !p.Nobody() && fault.Is(err, fault.Denied) && d.Audit != nil {
			d.Audit.Count(store.Org(p.Org), p.Actor, audit.Happening{Event: audit.AccessDenied, Subject: audit.Subject{Kind: "operation", ID: op.OperationID}})
		}
		refuse(ctx, err)
	})
}

// viewing is p as it wants to look at the hub.
func viewing(d Deps, p account.Principal, as string) (account.Principal, error) {
	if as == "" {
		return p, nil
	}
	role, where, _ := strings.Cut(as, " ")
	kind, places, _ := strings.Cut(where, ":")
	reach := account.Reach{Kind: account.ReachKind(kind)}
	if kind == "" {
		reach = account.Everything()
	}
	if places != "" {
		reach.Places = strings.Split(places, ",")
		for i, name := range reach.Places {
			if plain, err := url.PathUnescape(name); err == nil {
				reach.Places[i] = plain
			}
		}
	}
	return d.Accounts.As(p, role, reach)
}

// refuse answers who may not.
func refuse(ctx huma.Context, err error) {
	Refusal(gate.Principal(ctx.Context()), err, logNumber(ctx)).Write(humaecho.Unwrap(ctx).Response())
}

// Refusal is the answer to who may not: 401 where signing in may help.
func Refusal(who account.Principal, err error, reference string) *problem.Problem {
	if !who.Nobody() {
		return problem.From(err, reference)
	}
	p := problem.New(http.StatusUnauthorized, "Nobody is signed in.")
	p.Remedy = "Sign in, or send an API key."
	return p
}

// caller is under what scope a principal does what the right is of.
func (r Right) caller(p account.Principal, method string, now time.Time) (account.Caller, error) {
	if r.who == anyone {
		return account.Caller{Actor: p.Actor}, nil
	}
	if p.Viewing != "" && !r.reads && method != http.MethodGet && method != http.MethodHead {
		return account.Caller{}, account.OnlyLooking(p)
	}
	c, err := r.over(p)
	if err == nil && r.fresh {
		err = p.Fresh(now)
	}
	return c, err
}

// over is what a right is of: the permission's reach, one's own, or what one
// may see.
func (r Right) over(p account.Principal) (account.Caller, error) {
	switch r.who {
	case permitted:
		return p.For(eitherOf(p, r.needs, r.or))
	case ownOr:
		if p.May(r.needs) {
			return p.For(r.needs)
		}
		return p.Own()
	case owing:
		return p.Self()
	case here:
		if !p.Local() {
			return account.Caller{}, fault.New(fault.Denied, "this is for the hub's own screen").WithRemedy("do it on the computer that the hub runs on")
		}
		return p.Self()
	default:
		return p.Seeing()
	}
}

// caller is who calls, under what scope: as the table says.
func caller(ctx context.Context) vehicle.Caller {
	c, _ := ctx.Value(callerKey{}).(account.Caller)
	return vehicle.Caller(c)
}

// principal is who calls, for what is asked of the account itself.
func principal(ctx context.Context) account.Principal {
	p, _ := ctx.Value(principalKey{}).(account.Principal)
	return p
}

// reading is the caller for what a route shows beside what it is for:
// nothing, for who may not see vehicles.
func reading(ctx context.Context) (vehicle.Caller, bool) {
	p := principal(ctx)
	c, err := p.For(account.ReadVehicles)
	return vehicle.Caller(c), err == nil
}
