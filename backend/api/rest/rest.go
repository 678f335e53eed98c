// Package rest is the JSON face of the hub under /api/v1, described by the
// OpenAPI 3.1 document at /api/v1/openapi.json. The web client's types are
// generated from that document.
package rest

import (
	"context"
	"net/http"
	"path"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"

	"github.com/hubcap-dev/hubcap/backend/account"
	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/api/problem"
	"github.com/hubcap-dev/hubcap/backend/audit"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/insight"
	"github.com/hubcap-dev/hubcap/backend/intake"
	"github.com/hubcap-dev/hubcap/backend/job"
	"github.com/hubcap-dev/hubcap/backend/lan"
	"github.com/hubcap-dev/hubcap/backend/llm/pack"
	"github.com/hubcap-dev/hubcap/backend/llm/route"
	"github.com/hubcap-dev/hubcap/backend/reference"
	"github.com/hubcap-dev/hubcap/backend/report"
	"github.com/hubcap-dev/hubcap/backend/search"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
	"github.com/hubcap-dev/hubcap/backend/view"
	"github.com/hubcap-dev/hubcap/backend/vin"
	"github.com/hubcap-dev/hubcap/backend/vpic"
	"github.com/hubcap-dev/hubcap/sync/retain"
	"github.com/hubcap-dev/hubcap/sync/targets"
)

// Deps are the parts that the routes stand on.
type Deps struct {
	Version  string
	Decoder  func() *vin.Decoder // in use; another after an update of vPIC
	DB       store.DB
	Vehicles *vehicle.Hub
	Accounts *account.Accounts
	Instance string // names the cookies
	Search   *search.Index
	Insights *insight.Service
	Jobs     *job.Desk
	Files    Files
	Intakes  *intake.Service
	Prints   *report.Printer
	Feed     *Feed // live updates
	Backups  *targets.Desk
	Packs    *pack.Shelf
	Indexes  *vpic.Shelf
	Router   *route.Router
	Now      func() time.Time

	Providers *route.Desk

	Reference *reference.Shelf // recalls and fuel economy
	Views     *view.Keeper     // saved views of the list

	Window Window // the desktop window that shows this hub; nil without one

	// ModelAdvice recommends models for this machine.
	ModelAdvice func() []pack.Advice

	// Checks are VINs with known answers, as vin.ReadChecks reads them.
	Checks []byte

	// RevertVpic goes back to the vPIC index of before the last update.
	RevertVpic func(context.Context, vehicle.Caller) error

	Audit *audit.Trail

	// BackupUsage is what the hub writes and holds, for an estimate.
	BackupUsage func(context.Context) (retain.Usage, error)

	// Copies are the stores that were restored beside the hub's own.
	Copies     func(context.Context) ([]StoreCopy, error)
	RemoveCopy func(ctx context.Context, name string) error
	// SwitchCopy has one take the store's place at the next start; "" is none.
	SwitchCopy func(ctx context.Context, c vehicle.Caller, name string) error
	// RestoreFrom begins the restore of a backup that is not one of this hub's.
	RestoreFrom func(context.Context, job.Caller, RestoreFrom) (job.Job, error)

	// Drills are the reports of restore drills, the newest first; DrillFile is
	// one of them, as "json" or "html".
	Drills    func(context.Context) ([]Drill, error)
	DrillFile func(ctx context.Context, name, form string) ([]byte, error)

	// Vault says where the keys that seal secrets are kept, and RotateVault
	// changes them.
	Vault       func(context.Context) (Vault, error)
	RotateVault func(context.Context, actor.Actor) (VaultRotated, error)

	// Doctor examines the hub, and may make again what is derived and wrong.
	Doctor func(ctx context.Context, repair bool) Examination

	// Settings lists the hub's own settings, secrets covered.
	Settings func() []HubSetting

	// URL is the hub's address on this computer, "" where it does not listen.
	URL func() string

	// LAN says how the hub faces the network.
	LAN func() lan.Status

	// LoadSample loads the sample fleet as one batch and says how many
	// vehicles it has; none where it is loaded already.
	LoadSample func(context.Context, vehicle.Caller) (batch string, n int, err error)
	// RemoveSample removes it, after a load that is under way.
	RemoveSample func(context.Context, vehicle.Caller) (batch string, n int, err error)
}

// Config is the OpenAPI document's head. It names no server: the document
// is true wherever the hub listens.
func Config(version string) huma.Config {
	shapeHuma()
	c := huma.DefaultConfig("Hubcap", version)
	c.Info.Description = "Vehicles, their records and what their VINs say. Every error is application/problem+json (RFC 9457) and names the field and the remedy."
	c.OpenAPIPath = "/api/v1/openapi"
	c.DocsPath, c.SchemasPath = "", ""
	c.CreateHooks = nil // no $schema links in answers
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	return c
}

// schemaName is the name of a type in the document: its own, behind its
// package's where the same word means something else to another part.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if part, ours := strings.CutPrefix(t.PkgPath(), intakePackage); ours && t.Name() != "" && name != "Intake" {
		of := path.Base(intakePackage + part)
		return strings.ToUpper(of[:1]) + of[1:] + name
	}
	return name
}

// intakePackage holds the words of lists: rows, files, findings.
const intakePackage = "github.com/hubcap-dev/hubcap/backend/intake"

// Register adds every route to api.
func Register(api huma.API, d Deps) {
	authorise(api, d)
	registerMeta(api, d)
	registerDecode(api, d)
	registerVehicles(api, d)
	registerExport(api, d)
	registerRecords(api, "readings", "odometer reading", d.Vehicles.Readings)
	registerRecords(api, "services", "service record", d.Vehicles.Services)
	registerRecords(api, "fuel", "fuel record", d.Vehicles.Fuels)
	registerHistory(api, d)
	registerAttachments(api, d)
	registerUndo(api, d)
	registerActivity(api, d)
	registerTrash(api, d)
	registerJobs(api, d)
	registerLive(api, d)
	registerPreferences(api, d)
	registerSettings(api, d)
	registerSearch(api, d)
	registerInsights(api, d)
	registerExplanations(api, d)
	registerIntake(api, d)
	registerIntakes(api, d)
	registerPrint(api, d)
	registerModels(api, d)
	registerEngines(api, d)
	registerProviders(api, d)
	registerSelfCheck(api, d)
	registerVpic(api, d)
	registerReference(api, d)
	registerViews(api, d)
	registerBulk(api, d)
	registerDoctor(api, d)
	registerAudit(api, d)
	registerVault(api, d)
	registerBackups(api, d)
	registerWindow(api, d)
	registerLAN(api, d)
	registerOrganisation(api, d)
	registerRoles(api, d)
	registerUsers(api, d)
	registerKeys(api, d)
	registerSession(api, d)
	registerOutside(api, d)
	registerSetup(api, d)
	registerInvitations(api, d)
	registerMe(api, d)
	registerSessions(api, d)
	registerSignInProviders(api, d)
}

// FailureKey is where a request's echo context holds the error that a route
// ended with, for who logs the request: the answer shows only its reference.
const FailureKey = "failure"

// shapeHuma makes huma speak problem.Problem and describe lists as never
// null. Huma offers both for the whole process only, so they are set once and
// never change.
var shapeHuma = sync.OnceFunc(func() {
	huma.DefaultArrayNullable = false
	huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
		if status == http.StatusInternalServerError && len(errs) == 1 {
			humaecho.Unwrap(ctx).Set(FailureKey, errs[0])
			p := problem.From(errs[0], logNumber(ctx))
			for k, v := range p.GetHeaders() {
				ctx.SetHeader(k, v[0])
			}
			return p
		}
		return validation(status, msg, errs)
	}
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError { return validation(status, msg, errs) }
})

// validation turns huma's own findings into fields. It leaves out the values
// that huma echoes: one may be a secret.
func validation(status int, msg string, errs []error) *problem.Problem {
	p := problem.New(status, http.StatusText(status)+".")
	if msg != "" {
		p.Detail = strings.ToUpper(msg[:1]) + msg[1:] + "."
	}
	if status == http.StatusUnprocessableEntity || status == http.StatusBadRequest {
		p.Detail = "The input is not valid."
	}
	for _, err := range errs {
		d, ok := err.(huma.ErrorDetailer)
		if !ok {
			p.Errors = append(p.Errors, problem.Field{Pointer: "", Problem: err.Error()})
			continue
		}
		e := d.ErrorDetail()
		p.Errors = append(p.Errors, problem.Field{Pointer: pointer(e.Location), Problem: e.Message})
	}
	return p
}

// pointer turns "body.items[3].cost" into "/items/3/cost" and leaves
// "query.limit" as "limit".
func pointer(location string) string {
	rest, isBody := strings.CutPrefix(location, "body")
	if !isBody {
		_, name, _ := strings.Cut(location, ".")
		return name
	}
	rest = strings.NewReplacer("[", ".", "]", "").Replace(rest)
	return strings.ReplaceAll(rest, ".", "/")
}

// logNumber is the number under which the log holds a request.
func logNumber(ctx huma.Context) string { return ctx.Header("X-Request-Id") }

// etag writes a revision as an entity tag.
func etag(rev int64) string { return `"` + strconv.FormatInt(rev, 10) + `"` }

// revision reads an If-Match header: a revision, or any with "*".
func revision(ifMatch string) (int64, error) {
	if ifMatch == "*" {
		return store.AnyRev, nil
	}
	n, err := strconv.ParseInt(strings.Trim(ifMatch, `"`), 10, 64)
	if err != nil || n < 1 {
		return 0, fault.InvalidField("If-Match", "is not a revision", `send the ETag that you read, such as "3", or *`)
	}
	return n, nil
}

// precondition turns a lost race into 412 with what to do.
func precondition(err error) error {
	if !fault.Is(err, fault.Conflict) {
		return err
	}
	p := problem.New(http.StatusPreconditionFailed, "Somebody changed this since you read it; nothing was written.")
	p.Remedy = "Read it again, then repeat your change."
	return p
}

// Written are the headers of every answer to a write.
type Written struct {
	ETag  string `header:"ETag" doc:"the revision, for If-Match"`
	Seq   string `header:"Hubcap-Seq" doc:"sequence of the write; send it with a search that must see it"`
	Batch string `header:"Hubcap-Batch" doc:"names the write for POST /undo/{batch}"`
}

func headers[T any](s vehicle.Saved[T]) Written {
	return Written{ETag: etag(s.Rev), Seq: strconv.FormatUint(s.Seq, 10), Batch: s.Batch}
}

// PageQuery are the parameters of every list.
type PageQuery struct {
	Cursor string `query:"cursor" doc:"next of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}
