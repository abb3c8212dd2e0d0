# ruff: noqa: E501  (word lists read better unbroken)
"""Protected traits: what a customer says of who they are is kept where they said it, and nowhere else.

No fact of a lead holds it, no quote beside a fact repeats it, no score counts it. The message itself
stays in the conversation. Patterns in six languages, in the plain spelling of `knowledge.spelling`;
a word too many left out of a quote does no harm, so they are wide.
"""

from typing import Any

from knowledge.spelling import Lexicon, spelled

# Values in free words; the other fields are numbers, names, places or chosen from a list.
FREE_FIELDS = {"must_haves", "financing"}
LEFT_OUT = "…"

TRAITS = (
    Lexicon(
        (
            r"(?:i'm|i am|we're|we are|i come|we come|as|my (?:wife|husband|partner|mother|father|son|daughter) is) (?:an? )?(?:\w+ )?(?:muslim|christian|jewish|hindu|catholic|orthodox|black|white|asian|arab|african|gay|lesbian|trans|disabled|deaf|blind|pregnant|married|unmarried|divorced|widowed|single mother|single mum|single parent|retired|pensioners?|refugees?|immigrants?|migrants?|foreigners?|elderly|greek|cypriot|turkish|syrian|russian|ukrainian|chinese|indian|pakistani|nigerian|british|german|french|spanish|american|israeli|lebanese|iranian|albanian|polish|romanian|bulgarian)(?: (?:family|couple|woman|man|people|person|student))?",
            r"(?:i'm|i am|we're|we are|i come|we come|originally) from \w+",
            r"(?:with|for|have|has|got|my|our|and|expecting)(?: (?:my|our|the|a|an|two|three|four|five|small|young|little|teenage|new|\d))* (?:kids?|children|bab(?:y|ies)|sons?|daughters?|toddlers?|wife|husband|grandchildren)",
            r"\d{1,3}[- ]years?[- ]old|aged \d{1,3}|(?:my|our) (?:age|religion|nationality|faith|disability|illness|pregnancy)",
            r"wheel-?chairs?|disab(?:led|ility|ilities)|(?:guide|assistance|service|support|therapy) dogs?|handicap\w*|step-?free",
            r"(?:on |receive |get |with )?(?:housing )?benefits?|universal credit|section (?:8|eight)|(?:housing )?vouchers?|dss|welfare",
            r"(?:muslim|christian|jewish|hindu|black|white|gay|pregnant|refugee|immigrant|single mother|syrian|retired) (?:family|couple|woman|man|person)",
        ),
        (r"(?:kids?|children)'?s? (?:room|bedroom|playground|pool)|white (?:goods|kitchen)",),
    ),
    Lexicon(
        (
            r"(?:ειμαι|ειμαστε) (?:\w+ )?(?:μουσουλμαν\w+|χριστιαν\w+|εβραι\w+|μαυρ\w+|ξεν\w+|αλλοδαπ\w+|μεταναστ\w+|προσφυγ\w+|αναπηρ\w+|εγκυοσ|παντρεμεν\w+|διαζευγμεν\w+|συνταξιουχ\w+|ελληνα?σ|ελληνιδα|συρι\w+|αλβαν\w+|ρωσ\w+|ουκραν\w+|φοιτητ\w+)|ειμ\w+ απο \w+|(?:παιδι|παιδια|μωρο|γιοσ?|κορη|συζυγοσ?|γυναικα μου|αντρα μου) ?(?:μου|μασ)?|αμαξιδι\w*|αναπηρ\w+|σκυλο\w* οδηγο\w*|επιδομα\w*|\d{1,3} (?:ετων|χρονων)",
        )
    ),
    Lexicon(
        (
            r"(?:soy|somos|estoy) (?:\w+ )?(?:musulman\w*|cristian\w*|judi\w*|negr\w*|extranjer\w*|inmigrantes?|refugiad\w*|discapacitad\w*|embarazada|casad\w*|divorciad\w*|jubilad\w*|marroqui\w*|siri\w*|rus\w*|ucranian\w*|colombian\w*|gay|lesbiana)|(?:soy|somos|vengo|venimos) de \w+|(?:mis?|nuestros?|con|dos|tres) (?:\w+ )?(?:hij\w+|nin\w+|bebes?|espos\w+|marido|mujer)|silla de ruedas|discapaci\w+|perro guia|ayuda al alquiler|ayudas sociales|ingreso minimo|\d{1,3} anos",
        )
    ),
    Lexicon(
        (
            r"(?:ich bin|wir sind|bin|sind) (?:\w+ )?(?:muslim\w*|christ\w*|judisch|jude|judin|schwarz|auslander\w*|migrant\w*|gefluchtet\w*|fluchtling\w*|behindert|schwanger|verheiratet|geschieden|rentner\w*|alleinerziehend|schwul|lesbisch|turk\w*|syr\w*|russ\w*|ukrain\w*|griech\w*)|(?:komme|kommen|stamme) aus \w+|(?:meine?|unsere?|mit|zwei|drei) (?:\w+ )?(?:kind(?:er|ern)?|baby|sohn|tochter|frau|mann|ehefrau|ehemann)|rollstuhl\w*|behinder\w+|blindenhund|wohngeld|burgergeld|jobcenter|\d{1,3} jahre alt",
        )
    ),
    Lexicon(
        (
            r"(?:je suis|nous sommes|on est) (?:\w+ )?(?:musulman\w*|chretien\w*|juive?|juif|noire?|etrangere?|etranger|immigree?|refugiee?s?|handicapee?|enceinte|mariee?s?|divorcee?|retraitee?s?|celibataire|gay|lesbienne|syrien\w*|marocain\w*|algerien\w*|russe|ukrainien\w*)|(?:je viens|nous venons|je suis|originaire) d(?:e |u |')\w+|(?:mes|mon|ma|nos|avec|deux|trois) (?:\w+ )?(?:enfants?|bebe|fils|fille|femme|mari)|fauteuil roulant|handicap\w*|chien guide|apl|caf|rsa|allocations?|\d{1,3} ans",
        )
    ),
    Lexicon(
        (
            r"(?:انا|نحن) (?:\w+ )?(?:مسلم\w*|مسيحي\w*|يهودي\w*|اجنبي\w*|لاجي\w*|مهاجر\w*|معاق\w*|حامل|متزوج\w*|مطلق\w*|متقاعد\w*|سوري\w*|مصري\w*|لبناني\w*|عراقي\w*)|(?:انا|نحن) من \w+|(?:اطفال\w*|طفل\w*|ولد\w*|ابني|ابنتي|زوجتي|زوجي|رضيع\w*)|كرسي متحرك|اعاقة|كلب مرشد|اعانة|ضمان اجتماعي|عمري \d+",
        ),
        is_arabic=True,
    ),
)


def without_traits(text: str) -> str:
    """Return the text with an ellipsis in the place of what tells of a protected trait."""
    seen = spelled(text)
    spans = sorted(
        match.span() for lexicon in TRAITS for match in lexicon.find_all(seen.plain) if match[0]
    )
    if not spans:
        return text
    kept, last = [], 0
    for start, end in spans:
        first, after = seen.places[start], seen.places[end - 1] + 1
        if first >= last:
            kept += [seen.written[last:first], LEFT_OUT]
        last = max(last, after)
    return "".join([*kept, seen.written[last:]])


def is_a_trait(field: str, value: Any) -> bool:
    """Whether a value in free words tells of a protected trait."""
    parts = value if isinstance(value, list) else [value]
    return field in FREE_FIELDS and any(without_traits(str(part)) != str(part) for part in parts)
