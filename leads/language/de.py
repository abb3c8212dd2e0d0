# ruff: noqa: E501  (word lists read better unbroken)
"""German, without umlauts' dots: the text is read as `packs.readable` gives it. Data only."""

CODE = "de"
NUMBERS = {
    "ein": 1, "eine": 1, "einen": 1, "einem": 1, "einer": 1, "eins": 1, "zwei": 2, "drei": 3, "vier": 4, "funf": 5, "sechs": 6, "sieben": 7,
    "acht": 8, "neun": 9, "zehn": 10, "elf": 11, "zwolf": 12, "funfzehn": 15, "zwanzig": 20, "dreissig": 30, "fuenf": 5, "zwoelf": 12,
}  # fmt: skip
ARTICLES = ("ein", "eine", "einen", "einem", "einer")
ONE_ROOM = {"bedrooms": "eine?n?", "bathrooms": "eine?n?"}
MULTIPLIERS = {"tausend": 1_000, "millionen": 1_000_000, "million": 1_000_000}
ORDINALS = {
    "erste": 1, "ersten": 1, "erster": 1, "zweite": 2, "zweiten": 2, "zweiter": 2, "dritte": 3, "dritten": 3, "dritter": 3, "zehnten": 10,
}  # fmt: skip
LAST = ("letzte", "letzten", "letzter")
ORDINAL_SUFFIX = r"\."
NTH_SUFFIX = r"\."
NTH_CUE = r"am|den|zum|der|vom|bis zum"
CLAUSE_BREAK = r"[!?;\n]+(?=\s|$)|(?<!\d)\.+(?=\s|$)|(?<!\s),?\s+(?:aber|jedoch|allerdings)(?!\w)|,\s+(?=(?:kann|konnte|gibt|ist|hat|wann|wie|wo|sind)(?!\w))"
QUESTION_START = r"(?:(?:ja|nein|und|hallo|okay|gut|auch)[\s,.!-]+)*(?:ist|sind|hat|haben sie|gibt|kann|konnte|darf|durfen|wann|wie|wo|was|welche\w*|warum|konnen|wird|mochten)(?!\w)"
QUESTION_INSIDE = r"(?:wissen|sagen|fragen|prufen|erfahren)\s*,?\s+(?:\w+\s+){0,3}?ob(?!\w)"
SEARCH = r"such\w+|mocht\w+|brauch\w+|will|wollen|wunsch\w+|interess\w+|bevorzug\w+|hatte gern\w*|sollte|muss|etwas|haben sie (?:etwas|eine|ein|noch)"
ABOUT_ONE_HOME = r"^\W*(?:ist|sind|hat|gibt es|darf|durfen)(?!\w)"
INDEFINITE_HOME = (
    r"haben sie (?:etwas|eine?|noch)|etwas|such\w+|mocht\w+|gibt es (?:etwas|wohnungen|hauser)"
)
_SMALL = r"(?:\s+(?:in|im|der|die|das|den|dem|ein|eine|einen|unbedingt|am|zu|mit|haben|notig))*\s*"
NEGATION_BEFORE = (
    rf"(?:nicht|kein|keine|keinen|keiner|ohne|ausser|statt|weder|noch nicht|bloss nicht){_SMALL}"
)
NEGATION_AFTER = r"\s*(?:ist |sind |brauch\w+ (?:ich|wir) )?(?:nicht|kein\w*)\s*(?:notig|notwendig|wichtig|erforderlich|gebraucht|mehr)?"
INDIFFERENT = r"(?:ist )?(?:mir |uns )?egal|spielt keine rolle|ist nicht wichtig|hauptsache"
ADDING = r"auch|ausserdem|und|oder|zusatzlich"
OTHER_MATTER = r"kalender|erinnerung|taxi|flug|restaurant|hotel|kino|wetter|arzt|zahnarzt"
BEDROOM = r"schlafzimmer\w*|sz"
BATHROOM = r"bad|bader\w*|badezimmer\w*"
STUDIO = r"studios?|einzimmerwohnung\w*|1[- ]?zimmer[- ]?wohnung\w*|ein[- ]?zimmer[- ]?apartment"
WHOLE_ROOMS = r"(?P<number>\d)\s?-?\s?(?:zimmer|zi)\b(?:[- ]?wohnung\w*)?|(?P<two>zwei)\s?-?\s?zimmer(?:wohnung\w*)?\b|(?P<three>drei)\s?-?\s?zimmer(?:wohnung\w*)?\b|(?P<four>vier)\s?-?\s?zimmer(?:wohnung\w*)?\b"
ABOUT_NUMBER = r"mindestens|etwa|ungefahr|genau|nur|ca\.?"
SQUARE_METRES = r"m2|m²|qm|quadratmeter\w*"
MONEY_SCALES = {r"k|tsd\.?|tausend": 1_000, r"mio\.?|million(?:en)?": 1_000_000}
BUDGET = r"budget|ausgeben|zahlen|bezahlen|preis\w*|maximal|hochstens|leisten|warm|kalt|miete von"
AT_MOST = r"bis|bis zu|maximal|max|hochstens|unter|weniger als|nicht mehr als|nicht uber|obergrenze|sagen wir"
AT_MOST_AFTER = r"maximal|max|hochstens|oder weniger"
AT_LEAST = r"ab|mindestens|mehr als|uber|min|von"
AT_LEAST_AFTER = r"oder mehr|mindestens|\+"
RANGE = r"\s*(?:-|–|—|bis|und|oder)\s*"
PER_MONTH = r"(?:im|pro|je|/)\s*monat|monatlich|mtl\.?|/\s*m\b|warm|kalt"
IN_TOTAL = r"insgesamt|gesamt|kaufpreis"
NOT_BUDGET = r"kaution|provision|nebenkosten|steuer\w*|gehalt|verdien\w+|angebot|biete|anzahlung"
NOT_MONEY_UNITS = r"m2|m²|qm|quadratm\w+|km|minuten?|stunden?|uhr|tage?n?|wochen?|monate?n?|jahre?n?|personen|leute|zimmer\w*|schlafz\w*|bad|bader|%|stock\w*|etage|januar|februar|marz|april|mai|juni|juli|august|september|oktober|november|dezember"
FEATURES = {
    "pets": r"haustiere?n?|tiere?|hunde?n?|katzen?|kater|welpe",
    "furnished": r"mobliert\w*|unmobliert\w*|mobel|moebliert\w*|unmoebliert\w*",
    "parking": r"park(?:platz|platze|en|moglichkeit)\w*|stellplatz\w*|stellplatze|garagen?|tiefgarage\w*|carport",
    "laundry": r"waschmaschine\w*|waschkuche|waschkeller|trockner",
}
FEATURE_REVERSED = {
    "furnished": r"unmo(?:e)?bliert\w*|nicht mo(?:e)?bliert\w*|ohne mobel|eigene mobel|leer"
}
OWN_PET = r"hab(?:e|en)\s+(?:\w+\s+){0,2}?(?:hund\w*|katze\w*|haustier\w*|kater)"
MUST_HAVES = {
    "balcony": r"balkon\w*", "terrace": r"terrasse\w*", "garden": r"garten", "pool": r"pool|schwimmbad", "elevator": r"aufzug|fahrstuhl|lift",
    "sea view": r"meerblick", "view": r"aussicht|seeblick", "air conditioning": r"klimaanlage", "storage": r"keller|abstellraum", "fireplace": r"kamin",
    "ground floor": r"erdgeschoss\w*", "top floor": r"dachgeschoss\w*|oberste etage", "new build": r"neubau\w*", "renovated": r"renoviert\w*|saniert\w*", "quiet": r"ruhig\w*",
    "bright": r"hell\w*|lichtdurchflutet", "dishwasher": r"spulmaschine|geschirrspuler", "near metro": r"(?:nahe|in der nahe|nah an) (?:der |einer )?(?:u-bahn|s-bahn|bahn)\w*|u-bahn-nahe",
    "near a school": r"(?:nahe|in der nahe) (?:der|einer) schule", "wheelchair access": r"barrierefrei\w*|rollstuhl\w*", "home office": r"arbeitszimmer|homeoffice",
}  # fmt: skip
PROPERTY_TYPES = {
    "townhouse": r"reihenhaus\w*|reihenhauser", "apartment": r"(?:\w+-)?\w*wohnung(?:en)?|apartments?|appartements?", "house": r"haus|hauser|hauschen|einfamilienhaus\w*|doppelhaus\w*", "villa": r"villen|villa", "studio": r"studios?|einzimmerwohnung\w*",
    "penthouse": r"penthouse", "maisonette": r"maisonettes?", "loft": r"lofts?", "room": r"wg-zimmer", "land": r"grundstuck\w*", "office": r"buros?|buroflache\w*", "shop": r"laden|geschaft\w*", "warehouse": r"lagerhalle\w*",
}  # fmt: skip
DEFINITE = r"(?:die|das|diese|dieses|der)\s+"
INTENTS = {
    "let": r"vermiet\w+|(?:einen )?mieter (?:finden|suchen)|suche (?:einen )?mieter|nachmieter",
    "sell": r"verkauf\w*|bewerten lassen|immobilienbewertung",
    "rent": r"miet(?:e|en|wohnung\w*|et)|anmieten|zu mieten|zur miete|mietobjekt\w*",
    "buy": r"kauf(?:en|e)?|zum kauf|erwerben|investier\w+|kapitalanlage|eigentumswohnung\w*",
}
INTENT_NOISE = r"(?:wie hoch ist|was kostet) die miete|die miete (?:ist|betragt)"
MOVING = r"einzieh\w+|einzug|umzieh\w+|umzug|ziehen|verkauft sein|brauche (?:es|sie) (?:ab|bis)|frei ab|ab sofort"
AT_ONCE = r"sofort|so (?:schnell|bald) wie moglich|schnellstmoglich|dringend|umgehend"
FINANCING = {
    "mortgage_approved": r"(?:finanzierung|kredit|darlehen) (?:ist )?(?:schon )?(?:zugesagt|bewilligt|genehmigt|steht)|finanzierungszusage|finanzierungsbestatigung",
    "cash": r"bar|barzahl\w+|ohne (?:kredit|finanzierung|darlehen)|eigenkapital|cash",
    "mortgage": r"kredit\w*|darlehen|hypothek\w*|finanzier\w+|bankkredit",
}
NAME_ONLY_CUES = r"ich heisse|ich heiße|mein name ist|mein name:|name:"
NAME = r"(?:ich bin|hier ist|hier spricht)\s+"
NOT_A_NAME = r"ja|nein|interessiert|nicht|der|die|das|ein|eine|auf|aus|in|gut|gerade|noch|morgen|heute|danke|bitte|vermieter\w*|eigentumer\w*"
NAME_ENDS = r"und|aber|aus|von|ich"
BEFORE_NAME = r"ja|gerne|ich bin|ich heisse"
LANGUAGE_NAMES = {
    "en": r"englisch",
    "el": r"griechisch",
    "es": r"spanisch",
    "fr": r"franzosisch",
    "de": r"deutsch",
    "ar": r"arabisch",
    "ru": r"russisch",
    "tr": r"turkisch",
}
LANGUAGE_CUE = r"(?:auf|in)\s+({names}) (?:bitte|schreiben|antworten|weiter)|(?:sprech\w+|schreib\w+|antwort\w+)(?: sie)?(?: bitte)?(?: auf)?\s+({names})|({names}) bitte"
STREET = r"strasse|straße|str|platz|allee|weg"
ADDRESS_CUE = r"adresse(?: ist)?:?|liegt in der|steht in der|in der"
SURE_ADDRESS_CUE = r"adresse(?: ist)?"
PLACE_CUE = r"in|nach|bei|um|nahe"
NOT_WISHED_PLACE = r"(?:wohn(?:e|en)|leb(?:e|en)|arbeit(?:e|en)|komm(?:e|en))\s+(?:ich\s+|wir\s+)?(?:derzeit\s+|jetzt\s+|aktuell\s+)?(?:in|aus)?|weit von|weg von"
WISHED_PLACE = r"(?:mochte|will|mochten|wollen|wurde gern)[^.]* (?:nach|in)"
NOT_A_PLACE = r"[a-z]\w*|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|januar|februar|marz|ordnung|bar|monat|wohnung|haus|euro|whatsapp|garten|miete|kauf|ruhe|zukunft|ca|einem|der|dem|den|die"
OWN_HOME = r"mein\w*|unser\w*|verkauf\w*"
PLACE_QUESTION = r"wie weit|wo (?:ist|liegt)|entfernung"
WEEKDAYS = {
    "montag": 0,
    "dienstag": 1,
    "mittwoch": 2,
    "donnerstag": 3,
    "freitag": 4,
    "samstag": 5,
    "sonnabend": 5,
    "sonntag": 6,
    "montags": 0,
    "dienstags": 1,
    "mittwochs": 2,
    "donnerstags": 3,
    "freitags": 4,
    "samstags": 5,
    "sonntags": 6,
}
_PARTS = {"morgen": (8, 12), "vormittag": (8, 12), "mittag": (12, 14), "nachmittag": (13, 18), "abend": (17, 21)}  # fmt: skip
JOINED_DAYPARTS = {day + part: hours for day in WEEKDAYS for part, hours in _PARTS.items()}
WEEKDAYS |= {day + part: number for day, number in WEEKDAYS.items() for part in _PARTS}
SHORT_WEEKDAYS = {"mo": 0, "di": 1, "mi": 2, "do": 3, "fr": 4, "sa": 5, "so": 6}
BEFORE_SHORT_DAY = r"am|und|oder"
AFTER_SHORT_DAY = r"(?:um\s+|ab\s+|nach\s+)?(?:\d)"
MONTHS = {
    "januar": 1,
    "februar": 2,
    "marz": 3,
    "maerz": 3,
    "april": 4,
    "mai": 5,
    "juni": 6,
    "juli": 7,
    "august": 8,
    "september": 9,
    "oktober": 10,
    "november": 11,
    "dezember": 12,
    "janner": 1,
}
THE, OF, ON, TO, AND, OR, BUT = (
    r"der|die|das|den|dem|am|im|zum|vom",
    r"des|von",
    r"am|fur|fuer",
    r"bis",
    r"und",
    r"oder",
    r"aber",
)
ABOUT = r"etwa|ungefahr|circa|ca\.?|rund|gegen|um die|so"
OR_MORE = r"oder mehr"
TODAY, TOMORROW, DAY_AFTER_TOMORROW = (
    r"heute(?: abend| nachmittag| vormittag)?",
    r"(?<!guten )morgen(?! (?:frueh|fruh) am)",
    r"ubermorgen|uebermorgen",
)
THIS, NEXT = r"diese[nrms]?|kommende[nrms]?|nachste[nrms]?|naechste[nrms]?", r"(?!)"
WEEK, MONTH, WEEKEND = r"woche", r"monats?", r"wochenende"
OF_THIS_WEEK = r"dieser woche"
OF_NEXT_WEEK = r"(?:der )?(?:nachste[rn]?|kommende[rn]?|naechste[rn]?) woche"
THIS_WEEK = r"diese woche"
NEXT_WEEK = r"(?:in der )?(?:nachste[rn]?|kommende[rn]?|naechste[rn]?) woche"
WEEKDAY_PLURAL = r"unter der woche|werktags|wochentags"
WEEK_START, WEEK_MIDDLE, WEEK_END = r"anfang", r"mitte", r"ende"
DAYPARTS = {
    "early": (r"fruh(?:morgens)?|frueh", 8, 10), "morning": (r"vormittags?|am vormittag|morgens|am morgen", 8, 12), "noon": (r"mittags?|am mittag", 12, 14),
    "afternoon": (r"nachmittags?|am nachmittag", 13, 18), "evening": (r"abends?|am abend|nach (?:der arbeit|feierabend)", 17, 21),
}  # fmt: skip
AM, PM = r"morgens|vormittags|am vormittag|fruh", r"nachmittags|abends|am nachmittag|am abend"
NOON = r"12 uhr mittags|zwolf uhr"
O_CLOCK = r"uhr|h\b"
HOUR_THE = r"um|gegen"
HALF_TO, QUARTER_PAST, QUARTER_TO = r"halb", r"viertel nach", r"viertel vor"
TIME_CUE = r"um|gegen|ab|nach|vor|bis"
AFTER = r"nach|ab|fruhestens|nicht vor|von"
STRICTLY_AFTER = r"nach"
BEFORE = r"vor|bis|spatestens"
AFTER_SUFFIX, BEFORE_SUFFIX = r"oder spater|aufwarts|fruhestens", r"oder fruher|spatestens"
BETWEEN = r"zwischen|von"
DAY_RANGE = r"-|–|bis(?: zum)?|und|oder"
NOT_A_DAY_AFTER_ORDINAL = r"\s*(?:wohnung|haus|stock|etage|option|og\b)"
BEFORE_A_DAY = r"am|bis|ab|vom|vor|nach"
A_SPAN, HALF_A = r"eine[mrn]?", r"(?:einem |ein )?halbe[sn]"
IN_SPAN = IN_A_SPAN = r"in|innerhalb von|binnen|in etwa|in ca\.?"
FROM_NOW = r"ab (?:jetzt|heute)"
SPAN_UNITS = {r"tage?n?": 1, r"wochen?": 7, r"monate?n?": 30, r"jahre?[ns]?": 365}
NEGATED_TIME_BEFORE = r"(?:\bnicht|\bkein\w*|\bausser|\bstatt)(?:\s+(?:am|um|vor|bis|zum|den|der|fur|konnen|kann))*\s*$"
NEGATED_TIME_AFTER = r"^\s*(?:vormittags?|nachmittags?)?\s*(?:(?:kann|konnen|geht|passt|bin|klappt)\s+(?:ich\s+|wir\s+|es\s+|mir\s+|bei mir\s+|leider\s+)*(?:nicht|leider nicht|keine|verhindert)|nicht)"
UNTIL = r"(?:bis|vor)(?: zum)?\s*$"
NEW_THOUGHT = r"aber|lieber|vielleicht|nachste"
VISIT = STRONG_VISIT = (
    r"besichtig\w+|(?:an)?sehen|anschau\w+|termin\w*|vorbeikommen|anzusehen|reservier\w+"
)
NOT_A_VISIT = r"fur heute|das war alles|das wars|schonen (?:tag|abend)|einzieh\w+|einzug|umzug"
NOT_A_TIME = r"(?:frohe[sn]?|schone[sn]?|gutes) (?:weihnachten|ostern|neues(?: jahr)?|neujahr|fest|feiertage)|guten (?:morgen|abend|tag)|schonen (?:tag|abend|nachmittag)|schones wochenende"
GIVING_UP_VISIT = r"absag\w+|stornier\w+|doch nicht (?:sehen|besichtigen)"
CORRECTS = r"doch|lieber|eigentlich|sondern|entschuldigung|besser|nein"
CORRECTION = r"obwohl|lieber|eigentlich|entschuldigung|besser|doch eher|sagen wir|korrektur"
DATE_HINT = r"ostern|weihnachten|silvester|neujahr|pfingsten"
NOT_ROOMS = r"nicht|keine|statt"
ROOM_ADJECTIVES = r"gross\w*|klein\w*|separate\w*"
BEFORE_BARE_HOUR, AFTER_BARE_HOUR = (
    r"ja|ok|gut|dann|um|gegen",
    r"uhr|passt|ware gut|ist gut|bitte|gerne",
)
BETWEEN_DAY_AND_HOUR = (
    r"um|gegen|ab|nach|vor|am|den|und|so|bis|zwischen|von|lieber|etwa|ca|dann|fruh"
)
ASKED = {
    "bedrooms": r"schlafzimmer[^.!]*\?", "bathrooms": r"bad\w*[^.!]*\?|bader[^.!]*\?", "locations": r"(?:welche\w*|(?<!\w)wo(?!\w)|gegend|stadtteil|lage)[^.!]*\?", "budget_max": r"budget|wie viel(?!e)|preisrahmen|miete",
    "timeline_days": r"(?:wann|bis wann)[^.!]*(?:einzieh|verkauf|vermiet|umzieh|brauch)", "viewing": r"wann[^.!]*(?:besichtig|passt|sehen|konnen)|besichtigung|termin|welche\w* (?:tag|uhrzeit)|anschauen",
    "name": r"(?:ihr\w*|ihren) namen?|wie heissen", "email": r"e-?mail", "phone": r"telefon|handy|nummer", "intent": r"(?:kauf|miet)\w*[^.!]* oder [^.!]*(?:kauf|miet)", "property_type": r"welche art|was fur (?:ein|eine)",
    "pets": r"(?:haus)?tiere?[^.!]*\?", "furnished": r"mobliert[^.!]*\?", "parking": r"(?:stellplatz|garage|parkplatz)[^.!]*\?", "laundry": r"waschmaschine[^.!]*\?", "financing": r"(?:finanz\w+|kredit|bar)[^.!]*\?", "address": r"adresse[^.!]*\?", "area_m2_min": r"quadratmeter|wie gross",
}  # fmt: skip
YES = r"ja|jawohl|klar|gerne|natur(?:lich)|sicher|genau|stimmt|ok|okay|passt|richtig"
NO = r"nein|ne|nee|keine?n?|niemals|nicht"
NO_MATTER = r"egal|ist mir egal|spielt keine rolle|nicht wichtig"
COMMON_WORDS = "wohnung hallo danke bitte morgen heute mieten kaufen schlafzimmer mochten garten mitten mieter nicht"
