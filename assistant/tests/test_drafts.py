"""Members are warned of what the assistant may not write, and decide themselves."""

import pytest
from django.urls import reverse
from django.utils.timezone import now

from assistant import drafts
from assistant.tests.factories import live_version
from assistant.tests.talk import Talk
from inbox import handover, thread
from inbox.models import Conversation, Message
from organizations.models import AuditEntry
from organizations.tenancy import tenant


@pytest.fixture
def talk(db) -> Talk:
    talk = Talk()
    talk.say("I want to rent a flat in Neapoli")
    with tenant(talk.organization):
        handover.take_over(talk.refreshed(), talk.organization.member)
        Conversation.objects.update(last_customer_message_at=now())
    live_version(talk.organization, website="https://litharia.example")
    return talk


def warned(talk: Talk, body: str) -> list[tuple[str, str]]:
    with tenant(talk.organization):
        return [(it.code, it.words) for it in drafts.warnings_for(talk.refreshed(), body)]


IBAN = "CY17 0020 0128 0000 0012 0052 7600"


@pytest.mark.parametrize(
    ("body", "warnings"),
    [
        ("It is perfect for families.", [("steering", "perfect for families")]),
        ("Έχετε παιδιά;", [("question", "Έχετε παιδιά")]),
        ("Could you pay a little more?", [("bidding", "pay a little more")]),
        ("Griva Digeni 5 has three bedrooms.", [("figures", "three bedrooms")]),
        ("Griva Digeni 5 is 1,600 euros a month.", [("figures", "1,600 euros")]),
        ("Agias Fylaxeos 12 is still available.", [("availability", "is still available")]),
        ("See https://portal.example/1", [("links", "https://portal.example/1")]),
        (f"Pay to {IBAN}", [("account", IBAN)]),
        ("Griva Digeni 5 has 2 bedrooms and costs €1,450 a month.", []),
        ("Agias Fylaxeos 12 is no longer available.", []),
        ("See https://litharia.example/homes", []),
        ("The boiler is 3 years old and was serviced on 3 May.", []),
        ("I can come on Sunday at 10. Call me on 99 123456.", []),
    ],
)  # fmt: skip
def test_members_are_warned_in_plain_words(talk, body, warnings):
    assert warned(talk, body) == warnings


def send(client, talk: Talk, body: str, name: str = "send", **fields):
    client.force_login(talk.organization.member.user)
    kwargs = {"slug": talk.organization.slug, "code": talk.conversation.code}
    data = {"body": body, "kind": "reply", **fields}
    address = reverse(f"inbox:{name}", kwargs=kwargs)
    return client.post(address, data, headers={"HX-Request": "true"})


def written(talk: Talk) -> list[str]:
    with tenant(talk.organization):
        rows = Message.objects.filter(author_kind="member").exclude(direction="event")
        return list(rows.values_list("body", flat=True))


def trail(talk: Talk) -> list[dict]:
    with tenant(talk.organization):
        rows = AuditEntry.objects.filter(action="message.sent_despite_warning")
        return list(rows.values_list("details", flat=True))


TEXT = "It is perfect for families."


def agreed(page: str) -> str:
    return page.split('name="anyway" value="')[1].split('"')[0]


def test_warning_keeps_the_text_and_names_reason_and_law(talk, client):
    response = send(client, talk, TEXT)

    page = response.content.decode()
    assert (response.status_code, written(talk)) == (422, [])
    assert TEXT in page
    assert "Describe the home, not who lives or should live there." in page
    assert "2000/43/EC" in page
    assert "Send anyway" in page


def test_member_sends_anyway_and_the_trail_says_so_without_the_words(talk, client):
    page = send(client, talk, TEXT).content.decode()

    response = send(client, talk, TEXT, anyway=agreed(page))

    assert (response.status_code, written(talk)) == (200, [TEXT])
    assert trail(talk) == [{"rules": ["steering"]}]


def test_agreeing_to_one_text_is_not_agreeing_to_another(talk, client):
    page = send(client, talk, TEXT).content.decode()

    response = send(client, talk, "No children, please.", anyway=agreed(page))

    assert (response.status_code, written(talk), trail(talk)) == (422, [], [])


def test_agreeing_to_some_warnings_is_not_agreeing_to_others(talk, client):
    text = f"{TEXT} Griva Digeni 5 has 2 bedrooms."
    page = send(client, talk, text).content.decode()
    with tenant(talk.organization):
        talk.organization.listings.filter(title="Griva Digeni 5").update(bedrooms=3)

    changed = send(client, talk, text, anyway=agreed(page))
    again = send(client, talk, text, anyway=agreed(changed.content.decode()))

    assert (changed.status_code, again.status_code) == (422, 200)
    assert "The record of this home says otherwise." in changed.content.decode()
    assert trail(talk) == [{"rules": ["figures", "steering"]}]


def test_plain_reply_goes_at_once_and_leaves_no_trail(talk, client):
    response = send(client, talk, "Shall we say Saturday?")

    assert (response.status_code, written(talk), trail(talk)) == (
        200,
        ["Shall we say Saturday?"],
        [],
    )


def test_notes_are_never_looked_at(talk, client):
    send(client, talk, TEXT, name="note", kind="note")
    send(client, talk, "No children.", kind="note")

    assert written(talk) == [TEXT, "No children."]
    assert trail(talk) == []


def test_a_note_of_the_team_is_stored_as_before(talk):
    with tenant(talk.organization):
        note = thread.add_note(talk.refreshed(), TEXT, talk.organization.member)

    assert note.body == TEXT
