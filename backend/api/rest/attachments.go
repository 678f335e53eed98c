package rest

import (
	"context"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/api/problem"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/intake/invoice"
	"github.com/hubcap-dev/hubcap/backend/store"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Files keeps the bytes of photos and papers, and what was read of them.
type Files interface {
	// Receive keeps what r gives, at most limit bytes, and reads it; the
	// result says what it is.
	Receive(ctx context.Context, r io.Reader, name string, limit int64) (vehicle.Attachment, error)

	// Content is the file as it was sent.
	Content(ctx context.Context, a *vehicle.Attachment) (io.ReadSeekCloser, error)

	// Picture is a JPEG of the file that fits into a square of so many points;
	// fault.NotFound where none can be made.
	Picture(ctx context.Context, a *vehicle.Attachment, side int) ([]byte, error)

	// Reading is what is known of the file's content, without reading it again.
	Reading(a *vehicle.Attachment) Reading

	// Text is what the file says, page by page.
	Text(ctx context.Context, a *vehicle.Attachment) ([]string, error)
}

// Reading is what was read of a file.
type Reading struct {
	Picture bool   `json:"picture" doc:"there is a thumbnail"`
	Text    bool   `json:"text" doc:"text was found in it"`
	Pages   int    `json:"pages,omitempty"`
	Trouble string `json:"trouble,omitempty" doc:"why something of it could not be read"`
}

// Attachment is a photo or a paper of a vehicle.
type Attachment struct {
	ID      string                 `json:"id"`
	Rev     int64                  `json:"rev" doc:"revision, as in the ETag"`
	Vehicle string                 `json:"vehicle" doc:"id"`
	Kind    vehicle.AttachmentKind `json:"kind" enum:"photo,paper"`
	Name    string                 `json:"name" doc:"of the file"`
	Title   string                 `json:"title,omitempty" doc:"what a person calls it"`
	Media   string                 `json:"media" doc:"media type, by the content"`
	Bytes   int64                  `json:"bytes"`
	SHA256  string                 `json:"sha256"`
	Width   int                    `json:"width,omitempty"`
	Height  int                    `json:"height,omitempty"`
	Record  string                 `json:"record,omitempty" doc:"id of the service record that it belongs to"`
	Open    bool                   `json:"open" doc:"a paper that shows no costs: everybody who sees the vehicle may open it"`
	At      store.Timestamp        `json:"at"`
	By      string                 `json:"by"`
	MayOpen bool                   `json:"mayOpen" doc:"you may see what is in it"`
	Inline  bool                   `json:"inline" doc:"the browser may show its content; else it is saved"`
	Reading
}

func (d Deps) attachment(ctx context.Context, a *vehicle.Attachment, rev int64) Attachment {
	out := Attachment{ID: a.ID, Rev: rev, Vehicle: a.VehicleID, Kind: a.Kind, Name: a.Name, Title: a.Title, Media: a.Media, Bytes: a.Bytes, SHA256: a.SHA256,
		Width: a.Width, Height: a.Height, Record: a.Record, Open: a.Open, At: a.At, By: a.By.Name, MayOpen: a.OpenTo(viewer(ctx)), Inline: inline(a.Media)}
	if out.MayOpen {
		out.Reading = d.Files.Reading(a)
	}
	return out
}

// viewer is the caller as one who opens files: who looks at the hub as another
// role has brought none.
func viewer(ctx context.Context) vehicle.Caller {
	c := caller(ctx)
	if principal(ctx).Viewing != "" {
		c.Actor = actor.Actor{}
	}
	return c
}

type attachmentAnswer struct {
	Written
	Body Attachment
}

// AttachmentPath names an attachment in the address.
type AttachmentPath struct {
	VehiclePath
	Attachment string `path:"attachment" maxLength:"36"`
}

// attachedFile is an upload of a photo or a paper.
type attachedFile struct {
	VehiclePath
	Name   string                 `query:"name" required:"true" minLength:"1" maxLength:"255" doc:"what the file is called"`
	Kind   vehicle.AttachmentKind `query:"kind" enum:"photo,paper" doc:"photo for pictures and paper for all else, if left out"`
	Record string                 `query:"record" maxLength:"36" doc:"id of the service record that it belongs to"`
	Upload
}

func registerAttachments(api huma.API, d Deps) {
	tags := []string{"attachments"}
	const base = "/api/v1/vehicles/{id}/attachments"
	one := base + "/{attachment}"

	huma.Register(api, huma.Operation{OperationID: "listAttachments", Method: http.MethodGet, Path: base, Tags: tags,
		Summary: "List a vehicle's photos and papers, the newest first"},
		func(ctx context.Context, in *struct {
			VehiclePath
			PageQuery
		}) (*struct {
			Body struct {
				Items []Attachment `json:"items"`
				Next  string       `json:"next,omitempty" doc:"cursor of the next page; left out at the end"`
			}
		}, error) {
			c := caller(ctx)
			p, err := d.Vehicles.Attachments.List(ctx, c, in.ID, in.Cursor, in.Limit)
			if err != nil {
				return nil, err
			}
			out := &struct {
				Body struct {
					Items []Attachment `json:"items"`
					Next  string       `json:"next,omitempty" doc:"cursor of the next page; left out at the end"`
				}
			}{}
			out.Body.Items, out.Body.Next = make([]Attachment, 0, len(p.Items)), p.Next
			for i := range p.Items {
				out.Body.Items = append(out.Body.Items, d.attachment(ctx, &p.Items[i].Value, p.Items[i].Rev))
			}
			return out, nil
		})

	huma.Register(api, huma.Operation{OperationID: "addAttachment", Method: http.MethodPut, Path: base, Tags: tags, DefaultStatus: http.StatusCreated,
		Summary:     "Put a photo or a paper on a vehicle, at most 50 MB",
		RequestBody: fileBody()},
		func(ctx context.Context, in *attachedFile) (*attachmentAnswer, error) {
			c := caller(ctx)
			if in.length() > vehicle.MaxAttachment {
				p := problem.New(http.StatusRequestEntityTooLarge, "The file is larger than 50 MB.")
				p.Remedy = "Make it smaller, or split it."
				return nil, p
			}
			if err := d.Vehicles.MayAttach(ctx, c, in.ID); err != nil {
				return nil, err
			}
			a, err := d.Files.Receive(ctx, in.body(), in.Name, vehicle.MaxAttachment)
			if err != nil {
				return nil, err
			}
			a.Name, a.Kind, a.Record = in.Name, in.Kind, in.Record
			if a.Kind == "" {
				a.Kind = vehicle.Paper
				if strings.HasPrefix(a.Media, "image/") && a.Media != "image/svg+xml" {
					a.Kind = vehicle.Photo
				}
			}
			s, err := d.Vehicles.Attach(ctx, c, in.ID, a)
			if err != nil {
				return nil, err
			}
			return &attachmentAnswer{headers(s), d.attachment(ctx, &s.Value, s.Rev)}, nil
		})

	huma.Register(api, huma.Operation{OperationID: "getAttachment", Method: http.MethodGet, Path: one, Tags: tags,
		Summary: "Read what is known of one photo or paper"},
		func(ctx context.Context, in *AttachmentPath) (*attachmentAnswer, error) {
			c := caller(ctx)
			doc, err := d.Vehicles.Attachment(ctx, c, in.ID, in.Attachment)
			if err != nil {
				return nil, err
			}
			return &attachmentAnswer{Written{ETag: etag(doc.Rev)}, d.attachment(ctx, &doc.Value, doc.Rev)}, nil
		})

	huma.Register(api, huma.Operation{OperationID: "updateAttachment", Method: http.MethodPatch, Path: one, Tags: tags,
		Summary: "Rename a photo or paper, link it to a record, or make it the cover"},
		func(ctx context.Context, in *struct {
			AttachmentPath
			Precondition
			Body vehicle.AttachmentEdit
		}) (*attachmentAnswer, error) {
			rev, err := revision(in.IfMatch)
			if err != nil {
				return nil, err
			}
			s, err := d.Vehicles.EditAttachment(ctx, caller(ctx), in.ID, in.Attachment, rev, in.Body)
			if err != nil {
				return nil, precondition(err)
			}
			return &attachmentAnswer{headers(s), d.attachment(ctx, &s.Value, s.Rev)}, nil
		})

	huma.Register(api, huma.Operation{OperationID: "removeAttachment", Method: http.MethodDelete, Path: one, Tags: tags, DefaultStatus: http.StatusOK,
		Summary: "Take a photo or paper off its vehicle; undo brings it back"},
		func(ctx context.Context, in *struct {
			AttachmentPath
			Precondition
		}) (*attachmentAnswer, error) {
			rev, err := revision(in.IfMatch)
			if err != nil {
				return nil, err
			}
			s, err := d.Vehicles.Detach(ctx, caller(ctx), in.ID, in.Attachment, rev)
			if err != nil {
				return nil, precondition(err)
			}
			return &attachmentAnswer{headers(s), d.attachment(ctx, &s.Value, s.Rev)}, nil
		})

	registerAttachmentReading(api, d, one, tags)
	registerAttachmentContent(api, d, one, tags)
}

// open reads an attachment whose content the caller may see.
func (d Deps) open(ctx context.Context, in *AttachmentPath) (*vehicle.Attachment, error) {
	doc, err := d.Vehicles.Attachment(ctx, caller(ctx), in.ID, in.Attachment)
	if err != nil {
		return nil, err
	}
	if !doc.Value.OpenTo(viewer(ctx)) {
		return nil, fault.New(fault.Denied, "this paper may show what was paid, which you may not see").WithRemedy("ask somebody who may see costs to open it to all, or for what you need of it")
	}
	return &doc.Value, nil
}

// PaperText is the text that was found in a file.
type PaperText struct {
	Pages   []string `json:"pages"`
	Trouble string   `json:"trouble,omitempty" doc:"why something of it could not be read"`
}

// PaperDraft is a record read from a paper.
type PaperDraft struct {
	Text  string        `json:"text" doc:"what was read; the places in the sheet are of it"`
	Sheet invoice.Sheet `json:"sheet"`
}

// maxDraft bounds what the reader of invoices takes.
const maxDraft = 60 << 10

func registerAttachmentReading(api huma.API, d Deps, one string, tags []string) {
	huma.Register(api, huma.Operation{OperationID: "attachmentText", Method: http.MethodGet, Path: one + "/text", Tags: tags,
		Summary: "Read the text that was found in a PDF or text file, page by page"},
		func(ctx context.Context, in *AttachmentPath) (*struct{ Body PaperText }, error) {
			a, err := d.open(ctx, in)
			if err != nil {
				return nil, err
			}
			pages, err := d.Files.Text(ctx, a)
			if err != nil {
				return nil, err
			}
			if pages == nil {
				pages = []string{}
			}
			return &struct{ Body PaperText }{PaperText{pages, d.Files.Reading(a).Trouble}}, nil
		})

	huma.Register(api, huma.Operation{OperationID: "draftFromAttachment", Method: http.MethodPost, Path: one + "/draft", Tags: tags, DefaultStatus: http.StatusOK,
		Summary: "Read a paper into a draft of a service record; nothing is saved"},
		func(ctx context.Context, in *AttachmentPath) (*struct{ Body PaperDraft }, error) {
			a, err := d.open(ctx, in)
			if err != nil {
				return nil, err
			}
			pages, err := d.Files.Text(ctx, a)
			if err != nil {
				return nil, err
			}
			text := strings.TrimSpace(strings.Join(pages, "\n"))
			for len(text) > maxDraft {
				text = text[:maxDraft]
				for r, n := utf8.DecodeLastRuneInString(text); r == utf8.RuneError && n == 1; r, n = utf8.DecodeLastRuneInString(text) {
					text = text[:len(text)-1]
				}
			}
			if text == "" {
				return nil, fault.New(fault.Invalid, "no text was found on this paper").WithRemedy("a scan is a picture without text: add the record by hand")
			}
			sheet, err := readInvoice(ctx, d, text)
			if err != nil {
				return nil, err
			}
			return &struct{ Body PaperDraft }{PaperDraft{text, sheet}}, nil
		})
}
