"""What the copilot reads for a member: rows of this agency and of this one conversation.

Each is a source with a mark (`L1`, `N1`, `M3`, `F1`, `A1`) by which Claude names it, and a link by
which the member opens it. Runs inside `tenant()`.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assistant import figures
from assistant.builtin.homes import wish_of
from assistant.naming import first_name
from assistant.tools import typed
from assistant.tools.knowledge import listing_facts
from assistant.tools.slots import spread
from assistant.turn import Turn
from inbox.briefing import shorten
from inbox.models import Message
from inbox.own_words import own_words
from knowledge.listings import find_listings
from knowledge.models import Listing, Note
from knowledge.retrieval import Finding, search_knowledge
from leads import showing
from leads.recording import known
from scheduling import booking, slots
from scheduling.models import AppointmentKind

MOST_MESSAGES = 40
MOST_HOMES, MOST_MATCHES, MOST_NOTES, MOST_APPOINTMENTS = 8, 3, 4, 6
LONGEST_MESSAGE, LONGEST_NOTE = 1200, 1500
LONGEST_LABEL = 60
QUERIED_MESSAGES, MOST_FINDINGS = 3, 8
KIND = AppointmentKind.Kind.VIEWING
MOST_FREE, MOST_FREE_LOOKED_AT = 3, 200
FREE_BUT_NOT_HELD = gettext_lazy(
    "The times are free in your calendar now, but nobody holds them. Book what is taken."
)


@dataclass(frozen=True)
class Source:
    """One row. `text` is what it says, and `about` who says it when, as the model reads it.

    `moments` are times that the row gives; `row` the listing or note itself.
    """

    mark: str
    kind: str
    label: str
    href: str
    text: str
    about: dict[str, str] = field(default_factory=dict)
    row: Listing | Note | None = None
    moments: tuple[datetime, ...] = ()

    def as_block(self) -> str:
        """The row between marks that it cannot close itself."""
        return typed.fenced(self.kind, self.text, id=self.mark, **self.about)

    def as_link(self) -> dict[str, str]:
        return {"kind": self.kind, "label": self.label, "href": self.href}


def gather(turn: Turn, said: str = "") -> list[Source]:
    """Return what a draft or an answer may draw on; `said` is the member's question or text."""
    messages = messages_of(turn)
    findings = search(turn, said)
    return [
        *messages,
        _lead_of(turn, messages),
        *appointments_of(turn),
        *_homes(turn, said, findings),
        *_notes(turn, findings),
    ]


def messages_of(turn: Turn) -> list[Source]:
    """The latest messages of both sides, oldest first."""
    kept = [m for m in turn.messages if m.status != Message.Status.CANCELLED and not m.revoked_at]
    found = []
    for number, message in enumerate(kept[-MOST_MESSAGES:], 1):
        local = message.sent_at.astimezone(turn.organization.zone)
        found.append(
            Source(
                f"M{number}",
                "message",
                f"{author_in_words(turn, message)}, {date_format(local, 'j M')} {local:%H:%M}",
                link_to_message(turn, message.pk),
                (message.body or message.text)[:LONGEST_MESSAGE],
                {"by": _author(message), "at": f"{local:%Y-%m-%d %H:%M}", "type": message.kind},
                moments=(message.sent_at,),
            )
        )
    return found


def _lead_of(turn: Turn, messages: list[Source]) -> Source:
    """What is known of the customer's wish, with the score and why."""
    card = showing.card(turn.lead, link_to_conversation(turn))
    marks = {source.href: source.mark for source in messages}
    lines = [f"stage: {card['stage']}", f"score: {card['score']} of 100"]
    lines += [f"owner: {turn.lead.owner}"] if turn.lead.owner else ["owner: nobody"]
    for fact in card["facts"]:
        proof = marks.get(fact["href"], "")
        lines.append(f"{fact['label']}: {fact['text']}" + (f" (said in {proof})" if proof else ""))
    lines += [f"score {each['points']:+d}: {each['text']}" for each in card["reasons"]]
    return Source("F1", "lead", _("Lead"), link_to_lead(turn), "\n".join(lines))


def appointments_of(turn: Turn) -> list[Source]:
    """The customer's appointments, the latest first: booked ones and those that are over."""
    rows = turn.conversation.appointments.exclude(status__in=("hold", "expired"))
    rows = rows.select_related("organization", "listing", "member__user").order_by("-starts_at")
    found = []
    for number, row in enumerate(rows[:MOST_APPOINTMENTS], 1):
        local = row.starts_at.astimezone(turn.organization.zone)
        text = f"{row.get_status_display()}: {booking.describe(row)} ({local:%A %Y-%m-%d %H:%M})"
        found.append(
            Source(
                f"A{number}",
                "appointment",
                f"{row.get_kind_display()}, {date_format(local, 'j M')} {local:%H:%M}",
                reverse("scheduling:index", args=[turn.organization.slug]),
                text,
                {"status": row.status},
                moments=(row.starts_at,),
            )
        )
    return found


def free_times(turn: Turn) -> list[Source]:
    """Three times that are free for a viewing now; nothing is offered or held by this."""
    if turn.conversation.appointments.upcoming().exists():
        return []
    zone = turn.organization.zone
    free = slots.free_slots(turn.organization, KIND, limit=MOST_FREE_LOOKED_AT, now=turn.now)
    return [
        Source(
            f"T{number}",
            "free_time",
            _("Calendar"),
            reverse("scheduling:index", args=[turn.organization.slug]),
            f"{slot.starts_at.astimezone(zone):%A %Y-%m-%d %H:%M}, free for a viewing",
            moments=(slot.starts_at,),
        )
        for number, slot in enumerate(spread(free, MOST_FREE, zone), 1)
    ]


def link_to_conversation(turn: Turn) -> str:
    return reverse("inbox:conversation", args=[turn.organization.slug, turn.conversation.code])


def link_to_message(turn: Turn, pk: int) -> str:
    return f"{link_to_conversation(turn)}?message={pk}#message-{pk}"


def link_to_lead(turn: Turn) -> str:
    """The lead's page; the conversation while there is none, for one made on the way is gone."""
    if turn.lead.created_at >= turn.now:
        return link_to_conversation(turn)
    return reverse("leads:detail", args=[turn.organization.slug, turn.lead.code])


def link_of(turn: Turn, row: Listing | Note) -> dict[str, str]:
    """The link to a listing or a note, as `Source.as_link` gives it."""
    kind = row._meta.model_name
    href = reverse(f"knowledge:{kind}", args=[turn.organization.slug, row.pk])
    return {"kind": kind, "label": shorten(str(row), LONGEST_LABEL), "href": href}


def links_cited(turn: Turn) -> list[dict[str, str]]:
    """The links to the listings and notes that the turn cites and that are still there."""
    rows = {"listing": turn.organization.listings, "note": turn.organization.notes}
    cited = [rows[it["kind"]].filter(pk=it["id"]).first() for it in turn.sources]
    return [link_of(turn, row) for row in cited if row]


def author_in_words(turn: Turn, message: Message) -> str:
    """Who wrote a message, for its link."""
    if message.is_inbound:
        return first_name(turn.contact.name) or str(_("Customer"))
    if message.author_kind == Message.Author.ASSISTANT:
        return str(_("Assistant"))
    return str(_("Your team"))


def _author(message: Message) -> str:
    if message.is_inbound:
        return "customer"
    return "assistant" if message.author_kind == Message.Author.ASSISTANT else "colleague"


def _homes(turn: Turn, said: str, findings: list[Finding]) -> list[Source]:
    """The homes that are named or shown, then those that fit the wish or the words."""
    rows = figures.rows_of(turn)
    spoken = "\n".join(message.body for message in turn.messages[-MOST_MESSAGES:])
    by_key = {home.pk: home for home in rows.homes}
    shown = [turn.state.get("focus"), *(turn.state.get("shown") or [])]
    wanted = [
        *rows.named_in(said),
        *(by_key[key] for key in shown if key in by_key),
        *rows.named_in(spoken)[::-1],
        *_fitting(turn),
        *(it.listing for it in findings if it.listing),
    ]
    homes = list({home.pk: home for home in wanted}.values())[:MOST_HOMES]
    found = []
    for number, home in enumerate(homes, 1):
        text = typed.lines_of(typed.with_sums_as_written(listing_facts(home, turn.now)))
        found.append(Source(f"L{number}", **link_of(turn, home), text=text, row=home))
    return found


def _fitting(turn: Turn) -> list[Listing]:
    facts = known(turn.lead)
    if not facts.keys() & {"locations", "budget_max", "bedrooms"}:
        return []
    matches = find_listings(turn.organization, wish_of(facts), limit=MOST_MATCHES)
    return [match.listing for match in matches]


def _notes(turn: Turn, findings: list[Finding]) -> list[Source]:
    notes = {it.note.pk: it.note for it in findings if it.note}
    return [
        Source(
            f"N{number}",
            **link_of(turn, note),
            text=note.body[:LONGEST_NOTE],
            about={"title": note.title},
            row=note,
        )
        for number, note in enumerate(list(notes.values())[:MOST_NOTES], 1)
    ]


def search(turn: Turn, said: str) -> list[Finding]:
    """Look up the member's words, or where there are none the customer's latest ones."""
    latest = [own_words(message) for message in turn.messages if message.is_inbound]
    query = " ".join([said, *latest[-QUERIED_MESSAGES:]]).strip()
    return search_knowledge(turn.organization, query, limit=MOST_FINDINGS) if query else []
