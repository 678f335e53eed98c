package rest

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/api/gate"
	"github.com/hubcap-dev/hubcap/backend/fault"
)

// Window is the desktop window that shows this hub; app/desktop has it.
type Window interface {
	// Show brings it to the front.
	Show()
	// Save asks where to save data and does; path is "" when the person changed
	// their mind.
	Save(name string, data []byte) (path string, err error)
}

// maxSaved bounds a file that a page hands to the window.
const maxSaved = 256 << 20

// SavedFile says what became of a file.
type SavedFile struct {
	Saved bool   `json:"saved" doc:"false: the person changed their mind"`
	Path  string `json:"path,omitempty"`
}

func registerWindow(api huma.API, d Deps) {
	tags := []string{"window"}
	missing := func() error {
		return fault.New(fault.NotFound, "this hub has no window").WithRemedy("start it with `hubcap desktop`")
	}
	huma.Register(api, huma.Operation{OperationID: "showWindow", Method: http.MethodPost, Path: "/api/v1/window/show", Tags: tags,
		Summary: "Bring the desktop window to the front", DefaultStatus: http.StatusNoContent},
		func(context.Context, *struct{}) (*struct{}, error) {
			if d.Window == nil {
				return nil, missing()
			}
			d.Window.Show()
			return nil, nil
		})
	type file struct {
		Name    string `query:"name" required:"true" minLength:"1" maxLength:"200" doc:"proposed to the person"`
		RawBody []byte `contentType:"application/octet-stream"`
	}
	huma.Register(api, huma.Operation{OperationID: "saveInWindow", Method: http.MethodPut, Path: gate.SavePath, Tags: tags, MaxBodyBytes: maxSaved,
		Summary:     "Save a file by the system's own dialog",
		Description: "The page's window has no downloads of its own: it hands the file over as application/octet-stream, and the person chooses where it goes."},
		func(_ context.Context, in *file) (*struct{ Body SavedFile }, error) {
			if d.Window == nil {
				return nil, missing()
			}
			path, err := d.Window.Save(plainName(in.Name), in.RawBody)
			return &struct{ Body SavedFile }{SavedFile{path != "", path}}, err
		})
}

// plainName is a name without a way to anywhere.
func plainName(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '-'
		}
		return r
	}, s)
	if s = strings.TrimLeft(filepath.Base(s), ". "); s == "" {
		return "hubcap"
	}
	return s
}
