package demo

// Everybody and everything here is made up; the places are real. A trade word next to a river or a plant makes a company
// that sounds like one and is none.
var (
	firstNames = []string{
		"Ada", "Agnieszka", "Alain", "Amara", "Anouk", "Arjun", "Astrid", "Bashir", "Beatriz", "Bram", "Camille", "Cedric",
		"Chiara", "Dagmar", "Dinesh", "Edda", "Eamon", "Elif", "Farida", "Fionn", "François", "Gesine", "Gustavo", "Hanna",
		"Henrik", "Ingrid", "Iris", "Jarno", "José", "Jelena", "Kaspar", "Kenji", "Leocadia", "Linnéa", "Lorcan", "Mairead",
		"Marek", "Mireille", "Nadia", "Niamh", "Oskar", "Odile", "Paloma", "Petr", "Quentin", "Rasmus", "Renée", "Rohan",
		"Saoirse", "Sören", "Tamsin", "Teresa", "Ulrike", "Urban", "Vera", "Viktor", "Wanda", "Yusuf", "Zoë", "Zygmunt",
	}
	lastNames = []string{
		"Abendrot", "Alderwick", "Amberley-Stone", "Bachwieser", "Birkenfall", "Bramblecote", "Brightling", "Cask", "Coppergate",
		"Dampierre-Aubin", "Dünenberg", "Eastmarrow", "Elmsgrove", "Fallowmere", "Fernsby", "Finkenwald", "Gatherwood",
		"Glöckner-Ried", "Greymantle", "Hallowpeak", "Hartenfels", "Isenmoor", "Jolivert", "Kestrelby", "Kornfeldt", "Larkmoor",
		"Lindqvarn", "Maréchaux-Lys", "Meadowcroft", "Millrace", "Nettlefold", "Nordhaugen", "Oakhollow", "Oxlade-Penn",
		"Pasternack", "Pellworthy", "Quillfeather", "Quarrington", "Rosedale", "Rúnarsdal", "Sandpiper", "Silberbach",
		"Stonehewer", "Tannhof", "Thistledown", "Tidewater", "Umberfield", "Valcourt", "Vossgard", "Waterlow", "Wexcombe",
		"Wintergreen", "Yarrowby", "Ziegelbach",
	}
	companyFirst = []string{
		"Alder", "Amberline", "Anvil", "Birchgate", "Bluewick", "Brightwater", "Calder", "Cinderford", "Copperline", "Cormorant",
		"Drumlin", "Eastholm", "Ebbtide", "Fenwick", "Ferrybridge", "Foxglove", "Gantry", "Glenmoor", "Greyhaven", "Harrow",
		"Heron", "Ironbeck", "Juniper", "Kettlewell", "Kingfisher", "Lantern", "Larkspur", "Limestone", "Marram", "Mossgate",
		"Nordhafen", "Oakridge", "Osprey", "Pennant", "Pinecrest", "Quayside", "Ravelin", "Redstart", "Rowan", "Saltmarsh",
		"Selwyn", "Skylark", "Sorrel", "Tamarack", "Thornbury", "Tidewell", "Umbra", "Vanguard", "Westerly", "Yarrow",
	}
	companyTrade = map[string][]string{
		"Manufacturing": {"Foundry", "Works", "Castings", "Joinery", "Instruments"},
		"Logistics":     {"Logistics", "Freight", "Haulage", "Shipping"},
		"Food":          {"Bakeries", "Dairies", "Mills", "Provisions"},
		"Construction":  {"Builders", "Masonry", "Roofing", "Timber"},
		"Healthcare":    {"Clinics", "Laboratories", "Dental", "Pharmacies"},
		"Retail":        {"Stores", "Outfitters", "Garden Centres"},
		"Energy":        {"Power", "Solar", "Wind", "Heat"},
	}
	companyKind = []string{"Ltd", "GmbH", "SARL", "AB", "Group", "", "", "& Sons", "Co-operative"}
	cities      = []struct{ city, country, code string }{
		{"London", "United Kingdom", "+44 20"}, {"Leeds", "United Kingdom", "+44 113"}, {"Bristol", "United Kingdom", "+44 117"},
		{"Hamburg", "Germany", "+49 40"}, {"Köln", "Germany", "+49 221"}, {"Leipzig", "Germany", "+49 341"}, {"Lyon", "France", "+33 4"},
		{"Nantes", "France", "+33 2"}, {"Malmö", "Sweden", "+46 40"}, {"Uppsala", "Sweden", "+46 18"}, {"Porto", "Portugal", "+351 22"},
		{"Kraków", "Poland", "+48 12"}, {"Utrecht", "Netherlands", "+31 30"}, {"Galway", "Ireland", "+353 91"}, {"Graz", "Austria", "+43 316"},
	}
	jobs = []string{
		"Managing Director", "Plant Manager", "Head of Purchasing", "Buyer", "Maintenance Lead", "Workshop Foreman", "Office Manager",
		"Finance Director", "Safety Officer", "Facilities Manager", "Engineer", "Owner",
	}
	dealWords  = []string{"workshop", "new hall", "paint shop", "replacement", "extension", "second line", "laboratory", "pilot", "service contract", "store room"}
	taskWords  = []string{"Call about", "Send offer for", "Follow up on", "Prepare demo for", "Chase signature for", "Check delivery for", "Site visit for", "Review terms of"}
	steps      = []string{"Waiting for budget approval.", "They compare us with two others.", "Call again after the board meeting.", "Wants a reference from the same trade.", "Needs a quieter model; offered Eddy Mini.", "Technical questions are answered, price is not."}
	lossCauses = []string{"Price", "Went with a competitor", "No budget", "No answer", "Project stopped"}
	sources    = []string{"Referral", "Website", "Trade fair", "Cold call", "Partner"}
	catalogue  = []Product{
		{Name: "Torrent 100", Series: "Torrent", Price: money(1_290_00)}, {Name: "Torrent 300", Series: "Torrent", Price: money(3_450_00)},
		{Name: "Torrent Pro", Series: "Torrent", Price: money(7_900_00)}, {Name: "Eddy Mini", Series: "Eddy", Price: money(249_00)},
		{Name: "Eddy Plus", Series: "Eddy", Price: money(589_50)}, {Name: "Weir XL", Series: "Weir", Price: money(14_800_00)},
		{Name: "Weir Compact", Series: "Weir", Price: money(6_150_00)}, {Name: "Filter Set", Series: "Service", Price: money(89_90)},
		{Name: "Service Plan", Series: "Service", Price: money(420_00)},
	}
)
