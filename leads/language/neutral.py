"""What a language pack may leave unsaid: nothing matches, nothing is lost.

`packs.Pack` lays a language's own words over these.
"""

NEVER = r"(?!)"

CODE = ""
QUESTION_MARKS = ("?", "؟")
DUAL: dict[str, str] = {}
JOINED_DAYPARTS: dict[str, tuple[int, int]] = {}
ARTICLES: tuple[str, ...] = ()
MULTIPLIERS: dict[str, int] = {}
ORDINALS: dict[str, int] = {}
SHORT_WEEKDAYS: dict[str, int] = {}
HOURS: dict[str, int] = {}
LAST: tuple[str, ...] = ()
ORDINAL_SUFFIX = r"(?:)"
NTH_SUFFIX = r"(?:)"
BARE_NTH = NTH_CUE = NEVER
CLAUSE_BREAK = r"[.!?;؟\n]+(?=\s|$)"
CURRENCIES = {
    "EUR": r"€|eur(?:os?)?\b|ευρω|يورو", "GBP": r"£|gbp\b|libras?\b|pfund|livres?\b|λιρες",
    "USD": r"us\$|usd\b", "AED": r"aed\b|dirhams?\b|dh?s\b|درهم|دراهم", "CHF": r"chf\b|franken\b",
    "SAR": r"sar\b|ريال", "TRY": r"₺|try\b",
}  # fmt: skip
DOLLAR = r"\$|dollars?\b|dolar(?:es)?\b|δολαρια|دولار"
SQUARE_METRES = r"m2|m²|qm\b|mq\b|sqm|sq\.?\s*m\b"
SQUARE_FEET = r"sq\.?\s*ft|sqft|ft2|ft²"
RANGE = r"\s*(?:-|–|—)\s*"
NOT_MONEY_UNITS = r"m2|m²|qm|km|%|am|pm"
FEATURE_NOISE = {"parking": None, "pets": None, "furnished": None, "laundry": None}
FEATURE_REVERSED: dict[str, str] = {}
ONE_ROOM = {"bedrooms": NEVER, "bathrooms": NEVER}
LANGUAGE_NAMES = {"en": NEVER}
STRICTLY_AFTER = AFTER = BEFORE = AFTER_SUFFIX = BEFORE_SUFFIX = NEVER
DAY_RANGE = r"-|–"
ANY_PLACE = NOT_A_DAY_AFTER_ORDINAL = THIS = NEXT = NEXT_AFTER = THIS_AFTER = NEVER
AFTER_NEXT = NEXT_WEEK = THIS_WEEK = OF_NEXT_WEEK = OF_THIS_WEEK = NEVER
WEEK_START = WEEK_MIDDLE = WEEK_END = WEEKDAY_PLURAL = WEEKDAY_OF_A_MONTH = NEVER
BEFORE_SHORT_DAY = AFTER_SHORT_DAY = BEFORE_A_DAY = NEVER
HALF_PAST = QUARTER_PAST = QUARTER_TO = HALF_TO = NEVER
HALF_AFTER = QUARTER_AFTER = QUARTER_TO_AFTER = NEVER
NOON = MIDNIGHT = AM = PM = O_CLOCK = HOUR_THE = TIME_CUE = NEVER
A_SPAN = HALF_A = IN_SPAN = IN_A_SPAN = FROM_NOW = NEVER
THE = OF = ON = TO = AND = OR = BUT = ABOUT = OR_MORE = NEW_THOUGHT = NEVER
SUCH_A_HOME = SEE_A_HOME = ROOM_ADJECTIVES = NOT_ROOMS = WHOLE_ROOMS = CORRECTS = CORRECTION = (
    ADDING
) = NEVER
OTHER_MATTER = OWN_DIARY = NOT_A_VISIT = NOT_A_TIME = GIVING_UP_VISIT = NEVER
INTENT_NOISE = DEFINITE = INDIFFERENT = NOT_BUDGET = DATE_HINT = OWN_PET = NEVER
STREET = ADDRESS_CUE = SURE_ADDRESS_CUE = PLACE_CUE = OWN_HOME = PLACE_QUESTION = NEVER
NOT_WISHED_PLACE = WISHED_PLACE = LANGUAGE_CUE = CHOICE = NO_MATTER = NEVER
NAME = BEFORE_NAME = NAME_ENDS = CONFIRM_ASKED = MORE_OF_THEM = NEVER
NOT_A_NAME = NOT_A_PLACE = COMMON_WORDS = NEVER
BEFORE_BARE_HOUR = AFTER_BARE_HOUR = BETWEEN_DAY_AND_HOUR = NEVER
NEGATED_TIME_BEFORE = NEGATED_TIME_AFTER = UNTIL = NEVER
NOT_MONEY_UNITS_EXCEPT_ROOMS = r"\d+\s*(?:m2|m²|km|k\b|€|%)"
PER_YEAR = NOT_WISHED_AFTER = GREETING = NAME_BEFORE_CUE = CANCELLING = BEDS_AND_BATHS = NEVER
PHONE_CUE = IS_A_COUNT = ABOUT_NUMBER = NEVER
MIDNIGHT = NEVER
