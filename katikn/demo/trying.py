"""What the demonstration agency has made of its assistant: versions, a talk, a rehearsal, figures.

All of it is made by the product: the replies are those of the built-in assistant, the figures are
measured over the demonstration's own conversations.
"""

import json
from datetime import timedelta

from django.utils.timezone import now

from assistant import playing, quality, rehearsing, versions
from assistant.evaluation import evaluate_lines
from assistant.models import PlaygroundTalk
from assistant.shape import USUAL_QUESTIONS, Question, Shape
from katikn.demo.content import JSON, Content
from organizations.models import Member, Organization
from organizations.tenancy import tenant

LABEL = "Demonstration conversations"
CONVERSATIONS = 6
WEEK = timedelta(days=7)
PUBLISHED = Shape(
    tone="Warm and brief, formal address in Greek and German.",
    instructions="Offer owners who want to sell a call first. Viewings start at the entrance.",
    website="https://litharia.example",
    public_email="hello@litharia.example",
    situations={"nothing_fits": "Offer to tell them when something comes."},
)
DRAFT = PUBLISHED.changed(
    persona_name="Lia",
    questions={
        **USUAL_QUESTIONS,
        "rent": (
            Question("locations", required=True),
            Question("timeline_days", required=True, text="When would you like to move in?"),
            Question("bedrooms", required=True),
            Question("budget_max"),
            Question("pets", text="Will a pet move in with you?"),
        ),
    },
)
SAID = (
    "Hello! What do you have to rent in Limassol?",
    "Up to 1,800 euros a month, with two bedrooms",
    "Can I see the first one on Thursday afternoon?",
)


def shape_assistant(organization: Organization, owner: Member) -> None:
    """Publish a version and leave a draft. Runs inside `tenant()`."""
    versions.save_draft(organization, PUBLISHED, owner)
    live = versions.publish(organization, "Our tone, and a call for owners", owner)
    live.published_at = live.changed_at = now() - WEEK
    live.save(update_fields=["published_at", "changed_at"])
    versions.save_draft(organization, DRAFT, owner)


def try_assistant(organization: Organization, owner: Member, content: Content) -> None:
    """Talk with the draft, begin its rehearsal, and measure. Outside `tenant()`."""
    with tenant(organization):
        draft = versions.draft(organization)
    talk = playing.start(
        organization, owner, draft, name="Maria", backend=PlaygroundTalk.Backend.BUILTIN
    )
    for said in SAID:
        with tenant(organization):
            talk = PlaygroundTalk.objects.select_related("version").get(pk=talk.pk)
        talk.organization, talk.member = organization, owner
        playing.say(talk, said)
    with tenant(organization):
        conversations = rehearsing.latest(organization, CONVERSATIONS)
        rehearsing.start(
            organization,
            draft,
            conversations,
            owner,
            name="With a name, and asking when first",
            backend=PlaygroundTalk.Backend.BUILTIN,
        )
    lines = measurable_lines(content)
    quality.store(evaluate_lines(lines), LABEL, "\n".join(lines).encode())


def measurable_lines(content: Content) -> list[str]:
    """The conversations whose facts are known, as `evaluate_assistant` reads them.

    Dates of viewings are left out: they count from the day of the seed.
    """
    agency, listings = content.agency, content.listings
    shared = {
        "now": "2026-11-24T10:00:00+02:00",
        "timezone": agency["timezone"],
        "areas": sorted({row["area"] for row in listings if row.get("area")}),
        "listings": sorted({row["title"] for row in listings}),
    }
    return [
        json.dumps(_line(number, talk) | shared, ensure_ascii=False)
        for number, talk in enumerate(content.conversations)
        if talk["facts"]
    ]


def _line(number: int, talk: JSON) -> JSON:
    spoken = [line for line in talk["messages"] if line["from"] in ("customer", "assistant")]
    return {
        "id": str(number),
        "turns": [{"role": line["from"], "text": line.get("text") or ""} for line in spoken],
        "expect": {
            "lead": {
                fact["field"]: fact["value"] for fact in talk["facts"] if fact["field"] != "viewing"
            }
        },
    }
