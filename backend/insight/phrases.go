package insight

// The table of phrases. Each row lists the ways to say one thing; all of
// them are true whenever the topic is. The first phrase of a row has an
// opener that no other row uses, so that there is always a way to speak on
// without opening two sentences alike (TestFirstOpenersAreUnique). "V:" marks
// a sentence whose subject is the vehicle.
//
// The tests render every phrase for every direction and number; read
// testdata/phrases.txt after a change here.
var phraseTable = map[string][]string{
	"check-digit": {
		"The check digit of the VIN (is wrong|does not add up): position 9 holds {value} and should hold {reference}, so at least one character is wrong.",
		"Position 9 of the VIN, its check digit, is {value} and (should be|works out as) {reference}: at least one character (is wrong|was misread).",
	},
	"check-digit/unknown": {
		"The check digit of the VIN (is wrong|does not add up), so at least one character is wrong.",
	},
	"check-digit/abroad": {
		"The check digit of the VIN does not add up: position 9 holds {value}, and {reference} is expected; outside North America (that is common|many makers leave it so).",
		"Position 9 of the VIN is {value} where a North American VIN would have {reference}; elsewhere (that is common|many makers leave it so).",
	},
	"check-digit/abroad/unknown": {
		"The check digit of the VIN does not add up, which is common outside North America.",
	},
	"vin-error/character": {
		"The VIN's character {position} is {value}, but only {reference} fits there.",
		"The VIN has {value} as character {position}, where only {reference} fits.",
	},
	"vin-error/characters": {
		"One character of the VIN does not fit this maker's pattern.",
	},
	"vin-error/open": {
		"As character {position} the VIN has {value}, which does not fit this maker's pattern, and more than one other would.",
	},
	"vin-error/positions": {
		"At positions {value} the VIN does not fit this maker's pattern.",
	},
	"vin-error/positions/unknown": {
		"In several places the VIN does not fit this maker's pattern.",
	},
	"vin-error/illegal": {
		"Character {position} of the VIN is {value}, which (is not allowed there|cannot stand there): (read it again from the vehicle|check it on the vehicle).",
		"The VIN has {value} as character {position}, where it (is not allowed|cannot stand): (read it again from the vehicle|check it on the vehicle).",
	},
	"vin-error/illegal/many": {
		"Characters {positions} of the VIN, {values}, (are not allowed there|cannot stand there): (read them again from the vehicle|check them on the vehicle).",
		"The VIN has characters that (are not allowed|cannot stand) where they are, at positions {positions}.",
	},
	"vin-error/illegal/lots": {
		"{Count} characters of the VIN (are not allowed|cannot stand) where they are: read it again from the vehicle.",
		"The VIN has {count} characters that (are not allowed|cannot stand) where they are.",
	},
	"vin-error/illegal/unknown": {
		"This VIN holds characters that are not allowed in one.",
	},
	"vin-error/incomplete": {
		"Only {value} of the {reference} characters of the VIN are known, so the decode is partial.",
		"The VIN is incomplete, with {value} of {reference} characters, so the decode is partial.",
	},
	"vin-error/incomplete/one": {
		"All but one of the {reference} characters of the VIN are missing, so the decode is partial.",
	},
	"vin-error/incomplete/none": {
		"Not one of the {reference} characters of the VIN is known, so nothing can be decoded.",
	},
	"vin-error/unregistered": {
		"No maker with the code {value} is registered with NHTSA, so the VIN says little.",
		"Under the code {value} no maker is registered with NHTSA, so the VIN says little.",
	},
	"vin-error/no-detail": {
		"NHTSA has no detailed data on this VIN (yet|so far).",
		"For this VIN, NHTSA has no detailed data (yet|so far).",
	},
	"vin-error/glider": {
		"The number belongs to a glider, which is not a motor vehicle and cannot carry a valid VIN.",
	},
	"vin-error/off-road": {
		"This number is that of an off-road vehicle, which its maker did not certify for the road.",
	},
	"vin-error/year-code": {
		"Position 10 of the VIN is {value}, which stands for no model year, so what is decoded may be wrong.",
		"The VIN has {value} in position 10, which stands for no model year, so what is decoded may be wrong.",
	},
	"vin-error/year-hint": {
		"The model year given to the decoder, {value}, differs from the one that the VIN holds.",
	},
	"vin-error/year-hint/unknown": {
		"The model year given to the decoder, {value}, cannot be confirmed by the VIN.",
	},
	"vin-error/unexplained": {
		"Some characters of the VIN (are not explained|stay unexplained) in what the maker filed with NHTSA.",
		"What the maker filed with NHTSA does not explain every character of the VIN.",
	},
	"vin-error/other": {
		"The decoder reports error {value} for this VIN.",
	},
	"vin-clean": {
		"Nothing is wrong with the VIN: it decodes cleanly(, and its check digit is right|, check digit included).",
		"The VIN decodes cleanly(, and its check digit is right|, check digit included).",
	},
	"identity": {
		"V:This is {a value}.",
		"V:By its VIN, this is {a value}.",
		"V:The VIN (describes|stands for) {a value}.",
	},
	"identity/specs": {
		"V:This is {a value} with {specs}.",
		"V:By its VIN, this is {a value} with {specs}.",
		"V:The VIN (describes|stands for) {a value} with {specs}.",
	},
	"identity/unknown": {
		"No make or model can be decoded from the VIN.",
		"The VIN does not resolve to a make and model.",
	},
	"claim/differs": {
		"The claimed {field} is {value}, but the VIN says {reference}.",
		"By claim the {field} is {value}; by VIN it is {reference}.",
	},
	"claim/differs/many": {
		"The claim and the VIN disagree on {pairs}.",
		"What is claimed differs from the VIN in {pairs}.",
	},
	"claim/agrees": {
		"Claim and VIN agree on the {fields}.",
		"The VIN (confirms|bears out) the claimed {fields}.",
	},
	"claim/agrees/many": {
		"Claim and VIN agree on {fields}.",
		"The VIN (confirms|bears out) the claimed {fields}.",
	},
	"claim/untestable": {
		"Whether the claimed {fields} is right cannot be told from the VIN.",
		"The VIN (does not say|cannot show) whether the claimed {fields} is right.",
	},
	"claim/untestable/many": {
		"Whether the claimed {fields} are right cannot be told from the VIN.",
		"The VIN (does not say|cannot show) whether the claimed {fields} are right.",
	},
	"rollback": {
		"The odometer (went back|went backwards): {reference} on {date}, then {value} on {date2}.",
		"From {date} to {date2} the odometer (fell|dropped) from {reference} to {value}.",
		"Odometer readings (fell|dropped) from {reference} on {date} to {value} on {date2}.",
	},
	"rollback/many": {
		"The odometer went (back|backwards) {times}, (at worst|most of all) from {reference} on {date} to {value} on {date2}.",
		"Odometer readings fell {times}, (at worst|most of all) from {reference} on {date} to {value} on {date2}.",
	},
	"jump": {
		"Between {date} and {date2} the odometer (rose|climbed) by {value}, more than anyone drives in that time.",
		"A rise of {value} between {date} and {date2} is more than anyone drives in that time, so one of the readings is (doubtful|in doubt).",
	},
	"jump/many": {
		"Between {date} and {date2} the odometer (rose|climbed) by {value}, more than anyone drives in that time, and that is one of {count} such rises.",
	},
	"jump/day": {
		"On {date} alone the odometer (rose|climbed) by {value}, more than anyone drives in a day.",
		"A rise of {value} on {date} alone is more than anyone drives in a day, so one of the readings is (doubtful|in doubt).",
	},
	"jump/day/many": {
		"On {date} alone the odometer (rose|climbed) by {value}, more than anyone drives in a day, and that is one of {count} such rises.",
	},
	"service/overdue/distance": {
		"The {service} is overdue by {value}; it was last done on {date}.",
		"Last done on {date}, the {service} is {value} overdue.",
		"The {service}, last done on {date}, is {value} overdue.",
	},
	"service/overdue/time": {
		"The {service} has been overdue since {date2}; it was last done on {date}.",
		"Last done on {date}, the {service} has been overdue since {date2}.",
		"The {service}, last done on {date}, has been overdue since {date2}.",
	},
	"service/overdue/many": {
		"{Count} services are overdue: {services}.",
		"There are {count} services overdue: {services}.",
	},
	"service/due/distance": {
		"Next due is the {service}, in {value}.",
		"The next service due is the {service}, in {value}.",
		"In {value} the {service} (is|falls) due.",
	},
	"service/due/time": {
		"Next due is the {service}, on {date2}.",
		"The next service due is the {service}, on {date2}.",
		"On {date2} the {service} (is|falls) due.",
	},
	"service/due/many": {
		"Next due are the {services}.",
		"Coming due are the {services}.",
	},
	"on-time": {
		"The recorded {service} is within its interval.",
		"The only service on record, the {service}, is within its interval.",
	},
	"on-time/two": {
		"Both services on record are within their intervals.",
		"The two services on record are within their intervals.",
	},
	"on-time/many": {
		"All {count} services on record are within their intervals.",
		"The services on record, {count} in all, are within their intervals.",
	},
	"cost": {
		"Service and fuel (have cost|come to) {value}, {direction} the median of {count} similar vehicles, {reference}.",
		"Running costs, at {value}, are {direction} the {reference} median of {count} similar vehicles.",
	},
	"cost/alone": {
		"Service and fuel (have cost|come to) {value}, and {too few} to compare with.",
		"Running costs (are|come to) {value}, and {too few} to compare with.",
	},
	"not-enough-data": {
		"There is not enough data for a cost per distance: {value}.",
		"A cost per distance cannot be (given|worked out): {value}.",
	},
	"per-year": {
		"V:This vehicle has (covered|done) about {value} a year, {direction} the US average of {reference}.",
		"It has (covered|done) about {value} a year, {direction} the US average of {reference}.",
		"Yearly use, at about {value}, is {direction} the US average of {reference}.",
	},
	"per-year/alone": {
		"V:This vehicle has (covered|done) about {value} a year.",
		"It has (covered|done) about {value} a year.",
	},
	"siblings": {
		"Among {count} similar vehicles the median odometer is {reference}; this one, at {value}, is {direction} it.",
		"Its odometer, at {value}, is {direction} the median of {count} similar vehicles, {reference}.",
		"At {value} this one is {direction} the median odometer of {count} similar vehicles, {reference}.",
	},
	"no-comparison": {
		"Only one similar vehicle is on file, too few to compare with.",
		"With only one similar vehicle on file there is no comparison yet.",
	},
	"no-comparison/many": {
		"Only {count} similar vehicles are on file, too few to compare with.",
		"With only {count} similar vehicles on file there is no comparison yet.",
	},
	"no-comparison/none": {
		"No similar vehicle is on file to compare with.",
		"With no similar vehicle on file there is no comparison yet.",
	},
	"gap/between": {
		"Nothing was recorded between {date} and {date2}, {value}.",
		"The records have a gap of {value}, from {date} to {date2}.",
	},
	"gap/since": {
		"Nothing has been recorded since {date}, {value} ago.",
		"The records end on {date}, {value} ago.",
	},
	"odometer": {
		"The last odometer reading is {value}, from {date}.",
		"At the last reading, on {date}, the odometer (was at|stood at) {value}.",
	},
	"quality/readings": {
		"No odometer reading is on file, so nothing can be said about distance.",
		"Without an odometer reading on file, nothing can be said about distance.",
	},
	"quality/services": {
		"No service record is on file.",
		"The file holds no service record.",
	},
	"unrecorded": {
		"No {services} is on record.",
		"The records do not show (any|a past) {services}.",
	},
	"unrecorded/many": {
		"For {count} kinds of service there is no record.",
		"The records are silent on {count} kinds of service.",
	},
	"dropped": {
		"One more finding is listed below.",
		"The list below holds one more finding.",
	},
	"dropped/lots": {
		"The list below holds {count} more findings.",
	},
	"dropped/many": {
		"{Count} more findings are listed below.",
		"The list below holds {count} more findings.",
	},
}
