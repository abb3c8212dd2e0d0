# ruff: noqa: E501  (word lists read better unbroken)
"""Subjects for people in German."""

from knowledge.spelling import Lexicon

GROUPS = r"(?:auslander\w*|auslaender\w*|migranten|fluchtlinge|fluechtlinge|gefluchtete|muslime|juden|turken|tuerken|araber|afrikaner|schwarze|roma|zigeuner|kinder|familien|studenten|rentner|homosexuelle|schwule)"

WORDS = {
    "emergency": Lexicon(
        (
            r"gasleck|gasgeruch|(?:es )?(?:riecht|stinkt) (?:\w+ ){0,3}(?:nach )?(?:gas|rauch|verbrannt\w*)|kohlenmonoxid|es brennt|brennt (?:es|das haus|die kuche|die wohnung)|feuer (?:im|in der|in)|(?:haus|wohnung|kuche) brennt|rauch (?:kommt|im|aus)|wohnungsbrand",
            r"(?:ist|steht) (?:\w+ )?(?:uberflutet|ueberflutet|unter wasser)|uberschwemm\w+|wasserschaden|wasserrohrbruch|rohrbruch|rohr (?:ist )?geplatzt|wasser (?:lauft|kommt|tropft|stromt) (?:\w+ )?(?:durch|aus|von)|(?:decke|balkon|dach|wand) (?:ist )?(?:\w+ )?(?:eingesturzt|heruntergekommen|runtergekommen)",
            r"einbrech\w+|einbruch|eingebrochen|will (?:jemand )?einbrechen|uberfall\w*|krankenwagen|notarzt|rettungswagen|polizei (?:rufen|gerufen|angerufen)|bewusstlos|atmet nicht|herzinfarkt|blutet stark|schwer verletzt|stromschlag|funken",
            r"ausgesperrt|eingesperrt|(?:im|in dem) (?:aufzug|fahrstuhl|lift) (?:\w+ )?(?:fest|stecken|eingeschlossen)\w*|stecken? im (?:aufzug|fahrstuhl|lift)|(?:ist|haben|habe) (?:\w+ )?(?:ein(?:en)? )?notfall|\W*notfall\W*|(?:umbringen|selbstmord|suizid|bringe (?:mich|ihn|sie) um)",
        ),
        (
            r"(?:risiko|gefahr|versicherung|schutz|zone)(?: \w+)? (?:fur|von|gegen|bei) (?:uberschwemmung\w*|einbruch\w*|wasserschaden\w*|feuer)|(?:jemals|schon mal|fruher|je) (?:\w+ )?(?:einen )?(?:wasserschaden|einbruch|eingebrochen|uberschwemm\w+|uberflutet)|gab es (?:\w+ ){0,3}(?:wasserschaden|einbruch\w*|uberschwemm\w+)|notfall(?:nummer|kontakt|plan)\w*|im notfall|fur (?:den notfall|notfalle)|einbruch(?:schutz|sicher|hemmend)\w*|alarmanlage|feuerwehr(?:haus|wache|zufahrt)",
        ),
    ),
    "discrimination": Lexicon(
        (
            r"diskriminier\w+|rassis\w+|sexis\w+|homophob\w*|auslanderfeindlich\w*|fremdenfeindlich\w*|weil (?:ich|wir) (?:\w+ )?(?:schwarz|auslander\w*|auslaender\w*|muslim\w*|schwul|lesbisch|behindert|schwanger|turk\w*|juden?|judisch|frau|alt|aus \w+)(?: bin| sind| kommen?)|wegen (?:meiner|unserer|meines) (?:herkunft|religion|hautfarbe|nationalitat|behinderung|alters|namens|kinder)",
            rf"(?:keine|ohne) (?:\w+ )?(?:auslander|auslaender|migranten|fluchtlinge|muslime|juden|turken|araber|schwarzen?|zigeuner|roma)|nur (?:deutsche|christen|weisse)|(?:vermieten|nehmen|akzeptieren) (?:sie|die|der \w+) (?:\w+ )?(?:an )?{GROUPS}|sind {GROUPS} (?:erlaubt|willkommen|ein problem)",
        ),
    ),
    "people": Lexicon(
        (
            rf"(?:viele|wohnen|leben|gibt es) (?:\w+ )?(?:viele )?{GROUPS}|was fur (?:leute|menschen|nachbarn)|wer wohnt (?:dort|da|hier|im haus|nebenan)|wie sind die nachbarn",
            r"(?:ist|wie) (?:\w+ ){0,3}(?:sicher|gefahrlich)(?=\W*(?:\?|$))|(?:ist|wie) (?:\w+ ){0,3}(?:gegend|viertel|stadtteil|strasse) (?:\w+ )?(?:sicher|gefahrlich)|sichere gegend|gefahrliche gegend|kriminalitat|(?:gute|wie sind die) schulen|nachts sicher",
        ),
        (r"(?:bin|bist|sind|ist) (?:\w+ )?sicher,? (?:dass|ob)|(?:uberweisung|zahlung|link|seite) (?:\w+ )?sicher|sicher (?:uberweisen|bezahlen)|aber sicher|nicht sicher\W*$|bin mir (?:\w+ )?sicher",),
    ),
    "benefits": Lexicon((r"wohngeld|burgergeld|buergergeld|hartz(?: ?iv| 4)?|sozialhilfe|jobcenter|sozialamt|wohnberechtigungsschein|wbs|grundsicherung|arbeitslosengeld|sozialleistungen|vom amt",)),
    "disability": Lexicon((r"rollstuhl\w*|behinder\w+|schwerbehinder\w+|blindenhund\w*|assistenzhund\w*|therapiehund\w*|(?:bin|ist|mutter|vater|sohn|tochter|frau|mann) (?:\w+ )?blind|blinde[rn]?|gehorlos\w*|gehbehinder\w*|rollator|barrierefrei\w*",), (r"(?:nicht|ohne|keine) behinderung(?:en)? (?:durch|im verkehr)",)),
    "legal": Lexicon(
        (
            r"(?:rechts)?anwalt\w*|anwalt\w*|(?:ver)?klagen|verklage\w*|klage (?:ein|gegen)|gericht(?:s\w+)?|rechtliche schritte|(?:ist das|das ist) (?:uberhaupt )?(?:il)?legal|rechtswidrig|kundigung(?:sfrist)?|kundigen|raumungsklage|zwangsraumung|rausschmeissen|vertragsbruch|mietminderung|miete (?:mindern|einbehalten)|meine rechte|schadenersatz|schadensersatz|haftung|haftet|dsgvo|datenschutz|steuerberat\w+|steuerlich\w*|(?:erbschaft|grunderwerb|spekulations|schenkungs)s?teuer|aufenthaltstitel|aufenthaltserlaubnis|visum|golden visa|bekomme ich (?:\w+ )?(?:die wohnung|den kredit|eine zusage)|erfulle ich die",
        ),
        (r"(?:bin|ist|als) (?:\w+ )?(?:rechts)?anwalt\w*|(?:kanzlei|amtsgericht) (?:in der nahe|gegenuber)|(?:nahe|neben|beim) (?:\w+ )?gericht|gerichtsstrasse|linsengericht|tagesgericht",),
    ),
    "complaint": Lexicon(
        (
            r"beschwer\w+|reklam\w+|unverschamt\w*|unmoglich\w* (?:service|verhalten)|inakzeptabel|frechheit|unerhort|skandal|(?:schlechte\w*|miserable\w*|furchtbare\w*|schreckliche\w*|mieser?) (?:service|betreuung|erfahrung|agentur|makler\w*|behandlung|kundenservice)|(?:service|betreuung|behandlung) (?:ist|war) (?:\w+ )?(?:schlecht|miserabel|furchtbar|unmoglich)|(?:bin|sind) (?:\w+ )?(?:enttauscht|wutend|sauer|verargert|stinksauer|genervt|unzufrieden)|betrug|betruger\w*|abzocke|angelogen|belogen|luge[nr]|(?:geld|kaution) zuruck|ruckerstattung",
            r"(?:niemand|keiner) (?:\w+ ){0,3}(?:gekommen|erschienen|da|antwortet|geantwortet|meldet|gemeldet|angerufen|ran)|(?:warte|warten) (?:\w+ ){0,3}(?:stunden?|tagen?|wochen?)|zeitverschwendung|unfreundlich\w*|unprofessionell\w*|schlechte bewertung|vorgesetzten|geschaftsfuhr\w+ sprechen",
        ),
        (r"(?:keine|kein grund zur) beschwerden?|kann mich nicht beschweren",),
    ),
    "price": Lexicon(
        (
            r"(?:letzter?|bester?|niedrigster?|ausserster?) preis|verhandel\w+|verhandlungs\w+|vhb|handeln|rabatt|nachlass|(?:preis|miete) (?:\w+ )?(?:senken|runter|drucken|nachlassen|reduzieren)|(?:nehmen|akzeptieren|wurden) (?:sie|die|der \w+) (?:\w+ )?\d[\d.,]*|(?:biete|bieten wir|wurde) (?:\w+ )?\d[\d.,]*|angebot (?:machen|abgeben)|mein angebot|gegenangebot|unter dem preis|am preis (?:\w+ )?(?:machen|was)",
        ),
        (r"studentenrabatt|(?:nicht verhandelbar)|termin verhandeln|was bieten sie (?:noch|sonst|an)",),
    ),
}  # fmt: skip
