"""Search in what an organization knows: words weighted by rarity, mended by likeness.

Words are OR-ed and each weighs by how rare it is in this organization; a chat question AND-ed
finds nothing, and PostgreSQL's own ranks do not know rarity. A word that no passage has is looked
up under its likeness, so that a typing error still finds. The order fuses three rankings (rarity,
likeness of letters, rarity in the title) by reciprocal rank; the score says how much of the
question was met.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery
from django.db import connection, transaction
from django.db.models import Exists, Func, OuterRef, QuerySet, TextField, Value
from rapidfuzz import fuzz, process

from knowledge.folding import folded_words
from knowledge.language import alike, is_stop_word
from knowledge.models import Listing, Note, Passage
from knowledge.passages import listing_passages, note_passages
from organizations.models import Organization

MOST_WORDS = 24
CANDIDATES = 60
FUSION = 60  # k of reciprocal rank fusion
# A young organization has too few passages to tell rare words from common ones.
FEWEST_PASSAGES = 50
ALIKE_WEIGHT = 0.8
LEAST_LIKENESS = 80
LEAST_LETTERS = 4


@dataclass(frozen=True)
class Finding:
    """A passage that answers, and the row it comes from: a note or a listing, the other is None.

    `score` is 0 to 1: the share of the question, by the rarity of its words, that the passage
    meets. `as_of` says when the row was last known to be right.
    """

    text: str
    note: Note | None
    listing: Listing | None
    score: float

    @property
    def source(self) -> Note | Listing:
        return self.note or self.listing

    @property
    def as_of(self) -> datetime:
        return self.source.as_of


def search_knowledge(organization: Organization, query: str, limit: int = 5) -> list[Finding]:
    """Return the best passage of each fitting note or listing on offer, best first.

    Nothing for a question without a telling word. Runs inside `tenant()`.
    """
    words = question_words(query)
    if not words:
        return []
    weights = _weights(organization, words)
    scores = _scores(organization, weights)
    passages = (
        Passage.objects.filter(organization=organization, pk__in=scores)
        .select_related("note", "listing")
        .order_by("pk")
    )
    likeness = {passage.pk: _likeness(words, passage.text) for passage in passages}
    titles = {passage.pk: _met_in_title(weights, passage.text) for passage in passages}
    ranks = _fused(scores, likeness, titles)
    ordered = sorted(passages, key=lambda passage: ranks[passage.pk], reverse=True)
    findings = (Finding(p.text, p.note, p.listing, round(scores[p.pk], 3)) for p in ordered)
    return list(_one_per_source(findings))[:limit]


def question_words(query: str) -> list[str]:
    """The words of a question that say something, folded, each once, at most 24."""
    words = dict.fromkeys(folded_words(query))
    return [word for word in words if not is_stop_word(word)][:MOST_WORDS]


def listings_with_words(listings: QuerySet[Listing], text: str) -> QuerySet[Listing]:
    """Return those listings whose facts have every word, or its beginning, for a list's filter."""
    for word in folded_words(text):
        begins = SearchQuery(f"'{word}':*", search_type="raw", config="simple")
        listings = listings.filter(
            Exists(Passage.objects.filter(listing=OuterRef("pk"), position=0, words=begins))
        )
    return listings


def index_note(note: Note) -> None:
    """Renew the passages of a note; inside `tenant()`."""
    _renew(note.organization_id, note_passages(note), note=note)


def index_listing(listing: Listing) -> None:
    """Renew the passages of a listing; inside `tenant()`."""
    index_listings([listing])


def index_listings(listings: Sequence[Listing]) -> None:
    """Renew the passages of listings of one organization; inside `tenant()`."""
    with transaction.atomic():
        Passage.objects.filter(listing__in=listings).delete()
        Passage.objects.bulk_create(
            Passage(
                organization_id=listing.organization_id,
                listing=listing,
                position=position,
                text=text,
                words=_search_words(text),
            )
            for listing in listings
            for position, text in enumerate(listing_passages(listing))
        )


def _weights(organization: Organization, words: Sequence[str]) -> dict[str, dict[str, float]]:
    """For each word of the question, the indexed words that meet it and what each is worth."""
    wanted = {*words, *(other for word in words for other in alike(word))}
    counts, passages = _counts(organization, wanted), _number_of_passages(organization)
    weights = {}
    for word in words:
        met_by = _met_by(word, counts)
        if not met_by and _may_be_mistyped(word):
            met_by = _close_words(organization, word)
        frequency = max((counts.get(found, 1) for found in met_by), default=1)
        rarity = _rarity(frequency, passages)
        met_by.setdefault(word, 1.0)
        weights[word] = {found: share * rarity for found, share in met_by.items()}
    return weights


def _met_by(word: str, counts: Mapping[str, int]) -> dict[str, float]:
    met_by = {other: ALIKE_WEIGHT for other in alike(word) if other in counts}
    return met_by | {word: 1.0} if word in counts else met_by


def _may_be_mistyped(word: str) -> bool:
    return len(word) >= LEAST_LETTERS and not any(letter.isdigit() for letter in word)


def _close_words(organization: Organization, word: str) -> dict[str, float]:
    close = process.extract(
        word, _vocabulary(organization), scorer=fuzz.ratio, score_cutoff=LEAST_LIKENESS, limit=3
    )
    return {other: likeness / 100 for other, likeness, _position in close}


def _rarity(frequency: int, passages: int) -> float:
    total = max(passages, FEWEST_PASSAGES)
    return log(1 + (total - frequency + 0.5) / (frequency + 0.5))


# A home that is sold, let or withdrawn is no answer, so its passages take no part at all.
_SEARCHED = """
    SELECT passage.id, passage.words FROM knowledge_passage AS passage
    LEFT JOIN knowledge_listing AS listing ON listing.id = passage.listing_id
    WHERE passage.organization_id = %s AND (listing.id IS NULL OR listing.status = 'available')
"""

_COUNTS = f"""
    SELECT word, count(*)
    FROM ({_SEARCHED}) AS searched, unnest(tsvector_to_array(searched.words)) AS word
    WHERE searched.words @@ %s::tsquery AND word = ANY(%s) GROUP BY word
"""  # noqa: S608 (made of constants)

_NUMBER = f"SELECT count(*) FROM ({_SEARCHED}) AS searched"  # noqa: S608

_VOCABULARY = f"""
    SELECT DISTINCT word
    FROM ({_SEARCHED}) AS searched, unnest(tsvector_to_array(searched.words)) AS word
    WHERE length(word) >= %s
"""  # noqa: S608

_SCORES = f"""
    WITH weight AS (
        SELECT * FROM unnest(%s::text[], %s::text[], %s::float[]) AS w(asked, found, worth)
    ),
    met AS (
        SELECT searched.id, weight.asked, max(weight.worth) AS worth
        FROM ({_SEARCHED}) AS searched, unnest(tsvector_to_array(searched.words)) AS word
        JOIN weight ON weight.found = word
        WHERE searched.words @@ %s::tsquery
        GROUP BY searched.id, weight.asked
    )
    SELECT id, sum(worth) FROM met GROUP BY id ORDER BY sum(worth) DESC, id LIMIT %s
"""  # noqa: S608


def _counts(organization: Organization, words: Iterable[str]) -> dict[str, int]:
    """In how many passages each word stands; words that stand in none are left out."""
    words = sorted(words)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [organization.pk, _any_of(words), words])
        return dict(cursor.fetchall())


def _number_of_passages(organization: Organization) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_NUMBER, [organization.pk])
        return cursor.fetchone()[0]


def _vocabulary(organization: Organization) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_VOCABULARY, [organization.pk, LEAST_LETTERS])
        return [word for (word,) in cursor.fetchall()]


def _scores(
    organization: Organization, weights: Mapping[str, Mapping[str, float]]
) -> dict[int, float]:
    """The share of the question's mass that each of the best passages meets, 0 to 1, by id."""
    rows = [(asked, *pair) for asked, met_by in weights.items() for pair in met_by.items()]
    asked, found, worth = (list(column) for column in zip(*rows, strict=True))
    mass = sum(max(met_by.values()) for met_by in weights.values())
    with connection.cursor() as cursor:
        cursor.execute(
            _SCORES,
            [asked, found, worth, organization.pk, _any_of(found), CANDIDATES],
        )
        return {passage: min(met / mass, 1.0) for passage, met in cursor.fetchall()}


def _any_of(words: Iterable[str]) -> str:
    # Words hold letters, digits and underscores only, so quoting them is enough.
    return " | ".join(f"'{word}'" for word in words)


def _met_in_title(weights: Mapping[str, Mapping[str, float]], text: str) -> float:
    """What the title, a passage's first line, meets of the question: it says what it is about."""
    title = folded_words(text.partition("\n")[0])
    return sum(
        max((met_by.get(word, 0) for word in title), default=0) for met_by in weights.values()
    )


def _likeness(words: Sequence[str], text: str) -> float:
    """The share of the question's letter triples that the text has, 0 to 1."""
    asked = _triples(words)
    return len(asked & _triples(folded_words(text))) / len(asked)


def _triples(words: Iterable[str]) -> set[str]:
    padded = (f" {word} " for word in words)
    return {word[start : start + 3] for word in padded for start in range(len(word) - 2)}


def _fused(*rankings: Mapping[int, float]) -> dict[int, float]:
    """Reciprocal rank fusion: the sum of 1 / (60 + rank); equal values share a rank."""
    fused: dict[int, float] = {}
    for ranking in rankings:
        places = {
            value: place
            for place, value in enumerate(sorted(set(ranking.values()), reverse=True), 1)
        }
        for passage, value in ranking.items():
            fused[passage] = fused.get(passage, 0.0) + 1 / (FUSION + places[value])
    return fused


def _one_per_source(findings: Iterable[Finding]) -> Iterable[Finding]:
    seen = set()
    for finding in findings:
        key = (type(finding.source), finding.source.pk)
        if key not in seen:
            seen.add(key)
            yield finding


def _renew(organization_id: int, texts: Sequence[str], **source: Note | Listing) -> None:
    with transaction.atomic():
        Passage.objects.filter(organization_id=organization_id, **source).delete()
        Passage.objects.bulk_create(
            Passage(
                organization_id=organization_id,
                position=position,
                text=text,
                words=_search_words(text),
                **source,
            )
            for position, text in enumerate(texts)
        )


def _search_words(text: str) -> Func:
    words = sorted(set(folded_words(text)))
    return Func(Value(words, output_field=ArrayField(TextField())), function="array_to_tsvector")
