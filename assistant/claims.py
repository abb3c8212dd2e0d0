# ruff: noqa: E501  (word lists read better unbroken)
"""What a text claims in words of six languages: counts, sizes, floors, dates, addresses.

`counts_in` and `clocks_in` look at the plain spelling of `knowledge.spelling`, where digits are Western and
letters without accents. A claim holds what is claimed and where it stands; whether it is true is
for `assistant.figures` to say.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from knowledge.spelling import spelled

SMALL: dict[str, int] = {
    word: number
    for number, words in enumerate(
        (
            "",
            "first|πρωτοσ|πρωτο|πρωτου|primer|primera|primero|ersten|erster|erste|premier|premiere|الاول|الاولى",
            "two|second|δυο|δευτερο|δευτεροσ|δευτερου|dos|segundo|segunda|zwei|zweiten|zweiter|zweite|deux|deuxieme|second|اثنتان|اثنين|الثاني|الثانية",
            "three|third|τρια|τρεισ|τριτο|τριτοσ|τριτου|tres|tercer|tercera|tercero|drei|dritten|dritter|dritte|trois|troisieme|ثلاث|ثلاثة|الثالث|الثالثة",
            "four|fourth|τεσσερα|τεσσερισ|τεταρτο|τεταρτοσ|τεταρτου|cuatro|cuarto|cuarta|vier|vierten|vierter|vierte|quatre|quatrieme|اربع|اربعة|الرابع|الرابعة",
            "five|fifth|πεντε|πεμπτο|πεμπτοσ|πεμπτου|cinco|quinto|quinta|funf|fuenf|funften|fuenften|cinq|cinquieme|خمس|خمسة|الخامس|الخامسة",
            "six|sixth|εξι|εκτο|εκτοσ|εκτου|seis|sexto|sexta|sechs|sechsten|six|sixieme|ست|ستة|السادس|السادسة",
            "seven|seventh|επτα|εφτα|εβδομο|εβδομοσ|siete|septimo|septima|sieben|siebten|sept|septieme|سبع|سبعة|السابع|السابعة",
            "eight|eighth|οκτω|οχτω|ογδοο|ογδοοσ|ocho|octavo|octava|acht|achten|huit|huitieme|ثمان|ثماني|ثمانية|الثامن|الثامنة",
            "nine|ninth|εννεα|εννια|ενατο|ενατοσ|nueve|noveno|novena|neun|neunten|neuf|neuvieme|تسع|تسعة|التاسع|التاسعة",
            "ten|tenth|δεκα|δεκατο|δεκατοσ|diez|decimo|decima|zehn|zehnten|dix|dixieme|عشر|عشرة|العاشر|العاشرة",
        )
    )
    for word in words.split("|")
    if word
}
DIGITS = {
    word: digit
    for digit, words in enumerate(
        (
            "zero|oh|μηδεν|cero|null|صفر", "one|ενα|uno|eins|un|واحد", "two|δυο|dos|zwei|zwo|deux|اثنان|اثنين",
            "three|τρια|tres|drei|trois|ثلاثة", "four|τεσσερα|cuatro|vier|quatre|اربعة", "five|πεντε|cinco|funf|cinq|خمسة",
            "six|εξι|seis|sechs|ستة", "seven|επτα|εφτα|siete|sieben|sept|سبعة", "eight|οκτω|οχτω|ocho|acht|huit|ثمانية",
            "nine|εννεα|εννια|nueve|neun|neuf|تسعة",
        )
    )
    for word in words.split("|")
}  # fmt: skip
# No sum has more groups; without an end, a long row of them would be read from each of its places.
FIGURE = r"\d{1,3}(?:[.,'\s]\d{3}){1,4}(?!\d)|\d+(?:[.,]\d+)?"
NUMBER = (
    rf"(?P<number>{FIGURE}|{'|'.join(sorted(SMALL, key=len, reverse=True))}|one(?=-)|single(?=-))"
)
ADJECTIVE = r"(?:(?:double|single|large|spacious|big|small|bright|full|separate|good|sized|comfortable|ευρυχωρα|μεγαλα|ανετα|amplios|amplias|grandes|luminosos|grosse|helle|geraumige|grandes|belles|spacieuses)[- ])?"
NOUNS = {
    "bedrooms": r"bed(?:room)?s?|br|υπνοδωματι\w+|υ/δ|dormitorios?|habitacion(?:es)?|schlafzimmer\w*|chambres?(?! d'hotes?)|غرف(?:ة|ه)? (?:ال)?نوم",
    "bathrooms": r"bath(?:room)?s?|μπανι(?:α|ο)|banos?|bader|badezimmer\w*|baeder|salles? de bains?|حمام(?:ات)?",
    "area": r"(?:m2|qm|sqm|sq\.? ?m(?:et(?:re|er)s?)?|square met(?:re|er)s?|τ\.? ?μ\.?|τετραγωνικα(?: μετρα)?|metros? cuadrados?|quadratmeter\w*|metres? carres?|متر(?:ا)? مربع(?:ا)?|م2)",
    "feet": r"(?:sq\.? ?ft\.?|sqft|square f(?:ee|oo)t|ft2|τετραγωνικα ποδια|pies cuadrados|quadratfuss|pieds carres|قدم(?:ا)? مربع(?:ة|ا)?)",
    "deposit": r"months?'?s?'? (?:of )?(?:rent|deposit)|μηνιαια ενοικια|ενοικια εγγυηση|meses de (?:fianza|alquiler|deposito)|monatsmieten(?: kaution)?|mois de (?:loyer|caution|depot)|اشهر (?:تامين|ايجار)",
}
COUNTS = re.compile(
    rf"(?<![\w.,€$£]){NUMBER}[- ]?{ADJECTIVE}(?:{'|'.join(f'(?P<{name}>{nouns})' for name, nouns in NOUNS.items())})(?!\w)"
)
FLOORS = re.compile(
    rf"(?<![\w.,]){NUMBER}(?:st|nd|rd|th|οσ|ο|ου|er|e|eme|ª|º|a|\.)? ?(?:floor|storey|οροφο\w*|planta|piso|stock\w*|etage|obergeschoss|og|etage)(?!\w)"
    rf"|(?:الطابق|الدور) (?P<arabic>{'|'.join(word for word in SMALL if word.startswith('ال'))}|\d+)(?!\w)"
    r"|(?:floor|etage|planta|οροφοσ|stockwerk) (?P<after>\d{1,2})(?![\w.,%])"
)
DUAL = re.compile(
    r"(?<!\w)[وب]?(?:ال)?غرفت(?:ا|ي|ان|ين) (?:ال)?نوم(?!\w)|(?<!\w)[وب]?حمام(?:ان|ين)(?!\w)"
)
FEET_PER_METRE = Decimal("10.7639")

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "", "january|jan|ιανουαριου|ιανουαριοσ|ιαν|enero|ene|januar|janner|janvier|janv|يناير|كانون الثاني",
            "february|feb|φεβρουαριου|φεβρουαριοσ|φεβ|febrero|februar|fevrier|fevr|فبراير|شباط",
            "march|mar|μαρτιου|μαρτιοσ|μαρ|marzo|marz|maerz|mars|مارس|اذار", "april|apr|απριλιου|απριλιοσ|απρ|abril|abr|avril|avr|ابريل|نيسان",
            "may|μαιου|μαιοσ|μαι|mayo|mai|مايو|ايار", "june|jun|ιουνιου|ιουνιοσ|ιουν|junio|juni|juin|يونيو|حزيران",
            "july|jul|ιουλιου|ιουλιοσ|ιουλ|julio|juli|juillet|juil|يوليو|تموز", "august|aug|αυγουστου|αυγουστοσ|αυγ|agosto|ago|aout|اغسطس|اب",
            "september|sep|sept|σεπτεμβριου|σεπτεμβριοσ|σεπ|septiembre|septembre|سبتمبر|ايلول", "october|oct|οκτωβριου|οκτωβριοσ|οκτ|octubre|oktober|okt|octobre|اكتوبر|تشرين الاول",
            "november|nov|νοεμβριου|νοεμβριοσ|νοε|noviembre|novembre|نوفمبر|تشرين الثاني", "december|dec|δεκεμβριου|δεκεμβριοσ|δεκ|diciembre|dic|dezember|dez|decembre|ديسمبر|كانون الاول",
        )
    )
    for name in names.split("|")
    if name
}  # fmt: skip
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday|mon|δευτερα|lunes|montag|lundi|الاثنين|الإثنين", "tuesday|tue|τριτη|martes|dienstag|mardi|الثلاثاء",
            "wednesday|wed|τεταρτη|miercoles|mittwoch|mercredi|الاربعاء", "thursday|thu|πεμπτη|jueves|donnerstag|jeudi|الخميس",
            "friday|fri|παρασκευη|viernes|freitag|vendredi|الجمعة", "saturday|sat|σαββατο|sabado|samstag|sonnabend|samedi|السبت",
            "sunday|sun|κυριακη|domingo|sonntag|dimanche|الاحد",
        )
    )
    for name in names.split("|")
}  # fmt: skip
RELATIVE = {
    "today": 0, "tonight": 0, "tomorrow": 1, "σημερα": 0, "αποψε": 0, "αυριο": 1, "μεθαυριο": 2, "hoy": 0, "manana": 1, "pasado manana": 2,
    "heute": 0, "morgen": 1, "ubermorgen": 2, "aujourd'hui": 0, "demain": 1, "apres-demain": 2, "اليوم": 0, "غدا": 1, "بعد غد": 2,
    "day after tomorrow": 2,
}  # fmt: skip
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_WEEKDAY = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
DATES = re.compile(
    rf"(?<!\w)(?:(?P<weekday>{_WEEKDAY})\.?,? )?(?:the |den |le |el |τισ |στισ )?(?:"
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.|οσ|η)?,? (?:of |de |d')?(?P<month>{_MONTH})\.?(?!\w)|"
    rf"(?P<month2>{_MONTH})\.? (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?![\w:.]\d?))"
    rf"(?:,? (?:de )?(?P<year>\d{{4}}))?"
)
NUMERIC_DATES = re.compile(
    r"(?<![\d.,/-])(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?![\d/-])|(?<!\d)(\d{4})-(\d{2})-(\d{2})"
)
DAYS = re.compile(
    rf"(?<!\w)(?:(?P<weekday>{_WEEKDAY})|(?P<relative>{'|'.join(sorted(RELATIVE, key=len, reverse=True))}))(?!\w)"
)
CLOCKS = re.compile(
    r"(?<![\d.,:])(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?!\d|[.,]\d)(?: ?(?P<half>[ap])\.?m\.?)?|(?<![\d.,:])(?P<hour2>\d{1,2}) ?(?:(?P<half2>[ap])\.?m\.?|h(?P<minute2>\d{2})?(?!\w)|uhr)"
)
ADDRESSES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<!\w)\d{1,4}[A-Za-z]? (?:[A-Z][\w'-]+ ){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Square|Boulevard|Terrace)\b",
        r"(?<!\w)[A-ZÄÖÜ][\w-]*(?:straße|strasse|weg|platz|allee|gasse|str\.) \d{1,4}[a-z]?\b",
        r"(?<!\w)\d{1,4},? (?:bis )?(?:rue|avenue|boulevard|place|chemin|impasse|quai|allée)(?: (?:de |du |des |la |le |les |l'|d')*[A-ZÉÈ][\w'-]+){1,3}",
        r"(?<!\w)(?:Calle|C/|Avenida|Avda\.?|Plaza|Paseo|Camino)(?: (?:de|del|la|las|los|el))*(?: ?[A-ZÁÉÍÓÚ][\w'-]+){1,3},? (?:n\.?º? ?)?\d{1,4}\b",
        r"(?<!\w)(?:[Οο]δός?|[Οο]δού|[Λλ]εωφόρο[ςυ]?|[Ππ]λατεία)(?: [Α-ΩΆΈΉΊΌΎΏ]\w+){1,3},? \d{1,4}\b",
        r"شارع(?: [\u0621-\u064a]+){1,3},? \d{1,4}",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Count:
    """So many of something: `field` is bedrooms, bathrooms, area (m²), feet, deposit or floor."""

    field: str
    value: Decimal
    start: int
    end: int


@dataclass(frozen=True)
class Day:
    """A day by name: any of its parts may be missing. `weekday` counts from Monday, 0."""

    weekday: int | None
    day: int
    month: int
    year: int | None
    said: str
    start: int

    def is_(self, other: date) -> bool:
        return (
            (other.day, other.month) == (self.day, self.month)
            and self.weekday in (None, other.weekday())
            and self.year in (None, other.year)
        )


def counts_in(plain: str) -> Iterator[Count]:
    """Yield the counts that a text in the plain spelling states."""
    for match in COUNTS.finditer(plain):
        field = next(name for name in NOUNS if match[name])
        value = value_of(match["number"])
        if value is not None:
            yield Count(field, value, *match.span())
    for match in FLOORS.finditer(plain):
        value = value_of(match["number"] or match["arabic"] or match["after"])
        if value is not None:
            yield Count("floor", value, *match.span())
    for match in DUAL.finditer(plain):
        field = "bedrooms" if "نوم" in match[0] else "bathrooms"
        yield Count(field, Decimal(2), *match.span())


def days_in(text: str) -> Iterator[Day]:
    """Yield the days that a text names by number and month."""
    seen = spelled(text)
    plain = seen.plain
    for match in DATES.finditer(plain):
        if "may" in match[0] and "May" not in seen.said(*match.span()):
            continue  # "Skoufa 28 may suit you"
        weekday = WEEKDAYS.get(match["weekday"] or "")
        day, month = match["day"] or match["day2"], match["month"] or match["month2"]
        year = int(match["year"]) if match["year"] else None
        said = seen.said(*match.span()).strip()
        yield Day(weekday, int(day), MONTHS[month], year, said, match.start())
    for match in NUMERIC_DATES.finditer(plain):
        if match[5]:
            yield Day(None, int(match[7]), int(match[6]), int(match[5]), match[0], match.start())
        else:
            year = int(match[4]) if len(match[4]) == 4 else 2000 + int(match[4])
            yield Day(None, int(match[1]), int(match[3]), year, match[0], match.start())


def clocks_in(plain: str) -> Iterator[str]:
    """Yield the times of day that a text names, as `HH:MM`."""
    for clock, _ in places_of_clocks(plain):
        yield clock


def places_of_clocks(plain: str) -> Iterator[tuple[str, int]]:
    """Yield the times of day, each with where it stands."""
    for match in CLOCKS.finditer(plain):
        hour = int(match["hour"] or match["hour2"])
        minute = int(match["minute"] or match["minute2"] or 0)
        half = match["half"] or match["half2"]
        if half == "p" and hour < 12:
            hour += 12
        if hour < 24 and minute < 60:
            yield f"{hour:02}:{minute:02}", match.start()


def addresses_in(text: str) -> list[str]:
    """Return what reads like a street with a number."""
    return [match[0] for pattern in ADDRESSES for match in pattern.finditer(text)]


def spelled_phones_in(plain: str) -> list[str]:
    """Return the numbers whose digits are spelled as words, six of them in a row or more."""
    found, run = [], ""
    for word in [*re.findall(r"\w+", plain), ""]:
        if word in DIGITS:
            run += str(DIGITS[word])
        elif word.isdigit() and run and len(word) <= 3:
            run += word
        else:
            found += [run] if len(run) >= 6 else []
            run = ""
    return found


def value_of(said: str | None) -> Decimal | None:
    if not said:
        return None
    if said in SMALL:
        return Decimal(SMALL[said])
    if said in ("one", "single"):
        return Decimal(1)
    number = re.sub(r"[.,'\s](?=\d{3}(?!\d))", "", said).replace(",", ".")
    try:
        return Decimal(number)
    except InvalidOperation:
        return None
