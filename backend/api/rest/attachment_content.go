package rest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"

	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// What people put on a vehicle comes from anywhere and is served by the hub's
// own address. So nothing of it ever runs: a browser shows only pictures,
// PDFs and plain text, by the media type that the content has, and is told
// not to guess; all else is saved. The answer's own policy forbids whatever a
// file might want to load, and puts it into a sandbox without an origin.
const (
	filePolicy = "sandbox; default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; frame-ancestors 'none'"

	// A sandbox keeps the browser's own reader of PDFs from starting; it gives
	// a document no way to this origin.
	pdfPolicy = "default-src 'none'; object-src 'self'; plugin-types application/pdf; style-src 'unsafe-inline'; frame-ancestors 'none'"
)

// inline reports whether a browser may show a file of the media type.
func inline(media string) bool {
	switch media {
	case "image/jpeg", "image/png", "image/webp", "image/gif", "application/pdf", "text/plain":
		return true
	}
	return false
}

func registerAttachmentContent(api huma.API, d Deps, one string, tags []string) {
	binary := func(what string, media ...string) map[string]*huma.Response {
		content := map[string]*huma.MediaType{}
		for _, m := range media {
			content[m] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
		}
		return map[string]*huma.Response{"200": {Description: what, Content: content}}
	}
	huma.Register(api, huma.Operation{OperationID: "attachmentContent", Method: http.MethodGet, Path: one + "/content", Tags: tags,
		Summary:     "Read the file as it was sent, whole or in parts",
		Description: "Pictures, PDFs and plain text may be shown by a browser; all else is an attachment to be saved, whatever it says of itself. Range requests work.",
		Responses:   binary("the file", "application/octet-stream", "image/jpeg", "image/png", "image/webp", "image/gif", "application/pdf", "text/plain")},
		func(ctx context.Context, in *struct {
			AttachmentPath
			Save bool `query:"save" doc:"have the browser save it, whatever it is"`
		}) (*huma.StreamResponse, error) {
			a, err := d.open(ctx, &in.AttachmentPath)
			if err != nil {
				return nil, err
			}
			content, err := d.Files.Content(ctx, a)
			if err != nil {
				return nil, err
			}
			return serveFile(a, content, in.Save), nil
		})

	huma.Register(api, huma.Operation{OperationID: "attachmentThumbnail", Method: http.MethodGet, Path: one + "/thumbnail", Tags: tags,
		Summary:   "Read a smaller picture of a photo, upright and without what a camera writes beside it",
		Responses: binary("the picture", "image/jpeg")},
		func(ctx context.Context, in *struct {
			AttachmentPath
			Size string `query:"size" enum:"320,1600" default:"320" doc:"the longer side"`
		}) (*huma.StreamResponse, error) {
			a, err := d.open(ctx, &in.AttachmentPath)
			if err != nil {
				return nil, err
			}
			side, err := strconv.Atoi(in.Size)
			if err != nil {
				return nil, err
			}
			b, err := d.Files.Picture(ctx, a, side)
			if err != nil {
				return nil, err
			}
			small := *a
			small.Media, small.Name = "image/jpeg", strings.TrimSuffix(a.Name, ".jpg")+".jpg"
			return serveFile(&small, closing{bytes.NewReader(b)}, false), nil
		})
}

type closing struct{ *bytes.Reader }

func (closing) Close() error { return nil }

// serveFile streams a file to the browser. It closes content.
func serveFile(a *vehicle.Attachment, content io.ReadSeekCloser, save bool) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		defer content.Close()
		c := humaecho.Unwrap(hc)
		h := c.Response().Header()
		media, how := "application/octet-stream", "attachment"
		if inline(a.Media) && !save {
			media, how = a.Media, "inline"
		}
		if media == "text/plain" {
			media = "text/plain; charset=utf-8"
		}
		h.Set("Content-Type", media)
		h.Set("Content-Disposition", disposition(how, a.Name))
		h.Set("Content-Security-Policy", filePolicy)
		if media == "application/pdf" {
			h.Set("Content-Security-Policy", pdfPolicy)
		}
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		http.ServeContent(c.Response(), c.Request(), "", time.Time{}, trusted{content})
	}}
}

// trusted cuts the connection when a file can't be read to its end: half of it
// must not look whole.
type trusted struct{ io.ReadSeeker }

func (t trusted) Read(p []byte) (int, error) {
	n, err := t.ReadSeeker.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		panic(http.ErrAbortHandler)
	}
	return n, err
}

// disposition writes a name for browsers of all ages (RFC 6266): without
// letters beyond ASCII, and with them.
func disposition(how, name string) string {
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' {
			return '_'
		}
		return r
	}, name)
	out := mime.FormatMediaType(how, map[string]string{"filename": plain})
	if out == "" {
		out = how
	}
	if plain != name {
		out += "; filename*=UTF-8''" + strings.ReplaceAll(url.PathEscape(name), "'", "%27")
	}
	return out
}
