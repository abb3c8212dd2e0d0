"""Subjects that belong to a person: discrimination, benefits, law, emergencies, threats.

Facts about protected traits are neither stored nor scored; such talk is handed over with the words
kept. English patterns; other languages add theirs.
"""

import re

SUBJECTS: dict[str, re.Pattern[str]] = {
    "people": re.compile(
        r"\b(many|any|lots? of|too many|no)\s+(\w+\s+)?(foreigners|immigrants|migrants|refugees|"
        r"arabs|muslims|jews|blacks?|whites?|asians|gypsies|roma|gays|russians|turks|africans)\b|"
        r"\bwhat (kind|sort|type) of people\b|\bwho lives (there|around|in the (area|building))\b|"
        r"\b(is|how) (it|the area|this area|the neighbou?rhood) (is )?(safe|dangerous)\b|"
        r"\bhow safe\b|\bcrime rates?\b|\bgood schools?\b",
        re.IGNORECASE,
    ),
    "benefits": re.compile(
        r"\b(section 8|housing benefit|universal credit|dss|vouchers?|on benefits|welfare)\b",
        re.IGNORECASE,
    ),
    "disability": re.compile(
        r"\b(wheelchair|disab(led|ility)|guide dog|service (dog|animal)|assistance (dog|animal)|"
        r"emotional support)\b",
        re.IGNORECASE,
    ),
    "discrimination": re.compile(r"\b(discriminat\w+|racis[mt]|sexis[mt])\b", re.IGNORECASE),
    "law": re.compile(
        r"\b(lawyer|sue you|suing|legal action|court|lawsuit|evict\w*|tax advice|residency permit|"
        r"golden visa|will i (qualify|be approved)|am i eligible)\b",
        re.IGNORECASE,
    ),
    "emergency": re.compile(
        r"\b(gas leak|smell(s|ing)? (of )?gas|on fire|flooding|flooded|break-?in|emergency|"
        r"ambulance|locked out)\b",
        re.IGNORECASE,
    ),
    "price": re.compile(
        r"\b(lowest (price|offer)|best price|negotiab\w+|discount|would (you|they|the owner) "
        r"(take|accept)|make (you )?an offer|reduce the price|lower the price)\b",
        re.IGNORECASE,
    ),
}


def subject_of(text: str) -> str:
    """Return which sensitive subject a message touches, or nothing."""
    return next((name for name, pattern in SUBJECTS.items() if pattern.search(text)), "")
