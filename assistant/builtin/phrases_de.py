# ruff: noqa: E501  (word lists read better unbroken)
"""German, without umlauts' dots: what customers say to the assistant, as patterns. Data only."""

FILLER = (
    r"(?:(?:ok|okay|gut|also|und|hallo|guten tag|danke|bitte|entschuldigung|super|prima)[\s,.!-]+)*"
)
GREET = r"hallo|guten (?:tag|morgen|abend)|hi|gru(?:ss|ß) gott|servus|moin"
THANK = r"(?:vielen |herzlichen |besten )?dank(?:e)?(?: schon| sehr)?"
GOODBYE = r"tschuss|auf wiedersehen|bis (?:dann|bald|morgen)|schonen (?:tag|abend)|das war(?:s| alles)|sonst nichts"
AFFIRM = r"ja|jawohl|klar|gerne?|naturlich|sicher|ok|okay|passt|perfekt|super|genau|stimmt|einverstanden|in ordnung|buchen sie|machen wir|richtig|prima"
DENY = r"nein|nee|lieber nicht|nicht|falsch(?!e nummer)|auf keinen fall"
NOT_A_DENY = r"nicht (?:vor|nach|am|um)|kein problem|keine (?:haustiere|eile)"
NOT_AN_AFFIRM = r"(?:passt|geht|ist) (?:mir )?(?:leider )?nicht|kann nicht"
ORDINAL_CHOICE = r"(?:der|die|das|den|option|nummer)\s+(?P<ordinal>erste[rn]?|zweite[rn]?|dritte[rn]?|letzte[rn]?)(?:\s+(?P<noun>wohnung|haus|immobilie))?"
BARE_CHOICE = r"\W*(?:der |die |das |den )?(?P<ordinal>erste[rn]?|zweite[rn]?|dritte[rn]?|letzte[rn]?|[1-6])(?: bitte|\W)*"
EARLIER_CHOICE = r"(?:den |die |der )?(?:fruhere[nr]?|fruher)"
LATER_CHOICE = r"(?:den |die |der )?(?:spatere[nr]?|spater)"
ANY_CHOICE = r"egal(?: welche\w*)?|mir passt alles|suchen sie aus|irgendeine\w*"
NONE_OF_THESE = r"kein\w* davon|nichts davon|(?:eine |einen )?andere[rns]? (?:zeit|tag|termin|uhrzeit)(?:en)?|(?:passt|geht) (?:mir |uns )?(?:leider )?nicht"
WANT_VIEWING = r"(?:kann|konnte|konnen|mochte|wurde)\w* (?:ich|wir)? ?(?:\w+\s+){0,9}?(?:besichtigen|ansehen|anschauen|sehen)|besichtig\w+|anschauen|ansehen|termin (?:zur|vereinbaren|machen)"
NOT_A_VIEWING = r"(?:fotos|bilder) (?:sehen|ansehen)"
WANT_CALL = (
    r"(?:rufen sie|ruf) mich(?: bitte)? an|(?:konnen|konnten) sie mich anrufen|ruckruf|anrufen"
)
WANT_VALUATION = r"bewert\w+|was ist (?:meine|unsere?) \w+ wert|wertermittlung"
APPOINTMENT_WORDS = r"termin|besichtigung"
MOVE_APPOINTMENT = MOVE_STRONG = (
    r"verschieb\w+|verleg\w+|(?:termin|besichtigung|zeit) (?:andern|tauschen)|umbuchen"
)
CANCEL_APPOINTMENT = CANCEL_WORDS = r"absag\w+|stornier\w+|(?:ich )?komme (?:doch )?nicht"
DO_NOT_CANCEL = r"nicht (?:absag\w+|stornier\w+)"
REFUSED = r"nicht|kein\w*"
FIND_LISTINGS = r"such\w+|(?:mochte|wollen|will|mochten) (?:eine?n? )?(?:\w+ ){0,8}?(?:kaufen|mieten)|haben sie (?:etwas|wohnungen|hauser|eine?)|was haben sie|zeigen sie mir"
MORE_LISTINGS = (
    r"(?:andere|weitere|mehr) (?:wohnungen|hauser|angebote|immobilien|objekte)|(?:noch|haben sie) (?:etwas |was )?(?:andere[sr]?|weitere[sr]?|mehr)|"
    r"etwas anderes|^\W*(?:und )?(?:noch )?(?:andere|weitere|mehr)\W*$"
)
NOT_MORE = r"nichts (?:mehr|anderes)|andere[rn]? (?:zeit|tag|termin)|mehr (?:informationen|details|als|fotos)|nicht mehr"
ASK_PERSON = r"(?:mit )?(?:einem|einer|einen|eine|ihrem)? ?(?:menschen?|mitarbeiter\w*|kolleg\w+|makler\w*|berater\w*) (?:sprechen|reden|verbinden)|^\W*(?:agent|mensch|mitarbeiter)\W*$|echte[nr] menschen?"
COMPLAINT = r"beschwerde|unverschamt\w*|unmoglich von|anwalt|betrug|frechheit|inakzeptabel"
STOP, START = r"stopp?|abmelden", r"start|anmelden"
SMALL_TALK = r"wie geht(?:'?s| es)(?: ihnen| dir)?|wie lauft(?:'?s| es)"
INSULT = r"idiot\w*|arschloch|schei(?:ss|ß)\w*|dumm\w*|blod\w*|depp"
NOT_INTERESTED = r"(?:kein interesse|nicht (?:mehr )?interessiert)|(?:habe|haben) (?:schon|bereits) (?:etwas|was|eine \w+) gefunden|suche nicht mehr"
WRONG_NUMBER = r"falsche nummer|verwahlt|falsch verbunden"
ASK_IF_BOT = r"(?:sind sie|bist du|ist das|spreche ich mit) (?:ein(?:em)? )?(?:bot|roboter|mensch\w*|maschine|computer)"
ASK_HOURS = r"offnungszeiten|wann haben sie (?:offen|geoffnet)|burozeiten"
ASK_CONTACT = r"(?:ihre|die) (?:telefonnummer|nummer|e-?mail|buroadresse)|wo ist ihr buro|wie erreiche ich sie"
ABOUT_MY_APPOINTMENT = (
    r"(?:wann|um wie viel uhr) ist (?:mein|meine|der|die) (?:termin|besichtigung)|"
    r"welche[ns]? (?:wohnung\w*|haus\w*|objekte?) (?:sehe|besichtige|sehen|besichtigen) (?:ich|wir)"
)
RUNNING_LATE = r"versp\w+|komme (?:etwas )?spater"
ANOTHER_TIME = r"andere[rn]? (?:zeit|tag)|lieber|spater|fruher|statt"
ATTRIBUTES = {
    "price": r"was kostet|wie teuer|preis|miete|wie viel kostet", "negotiable": r"verhandel\w+|rabatt|vb", "bedrooms": r"(?:wie viele )?schlafzimmer|wie viele zimmer", "bathrooms": r"wie viele (?:bader|badezimmer)|badezimmer",
    "area_m2": r"quadratmeter|wie gro(?:ss|ß)|wohnflache|gro(?:ss|ß)e", "address": r"adresse|wo (?:liegt|ist|genau)|welche strasse", "availability": r"noch (?:frei|verfugbar|zu haben)|verfugbar|frei", "pets_allowed": r"haustiere?|hunde?|katzen?|tiere",
    "furnished": r"mobliert|mobel", "parking": r"stellplatz|parkplatz|garage", "laundry": r"waschmaschine|waschkuche", "floor": r"(?:welche[rsmn]? )?(?:stock|etage|stockwerk)", "photos": r"fotos?|bilder|video|grundriss", "link": r"link|webseite|expose",
    "description": r"(?:mehr )?(?:informationen|details|infos)|beschreibung", "deposit": r"kaution", "bills": r"nebenkosten|hausgeld", "heating": r"heizung|klimaanlage", "balcony": r"balkon|terrasse", "garden": r"garten", "pool": r"pool", "elevator": r"aufzug|fahrstuhl|lift",
    "view": r"aussicht|meerblick", "year_built": r"baujahr|wann (?:wurde|gebaut)|wie alt", "contract": r"mietvertrag|mindestmietdauer|laufzeit",
}  # fmt: skip
QUESTION = r"\?\s*$|^\W*(?:(?:und|hallo|danke|guten tag|auch|aber)\W+)*(?:was|wie|wo|wann|welche\w*|wer|warum|ist|sind|hat|haben|gibt|kann|konnen|darf)(?!\w)|sagen sie mir|schicken sie|ich mochte wissen"
ABOUT_IT = r"sie|es|die|das|diese|hat|ist|dort|wohnung|haus|immobilie|noch"
HOME_NOUN = r"wohnungen|hauser|immobilien|etwas|andere|angebote"
HOME_IN = r"die (?:wohnung|in)\s"
VALID_FOR_ALL_HOMES = r"provision|maklergebuhr|unterlagen|ablauf|steuern"
CONDITION = r"\W*(?:aber|jedoch)(?!\w)"
FORGET_IT = r"vergessen sie(?: es)?|hat sich erledigt|anderweitig gefunden"
MOVE_SOFT = r"andere[rn]? (?:zeit|tag|termin)|(?:etwas )?(?:spater|fruher)|statt|(?:geht|ginge|ging) es (?:auch )?am"
CANNOT_COME = r"(?:kann|konnen) (?:\w+ ){0,4}?nicht|schaff\w* (?:es )?(?:\w+ ){0,2}?nicht|dazwischengekommen|dazwischen gekommen|(?:bin|ist) (?:leider )?verhindert"
KEEP_APPOINTMENT = (
    r"lassen (?:sie|wir) es|so lassen|bleibt dabei|nicht (?:andern|verschieben|absagen)"
)
MY_APPOINTMENT = r"(?:mein|meinen|meine|den|die|unser\w*) (?:termin|besichtigung)"
SOONER, LATER_ON, SAME_TIME = (
    r"fruher|vorverlegen",
    r"spater|verschieben",
    r"(?:zur )?gleiche[nr]? (?:zeit|uhrzeit)",
)
BOTH = r"beide|alle"
KIND_WORDS = {"viewing": r"besichtigung", "call": r"anruf", "valuation": r"bewertung"}

ASK_WHO = r"wer (?:sind sie|bist du|ist da|schreibt)|wie hei(?:ss|ß)en sie|mit wem (?:spreche|schreibe|rede) ich"
GOOD_WISHES = r"frohe (?:weihnachten|ostern)|gutes neues|frohes (?:neues|fest)|schone (?:feiertage|weihnachten|ostern)"
COME_AFTER_ALL = r"(?:kann|komme|konnte) (?:\w+ ){0,2}?(?:nun |jetzt )?doch(?! nicht)|klappt (?:jetzt )?doch(?! nicht)"
BOOK_AGAIN = r"neue[nr]? (?:termin|besichtigung)|anderen termin"
CANCEL_POLICY = r"stornogebuhr\w*|stornierungskosten|absagefrist|wenn ich (?:absage|absagen muss)"
ASKS_WHETHER = r"(?:kann|konnte|darf) ich (?:\w+ ){0,3}?(?:absagen|stornieren)|vielleicht (?:\w+ ){0,3}?absagen|wie (?:sage|storniere) ich"
SHIFT = r"(?P<amount1>eine halbe|halbe|eine?n?|zwei|drei|\d{1,3}) (?P<unit1>minuten?|stunden?|tage?|wochen?) (?P<way1>spater|fruher|eher|nach hinten|nach vorne?)"
EARLIER_WAY, HALF = r"fruher|eher|nach vorne?", r".*halbe"
SHIFT_UNITS = {"minutes": r"minuten?", "hours": r"stunden?", "days": r"tage?", "weeks": r"wochen?"}  # fmt: skip
NAMES_BEFORE = r"(?:termin|besichtigung|anruf)(?: (?:am|vom|von|um|den))*\s*$|(?:statt|anstatt)(?: am)?\s*$|(?<!\w)vom?\s*$"
_BIG = r"gro(?:ss|ß)"
COMPARED = {
    "cheaper": r"(?:gunstiger|billiger|preiswerter)\w*|weniger teuer\w*|(?:zu|etwas|ziemlich|sehr) teuer|uber (?:meinem|unserem) budget",
    "bigger": rf"{_BIG}er(?:e[nsrm]?)?|geraumiger\w*|(?:zu|etwas|ziemlich|sehr) klein", "smaller": rf"kleiner(?:e[nsrm]?)?|(?:zu|ziemlich|sehr) {_BIG}",
    "elsewhere": r"(?:in )?(?:einer |einem )?(?:anderen|andere[rs]?) (?:gegend|viertel|stadtteil|lage|gebiet|ort)|woanders|anderswo",
    "closer": r"naher(?:e[nsrm]?)?(?: (?:am|an|beim|bei|zum)\b.{0,40})?|(?:zu|etwas|ziemlich|sehr) weit(?: weg| au(?:ss|ß)erhalb)?",
}  # fmt: skip

REMIND_ME = r"(?:erinnern sie|erinnere) mich|(?:schreiben sie|schreib) mir(?: bitte)?(?= (?:\w+ ){0,4}(?:wieder|noch ?mal|morgen|spater|am|in|um|nachste)\b)|melden sie sich(?: bitte)?(?= (?:\w+ ){0,4}(?:wieder|noch ?mal|morgen|spater|am|in|nachste)\b)"
NEEDS_TIME = r"(?:uberlege|uberlegen) (?:es )?(?:mir|uns)|(?:denke|denken) daruber nach|muss (?:\w+ )?(?:daruber nachdenken|es mir uberlegen|mir das uberlegen)|melde mich(?: \w+)?|brauche (?:noch )?(?:etwas )?(?:zeit|bedenkzeit)"
