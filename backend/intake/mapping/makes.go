package mapping

import "strings"

// makeNames are the makes of car lists and how they are also written, to tell
// where the make ends in a cell such as "2015 Land Rover Range Rover", and a
// column of makes by its cells. What a claim means is for package claim. Names
// as vPIC spells them (element 26, release 2026-10); short forms are those of
// NCIC's code manual that are in use on auction lists.
var makeNames = func() map[string]bool {
	m := map[string]bool{}
	for _, n := range strings.Split(`acura|alfa romeo|alfa|am general|amc|aston martin|audi|bentley|blue bird|bmw|bugatti|buick|byd|cadillac|caddy|chevrolet|chevy|chev|chrysler|citroen|citroën|cupra|dacia|daewoo|daihatsu|
datsun|dodge|eagle|ferrari|fiat|fisker|ford|freightliner|genesis|geo|gmc|harley davidson|harley|hino|honda|hummer|hyundai|ic bus|ineos|infiniti|infinity|international|isuzu|iveco|jaguar|jeep|karma|kawasaki|kenworth|kia|ktm|
lada|lamborghini|lancia|land rover|landrover|lexus|lincoln|lotus|lucid|mack|man|maserati|maybach|mazda|mclaren|mercedes benz|mercedes amg|mercedes|mercury|mg|mini|mitsubishi|mitsubishi fuso|nissan|oldsmobile|olds|opel|
peterbilt|peugeot|plymouth|polaris|polestar|pontiac|porsche|ram|renault|rivian|rolls royce|saab|saturn|scion|seat|shelby|skoda|škoda|smart|ssangyong|sterling|subaru|suzuki|tesla|thomas|thomas built|toyota|triumph|utilimaster|vauxhall|vinfast|
volkswagen|volkswagon|vw|volvo|western star|workhorse|yamaha|ducati|fuso|great dane|wabash|winnebago|thor|keystone|forest river|coachmen|jayco|peterbuilt|mercedez|mercedes-benz|rolls-royce|harley-davidson`, "|") {
		m[strings.Join(makeWords(n), " ")] = true
	}
	return m
}()

func makeWords(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r == ' ' || r == '-' || r == '\n' || r == '\u00a0' })
}

// makePrefix is how many of a text's blank-separated words are the make that it
// begins with, 0 where none is known.
func makePrefix(words []string) int {
	for n := min(3, len(words)); n > 0; n-- {
		if makeNames[strings.Join(makeWords(strings.Trim(strings.Join(words[:n], " "), ",.;:")), " ")] {
			return n
		}
	}
	return 0
}

// sameMake reports whether two makes may be one, written differently.
func sameMake(a, b string) bool {
	a, b = lettersOf(a), lettersOf(b)
	n := min(len(a), len(b), 3)
	return n > 0 && a[:n] == b[:n] || (a == "vw" || b == "vw") && strings.HasPrefix(a, "v") && strings.HasPrefix(b, "v")
}

// isMake reports whether a cell is a make and nothing else.
func isMake(s string) bool { return makeNames[strings.Join(makeWords(s), " ")] }
