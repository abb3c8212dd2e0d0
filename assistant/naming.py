"""By what name a customer may be greeted: the first word of a profile name, if it is one.

A profile name is free text. Whoever is greeted as "Best" or "Ignore" notices the machine, and what
somebody put there to be repeated must not be.
"""

import re
from typing import Any

from knowledge.folding import fold

SHORTEST, LONGEST = 2, 20
MOST_WORDS = 4
LONGEST_PROFILE = 60
# One capital at the start, as in "Eleni", "Anne-Marie", "O'Neill" and "McKay".
CASED = re.compile(r"(?:Mc|Mac|O['’]|D['’])?[^\W\d_]+(?:[-'’][^\W\d_]+)*")
# What stands in profile names that are no person's, or no name at all.
NO_NAMES = {
    "admin", "agency", "agent", "always", "angel", "apartments", "assistant", "auto", "baby",
    "bank", "be", "best", "boss", "bot", "business", "cafe", "call", "clinic", "co", "company",
    "construction", "customer", "dad", "deals", "design", "digital", "disregard", "do", "estate",
    "estates", "flats", "forget", "free", "god", "group", "guest", "hello", "hey", "hi",
    "holdings", "home", "homes", "hotel", "house", "ignore", "inc", "info", "instructions",
    "investments", "invest", "just", "law", "life", "limited", "living", "llc", "love", "lover",
    "ltd", "luxury", "market", "me", "mom", "mum", "my", "name", "new", "no", "office",
    "official", "only", "owner", "previous", "print", "private", "profile", "prompt",
    "properties", "property", "real", "realtor", "realty", "rent", "rentals", "reply",
    "restaurant", "sale", "sales", "say", "seller", "service", "services", "shop", "solutions",
    "store", "studio", "super", "support", "system", "team", "tech", "test", "the", "trading",
    "travel", "unknown", "user", "villas", "we", "whatsapp", "work", "you", "your",
}  # fmt: skip
TITLES = {"dr", "mr", "mrs", "ms", "miss", "sir", "prof", "doctor", "madam", "herr", "frau"}


def first_name(profile_name: Any) -> str:
    """Return the first name to greet with, or nothing where the profile holds something else."""
    words = str(profile_name or "")[: LONGEST_PROFILE + 1].split()
    if not 0 < len(words) <= MOST_WORDS or len(" ".join(words)) > LONGEST_PROFILE:
        return ""
    said = {fold(word.strip(".,!&")) for word in words}
    if said & (NO_NAMES | TITLES) or any(letter.isdigit() for letter in "".join(words)):
        return ""
    word = words[0].strip(".,!")
    if not SHORTEST <= len(word) <= LONGEST or not CASED.fullmatch(word):
        return ""
    if word.islower() and word != word.upper():
        # "eleni k" is a name; three words in small letters are a sentence.
        return word.capitalize() if len(words) < 3 else ""
    return word if _is_spelled_as_a_name(word) else ""


def _is_spelled_as_a_name(word: str) -> bool:
    """Neither BRAND nor eShop; scripts without capitals have only one spelling."""
    if word == word.lower() == word.upper():
        return True
    rest = re.sub(r"^(?:Mc|Mac|O['’]|D['’])(?=[A-Z])", "", word)
    return all(part == part[:1].upper() + part[1:].lower() for part in re.split(r"[-'’]", rest))
