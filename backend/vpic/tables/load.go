package tables

// loaders names, for each table, the columns that are read and where a row
// goes.
func (rel *Release) loaders() map[string]loader {
	return map[string]loader{
		"pattern": {[]string{"id", "vinschemaid", "keys", "elementid", "attributeid", "changedon"}, func(r row) {
			rel.Patterns = append(rel.Patterns, Pattern{r.number(0), r.number(1), r.text(2), r.number(3), r.text(4), r.micros(5)})
		}},
		"wmi": {[]string{"id", "wmi", "manufacturerid", "vehicletypeid", "trucktypeid", "publicavailabilitydate", "changedon"}, func(r row) {
			rel.WMIs = append(rel.WMIs, WMI{r.number(0), r.text(1), r.number(2), r.number(3), r.number(4), r.micros(5), r.micros(6)})
		}},
		"wmi_vinschema": {[]string{"id", "wmiid", "vinschemaid", "yearfrom", "yearto"}, func(r row) {
			rel.Links = append(rel.Links, Link{r.number(0), r.number(1), r.number(2), r.number(3), r.number(4)})
		}},
		"vinschema": {[]string{"id", "tobeqced"}, func(r row) {
			if r.flag(1) {
				rel.Unchecked[r.number(0)] = true
			}
		}},
		"element": {[]string{"id", "name", "code", "isprivate", "groupname", "datatype", "decode_present", "weight"}, func(r row) {
			rel.Elements = append(rel.Elements, Element{
				ID: r.number(0), Name: r.text(1), Code: r.text(2), Private: r.flag(3), Group: r.text(4),
				DataType: r.text(5), Decoded: r.flag(6), Weight: r.number(7),
			})
		}},
		"element_lookup": {[]string{"elementid", "lookuptag"}, func(r row) { rel.ElementLookup[r.number(0)] = r.text(1) }},
		"lookups": {[]string{"tag", "id", "name"}, func(r row) {
			list := rel.Lookups[r.text(0)]
			if list == nil {
				list = map[int32]string{}
				rel.Lookups[r.text(0)] = list
			}
			list[r.number(1)] = r.text(2)
		}},
		"errortext":  {[]string{"errorcode", "additionaltext"}, func(r row) { rel.ErrorTexts[r.number(0)] = r.text(1) }},
		"make_model": {[]string{"makeid", "modelid"}, pairs(&rel.MakeModels)},
		"wmi_make":   {[]string{"wmiid", "makeid"}, pairs(&rel.WMIMakes)},
		"enginemodel": {[]string{"id", "name"}, func(r row) {
			rel.Engines = append(rel.Engines, Named{r.number(0), r.text(1)})
		}},
		"enginemodelpattern": {[]string{"id", "enginemodelid", "elementid", "attributeid", "changedon"}, func(r row) {
			rel.EnginePatterns = append(rel.EnginePatterns, EngineModelPattern{r.number(0), r.number(1), r.number(2), r.text(3), r.micros(4)})
		}},
		"defaultvalue": {[]string{"id", "elementid", "vehicletypeid", "defaultvalue", "defaultvalue_present", "changedon"}, func(r row) {
			rel.Defaults = append(rel.Defaults, Default{r.number(0), r.number(1), r.number(2), r.text(3), r.flag(4), r.micros(5)})
		}},
		"vinexception": {[]string{"vin"}, func(r row) { rel.Exceptions = append(rel.Exceptions, r.text(0)) }},
		"vindescriptor": {[]string{"descriptor", "modelyear"}, func(r row) {
			rel.Descriptors = append(rel.Descriptors, Descriptor{r.text(0), r.number(1)})
		}},
		"conversion": {[]string{"id", "fromelementid", "toelementid", "formula"}, func(r row) {
			rel.Conversions = append(rel.Conversions, Conversion{r.number(0), r.number(1), r.number(2), r.text(3)})
		}},
		"vspecschema": {[]string{"id", "makeid", "vehicletypeid", "tobeqced"}, func(r row) {
			rel.SpecSchemas = append(rel.SpecSchemas, SpecSchema{r.number(0), r.number(1), r.number(2), r.flag(3)})
		}},
		"vspecschemapattern": {[]string{"id", "schemaid"}, pairs(&rel.SpecPatterns)},
		"vspecpattern": {[]string{"id", "vspecschemapatternid", "iskey", "elementid", "attributeid", "changedon"}, func(r row) {
			rel.SpecRows = append(rel.SpecRows, SpecRow{r.number(0), r.number(1), r.flag(2), r.number(3), r.text(4), r.micros(5)})
		}},
		"vspecschemamodel": {[]string{"schemaid", "modelid"}, pairs(&rel.SpecModels)},
		"vspecschemayear":  {[]string{"schemaid", "year"}, pairs(&rel.SpecYears)},
	}
}

func pairs(to *[]Pair) func(row) {
	return func(r row) { *to = append(*to, Pair{r.number(0), r.number(1)}) }
}
