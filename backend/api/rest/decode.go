package rest

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/vehicle"
	"github.com/hubcap-dev/hubcap/backend/vin"
)

// DecodeResult is what a VIN says, each value with where it comes from.
type DecodeResult struct {
	Given     string `json:"given" doc:"the input, untouched"`
	VIN       string `json:"vin" doc:"trimmed, upper case, at most 17 characters"`
	TooLong   bool   `json:"tooLong,omitempty" doc:"characters after the 17th were left out"`
	Title     string `json:"title"`
	ModelYear int    `json:"modelYear,omitempty" doc:"left out where position 10 holds no year"`

	Conclusive  bool            `json:"conclusive" doc:"false where the model year may be thirty years off"`
	TrimEncoded bool            `json:"trimEncoded" doc:"whether the VIN tells the trim"`
	Clean       bool            `json:"clean" doc:"vPIC found nothing wrong"`
	Errors      []DecodeError   `json:"errors" doc:"what vPIC found, code 0 left out"`
	Structure   Structure       `json:"structure"`
	Summary     vehicle.Decoded `json:"summary"`
	Values      []DecodedValue  `json:"values" doc:"every element that has a value, in vPIC's order"`
	Release     string          `json:"release" doc:"vPIC release that answered"`
	Clock       time.Time       `json:"clock" doc:"the clock of the decode, which decides published WMIs"`
	Here        []Known         `json:"here" doc:"vehicles that have this VIN already"`
	HereUnknown bool            `json:"hereUnknown,omitempty" doc:"the store could not be asked for them"`
}

// DecodeError is one of vPIC's error codes.
type DecodeError struct {
	Code int    `json:"code"`
	Text string `json:"text" doc:"in plain words"`
}

// DecodedValue is one element's value.
type DecodedValue struct {
	ID     int    `json:"id" doc:"vPIC element"`
	Code   string `json:"code" doc:"vPIC element code, as in NHTSA's API"`
	Name   string `json:"name"`
	Group  string `json:"group"`
	Value  string `json:"value"`
	Origin string `json:"origin" enum:"decoded,default,note" doc:"decoded from the VIN; assumed by vPIC for the vehicle type; or a note on the decode itself"`
	Source string `json:"source" doc:"in the words of vPIC's procedure"`

	WMI       string `json:"wmi,omitempty"`
	Schema    int    `json:"schema,omitempty" doc:"vPIC's number of the maker's schema"`
	Key       string `json:"key,omitempty" doc:"pattern key that the VIN satisfied"`
	From      string `json:"from,omitempty" doc:"element that a converted value was computed from"`
	ChangedOn string `json:"changedOn,omitempty" doc:"day on which NHTSA last changed the row"`
}

// Known is a vehicle that is here already.
type Known struct {
	ID    string        `json:"id"`
	Title string        `json:"title"`
	Stock string        `json:"stock,omitempty"`
	Stage vehicle.Stage `json:"stage" enum:"seen,bought,in_work,listed,sold"`
}

type decodeAnswer struct{ Body DecodeResult }

func registerDecode(api huma.API, d Deps) {
	huma.Register(api, huma.Operation{OperationID: "decode", Method: http.MethodGet, Path: "/api/v1/decode", Tags: []string{"decode"},
		Summary: "Decode one VIN, whole or partial; a bad VIN is an answer, not a failure"},
		func(ctx context.Context, in *struct {
			VIN  string `query:"vin" maxLength:"64" doc:"* stands for an unknown character"`
			Year int    `query:"year" minimum:"0" maximum:"2100" doc:"model year, where it is known; 0 is not"`
		}) (*decodeAnswer, error) {
			out := &decodeAnswer{decoded(d, in.VIN, in.Year)}
			return out, out.Body.look(ctx, d)
		})

	huma.Register(api, huma.Operation{OperationID: "decodeMany", Method: http.MethodPost, Path: "/api/v1/decode", Tags: []string{"decode"},
		Summary: "Decode up to 1,000 VINs; answers come in the order asked"},
		func(ctx context.Context, in *struct {
			Body struct {
				VINs []struct {
					VIN  string `json:"vin" maxLength:"64"`
					Year int    `json:"year,omitempty" minimum:"0" maximum:"2100"`
				} `json:"vins" minItems:"1" maxItems:"1000"`
			}
		}) (*struct{ Body []DecodeResult }, error) {
			out := &struct{ Body []DecodeResult }{}
			away := false
			for _, v := range in.Body.VINs {
				r := decoded(d, v.VIN, v.Year)
				if r.HereUnknown = away; !away {
					if err := r.look(ctx, d); err != nil {
						return nil, err
					}
					away = r.HereUnknown
				}
				out.Body = append(out.Body, r)
			}
			return out, nil
		})

	huma.Register(api, huma.Operation{OperationID: "specs", Method: http.MethodGet, Path: "/api/v1/vehicles/{id}/specs", Tags: []string{"vehicles"},
		Summary: "Decode a saved vehicle's VIN afresh, with the provenance of each value"},
		func(ctx context.Context, in *VehiclePath) (*decodeAnswer, error) {
			v, err := d.Vehicles.Get(ctx, caller(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			return &decodeAnswer{decoded(d, v.Value.VIN, v.Value.YearHint)}, nil
		})
}

// look finds the vehicles that have the VIN already.
func (r *DecodeResult) look(ctx context.Context, d Deps) error {
	if r.VIN == "" {
		return nil
	}
	c, may := reading(ctx)
	if !may {
		return nil
	}
	here, err := d.Vehicles.WithVIN(ctx, c, r.VIN)
	// A VIN is decoded from the index: a database that is away hides only who has it.
	if r.HereUnknown = fault.Is(err, fault.Unavailable); r.HereUnknown {
		return nil
	}
	for _, v := range here.Items {
		r.Here = append(r.Here, Known{v.Key, v.Value.Title(), v.Value.Stock, v.Value.Stage})
	}
	return err
}

func decoded(d Deps, input string, year int) DecodeResult {
	r := d.Vehicles.Decode(input, year)
	summary := vehicle.DecodedFrom(&r)
	out := DecodeResult{
		Given: r.Given, VIN: r.VIN, TooLong: r.TooLong, Title: summary.Title(r.VIN), ModelYear: r.ModelYear,
		Conclusive: r.Conclusive, TrimEncoded: r.TrimEncoded(), Clean: true, Errors: []DecodeError{}, Structure: structure(d.Decoder(), input),
		Summary: summary, Values: make([]DecodedValue, 0, len(r.Values)), Release: r.Release, Clock: r.Clock.UTC(), Here: []Known{},
	}
	for _, code := range r.ErrorCodes {
		if code != 0 {
			out.Clean = false
			out.Errors = append(out.Errors, DecodeError{code, vin.Explain(code)})
		}
	}
	for i := range r.Values {
		out.Values = append(out.Values, decodedValue(&r.Values[i]))
	}
	return out
}

func decodedValue(v *vin.Value) DecodedValue {
	p := v.Provenance()
	out := DecodedValue{ID: v.ID, Code: v.Code, Name: v.Name, Group: v.Group, Value: v.Text, Origin: "decoded", Source: p.Source.String(),
		WMI: p.WMI, Schema: p.Schema, Key: p.Key}
	switch p.Source {
	case vin.SourceDefault:
		out.Origin = "default"
	case vin.SourceDecoding:
		out.Origin = "note"
	}
	if p.From != nil {
		out.From = p.From.Name
	}
	if !p.ChangedOn.IsZero() {
		out.ChangedOn = p.ChangedOn.Format(time.DateOnly)
	}
	return out
}
