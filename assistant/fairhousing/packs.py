"""The packs: which classes a jurisdiction protects, and which rules follow, with their law.

The default pack holds every rule that one of the others has and costs nothing to keep; the packs
of countries add what their law adds, and cite it. `reason` is for members, in plain words.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from organizations.models import Organization


@dataclass(frozen=True)
class Law:
    """Why a rule holds: a reason in plain words, and where it stands."""

    reason: str | Promise
    source: str


@dataclass(frozen=True)
class Pack:
    """What holds in one jurisdiction. The keys of `rules` are those of the lexicons."""

    code: str
    name: str | Promise
    protected: tuple[str, ...]
    rules: dict[str, Law]


STEERING = _("Describe the home, not who lives or should live there.")
SAFETY = _("Do not rate safety, crime or schools: name the public source, and let them judge.")
QUESTION = _(
    "Do not ask about family, origin, religion, health, age or orientation. Ask how many people "
    "would live there, if you must."
)
EXCLUSION = _("Nobody may be refused or put off for who they are.")
BENEFITS = _("Nobody may be refused because benefits or a voucher pay the rent.")
ACCEPTANCE = _("Do not foretell whether somebody will be accepted: the owner or lender decides.")
BIDDING = _("Do not ask for, encourage or accept more than the advertised rent.")
ANIMALS = _("An assistance animal is not a pet: no refusal, no extra fee.")
ADVANCE = _("Do not ask for more than one month's rent in advance.")

EVERYWHERE = (
    "race", "colour", "ethnic or national origin", "religion or belief", "sex", "gender identity",
    "sexual orientation", "disability", "age", "family", "pregnancy", "marital status",
    "source of income",
)  # fmt: skip

CAUTION = "KΛTIKN's own rule, kept everywhere"

DEFAULT = Pack(
    code="default",
    name=_("Everywhere (the strictest common rules)"),
    protected=EVERYWHERE,
    rules={
        "steering": Law(STEERING, CAUTION),
        "safety": Law(SAFETY, CAUTION),
        "question": Law(QUESTION, CAUTION),
        "exclusion": Law(EXCLUSION, CAUTION),
        "age_or_work": Law(EXCLUSION, CAUTION),
        "animals": Law(ANIMALS, CAUTION),
        "benefits": Law(BENEFITS, CAUTION),
        "acceptance": Law(ACCEPTANCE, CAUTION),
        "bidding": Law(BIDDING, CAUTION),
    },
)

FHA = "Fair Housing Act, 42 U.S.C. § 3604"
US = Pack(
    code="us",
    name=_("United States"),
    protected=(
        "race", "color", "religion", "sex", "national origin", "disability", "familial status",
        "source of income (many states and cities)", "age (some states)",
        "marital status (some states)", "veteran status (some states)",
    ),
    rules={
        "steering": Law(STEERING, f"{FHA}(a), (c); 24 CFR § 100.70"),
        "safety": Law(SAFETY, f"{FHA}(a); 24 CFR § 100.70 (steering)"),
        "question": Law(QUESTION, f"{FHA}(c), (f); 24 CFR § 100.202(c)"),
        "exclusion": Law(EXCLUSION, f"{FHA}(a), (c), (d)"),
        # No "age_or_work": housing for older persons may say "55 or older" (§ 3607(b)).
        "animals": Law(ANIMALS, f"{FHA}(f)(3)(B)"),
        "benefits": Law(BENEFITS, "State and local law on source of income; ask your counsel"),
        "acceptance": Law(ACCEPTANCE, CAUTION),
        "bidding": Law(BIDDING, CAUTION),
    },
)  # fmt: skip

EA, RRA = "Equality Act 2010", "Renters' Rights Act 2025 (England, in force since 1 May 2026)"
UK = Pack(
    code="uk",
    name=_("United Kingdom"),
    protected=(
        "age", "disability", "gender reassignment", "marriage and civil partnership",
        "pregnancy and maternity", "race", "religion or belief", "sex", "sexual orientation",
        "having children", "receiving benefits",
    ),
    rules={
        "steering": Law(STEERING, f"{EA}, sections 13, 19, 29 and 33"),
        "safety": Law(SAFETY, f"{EA}, section 19 (indirect discrimination)"),
        "question": Law(QUESTION, f"{EA}, sections 13 and 33"),
        "exclusion": Law(EXCLUSION, f"{EA}, section 33; {RRA}: families with children"),
        "age_or_work": Law(EXCLUSION, RRA),
        "animals": Law(ANIMALS, f"{EA}, sections 20 and 36"),
        "benefits": Law(BENEFITS, f"{RRA}; {EA}, section 19"),
        "acceptance": Law(ACCEPTANCE, CAUTION),
        "bidding": Law(BIDDING, f"{RRA}: rental bidding"),
        "rent_in_advance": Law(ADVANCE, f"{RRA}: rent in advance"),
    },
)  # fmt: skip

RACE, GENDER = "Directive 2000/43/EC", "Directive 2004/113/EC"
MEMBER_STATES = (
    "national equality law, such as AGG § 19 (DE), Code pénal 225-1 (FR), Ley 15/2022 (ES), "
    "Law 4443/2016 (EL), Law 59(I)/2004 (CY)"
)
EU = Pack(
    code="eu",
    name=_("European Union"),
    protected=EVERYWHERE,
    rules={
        "steering": Law(STEERING, f"{RACE}, article 3(1)(h); {MEMBER_STATES}"),
        "safety": Law(SAFETY, f"{RACE}, article 2(2)(b) (indirect discrimination)"),
        "question": Law(QUESTION, f"{RACE}; {GENDER}; GDPR, article 9"),
        "exclusion": Law(EXCLUSION, f"{RACE}, article 3(1)(h); {GENDER}; {MEMBER_STATES}"),
        "age_or_work": Law(EXCLUSION, MEMBER_STATES),
        "animals": Law(ANIMALS, f"UN disability convention, article 9; {MEMBER_STATES}"),
        "benefits": Law(BENEFITS, MEMBER_STATES),
        "acceptance": Law(ACCEPTANCE, CAUTION),
        "bidding": Law(BIDDING, CAUTION),
    },
)

PACKS = {pack.code: pack for pack in (DEFAULT, EU, UK, US)}

US_ZONES = (
    "New_York", "Detroit", "Chicago", "Denver", "Boise", "Phoenix", "Los_Angeles", "Anchorage",
    "Juneau", "Sitka", "Nome", "Yakutat", "Metlakatla", "Adak", "Menominee", "Puerto_Rico",
)  # fmt: skip
EU_ZONES = (
    "Amsterdam", "Athens", "Berlin", "Bratislava", "Brussels", "Bucharest", "Budapest", "Busingen",
    "Copenhagen", "Dublin", "Helsinki", "Lisbon", "Ljubljana", "Luxembourg", "Madrid", "Malta",
    "Mariehamn", "Nicosia", "Paris", "Prague", "Riga", "Rome", "Sofia", "Stockholm", "Tallinn",
    "Vienna", "Vilnius", "Warsaw", "Zagreb",
)  # fmt: skip
ZONES = (
    {f"America/{city}": "us" for city in US_ZONES}
    | {f"Europe/{city}": "eu" for city in EU_ZONES}
    | {"Pacific/Honolulu": "us", "Pacific/Guam": "us", "Europe/London": "uk"}
    | {"Europe/Belfast": "uk", "Asia/Nicosia": "eu", "Asia/Famagusta": "eu"}
    | {"Atlantic/Canary": "eu", "Atlantic/Madeira": "eu", "Atlantic/Azores": "eu"}
    | {"Africa/Ceuta": "eu"}
)
US_COUNTIES = ("America/Indiana/", "America/Kentucky/", "America/North_Dakota/", "US/")


def by_zone(timezone: str) -> str:
    """Return the code of the pack of the country that a time zone lies in."""
    if timezone.startswith(US_COUNTIES):
        return "us"
    return ZONES.get(timezone, "default")


def pack_of(organization: "Organization") -> Pack:
    """Return the pack that an agency chose, else the one of its time zone. Inside `tenant()`."""
    from assistant.models import AssistantSettings

    chosen = AssistantSettings.of(organization).jurisdiction
    return PACKS.get(chosen or by_zone(organization.timezone), DEFAULT)
