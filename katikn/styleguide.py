"""Sample data for `templates/styleguide.html`, which shows every piece in every state.

Nothing here touches the database: the pieces are drawn from plain namespaces.
"""

import datetime as dt
import uuid
import zoneinfo
from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from inbox.models import Message

MINUTE = dt.timedelta(minutes=1)


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    return render(request, "styleguide.html", sample())


def sample() -> dict[str, Any]:
    """Return everything that the style guide names."""
    zone = zoneinfo.ZoneInfo("Europe/Athens")
    anna = _member(1, "Άννα Ρήγα")
    organization = SimpleNamespace(
        name="Rigas Homes", slug="rigas-homes", timezone=zone.key, zone=zone, assistant_paused=False
    )
    return {
        "organization": organization,
        "member": anna,
        "members": [anna, _member(2, "Νίκος Βασιλείου"), _member(3, "Elena Costa")],
        "conversations": _conversations(anna),
        "conversation": _conversations(anna)[0],
        "view": "waiting",
        "counts": {"waiting": 7, "assistant": 23},
        "messages": _thread(anna),
        "all_messages": _every_kind(anna),
        "suggestion": "Υπάρχει θέση στάθμευσης στο υπόγειο με επιπλέον 18.000 €. "
        "Να σας κρατήσω το ραντεβού για τις 11:30;",
        "swatches": SWATCHES,
        "facts": FACTS,
        "reasons": REASONS,
        "sample_form": SampleForm(),
        "wrong_form": SampleForm({"email": "anna", "agents": "0"}),
    }


SWATCHES = ["canvas", "surface", "raised", "sunken", "ink", "aegean", "aegean-soft"]
SWATCHES += ["honey", "honey-soft", "clay", "clay-soft", "pine", "pine-soft"]
FACTS = [
    {"label": "Προϋπολογισμός", "text": "350–400 χιλ. €", "href": "#message-1", "quote": "έως 400"},
    {"label": "Περιοχή", "text": "Κολωνάκι, Παγκράτι", "href": "#message-3", "quote": "Κολωνάκι"},
    {"label": "Υπνοδωμάτια", "text": "2", "href": "#message-3", "quote": "2 υπνοδωμάτια"},
    {"label": "Χρόνος", "text": "Έως 3 μήνες", "locked": True},
    {"label": "Στάθμευση", "text": "Ναι", "unsure": True},
    {"label": "Γλώσσα", "text": "Ελληνικά"},
]
REASONS = [
    {"points": 30, "text": "Asked for a viewing"},
    {"points": 22, "text": "Budget fits 14 listings"},
    {"points": 16, "text": "Wants to move within 3 months"},
    {"points": 10, "text": "Answers within minutes"},
    {"points": -4, "text": "Financing not yet clear"},
]


class SampleForm(forms.Form):
    """One field of each sort."""

    email = forms.EmailField(label="E-mail", help_text="We send the invitation there.")
    name = forms.CharField(label="Name", required=False)
    agents = forms.IntegerField(label="Number of agents", min_value=1)
    role = forms.ChoiceField(label="Role", choices=[("agent", "Agent"), ("admin", "Admin")])
    greeting = forms.CharField(
        label="Greeting",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The assistant begins with these words.",
    )
    weekends = forms.BooleanField(label="Also on weekends", required=False)


def _member(pk: int, name: str) -> Any:
    first = name.split(" ")[0]
    user = SimpleNamespace(name=name, get_short_name=lambda: first)

    class Member(SimpleNamespace):
        def __str__(self) -> str:
            return name

    return Member(pk=pk, user=user)


def _conversations(anna: Any) -> list[Any]:
    now = timezone.now()
    return [
        _conversation("Μαρία Παπαδοπούλου", 2, "Μπορώ να το δω το Σάββατο;", "need", 2),
        _conversation("James Kendrick", 6, "Is the Glyfada flat still available?", "ai", 1),
        _conversation("Νίκος Αλεξίου", 23, "Σας έστειλα την τοποθεσία.", "me", 0, assignee=anna),
        _conversation(
            "Lucía Márquez", 47, "Perfecto, gracias", "ok", 0, viewing=now + dt.timedelta(days=2)
        ),
        _conversation("Ελένη Κωνσταντίνου", 64, "Έως 450.000 €, τρία υπνοδωμάτια", "ai", 0),
        _conversation("Amira Haddad", 1500, "هل السعر يشمل موقف السيارة؟", "ai", 12),
        _conversation("+30 694 555 0101", 1700, "Photo", "need", 1),
        _conversation("Γιώργος Δήμου", 9000, "Ευχαριστώ, θα το σκεφτώ.", "closed", 0),
    ]


def _conversation(
    name: str, minutes: int, preview: str, state: str, unread: int, **more: Any
) -> Any:
    at = timezone.now() - minutes * MINUTE
    return SimpleNamespace(
        code=uuid.uuid5(uuid.NAMESPACE_DNS, name),
        contact=SimpleNamespace(display_name=name, phone="306941234567", opted_out_at=None),
        channel=SimpleNamespace(name="Rigas Homes"),
        status="closed" if state == "closed" else "open",
        in_charge="assistant" if state == "ai" else "person",
        waiting_since=at if state == "need" else None,
        hand_over_reason="asked" if state == "need" else "",
        get_hand_over_reason_display=lambda: "Asks for a person",
        assignee=more.get("assignee"),
        summary=SimpleNamespace(next_appointment_at=more.get("viewing")),
        last_message_at=at,
        window_closes_at=at + dt.timedelta(hours=24),
        window_is_open=minutes < 24 * 60,
        preview=preview,
        preview_author="member" if state == "me" else "customer",
        unread_count=unread,
    )


def _thread(anna: Any) -> list[Any]:
    asked = "Καλημέρα! Είδα το διαμέρισμα στο Κολωνάκι. Είναι ακόμη διαθέσιμο;"
    offered = (
        "Καλημέρα Μαρία! Ναι, το διαμέρισμα 92 τ.μ. στην οδό Σκουφά είναι διαθέσιμο στα "
        "385.000 €. Ψάχνετε για κατοικία ή επένδυση;"
    )
    answered = (
        "Έχει 2 υπνοδωμάτια. Για τη θέση στάθμευσης θα το επιβεβαιώσει σύμβουλός μας ώστε να "
        "μη σας πω κάτι ανακριβές."
    )
    replied = "Καλημέρα κ. Παπαδοπούλου, είμαι η Άννα. Το Σάββατο στις 11:30 σας βολεύει;"
    return [
        _message(1, asked, 14),
        _message(2, offered, 14, "out", "assistant", status="read"),
        _message(3, "Για να μείνουμε. Θέλουμε 2 υπνοδωμάτια και χώρο στάθμευσης αν γίνεται.", 10),
        _message(4, answered, 10, "out", "assistant", status="delivered"),
        _message(5, "Μπορώ να το δω το Σάββατο; Και θα ήθελα να μιλήσω με κάποιον.", 8),
        _event(6, 8, event="handed_over", reason="asked"),
        _message(7, replied, 6, "out", "member", author=anna, status="read"),
    ]


def _every_kind(anna: Any) -> list[Any]:
    out = {"direction": "out", "author_kind": "member", "author": anna}
    quoted = _message(20, "Is the Glyfada flat still available?", 40)
    place = {"latitude": 37.979, "longitude": 23.743, "name": "Σκουφά 28", "address": "Κολωνάκι"}
    card = {"name": {"formatted_name": "Νίκος Αλεξίου"}, "phones": [{"phone": "+30 694 555 0101"}]}
    buttons = [{"title": "Sat 28, 11:30"}, {"title": "Mon 30, 18:00"}, {"title": "Another time"}]
    return [
        quoted,
        _message(21, "Yes, it is.", 39, **out, reply_to=quoted, status="read"),
        _message(22, "", 38, kind="image", reactions=["❤️", "👍"]),
        _message(23, "", 37, kind="audio"),
        _message(24, "The floor plan", 36, kind="document", payload=_named("document", "plan.pdf")),
        _message(25, "", 35, kind="location", payload={"location": place}),
        _message(26, "", 34, kind="contacts", payload={"contacts": [card]}),
        _message(27, "", 33, kind="unsupported"),
        _message(28, "Was not meant for you", 32, revoked_at=timezone.now()),
        _message(
            29, "Which time suits you?", 31, "out", "assistant", status="sent",
            payload={"buttons": buttons},
        ),
        _message(30, "Sat 28, 11:30", 30, kind="interactive"),
        _message(31, "She sounds ready. Bring the keys for 12.", 29, "note", author=anna),
        _message(32, "See you there!", 28, **out, status="queued"),
        _message(33, "The door code is with the porter.", 27, **out, status="uncertain"),
        _message(
            34, "I have sent you the papers.", 26, **out, status="failed",
            failure_text="This number is not on WhatsApp.",
        ),
        _message(35, "From the business phone", 25, "out", "phone", status="delivered"),
        _message(36, "See https://example.org/plan", 24, is_stale=True, edited_at=timezone.now()),
        _message(37, "كم سعر الشقة؟", 23),
        _event(38, 22, event="closed", by="Άννα Ρήγα"),
    ]  # fmt: skip


def _named(kind: str, filename: str) -> dict[str, Any]:
    return {kind: {"filename": filename}}


def _event(pk: int, minutes: int, **payload: str) -> Any:
    return _message(pk, "", minutes, "event", "system", payload=payload)


def _message(
    pk: int,
    body: str,
    minutes: int,
    direction: str = "in",
    author_kind: str = "customer",
    **more: Any,
) -> Any:
    reactions = [SimpleNamespace(emoji=emoji) for emoji in more.pop("reactions", [])]
    fields = {
        "kind": "text",
        "status": "",
        "payload": {},
        "author": None,
        "reply_to": None,
        "revoked_at": None,
        "edited_at": None,
        "is_stale": False,
        "possibly_sent_twice": False,
        "failure_text": "",
        **more,
    }
    return SimpleNamespace(
        pk=pk,
        body=body,
        text=body or Message.Kind(fields["kind"]).label,
        direction=direction,
        author_kind=author_kind,
        sent_at=timezone.now() - minutes * MINUTE,
        get_kind_display=lambda: Message.Kind(fields["kind"]).label,
        get_status_display=lambda: Message.Status(fields["status"]).label,
        get_author_kind_display=lambda: Message.Author(author_kind).label,
        reactions=SimpleNamespace(all=reactions),
        **fields,
    )
