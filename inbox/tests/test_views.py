import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from inbox import handover
from inbox.briefing import Briefing
from inbox.models import Conversation, Message, Signal
from inbox.tests.factories import (
    ChannelFactory,
    ContactFactory,
    ConversationFactory,
    MessageFactory,
)
from inbox.views import snooze_until
from knowledge.folding import fold
from organizations.tenancy import tenant
from organizations.tests.factories import MemberFactory, OrganizationFactory

HTMX = {"HX-Request": "true"}


@pytest.fixture
def organization(db):
    return OrganizationFactory(timezone="Europe/Athens")


@pytest.fixture
def channel(organization):
    return ChannelFactory(organization=organization)


@pytest.fixture
def site(client, organization):
    """Pages as a member sees them: `site.get(name)`, `site.post(name, data)`, `site.sign_in(…)`."""

    class Site:
        def sign_in(self, member):
            client.force_login(member.user)
            return self

        def get(self, name, query="", headers=None, **kwargs):
            return client.get(self.url(name, **kwargs) + query, headers=headers)

        def post(self, name, data=None, headers=None, **kwargs):
            return client.post(self.url(name, **kwargs), data or {}, headers=headers)

        def url(self, name, **kwargs):
            return reverse(f"inbox:{name}", kwargs={"slug": organization.slug, **kwargs})

    return Site().sign_in(organization.owner)


def talk(channel, name="Eleni", body="Is the flat still free?", **fields):
    """A conversation with one message of the customer."""
    contact = ContactFactory(
        organization=channel.organization, name=name, search_text=fold(f"{name} 35799123456")
    )
    fields = {"last_message_at": now(), "preview": body} | fields
    conversation = ConversationFactory(channel=channel, contact=contact, **fields)
    conversation.first = MessageFactory(conversation=conversation, body=body)
    return conversation


def waiting(channel, **fields):
    """A conversation that a person is in charge of and the customer waits in."""
    state = {"in_charge": "person", "waiting_since": now(), "hand_over_reason": "asked"}
    return talk(channel, **(state | fields))


def stored(conversation):
    with tenant(conversation.organization):
        return Conversation.objects.select_related("assignee").get(pk=conversation.pk)


def listed(response):
    return [row.contact.name for row in response.context["conversations"]]


def spoken(response):
    return [message.body for message in response.context["messages"]]


# The list


def test_the_tabs_divide_the_conversations(site, channel):
    waiting(channel, name="Waits")
    talk(channel, name="With the assistant")
    talk(channel, name="Closed", status="closed")

    assert listed(site.get("index")) == ["Waits"]
    assert listed(site.get("index", "?view=assistant")) == ["With the assistant"]
    assert len(listed(site.get("index", "?view=all"))) == 3
    assert listed(site.get("index", "?view=nonsense")) == ["Waits"]
    counts = site.get("list").context["counts"]
    assert (counts["waiting"], counts["assistant"], counts["closed"]) == ("1", "1", "1")


@pytest.mark.parametrize("search", ["eleni", "ΕΛΕΝΗ", "99 123", "still%20free", "%00eleni"])
def test_a_search_from_its_field_goes_through_everything(site, channel, search):
    talk(channel, name="Eleni Ελένη", status="closed")
    contact = ContactFactory(organization=channel.organization, name="James", phone="4477")
    MessageFactory(conversation=ConversationFactory(channel=channel, contact=contact), body="Hello")
    with tenant(channel.organization):
        found = Conversation.objects.get(contact__name="Eleni Ελένη").contact.identities
        found.update(value="35799123456")

    assert listed(site.get("index", f"?view=all&search={search}")) == ["Eleni Ελένη"]


def test_a_search_without_a_match_says_so(site, channel):
    talk(channel)

    assert "Nothing found" in site.get("list", "?search=zebra").text


def test_three_conversations_cost_as_many_queries_as_one(site, channel):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            site.get("list", "?view=all")
        return len(captured)

    organization = channel.organization
    waiting(channel, assignee=MemberFactory(organization=organization))
    site.get("list")
    one = queries()
    for _ in range(2):
        waiting(channel, assignee=MemberFactory(organization=organization))

    assert queries() == one


def test_the_mark_on_the_icon_counts_who_waits(site, channel):
    assert site.get("count").text == ""

    waiting(channel)

    assert site.get("count").text == "1"
    assert re.search(r'id="inbox-count"[^>]*>1<', site.get("index").text)


# The thread


def test_a_conversation_opens_with_its_list_and_htmx_gets_the_thread_alone(site, channel):
    conversation = talk(channel)

    page = site.get("conversation", code=conversation.code)
    piece = site.get("conversation", headers=HTMX, code=conversation.code)

    assert spoken(page) == ["Is the flat still free?"]
    assert 'id="inbox-list"' in page.text
    assert 'id="inbox-list"' not in piece.text
    assert f'id="conversation-{conversation.code}"' in piece.text


def test_reading_takes_the_mark_of_the_new_and_lists_hear_of_it_once(site, channel):
    conversation = talk(channel, unread_count=1)

    first = site.get("conversation", code=conversation.code)
    site.get("conversation", code=conversation.code)

    assert first.context["first_unread"] == conversation.first.pk
    assert stored(conversation).unread_count == 0
    signals = Signal.objects.filter(organization=channel.organization, kind="conversation")
    assert [signal.object_code for signal in signals] == [None]


@pytest.fixture
def long_thread(channel, monkeypatch):
    monkeypatch.setattr("inbox.views.THREAD_LENGTH", 3)
    monkeypatch.setattr("inbox.views.BEFORE_LINKED", 1)
    conversation = talk(channel, body="0")
    conversation.all = [conversation.first]
    conversation.all += [
        MessageFactory(conversation=conversation, body=str(n)) for n in range(1, 9)
    ]
    return conversation


def test_a_long_thread_begins_with_its_end_and_goes_back(site, long_thread):
    page = site.get("conversation", code=long_thread.code)
    older = page.context["older"].partition("?")[2]

    assert spoken(page) == ["6", "7", "8"]
    assert spoken(site.get("conversation", f"?{older}", code=long_thread.code)) == list("345678")


def test_a_link_to_an_old_message_opens_the_thread_far_enough(site, long_thread):
    page = site.get("conversation", f"?message={long_thread.all[2].pk}", code=long_thread.code)

    assert spoken(page) == list("12345678")


@pytest.mark.parametrize("query", ["?older=x", "?message=x", f"?message={'9' * 30}", "?older=²"])
def test_a_query_that_makes_no_sense_is_left_aside(site, long_thread, query):
    assert spoken(site.get("conversation", query, code=long_thread.code)) == ["6", "7", "8"]


def test_what_customers_write_is_shown_as_text(site, channel):
    conversation = talk(channel, name="<script>1</script>", body="<img src=x onerror=1>")

    page = site.get("conversation", "?view=all", code=conversation.code).text

    assert "<script>1" not in page
    assert "<img src=x" not in page


def test_a_conversation_of_another_agency_is_not_there(site):
    conversation = talk(ChannelFactory())

    assert site.get("conversation", code=conversation.code).status_code == 404
    assert site.post("send", {"body": "Hi"}, code=conversation.code).status_code == 404


# Writing


def test_a_reply_is_queued_and_shown(site, channel):
    conversation = waiting(channel)

    piece = site.post("send", {"body": "Yes, it is."}, headers=HTMX, code=conversation.code)

    with tenant(channel.organization):
        message = Message.objects.get(direction="out")
        assert (message.body, message.status) == ("Yes, it is.", "queued")
        assert message.author == channel.organization.owner
    assert f'id="message-{message.pk}"' in piece.text


def test_a_note_is_for_the_team(site, channel):
    conversation = talk(channel)

    site.post("note", {"body": "Bring the keys."}, code=conversation.code)
    site.post("send", {"body": "And the plan.", "kind": "note"}, code=conversation.code)

    with tenant(channel.organization):
        directions = Message.objects.exclude(direction="in").values_list("direction", "body")
        assert sorted(directions) == [("note", "And the plan."), ("note", "Bring the keys.")]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"in_charge": "assistant"}, "The assistant is answering."),
        ({"last_customer_message_at": now() - timedelta(days=2)}, "24 hours"),
    ],
)
def test_a_reply_that_cannot_be_sent_comes_back_with_the_reason(site, channel, fields, reason):
    conversation = waiting(channel, **fields)

    piece = site.post("send", {"body": "Hello there"}, headers=HTMX, code=conversation.code)

    assert piece.status_code == 422
    assert reason in piece.text
    assert ">Hello there</textarea>" in piece.text


@pytest.mark.parametrize("body", ["", "   ", "x" * 4097, "a\x00b"])
def test_a_reply_that_whatsapp_would_not_take_is_refused(site, channel, body):
    conversation = waiting(channel)

    assert site.post("send", {"body": body}, code=conversation.code).status_code == 422
    assert site.post("note", {"body": body}, code=conversation.code).status_code == 422


def test_a_failed_message_is_sent_again(site, channel):
    conversation = waiting(channel)
    failed = MessageFactory(conversation=conversation, direction="out", status="failed", wamid=None)

    piece = site.post("retry", headers=HTMX, pk=failed.pk)

    assert piece.status_code == 200
    with tenant(channel.organization):
        assert Message.objects.filter(direction="out", status="queued").count() == 1


def test_a_message_that_arrived_is_not_sent_again(site, channel):
    message = MessageFactory(conversation=waiting(channel), direction="out", status="read")

    piece = site.post("retry", headers=HTMX, pk=message.pk)

    assert piece.status_code == 200
    with tenant(channel.organization):
        assert Message.objects.filter(direction="out").count() == 1


# Who is in charge


def test_a_member_takes_over_and_hands_back(site, channel):
    conversation = talk(channel)

    site.post("take_over", code=conversation.code)
    taken = stored(conversation)
    site.post("hand_back", code=conversation.code)
    back = stored(conversation)

    assert (taken.in_charge, taken.assignee) == ("person", channel.organization.owner)
    assert (back.in_charge, back.assignee) == ("assistant", None)


def test_who_comes_second_hears_who_was_faster(site, channel):
    conversation = talk(channel)
    site.post("take_over", code=conversation.code)
    site.sign_in(MemberFactory(organization=channel.organization))

    piece = site.post("take_over", headers=HTMX, code=conversation.code)
    page = site.post("take_over", code=conversation.code)

    said = f"{channel.organization.owner} was faster and has taken over."
    assert json.loads(piece["HX-Trigger"])["toast"] == {"text": said, "kind": "error"}
    assert page.status_code == 302
    assert stored(conversation).assignee == channel.organization.owner


def test_nothing_is_handed_back_to_a_paused_assistant(site, channel, organization):
    conversation = waiting(channel)
    organization.assistant_paused = True
    organization.save(update_fields=["assistant_paused"])

    piece = site.post("hand_back", headers=HTMX, code=conversation.code)

    assert "paused" in json.loads(piece["HX-Trigger"])["toast"]["text"]
    assert stored(conversation).in_charge == "person"


def test_a_conversation_is_closed_and_reopened(site, channel):
    conversation = waiting(channel)

    site.post("close", code=conversation.code)
    assert stored(conversation).status == "closed"

    site.post("reopen", code=conversation.code)
    assert stored(conversation).status == "open"


def test_a_conversation_is_put_off(site, channel):
    conversation = waiting(channel)

    site.post("snooze", {"until": "tomorrow"}, code=conversation.code)

    put_off = stored(conversation)
    assert put_off.status == "snoozed"
    assert put_off.snoozed_until > now()


@pytest.mark.parametrize(
    ("choice", "until"),
    [
        ("hour", datetime(2026, 3, 27, 23, 30, tzinfo=UTC)),
        ("nonsense", datetime(2026, 3, 27, 23, 30, tzinfo=UTC)),
        # It is Saturday in Athens already, and the clocks change that Sunday.
        ("tomorrow", datetime(2026, 3, 29, 6, tzinfo=UTC)),
        ("week", datetime(2026, 3, 30, 6, tzinfo=UTC)),
    ],
)
def test_tomorrow_begins_at_nine_where_the_agency_is(organization, monkeypatch, choice, until):
    monkeypatch.setattr("inbox.views.now", lambda: datetime(2026, 3, 27, 22, 30, tzinfo=UTC))

    assert snooze_until(choice, organization) == until


def test_a_conversation_is_assigned_and_freed(site, channel):
    conversation, member = waiting(channel), MemberFactory(organization=channel.organization)

    site.post("assign", {"member": member.pk}, code=conversation.code)
    assert stored(conversation).assignee == member

    site.post("assign", {"member": ""}, code=conversation.code)
    assert stored(conversation).assignee is None


def test_a_member_of_another_agency_is_assigned_nothing(site, channel):
    conversation = waiting(channel)

    response = site.post("assign", {"member": MemberFactory().pk}, code=conversation.code)

    assert response.status_code == 404
    assert stored(conversation).assignee is None


@pytest.mark.parametrize("chosen", ["9" * 5000, "9" * 30, "-1", "1;", "²"], ids=lambda it: it[:8])
def test_what_is_no_member_is_assigned_nothing(site, channel, chosen):
    conversation = waiting(channel, assignee=channel.organization.owner)

    response = site.post("assign", {"member": chosen}, code=conversation.code)

    assert response.status_code == 404
    assert stored(conversation).assignee == channel.organization.owner


def test_panels_of_the_apps_above_stand_beside_the_thread_in_order(site, channel):
    conversation = talk(channel)

    panels = site.get("conversation", code=conversation.code).context["panels"]

    assert [(panel["name"], panel["signal"]) for panel in panels] == [
        ("lead", "lead"),
        ("listing", f"conversation:{conversation.code}"),
        ("appointments", "appointment"),
        ("hand_overs", f"conversation:{conversation.code}"),
    ]


def test_the_card_of_a_hand_over_stands_on_top_until_a_member_answers(site, channel):
    conversation = talk(channel, last_customer_message_at=now())
    with tenant(channel.organization):
        found = Conversation.objects.get(pk=conversation.pk)
        handover.hand_over(found, "price", briefing=Briefing(subject="price", words="best price"))

    before = site.get("conversation", code=conversation.code).content.decode()
    site.post("take_over", code=conversation.code)
    site.post("send", {"body": "I'll ask the owner.", "kind": "reply"}, code=conversation.code)
    after = site.get("conversation", code=conversation.code).content.decode()
    history = site.get("hand_overs", code=conversation.code).content.decode()

    assert "The customer wrote “best price”, which your rules leave to people." in before
    assert "Is the flat still free?</a></blockquote>" in before
    assert '<details class="briefing' not in after
    assert "Price negotiation" in history
    assert "Answered" in history


def test_an_emergency_is_on_top_of_those_who_wait_and_marked(site, channel):
    urgent = waiting(channel, name="Urgent", hand_over_reason="emergency")
    waiting(channel, name="Later", last_message_at=urgent.last_message_at + timedelta(minutes=1))

    page = site.get("index")

    assert listed(page) == ["Urgent", "Later"]
    assert page.content.decode().count('class="tag urgent"') == 1


def test_one_who_opens_a_thread_reads_who_answers_there(site, channel, organization):
    conversation = waiting(channel)
    maria = MemberFactory(organization=organization, user__name="Maria")
    with tenant(organization):
        handover.take_over(conversation, maria)

    shown = site.get("conversation", code=conversation.code).content.decode()
    hers = site.sign_in(maria).get("conversation", code=conversation.code).content.decode()

    assert "Maria is answering</b> since" in shown
    assert "is answering" not in hers


def test_assigned_is_not_answering(site, channel, organization):
    conversation = waiting(channel)
    maria = MemberFactory(organization=organization, user__name="Maria")
    with tenant(organization):
        handover.assign(conversation, maria, by=organization.owner)

    shown = site.get("conversation", code=conversation.code).content.decode()

    assert "Assigned to Maria" in shown
    assert "is answering" not in shown


def test_colleague_is_relieved_by_one_who_knows_of_them(site, channel, organization):
    conversation = waiting(channel)
    maria = MemberFactory(organization=organization, user__name="Maria")
    with tenant(organization):
        handover.take_over(conversation, maria)

    site.post("take_over", code=conversation.code)
    assert stored(conversation).assignee == maria

    site.post("take_over", {"instead_of": maria.pk}, code=conversation.code)
    assert stored(conversation).assignee == organization.owner
    shown = site.get("conversation", code=conversation.code).content.decode()
    assert f"{organization.owner} took over from Maria" in shown


def test_relieving_somebody_who_was_relieved_meanwhile_fails(site, channel, organization):
    conversation = waiting(channel)
    maria = MemberFactory(organization=organization, user__name="Maria")
    nikos = MemberFactory(organization=organization, user__name="Nikos")
    with tenant(organization):
        handover.take_over(conversation, nikos)

    site.post("take_over", {"instead_of": maria.pk}, code=conversation.code)

    assert stored(conversation).assignee == nikos


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": "broken"}, "does not accept this number's access"),
        ({"status": "disconnected"}, "This number is disconnected"),
        ({"account_state": "restricted", "account_note": "Too many."}, "Restricted by WhatsApp"),
    ],
)
def test_number_that_cannot_send_is_told_over_the_inbox_and_at_the_composer(
    site, channel, organization, fields, words
):
    conversation = waiting(channel)
    with tenant(organization):
        type(channel).objects.update(**fields)

    shown = site.get("conversation", code=conversation.code).content.decode()
    settings = site.url("channel", pk=channel.pk)
    assert (shown.count(words), shown.count(f'href="{settings}"')) == (2, 2)

    agent = MemberFactory(organization=organization, role="agent")
    shown = site.sign_in(agent).get("conversation", code=conversation.code).content.decode()
    assert shown.count(f"Ask {organization.owner} to mend it.") == 2
    assert settings not in shown


def test_nothing_can_be_replied_on_a_number_that_cannot_send(site, channel, organization):
    conversation = waiting(channel)
    shown = site.get("conversation", code=conversation.code).content.decode()
    assert 'value="reply" disabled' not in shown

    with tenant(organization):
        type(channel).objects.update(status="broken")

    shown = site.get("conversation", code=conversation.code).content.decode()
    assert 'value="reply" disabled' in shown


def test_number_put_away_long_ago_is_not_told_while_another_works(site, channel, organization):
    old = ChannelFactory(organization=organization, name="Old", status="disconnected")
    assert "This number is disconnected" not in site.get("index").content.decode()

    conversation = talk(old)
    assert "This number is disconnected" in site.get("index").content.decode()

    with tenant(organization):
        handover.close(conversation, organization.owner)
    assert "This number is disconnected" not in site.get("index").content.decode()

    with tenant(organization):
        type(channel).objects.update(status="disconnected")
    assert site.get("index").content.decode().count("This number is disconnected") == 2


def test_settings_tell_managers_of_numbers_that_need_them(site, channel, organization):
    channels = site.get("channels").content.decode()
    assert '<span class="tag need">1</span>' not in channels

    with tenant(organization):
        type(channel).objects.update(status="broken")

    assert '<span class="tag need">1</span>' in site.get("channels").content.decode()


def test_one_card_is_open_and_the_other_questions_are_folded(site, channel, organization):
    conversation = talk(channel)
    with tenant(organization):
        handover.ask_colleague(conversation, "Is there a lift?")
        handover.ask_colleague(conversation, "Are dogs allowed?")
        handover.ask_colleague(conversation, "May I smoke?")

    shown = site.get("conversation", code=conversation.code).content.decode()

    assert shown.count('<details class="briefing"') == 1
    assert "2 questions more" in shown
    assert shown.index("May I smoke?") < shown.index("2 questions more")
