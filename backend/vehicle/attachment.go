package vehicle

import (
	"path"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/hubcap-dev/hubcap/backend/actor"
	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/store"
)

// AttachmentKind says what an attachment is for.
type AttachmentKind string

const (
	Photo AttachmentKind = "photo" // shown as a picture
	Paper AttachmentKind = "paper" // an invoice, a title, a report; may show what was paid
)

// Attachment is a photo or a paper of a vehicle. Its bytes are a blob; what is
// made of them (smaller pictures, the text) is made again when it is lost.
type Attachment struct {
	ID        string          `json:"id" readOnly:"true"`
	VehicleID string          `json:"vehicleId" readOnly:"true"`
	Kind      AttachmentKind  `json:"kind" enum:"photo,paper"`
	Name      string          `json:"name" doc:"of the file, without a path"`
	Title     string          `json:"title,omitempty" doc:"what a person calls it"`
	Media     string          `json:"media" readOnly:"true" doc:"media type, by the content"`
	Bytes     int64           `json:"bytes" readOnly:"true"`
	SHA256    string          `json:"sha256" readOnly:"true"`
	Width     int             `json:"width,omitempty" readOnly:"true" doc:"of the picture as it is shown; 0 is not known"`
	Height    int             `json:"height,omitempty" readOnly:"true"`
	Record    string          `json:"record,omitempty" doc:"id of the service record that it belongs to"`
	Open      bool            `json:"open,omitempty" doc:"a paper that shows no costs: everybody who sees the vehicle may open it"`
	At        store.Timestamp `json:"at" readOnly:"true" doc:"when it was added"`
	By        actor.Actor     `json:"by" readOnly:"true"`
	Placed
}

// AttachmentsName is the collection's name in the change log.
const AttachmentsName = "attachments"

// Attachments is the collection of photos and papers.
var Attachments = store.Define(store.Def[Attachment]{
	Name: AttachmentsName, Class: store.Truth, Schema: 1,
	Key:     func(a *Attachment) string { return a.ID },
	Place:   func(a *Attachment) store.Place { return a.place() },
	Indexes: byVehicle(func(a *Attachment) (string, Date) { return a.VehicleID, DateOf(a.At.Time) }),
	Blobs:   func(a *Attachment) []string { return []string{a.SHA256} },
})

// Bounds of what is attached.
const (
	MaxAttachment  = 50_000_000 // bytes of a file
	MaxAttachments = 500        // of a vehicle
	maxName        = 120        // letters of a name
)

// Called is what a person calls the attachment.
func (a *Attachment) Called() string {
	if a.Title != "" {
		return a.Title
	}
	return a.Name
}

// OpenTo reports whether a caller who sees the vehicle may see what is in the
// attachment: a paper may show what was paid, so who may not see costs opens
// only those that they brought, or that were opened to all.
func (a *Attachment) OpenTo(c Caller) bool {
	return a.Kind == Photo || a.Open || !c.Scope.Withholds(CostsVeil) ||
		c.Actor.Kind == a.By.Kind && c.Actor.ID != "" && c.Actor.ID == a.By.ID
}

var attachmentRules = rules[Attachment]{
	what: "photo or paper",
	head: func(a *Attachment) head { return head{&a.ID, &a.VehicleID, &a.Placed} },
	check: func(a *Attachment, _ time.Time) error {
		if a.Kind != Photo && a.Kind != Paper {
			return fault.InvalidField("/kind", "is not a kind of attachment", "use photo or paper")
		}
		a.Name = fileName(a.Name)
		if err := tidy("/title", &a.Title, 200); err != nil {
			return err
		}
		a.Title = visible(a.Title)
		if utf8.RuneCountInString(a.Record) > 36 {
			return fault.InvalidField("/record", "is not the id of a record", "use the id of a service record of this vehicle")
		}
		return nil
	},
}

// fileName is a name as a sender gives it, made fit to be shown and saved on
// any system: no path, no characters that are not seen or turn the reading
// direction, no names that Windows keeps for itself.
func fileName(s string) string {
	s = strings.ToValidUTF8(s, "")
	if s = path.Base(strings.ReplaceAll(s, `\`, "/")); s == "/" {
		s = ""
	}
	s = visible(s)
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>:"/\|?*`, r) {
			return '_'
		}
		return r
	}, s)
	s = strings.Trim(s, " .")
	ext := path.Ext(s)
	if utf8.RuneCountInString(ext) > 12 {
		ext = ""
	}
	stem := []rune(strings.TrimSuffix(s, ext))
	if most := maxName - utf8.RuneCountInString(ext); len(stem) > most {
		stem = stem[:most]
	}
	if len(stem) == 0 {
		return "file" + ext
	}
	switch base, _, _ := strings.Cut(strings.ToUpper(string(stem)), "."); base {
	case "CON", "PRN", "AUX", "NUL", "COM1", "COM2", "COM3", "COM4", "LPT1", "LPT2", "LPT3", "LPT4":
		return "_" + string(stem) + ext
	}
	return string(stem) + ext
}

// visible leaves out controls and the characters of Unicode's category Cf
// that turn or hide text.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n', r == 0x2028, r == 0x2029:
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r) && r != 0x200d, r == utf8.RuneError:
			return -1
		}
		return r
	}, s)
}
