"""Search over people, their numbers and what was written, with and without accents.

A conversation is found if every word of the search begins a word of the customer's name or of one
message; in names and numbers also the middle of a word counts.
See `docs/decisions/search.md` for the function behind it.
"""

from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import Lookup, OuterRef, Q, Subquery

from inbox.models import Contact, Conversation, ConversationQuerySet, Message
from inbox.models.words import LONGEST_WORD
from knowledge.folding import plain_words
from organizations.models import Organization

LONGEST_SEARCH = 100
MOST_WORDS = 8
# So many hits are looked up one by one; what more rows have is found sooner by going through them.
MOST_HITS = 4000
NUMBER_SIGNS = set("+()-./ ")


def asked_words(search: str) -> list[str]:
    """The words of a search, folded; a number in any grouping is one word."""
    if search and all(sign.isdecimal() or sign in NUMBER_SIGNS for sign in search):
        digits = "".join(sign for sign in search if sign.isdecimal())
        return [digits[:LONGEST_WORD]] if digits else []
    words = dict.fromkeys(word[:LONGEST_WORD] for word in plain_words(search))
    return list(words)[:MOST_WORDS]


def matching(
    organization: Organization, conversations: ConversationQuerySet, search: str
) -> ConversationQuerySet:
    """Leave those conversations that meet the search. Runs inside `tenant()`."""
    words = asked_words(search)
    if not words:
        return conversations.none()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conversations, is_complete FROM conversations_with_words(%s, %s)",
            [words, MOST_HITS],
        )
        found, is_complete = cursor.fetchone()
    if is_complete:
        return conversations.filter(pk__any_of=found)
    query = AsQuery(organization.pk, words)
    said = Message.objects.filter(
        organization=organization, conversation=OuterRef("pk"), words=query, revoked_at=None
    )
    theirs = Contact.objects.filter(organization=organization, pk=OuterRef("contact"), words=query)
    # Asked for each row in the order of the list, until a page is full. Not by EXISTS, which
    # PostgreSQL may answer by reading all messages first.
    one = {"said": Subquery(said.values("pk")[:1]), "theirs": Subquery(theirs.values("pk")[:1])}
    return conversations.alias(**one).filter(Q(theirs__isnull=False) | Q(said__isnull=False))


@Conversation._meta.pk.register_lookup
class AnyOf(Lookup):
    """Is one of a list, given as one value: thousands of them one by one are slow to read."""

    lookup_name = "any_of"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, list[Any]]:
        return "%s", [list(value)]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, before = self.process_lhs(compiler, connection)
        place, values = self.process_rhs(compiler, connection)
        return f"{column} = ANY({place})", [*before, *values]


class AsQuery(SearchQuery):
    """A `tsquery` of words that begin with what was asked, under the organization."""

    def __init__(self, organization_id: int, words: list[str]) -> None:
        super().__init__(" & ".join(f"'{organization_id}:{word}':*" for word in words))

    def as_sql(
        self, compiler: Any, connection: Any, function: Any = None, template: Any = None
    ) -> tuple[str, Any]:
        return super().as_sql(compiler, connection, template="%(expressions)s::tsquery")
