# ruff: noqa: E501  (word lists read better unbroken)
"""Which language a message is written in; too little text says nothing."""

import re
from functools import lru_cache
from typing import Any

from leads.language.text import fold

SCRIPTS = (("el", "\u0370", "\u03ff"), ("ar", "\u0600", "\u06ff"), ("ru", "\u0400", "\u04ff"))
OTHER_LETTERS = {"el", "el-Latn", "ar", "ru"}
GREEKLISH = "el-Latn"
FEWEST_LETTERS = 10
LEAST_SURE = 0.9
WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")

# Words that a message in one language holds and hardly any in another; short ones may decide.
TELLING = {
    "en": "the is are and you your with have hello hi please thanks thank what when which want need looking "
    "yes would could can i'm i'd it's don't tomorrow how much that works great okay sure morning for not from of on at my a an i we it do does has or and if there in to budget "
    "bedroom bedrooms bathroom bathrooms apartment house flat rent buy see visit one two three no pets any monday tuesday "
    "wednesday thursday friday saturday sunday maybe also just only about around under between max sorry actually",
    "es": "el los las que por para con una hola gracias quiero busco necesito cuando cuanto donde usted piso "
    "si mañana alquilar comprar buenos buenas dias tardes mejor puedo podria tiene hay esta vale claro mi pero "
    "gustaria muy cual perfecto sois eres unos unas inutil inutiles mierda idiotas viernes jueves lunes martes miercoles sabado domingo",
    "de": "der die das und ist ich wir sie mit ein eine einen für fur nicht hallo guten danke bitte suche möchte "
    "mochte wann wie was wo ja nein wohnung haus morgen passt kann können gibt es noch frei uhr lieber dann am zum zur "
    "montag dienstag mittwoch donnerstag freitag samstag sonntag gerne oder den dem beim vom etwas doch bis auf im auch mein meine",
    "fr": "le les des est et je nous vous avec une bonjour bonsoir merci cherche voudrais quand combien où oui "
    "non appartement maison demain pour dans du au aux pas plutot plutôt alors puis quel quelle salut "
    "lundi mardi mercredi jeudi vendredi samedi dimanche c'est j'ai s'il qu'il d'accord un ça ca",
    GREEKLISH: "kai thelo thelw na sto sti stin sthn ston stis me den einai exo exw echo exei exete mporo mporw boro "
    "poso posa psaxno psaxnw kalimera kalhmera kalispera kalhspera geia gia euxaristo efxaristo eyxaristo nai oxi "
    "ohi apo mexri mehri avrio aurio spiti diamerisma enoikiasi noikiaso agora agoraso pote pou tin thn ton tis tote "
    "savvato pempti triti tetarti deftera paraskevi kyriaki to tou pos ti an theloume ypnodomatia entaxei mou lene",
}  # fmt: skip
SHARED = {
    "or",
    "in",
    "visit",
    "max",
    "so",
    "on",
    "to",
    "me",
    "an",
    "pos",
    "ok",
    "a",
    "die",
    "am",
    "was",
    "es",
    "ton",
    "den",
    "ti",
    "un",
    "na",
    "i",
    "no",
}


def recognize(text: str, before: str, allowed: tuple[str, ...]) -> str:
    """The code of the language among `allowed`, or `before` where the text is too short to tell."""
    letters = sum(map(str.isalpha, text))
    for code, first, last in () if text.isascii() else SCRIPTS:
        own = sum(first <= letter <= last for letter in text if letter.isalpha())
        if letters and own > letters / 2:
            return code if code in allowed else before
    if before in ("el", "ar") and letters < 4:
        return before
    words = WORD.findall(fold(text.replace("’", "'")))
    scores = _scores(words, allowed)
    best = max(scores, key=lambda code: (scores[code], code == before), default=before)
    others = max((score for code, score in scores.items() if code != best), default=0)
    if scores.get(best, 0) > others and (
        scores[best] >= 2 or (scores[best] >= 1 and len(words) <= 3)
    ):
        return best
    if letters < FEWEST_LETTERS or scores.get(before, 0) == scores.get(best, 0) > 0:
        return before
    return _by_letters(text, before, allowed)


def _scores(words: list[str], allowed: tuple[str, ...]) -> dict[str, float]:
    scores = {code: 0.0 for code in TELLING if code in allowed}
    telling = _telling()
    for word in words:
        for code in telling.get(word, ()):
            if code in scores:
                scores[code] += 0.5 if word in SHARED else 1
    return scores


@lru_cache(maxsize=1)
def _telling() -> dict[str, tuple[str, ...]]:
    """Each telling word and the languages it tells of."""
    told: dict[str, tuple[str, ...]] = {}
    for code, words in TELLING.items():
        for word in set(fold(words).split()):
            told[word] = (*told.get(word, ()), code)
    return told


def _by_letters(text: str, before: str, allowed: tuple[str, ...]) -> str:
    languages = tuple(code for code in allowed if code not in OTHER_LETTERS)
    code, likelihood = _identifier(languages).classify(text)
    return code if likelihood >= LEAST_SURE else before


@lru_cache(maxsize=4)
def _identifier(languages: tuple[str, ...]) -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(languages))
    return identifier
