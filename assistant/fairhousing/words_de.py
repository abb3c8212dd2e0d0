# ruff: noqa: E501  (word lists read better unbroken)
"""How a German text breaks a rule of fair housing; in the plain spelling of `spelling.py`."""

from knowledge.spelling import Lexicon

GROUPS = r"(?:familien?|paare?|parchen|paerchen|studenten|studentinnen|studierende|singles?|rentner\w*|senioren|altere menschen|aeltere menschen|junge (?:leute|menschen|familien|paare)|berufstatige|expats|auslander\w*|auslaender\w*|migranten|gefluchtete|fluchtlinge|fluechtlinge|christen|muslime|juden|turken|tuerken|russen|polen|araber|afrikaner|deutsche|einheimische|kinder|frauen|manner|maenner)"
PEOPLE = r"(?:auslander\w*|auslaender\w*|migranten|gefluchtete|fluchtlinge|fluechtlinge|muslime|juden|turken|tuerken|russen|araber|afrikaner|schwarzen?|roma|sinti|zigeuner|kinder|babys|familien(?: mit kindern)?|alleinerziehenden?|behinderten?|homosexuellen?|rentner|frauen|manner|maenner)"
ANIMAL = r"(?:blindenhunde?|blindenfuhrhunde?|assistenzhunde?|therapiehunde?)"
SUPPORT = r"(?:hartz(?: ?iv| 4)?|burgergeld\w*|buergergeld\w*|wohngeld\w*|sozialhilfe\w*|sozialleistungen|jobcenter|transferleistungen|amt|wohnberechtigungsschein|wbs)"

WORDS = {
    "steering": Lexicon(
        (
            rf"(?:ideal|perfekt|geeignet|passend|bestens geeignet|optimal|wie gemacht) (?:\w+ )?fur (?:ein |eine |einen |die |junge |kleine |grosse )*{GROUPS}|(?:ideal|perfekt|geeignet|passend|wie gemacht) fuer (?:eine? |junge )*{GROUPS}",
            rf"(?:uberwiegend|vor allem|viele|hauptsachlich|meist|nur|lauter|kaum) {GROUPS} (?:wohnen|leben|im haus|in der)|(?:wohnen|leben) (?:dort |hier |da |im haus )?(?:uberwiegend|vor allem|viele|hauptsachlich|meist|fast nur|nur|kaum) (?:\w+ )?{GROUPS}",
            r"(?:familien|studenten|multikulti|auslander|christliche[sn]? |muslimische[sn]? |deutsche[sn]? |gutburgerliche[sn]? |junge[sn]? )(?:viertel|gegend|nachbarschaft|wohngegend)",
            r"(?:nette|gute|ruhige|anstandige|ordentliche|freundliche)n? (?:nachbarn|leute|mieter|menschen)|(?:nachbarn|bewohner|mieter) sind (?:\w+ )?(?:nett|ruhig|freundlich|jung|alt|auslander|deutsch\w*|anstandig)",
            r"(?:leute|menschen|jemanden?) wie (?:sie|dich|ihnen)|sie (?:wurden|werden) (?:gut )?(?:dorthin|dort hinein|dazu|dort) passen|passen (?:gut )?in die nachbarschaft",
        ),
    ),
    "safety": Lexicon(
        (
            r"(?:sichere[rsn]?|unsichere[rsn]?|gefahrliche[rsn]?|gute[rsn]?|schlechte[rsn]?|uble[rsn]?) (?:\w+ )?(?:gegend|wohngegend|viertel|nachbarschaft|stadtteil|strasse)|(?:gegend|viertel|nachbarschaft|strasse)(?: dort)? ist (?:\w+ )?(?:sicher|unsicher|gefahrlich)",
            r"(?:wenig|viel|kaum|niedrige|hohe|geringe) (?:kriminalitat|kriminalitatsrate)|kriminalitatsrate|kriminalitat (?:ist|dort)",
            r"(?:gute|sehr gute|beste|hervorragende|schlechte)n? (?:grund)?schulen",
            r"nachts (?:\w+ )?sicher|sicher fur (?:frauen|kinder|familien)",
        ),
    ),
    "question": Lexicon(
        (
            r"(?:sind sie|bist du) (?:\w+ )?(?:verheiratet|ledig|geschieden|schwanger|muslim\w*|christ\w*|judisch|jude|religios|schwul|auslander\w*|deutsche?r?|behindert|rentner\w*|homosexuell)",
            r"(?:haben sie|hast du) (?:\w+ )?(?:kinder|familie|eine behinderung|behinderungen|gesundheitliche)|wie ?viele kinder",
            r"wie alt (?:sind sie|bist du|sind (?:ihre|die) kinder)|(?:ihre|ihr|deine) (?:religion|nationalitat|staatsangehorigkeit|alter|herkunft|familienstand|sexuelle orientierung)(?=\W*\?)|welche (?:religion|nationalitat|staatsangehorigkeit) (?:haben|hast)|(?:was ist|wie ist|welche[nr]?) (?:ihre?|dein\w*) (?:religion|nationalitat|staatsangehorigkeit|alter|herkunft|familienstand)|woher (?:kommen sie|kommst du|stammen sie)|aus welchem land",
        ),
    ),
    "exclusion": Lexicon(
        (
            rf"(?:keine|keinen|ohne) {PEOPLE}(?! ?(?:zimmer|spielplatz|becken))",
            rf"(?:nimmt|nehmen|akzeptiert|akzeptieren|vermietet|vermieten|mochte|mochten|will|wollen|dulden) (?:\w+ )?(?:nicht an|keine|nur an) {PEOPLE}",
            r"(?:nur|ausschliesslich) (?:an |fur )?(?:frauen|manner|deutsche|einheimische|christen|europaer|eu-burger|ehepaare|paare|familien|erwachsene|muttersprachler)|nicht fur (?:kinder|familien) geeignet",
        ),
        (r"nur fur familien und paare mit gaste",),
    ),
    "age_or_work": Lexicon(
        (
            r"(?:nur|ausschliesslich) (?:an |fur )?(?:berufstatige|rentner|senioren|akademiker)|keine studenten|(?:ab|uber) (?:50|55|60|65) jahren?",
        ),
    ),
    "animals": Lexicon((rf"(?:keine|ohne) {ANIMAL}|{ANIMAL} (?:sind|ist) (?:\w+ )?(?:nicht erlaubt|verboten)",)),
    "benefits": Lexicon(
        (
            rf"(?:keine?n?|kein|ohne|nicht an) (?:\w+ )?{SUPPORT}|(?:nur|ausschliesslich) (?:an |fur )?(?:festangestellte|arbeitnehmer|leute mit arbeit)|(?:mussen|musst) (?:\w+ )?(?:berufstatig|festangestellt) sein",
        ),
    ),
    "acceptance": Lexicon(
        (
            r"sie (?:werden|wurden|bekommen) (?:\w+ )?(?:\w+ )?(?:genommen|angenommen|zusage|den kredit|die wohnung (?:bekommen|sicher))|sie bekommen (?:sicher|bestimmt|auf jeden fall|garantiert) (?:die wohnung|das haus|den kredit|eine zusage)|(?:ihre bewerbung|ihr antrag|ihr kredit) wird (?:\w+ )?(?:angenommen|bewilligt|genehmigt|abgelehnt)|(?:zusage|genehmigung) (?:ist )?(?:garantiert|sicher)|sie (?:erfullen) die voraussetzungen",
        ),
        (r"(?:wenn|falls|sobald|ob) (?:sie|ihr)[^.!?]{0,50}",),
    ),
    "bidding": Lexicon(
        (
            r"(?:mehr|hoher) (?:\w+ )?(?:bieten|zahlen|bezahlen|anbieten)|(?:bieten|zahlen) sie (?:\w+ )?mehr|uber (?:der|die) (?:angegebenen?|inserierten?|verlangten?) miete|hochst(?:es gebot|bietend\w*|gebot)|(?:bestes|hochstes|hoheres) (?:angebot|gebot)|(?:nehmen|akzeptieren) (?:wir )?ihr (?:\w+ )?(?:angebot|gebot)",
        ),
        (r"(?:nicht|kein\w*|nie|ohne|durfen)[^.!?;]{0,60}",),
    ),
}  # fmt: skip

RENT = Lexicon((r"\w*miet\w*|\w*pacht\w*|kaltmiete|warmmiete|im monat|pro monat|monatlich",))
