package sample

import "github.com/hubcap-dev/hubcap/backend/vin"

// stem is a VIN without its check digit and serial number: a build that vPIC
// knows, so that the sample decodes like a real list. Serial numbers are
// made up.
type stem struct {
	prefix string // positions 1-8
	suffix string // positions 10 and 11: model year and plant
	use    use
}

// use says how a vehicle of the sample lives.
type use struct {
	kmPerYear    int64
	per100km     int64  // millilitres (or watt-hours) over 100 km
	unit         string // "gal" or "kWh"; "" for what takes no fuel
	servicePrice int64  // US cents of an ordinary visit
	price        int64  // US dollars, new
}

var (
	car     = use{18000, 8200, "gal", 14000, 27000}
	suv     = use{20000, 10500, "gal", 17000, 38000}
	pickup  = use{26000, 13500, "gal", 19000, 46000}
	diesel  = use{34000, 15500, "gal", 32000, 58000}
	luxury  = use{16000, 10200, "gal", 34000, 62000}
	van     = use{32000, 14000, "gal", 18000, 36000}
	ev      = use{19000, 17500, "kWh", 9000, 44000}
	tractor = use{120000, 34000, "gal", 88000, 140000}
	medium  = use{38000, 26000, "gal", 46000, 78000}
	bike    = use{5200, 5100, "gal", 16000, 16000}
	trailer = use{0, 0, "", 21000, 34000}
)

// stems are builds over many makes and classes. The first groups are large
// enough for siblings to be compared.
func stems() []stem {
	return []stem{
		{"1FTFW1EF", "FF", pickup}, {"1FTFW1EF", "FF", pickup}, {"1FTFW1EF", "FF", pickup}, {"1FTFW1EF", "FK", pickup},
		{"1FTFW1EF", "GF", pickup}, {"1FTEW1EP", "GF", pickup}, {"1FTEW1EP", "HF", pickup}, {"1FTEW1EP", "KF", pickup},
		{"4T1BF1FK", "FU", car}, {"4T1BF1FK", "FU", car}, {"4T1BF1FK", "GU", car}, {"4T1BF1FK", "GU", car}, {"4T1BF1FK", "HU", car}, {"4T1BF1FK", "HU", car},
		{"1FTYR1ZM", "JK", van}, {"1FTYR1ZM", "JK", van}, {"1FTYR1ZM", "JK", van}, {"1FTYR1ZM", "JK", van}, {"1FTYR1ZM", "HK", van}, {"1FTYR1ZM", "HK", van},

		{"1FMCU9GD", "KU", suv}, {"1FM5K8D8", "HG", suv}, {"1FA6P8CF", "J5", car}, {"1HGCM826", "3A", car}, {"1HGCV1F3", "JA", car},
		{"5J6RW2H8", "KL", suv}, {"5FNRL6H7", "JB", suv}, {"2T1BURHE", "GC", car}, {"5TFDY5F1", "HX", pickup}, {"3TMCZ5AN", "KM", pickup},
		{"1G1ZD5ST", "JF", car}, {"3GCUKREC", "HG", pickup}, {"1GNSKCKC", "GR", suv}, {"1C4RJFBG", "FC", suv}, {"1C4HJXDG", "JW", suv},
		{"1C6RR7LT", "GS", pickup}, {"3C6UR5DL", "HG", diesel}, {"2C3CDXCT", "JH", car}, {"1N4AL3AP", "FC", car}, {"5N1AT2MV", "JC", suv},
		{"JF2SJADC", "FH", suv}, {"4S4BSANC", "H3", suv}, {"JM3KFBCM", "J0", suv}, {"KMHD84LF", "HU", car}, {"5XYPGDA5", "JG", suv},
		{"5UXKR0C5", "H0", luxury}, {"WBAJA7C5", "JW", luxury}, {"55SWF4KB", "GU", luxury}, {"WAUENAF4", "JN", luxury}, {"3VW2B7AJ", "HM", car},
		{"YV4A22PK", "J1", luxury}, {"JTHBK1GG", "F2", luxury},
		{"5YJ3E1EA", "KF", ev}, {"1N4BZ1CP", "KC", ev}, {"1G1FY6S0", "K4", ev},
		{"3AKJHHDR", "JS", tractor}, {"1XKYDP9X", "JJ", tractor}, {"1HTMMAAL", "FH", medium}, {"4DRBUC8N", "HB", medium},
		{"JH2SC591", "EM", bike}, {"1HD1KHM1", "FB", bike},
		{"1UYVS253", "FM", trailer}, {"1JJV532D", "HL", trailer},
	}
}

// vin writes the whole VIN of the stem with a serial number.
func (s stem) vin(serial string) string {
	v := s.prefix + "0" + s.suffix + serial
	digit, ok := vin.CheckDigit(v)
	if !ok {
		panic("sample: " + v + " has no check digit")
	}
	return s.prefix + string(digit) + s.suffix + serial
}
