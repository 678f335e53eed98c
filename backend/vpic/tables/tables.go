// Package tables reads the vPIC tables that an index is built from. It knows
// files, columns and NULLs; what the rows mean is the business of package
// index. Columns are read by name, so that another source of the same tables
// (NHTSA's monthly dump) needs only another reader.
package tables

// Microseconds counts from 1970-01-01 UTC; vPIC's dates come that way.
type Microseconds = int64

// A Pattern says: where a VIN of the schema matches the keys, the element has
// the attribute.
type Pattern struct {
	ID, Schema int32
	Keys       string
	Element    int32
	Attribute  string
	Changed    Microseconds
}

// A WMI is a maker's prefix. Absent numbers are -1.
type WMI struct {
	ID           int32
	Code         string
	Manufacturer int32
	VehicleType  int32
	TruckType    int32
	Public       Microseconds
	Changed      Microseconds
}

// A Link says for which model years a schema describes a WMI's VINs. YearTo
// is -1 when open.
type Link struct {
	ID, WMI, Schema  int32
	YearFrom, YearTo int32
}

// An Element is one field of an answer. Weight is -1 when absent.
type Element struct {
	ID       int32
	Name     string
	Code     string
	Private  bool
	Group    string
	DataType string
	Decoded  bool // the Decode column holds text: the element is public
	Weight   int32
}

// An EngineModelPattern gives an element to every vehicle with that engine.
type EngineModelPattern struct {
	ID, Engine, Element int32
	Attribute           string
	Changed             Microseconds
}

// A Default is the value of an element for a vehicle type when nothing else
// is known. Present is false where the column is NULL.
type Default struct {
	ID, Element, VehicleType int32
	Value                    string
	Present                  bool
	Changed                  Microseconds
}

// A SpecRow is a key (IsKey) or a value of a vehicle specification.
type SpecRow struct {
	ID, Pattern int32
	IsKey       bool
	Element     int32
	Attribute   string
	Changed     Microseconds
}

// A SpecSchema is a set of specifications of a make and vehicle type.
type SpecSchema struct {
	ID, Make, VehicleType int32
	Unchecked             bool // TobeQCed
}

// A Conversion computes one element from another.
type Conversion struct {
	ID, From, To int32
	Formula      string
}

// A Descriptor fixes the model year of VINs that begin alike.
type Descriptor struct {
	Descriptor string
	ModelYear  int32
}

// A Pair joins two numbers, such as a make and a model.
type Pair struct{ A, B int32 }

// Release is all tables of one vPIC release, in the order of their file.
type Release struct {
	Patterns       []Pattern
	WMIs           []WMI
	Links          []Link
	Unchecked      map[int32]bool // schemas with TobeQCed
	Elements       []Element
	ElementLookup  map[int32]string
	Lookups        map[string]map[int32]string
	ErrorTexts     map[int32]string
	MakeModels     []Pair // make, model
	WMIMakes       []Pair // WMI, make
	Engines        []Named
	EnginePatterns []EngineModelPattern
	Defaults       []Default
	Exceptions     []string
	Descriptors    []Descriptor
	Conversions    []Conversion
	SpecSchemas    []SpecSchema
	SpecPatterns   []Pair // pattern, schema
	SpecRows       []SpecRow
	SpecModels     []Pair // schema, model
	SpecYears      []Pair // schema, year
}

// Named is a numbered name.
type Named struct {
	ID   int32
	Name string
}
