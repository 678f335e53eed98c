package report

import (
	"io"
	"iter"
	"strings"

	"github.com/hubcap-dev/hubcap/backend/vehicle"
)

// Subject is a vehicle as a sticker or a label shows it.
type Subject struct {
	vehicle.Vehicle
	Odometer *vehicle.Mark // the last known, nil where none is
	Address  string        // of its record, for the QR code; "" where the hub has none
	Local    bool          // the address works on the hub's own computer only
}

// SubjectOf takes from a vehicle's history what is printed of it.
func SubjectOf(h *vehicle.History, address string) Subject {
	s := Subject{Vehicle: h.Vehicle, Address: address}
	if marks := h.Marks(); len(marks) > 0 {
		s.Odometer = &marks[len(marks)-1]
	}
	return s
}

// title is the vehicle's name; stated says that it is somebody's word, because
// the VIN says too little.
func (s *Subject) title() (title string, stated bool) {
	if d := s.Decoded; d.Make != "" || d.Model != "" {
		return s.Title(), false
	}
	c := s.Claimed
	if t := (vehicle.Decoded{Year: c.Year, Make: c.Make, Model: c.Model}).Title(""); t != "" {
		return t, true
	}
	return "Vehicle " + s.VIN, false
}

// Stickers writes window stickers, a page a vehicle.
func Stickers(w io.Writer, head Head, of iter.Seq2[Subject, error]) error {
	width, height := head.Paper.size()
	var p *press
	n := 0
	for s, err := range of {
		if err != nil {
			return err
		}
		if p == nil {
			title, _ := s.title()
			if p, err = newPress(head, "Window sticker: "+title, width, height); err != nil {
				return err
			}
		}
		if n++; n == 2 {
			p.f.SetTitle("Window stickers", true)
		}
		p.f.AddPage()
		if err := p.sticker(&s); err != nil {
			return err
		}
	}
	if p == nil {
		return errNothing()
	}
	return p.write(w)
}

func (p *press) sticker(s *Subject) error {
	p.banner()
	wide := p.w - 2*margin
	title, stated := s.title()

	lines := p.broken(wide, bold, 34, 2, title)
	if len(lines) > 1 {
		lines = p.broken(wide, bold, 27, 2, title)
	}
	p.ink(black)
	y := 33.0
	for _, l := range lines {
		p.line(margin, y, l)
		y += 12
	}
	p.ink(grey)
	p.fit(margin, y-2, wide, plain, 14, 10, s.version(stated))

	y += 8
	p.price(s, y)
	p.facts(s, y+40)
	return p.identity(s, p.h-84)
}

// version is the line under the name.
func (s *Subject) version(stated bool) string {
	switch d := s.Decoded; {
	case stated:
		return "As stated by the seller: the VIN does not say"
	case d.Trim != "" && d.Series != "" && !strings.EqualFold(d.Trim, d.Series):
		return d.Series + "  ·  " + d.Trim
	case d.Trim != "":
		return d.Trim
	case d.Series != "":
		return d.Series
	}
	return "Trim not encoded in the VIN"
}

// price sets the two things that people read from the other side of the lot.
func (p *press) price(s *Subject, y float64) {
	wide := p.w - 2*margin
	left := wide * 0.58
	p.f.SetDrawColor(black, black, black)
	p.f.SetLineWidth(0.6)
	p.f.Rect(margin, y, wide, 32, "D")
	p.f.SetLineWidth(0.3)
	p.f.Line(margin+left, y, margin+left, y+32)

	p.label(margin+5, y+7, "Price")
	p.ink(black)
	if s.Asking != nil {
		p.fit(margin+5, y+25, left-10, bold, 46, 18, p.head.Style.Money(s.Asking))
	} else {
		p.fit(margin+5, y+22, left-10, bold, 24, 14, "Please ask")
	}

	p.label(margin+left+5, y+7, "Odometer")
	p.ink(black)
	if o := s.Odometer; o != nil {
		p.fit(margin+left+5, y+20, wide-left-10, bold, 26, 14, p.head.Style.Odometer(o.Odometer))
		p.ink(grey)
		p.fit(margin+left+5, y+27, wide-left-10, plain, 9, 7, "read on "+p.head.Style.Day(o.Date.Time()))
	} else {
		p.fit(margin+left+5, y+20, wide-left-10, bold, 18, 12, "No reading on record")
	}
}

func (p *press) label(x, y float64, text string) {
	p.ink(grey)
	p.face(plain, 9)
	p.line(x, y, text)
}

// fact is a name and what the VIN says; "" is not reported.
type fact struct{ name, value string }

func (s *Subject) facts() []fact {
	d := &s.Decoded
	engine := []string{}
	if d.Displacement != "" {
		engine = append(engine, d.Displacement+" L")
	}
	if d.Cylinders != "" {
		engine = append(engine, d.Cylinders+" cylinders")
	}
	fuel := d.Fuel
	if d.FuelSecondary != "" {
		fuel += " / " + d.FuelSecondary
	}
	return []fact{
		{"Body class", d.BodyClass}, {"Vehicle type", title(d.VehicleType)},
		{"Engine", strings.Join(engine, ", ")}, {"Fuel", fuel},
		{"Drive type", d.Drive}, {"Transmission", d.Transmission},
		{"Series", d.Series}, {"Trim", d.Trim},
		{"Manufacturer", d.Manufacturer},
	}
}

// title writes what vPIC shouts in plain letters: "TRUCK" as "Truck".
func title(shouted string) string {
	words := strings.Fields(strings.ToLower(shouted))
	for i, w := range words {
		words[i] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, " ")
}

// facts sets what the VIN says in two columns.
func (p *press) facts(s *Subject, y float64) {
	const tall, gap = 12.5, 8.0
	column := (p.w - 2*margin - gap) / 2
	p.ink(black)
	p.face(bold, 12)
	p.line(margin, y+4, "What the VIN says")
	y += 8
	all := append(s.facts(), fact{"Color (as recorded)", s.Color}, fact{"Stock number", s.Stock})
	for i, f := range all {
		x := margin + float64(i%2)*(column+gap)
		at := y + float64(i/2)*tall
		p.hair(x, at, column)
		p.label(x, at+4.2, f.name)
		p.ink(black)
		value := f.value
		if value == "" {
			value = "not reported"
			if i >= len(all)-2 {
				value = "not recorded"
			}
			p.ink(grey)
		}
		p.fit(x, at+9.9, column, plain, 12, 8, value)
	}
}

// identity sets the VIN in letters and bars, the way to the record, and what
// the sticker is not.
func (p *press) identity(s *Subject, y float64) error {
	wide := p.w - 2*margin
	const side = 36.0
	room := wide
	if s.Address != "" {
		room -= side + 8
		x := p.w - margin - side
		if err := p.dots(s.Address, x, y, side); err != nil {
			return err
		}
		p.ink(grey)
		text := "Scan for the record"
		if s.Local {
			text = "On this hub's computer"
		}
		p.face(plain, 8)
		p.line(x+(side-p.f.GetStringWidth(text))/2, y+side+3, text)
	}
	p.label(margin, y+4, "Vehicle identification number")
	p.ink(black)
	p.fit(margin, y+13, room, mono, 23, 8, s.VIN)
	if coded(s.VIN) {
		if err := p.bars(Code39, s.VIN, margin, y+18, min(room-5, 115*float64(len(s.VIN)+2)/19), 17); err != nil {
			return err
		}
	}

	y = p.h - 34
	p.hair(margin, y, wide)
	p.ink(grey)
	for i, l := range p.broken(wide, plain, 8, 4, p.smallPrint(s)) {
		p.line(margin, y+4.5+float64(i)*3.6, l)
	}
	return nil
}

func (p *press) smallPrint(s *Subject) string {
	release := s.Decoded.Release
	if release == "" {
		release = p.head.Release
	}
	text := "Facts under \"What the VIN says\" are decoded from the VIN with NHTSA vPIC, release " + release +
		"; \"not reported\" means that vPIC does not say, not that the vehicle lacks it. " +
		"This is not a title and not an accident history, and not the Monroney label that a new vehicle must carry."
	if p.head.By != "" {
		text += " Printed by " + p.head.By + " on " + p.head.Style.Day(p.head.Made) + "."
	}
	return text
}
