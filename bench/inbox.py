"""How the inbox bears a large agency: queries and server time of its pages, against a small one.

    python bench/inbox.py [--conversations 100000] [--messages 10] [--organizations 200] [--runs 60]

Starts a PostgreSQL of its own (durable) and fills it by SQL: one large organization (100,000
conversations with ten messages each), one with 1,000 conversations, the others with a hundred.
Then asks for the pages of the large and of the small one in turn, through every middleware, and
prints for each the queries and the milliseconds of the server. Bars: at most 12 queries, p95 under
100 ms (200 ms for a search), and a p50 at most 1.3 times that of the small organization.
Exit 0 if all hold.
"""

import argparse
import os
import random
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.measuring import new_site_and_admin, percentile
from organizations.site import catch_signals, say

MOST_QUERIES = 12
SLOWEST = 0.100  # seconds, p95
SLOWEST_SEARCH = 0.200
MOST_RATIO = 1.3
SMALL = 1_000
TINY = 100
MEMBERS = 10
VOCABULARY = 3_000
WORDS = 12  # of a message


@dataclass
class Page:
    """One address of the inbox, and what asking for it cost in each organization."""

    name: str
    path: str
    is_search: bool = False
    is_piece: bool = True
    queries: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, list[float]] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        return percentile(self.seconds["large"], 0.5) / percentile(self.seconds["small"], 0.5)

    @property
    def faults(self) -> list[str]:
        slowest = SLOWEST_SEARCH if self.is_search else SLOWEST
        found = []
        if max(self.queries.values()) > MOST_QUERIES:
            found.append("queries")
        if percentile(self.seconds["large"], 0.95) > slowest:
            found.append("p95")
        if self.ratio > MOST_RATIO:
            found.append("ratio")
        return found


# `{code}` is a conversation, `{rare}` a word of one message alone.
PAGES = [
    ("first page", "", False, False),
    ("list: waiting", "list/?view=waiting", False, True),
    ("list: mine", "list/?view=mine", False, True),
    ("list: unassigned", "list/?view=unassigned", False, True),
    ("list: assistant", "list/?view=assistant", False, True),
    ("list: snoozed", "list/?view=snoozed", False, True),
    ("list: closed", "list/?view=closed", False, True),
    ("list: all", "list/?view=all", False, True),
    ("list: unread", "list/?view=all&unread=1", False, True),
    ("list: stage", "list/?view=all&stage=qualified", False, True),
    ("list: hot", "list/?view=all&score=hot", False, True),
    ("list: number", "list/?view=all&number={channel}", False, True),
    ("list: closed, hot", "list/?view=closed&score=hot", False, True),
    ("sort: waiting longest", "list/?view=waiting&sort=waiting", False, True),
    ("sort: score", "list/?view=all&sort=score", False, True),
    ("sort: score, mine", "list/?view=mine&sort=score", False, True),
    ("search: name", "list/?view=all&search=eleni+n{some}", True, True),
    ("search: part of a number", "list/?view=all&search={digits}", True, True),
    ("search: a rare word", "list/?view=all&search={rare}", True, True),
    ("search: a common word", "list/?view=all&search=wa0", True, True),
    ("search: two words", "list/?view=all&search=wa0+wb0", True, True),
    ("search: nothing", "list/?view=all&search=zebra", True, True),
    ("search: among mine", "list/?view=mine&search=wa3", True, True),
    ("open a thread, whole page", "{code}/", False, False),
    ("open a thread, piece", "{code}/", False, True),
    ("count", "count/", False, True),
]


@dataclass
class Filled:
    """An organization with rows."""

    slug: str
    member: Any
    places: dict[str, Any]


class Seeder:
    """Fills organizations by SQL, as a superuser, past the policies and the triggers."""

    def __init__(self, admin_url: str, messages: int) -> None:
        import psycopg

        self.connection = psycopg.connect(admin_url, autocommit=True)
        self.messages = messages
        self.next_id = 1_000_000
        self.run("SET session_replication_role = replica")
        # Word by word an index of words takes many times as long as made at the end.
        self.indexes = self.connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE indexdef LIKE '%USING gin (words)%' "
            "AND tablename LIKE 'inbox_%'"
        ).fetchall()
        for name, _definition in self.indexes:
            self.run(f"DROP INDEX {name}")
        self.run(f"CREATE TEMP TABLE vocabulary AS SELECT {vocabulary()} AS words")

    def run(self, statement: str, *parameters: Any) -> None:
        self.connection.execute(statement, parameters or None)

    def fill(self, name: str, conversations: int) -> Filled:
        from inbox.tests.factories import ChannelFactory
        from organizations.tests.factories import MemberFactory, OrganizationFactory, UserFactory

        def user() -> Any:
            return UserFactory(password=None)  # hashing one takes longer than all its rows

        organization = OrganizationFactory(name=f"Bench {name}", owner=user())
        channel = ChannelFactory(organization=organization)
        extra = MEMBERS - 1 if conversations > TINY else 1
        members = [organization.owner.pk]
        members += [MemberFactory(organization=organization, user=user()).pk for _ in range(extra)]
        first = self.next_id
        self.next_id += conversations
        self._conversations(organization.pk, channel.pk, members, first, conversations)
        self._messages(organization.pk, channel.pk, first, conversations)
        some = first + conversations // 2
        code = self.connection.execute(
            "SELECT code FROM inbox_conversation WHERE id = %s", [some]
        ).fetchone()[0]
        places = {"code": code, "some": some, "rare": f"ref{some}", "digits": str(some)[-6:]}
        return Filled(organization.slug, organization.owner, places | {"channel": channel.pk})

    def _conversations(
        self, organization: int, channel: Any, members: list[int], first: int, number: int
    ) -> None:
        """A tenth of the open ones waits for a person; most conversations are closed."""
        from inbox import models

        series = f"generate_series({first}, {first + number - 1}) AS n"
        phone = "('35799' || lpad((n % 10000000)::text, 7, '0'))"
        search_text = f"'eleni n' || n || ' ' || {phone}"
        own = {"organization_id": str(organization)}
        suffixes = (
            f"array_to_tsvector(ARRAY(SELECT DISTINCT {organization} || ':' || substr(w, s) FROM "
            f"unnest(string_to_array({search_text}, ' ')) w, generate_series(1, length(w)) s "
            "WHERE length(w) - s >= 1 OR s = 1))"
        )
        self._insert(
            models.Contact,
            series,
            own
            | {"id": "n", "code": "gen_random_uuid()", "name": "'Eleni N' || n"}
            | {"search_text": search_text, "words": suffixes},
        )
        self._insert(
            models.Identity,
            series,
            own | {"contact_id": "n", "kind": "'phone'", "value": phone},
        )
        member = f"('{{{','.join(map(str, members))}}}'::bigint[])[1 + n % {len(members)}]"
        status = (
            "CASE WHEN n % 20 < 12 THEN 'closed' WHEN n % 20 = 12 THEN 'snoozed' ELSE 'open' END"
        )
        is_person = "n % 20 > 15"
        age = f"(({first + number} - n) * interval '1 minute')"
        self._insert(
            models.Conversation,
            series,
            own
            | {"id": "n", "code": "gen_random_uuid()", "channel_id": f"'{channel}'"}
            | {"contact_id": "n", "status": status, "last_message_at": f"now() - {age}"}
            | {"in_charge": f"CASE WHEN {is_person} THEN 'person' ELSE 'assistant' END"}
            | {
                "assignee_id": f"CASE WHEN {is_person} THEN CASE n % 3 WHEN 1 THEN {members[0]} "
                f"WHEN 2 THEN {member} END END"
            }
            | {"waiting_since": f"CASE WHEN {is_person} AND n % 7 < 2 THEN now() - {age} END"}
            | {"snoozed_until": "CASE WHEN n % 20 = 12 THEN now() + interval '1 day' END"}
            | {"unread_count": "CASE WHEN n % 20 > 12 AND n % 7 = 0 THEN 1 ELSE 0 END"}
            | {"last_customer_message_at": f"now() - {age}", "preview": "'Is it still free?'"}
            | {"preview_author": "'customer'", "created_at": f"now() - {age}"},
        )
        self._insert(
            models.ConversationSummary,
            series,
            own
            | {"conversation_id": "n", "score": "CASE WHEN n % 11 > 2 THEN (n * 37) % 101 END"}
            | {
                "stage": "CASE n % 9 WHEN 0 THEN 'qualified' WHEN 1 THEN 'viewing_booked' "
                "ELSE 'engaged' END"
            },
        )
        self._insert(models.ConversationWork, series, own | {"conversation_id": "n"})

    def _messages(self, organization: int, channel: Any, first: int, number: int) -> None:
        from inbox import models

        # Low numbers of the vocabulary are common, high ones rare, as in any language.
        pick = f"vocabulary.words[1 + floor({VOCABULARY} * power(random(), 3))::int + 0 * k]"
        body = (
            "CASE WHEN m = 1 THEN 'ref' || n || ' ' ELSE '' END || (SELECT string_agg("
            f"{pick}, ' ') FROM generate_series(1, {WORDS} + 0 * (n + m)) AS k)"
        )
        made = (
            f"(SELECT n, m, {body} AS body FROM vocabulary, "
            f"generate_series({first}, {first + number - 1}) AS n, "
            f"generate_series(1, {self.messages}) AS m OFFSET 0) AS made"
        )
        before = "(10 - m) * interval '5 seconds'"
        at = f"now() - ({first + number} - n) * interval '1 minute' - {before}"
        self._insert(
            models.Message,
            made,
            {"organization_id": str(organization), "conversation_id": "n", "body": "body"}
            | {"channel_id": f"'{channel}'", "wamid": "'wamid.' || n || '.' || m"}
            | {"direction": "CASE m % 2 WHEN 1 THEN 'in' ELSE 'out' END", "sent_at": at}
            | {"author_kind": "CASE m % 2 WHEN 1 THEN 'customer' ELSE 'assistant' END"}
            | {"status": "CASE m % 2 WHEN 1 THEN '' ELSE 'read' END", "created_at": at}
            | {
                "words": f"array_to_tsvector(ARRAY(SELECT DISTINCT {organization} || ':' || w "
                "FROM unnest(string_to_array(body, ' ')) w))"
            },
        )

    def _insert(self, model: Any, source: str, values: dict[str, str]) -> None:
        """Insert a row for each of `source`: `values` are SQL, other columns get their default."""
        columns, expressions, parameters = [], [], []
        for each in model._meta.concrete_fields:
            name = each.column
            if name in values:
                expression = values[name]
            elif each.primary_key or each.null:
                continue
            else:
                expression = f"%s::{each.db_type(self._django())}"
                parameters.append(each.get_db_prep_save(each.get_default(), self._django()))
            columns.append(f'"{name}"')
            expressions.append(expression)
        # A literal per cent of the expressions is not a place for a parameter.
        texts = [e if e.startswith("%s") else e.replace("%", "%%") for e in expressions]
        self.connection.execute(
            f'INSERT INTO "{model._meta.db_table}" ({", ".join(columns)}) '
            f"SELECT {', '.join(texts)} FROM {source.replace('%', '%%')}",
            parameters or [],
        )

    def finish(self) -> None:
        """Bring sequences and statistics up to date, as on a machine that has run for long."""
        for table in ("contact", "conversation"):
            self.run(
                f"SELECT setval(pg_get_serial_sequence('inbox_{table}', 'id'), {self.next_id})"
            )
        for _name, definition in self.indexes:
            self.run(definition)
        self.run("VACUUM ANALYZE")
        self.run("CHECKPOINT")
        self.connection.close()

    @staticmethod
    def _django() -> Any:
        from django.db import connections

        return connections["owner"]


def vocabulary() -> str:
    """SQL of an array of words: wa0, wb0 … are the commonest."""
    letters = "abcdefghij"
    words = [f"w{letters[n % 10]}{n // 10}" for n in range(VOCABULARY)]
    return "ARRAY[" + ",".join(f"'{word}'" for word in words) + "]"


def measure(pages: list[Page], filled: dict[str, Filled], port: int, runs: int) -> None:
    """Ask for every page `runs` times, large and small in turn, so that both meet one machine."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    clients = {}
    for size, one in filled.items():
        clients[size] = Client(HTTP_HOST=f"127.0.0.1:{port}", raise_request_exception=True)
        clients[size].force_login(one.member.user)

    def ask(size: str, page: Page) -> float:
        one = filled[size]
        path = f"/{one.slug}/inbox/{page.path.format(**one.places)}"
        headers = {"HX-Request": "true"} if page.is_piece else {}
        begun = time.perf_counter()
        answer = clients[size].get(path, headers=headers)
        seconds = time.perf_counter() - begun
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")
        return seconds

    order = random.Random(7)
    for page in pages:
        for size in filled:
            ask(size, page)
            with CaptureQueriesContext(connection) as captured:
                ask(size, page)
            page.queries[size] = sum(
                not query["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))
                for query in captured
            )
            page.seconds[size] = []
        for _ in range(runs):
            sizes = list(filled)
            order.shuffle(sizes)
            for size in sizes:
                page.seconds[size].append(ask(size, page))
        show(page)


def show(page: Page) -> None:
    large, small = page.seconds["large"], page.seconds["small"]
    milliseconds = [
        f"{1000 * percentile(values, share):6.1f}"
        for values in (large, small)
        for share in (0.5, 0.95)
    ]
    faults = ", ".join(page.faults)
    say(
        f"{page.name:28}{page.queries['large']:4}{page.queries['small']:4}"
        f"   large {milliseconds[0]} {milliseconds[1]}   small {milliseconds[2]} {milliseconds[3]}"
        f"   ratio {page.ratio:4.2f}{'   over the bar: ' + faults if faults else ''}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--conversations", type=int, default=100_000)
    parser.add_argument("--messages", type=int, default=10, help="of each conversation")
    parser.add_argument("--organizations", type=int, default=200)
    parser.add_argument("--runs", type=int, default=60)
    parser.add_argument("--only", default="", help="pages whose name holds this")
    parser.add_argument("--explain", action="store_true", help="print the slowest query's plan")
    options = parser.parse_args()
    catch_signals()
    # The rate limit of the pages is not what is measured, and logs would be.
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    with new_site_and_admin() as (site, admin_url):
        begun = time.monotonic()
        seeder = Seeder(admin_url, options.messages)
        filled = {
            "large": seeder.fill("large", options.conversations),
            "small": seeder.fill("small", SMALL),
        }
        for number in range(options.organizations - 2):
            seeder.fill(str(number), TINY)
        seeder.finish()
        say(f"Filled in {time.monotonic() - begun:.0f} s.")
        pages = [Page(*each) for each in PAGES if options.only in each[0]]
        say("page                        queries      p50    p95 ms        p50    p95 ms")
        measure(pages, filled, site.port, options.runs)
        if options.explain:
            explain(pages, filled["large"], site.port)
    faulty = [page.name for page in pages if page.faults]
    say(f"{len(pages) - len(faulty)} of {len(pages)} pages hold every bar.")
    return 1 if faulty else 0


def explain(pages: list[Page], large: Filled, port: int) -> None:
    """Print the plan of the slowest query of each page, as the app role runs it."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from organizations.tenancy import tenant

    client = Client(HTTP_HOST=f"127.0.0.1:{port}")
    client.force_login(large.member.user)
    for page in pages:
        path = f"/{large.slug}/inbox/{page.path.format(**large.places)}"
        headers = {"HX-Request": "true"} if page.is_piece else {}
        with CaptureQueriesContext(connection) as captured:
            client.get(path, headers=headers)
        slowest = max(captured, key=lambda query: float(query["time"]))
        say(f"\n== {page.name}: {slowest['time']} s\n{slowest['sql'][:3000]}")
        with tenant(large.member.organization_id), connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {slowest['sql'].replace('%', '%%')}", [])
            say("\n".join(line for (line,) in cursor.fetchall()))


if __name__ == "__main__":
    sys.exit(main())
