package vehicle

// ReadingSource says who or what read an odometer.
type ReadingSource string

const (
	ReadByPerson  ReadingSource = "person"
	ReadAtAuction ReadingSource = "auction"
	ReadOnImport  ReadingSource = "import"
	ReadAtService ReadingSource = "service" // stands in a service record
	ReadAtFuel    ReadingSource = "fuel"    // stands in a fuel record
)

// Reading is one reading of the odometer.
type Reading struct {
	ID        string        `json:"id" readOnly:"true"`
	VehicleID string        `json:"vehicleId" readOnly:"true"`
	Date      Date          `json:"date" format:"date" doc:"the day it was read, YYYY-MM-DD"`
	Odometer  Distance      `json:"odometer"`
	Source    ReadingSource `json:"source,omitempty" enum:"person,auction,import" doc:"person if left out"`
	Note      string        `json:"note,omitempty"`
	Placed
}

// ServiceRecord is one visit to a workshop.
type ServiceRecord struct {
	ID        string        `json:"id" readOnly:"true"`
	VehicleID string        `json:"vehicleId" readOnly:"true"`
	Date      Date          `json:"date" format:"date"`
	Odometer  *Distance     `json:"odometer,omitempty"` // nil if it was not noted
	Items     []ServiceItem `json:"items"`
	Workshop  string        `json:"workshop,omitempty"`
	Note      string        `json:"note,omitempty"`
	Placed
}

// ServiceItem is one line of a service record.
type ServiceItem struct {
	Kind ServiceKind `json:"kind"`
	Text string      `json:"text,omitempty"`
	Cost *Money      `json:"cost,omitempty"` // nil is unknown, not free
}

// FuelRecord is one filling or charge.
type FuelRecord struct {
	ID        string    `json:"id" readOnly:"true"`
	VehicleID string    `json:"vehicleId" readOnly:"true"`
	Date      Date      `json:"date" format:"date"`
	Odometer  *Distance `json:"odometer,omitempty"`
	Volume    Volume    `json:"volume"`
	Cost      *Money    `json:"cost,omitempty"`
	Full      bool      `json:"full,omitempty"` // filled to the top
	Note      string    `json:"note,omitempty"`
	Placed
}

// Cost returns the sum of the items' costs by currency.
func (r *ServiceRecord) Cost() map[string]int64 {
	sum := map[string]int64{}
	for _, it := range r.Items {
		if it.Cost != nil {
			sum[it.Cost.Currency] += it.Cost.Minor
		}
	}
	return sum
}
