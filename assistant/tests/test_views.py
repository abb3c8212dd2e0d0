from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from assistant.models import Run
from assistant.tests.factories import DialogueFactory, RunFactory
from inbox.models import Signal
from inbox.tests.factories import (
    ChannelFactory,
    ContactFactory,
    ConversationFactory,
    MessageFactory,
)
from inbox.work import why_silent
from knowledge.tests.factories import ListingFactory, NoteFactory
from organizations.models import AuditEntry, Member, Organization
from organizations.tenancy import tenant
from organizations.tests.factories import MemberFactory, OrganizationFactory

HTMX = {"HX-Request": "true"}


@pytest.fixture
def organization(db):
    return OrganizationFactory()


@pytest.fixture
def conversation(organization):
    contact = ContactFactory(organization=organization, name="Eleni")
    return ConversationFactory(channel__organization=organization, contact=contact)


@pytest.fixture
def agent(organization):
    return MemberFactory(organization=organization, role=Member.Role.AGENT)


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
            return reverse(f"assistant:{name}", kwargs={"slug": organization.slug, **kwargs})

    return Site().sign_in(organization.owner)


def is_paused(organization):
    return Organization.objects.get(pk=organization.pk).assistant_paused


# The pause switch


def test_a_manager_pauses_the_assistant_and_lets_it_answer_again(site, organization):
    site.post("pause", {"paused": "yes"})
    assert is_paused(organization)
    assert "The assistant is paused" in site.get("index").text

    site.post("pause", {"paused": "no"})
    assert not is_paused(organization)
    assert "The assistant is answering" in site.get("index").text


def test_a_pause_is_audited_and_told_to_open_browsers_once(site, organization):
    site.post("pause", {"paused": "yes"})
    site.post("pause", {"paused": "yes"})

    with tenant(organization):
        entries = AuditEntry.objects.filter(action__startswith="assistant.")
        assert [(e.action, e.user) for e in entries] == [
            ("assistant.paused", organization.owner.user)
        ]
    assert Signal.objects.filter(organization=organization, kind="organization").count() == 1


def test_an_agent_may_not_pause_and_sees_no_switch(site, organization, agent):
    site.sign_in(agent)

    assert site.post("pause", {"paused": "yes"}).status_code == 403
    assert not is_paused(organization)
    page = site.get("index").text
    assert "An owner or admin can change this." in page
    assert "Pause the assistant" not in page


def test_an_admin_may_pause(site, organization):
    site.sign_in(MemberFactory(organization=organization, role=Member.Role.ADMIN))

    assert site.post("pause", {"paused": "yes"}).status_code == 302
    assert is_paused(organization)


def test_a_paused_assistant_answers_nobody(site, organization, conversation):
    site.post("pause", {"paused": "yes"})

    with tenant(organization.pk) as fresh:
        assert why_silent(fresh.conversations.get()) == "paused"


def test_the_assistant_is_switched_off_for_one_number(site, organization):
    channel, other = (ChannelFactory(organization=organization) for _ in range(2))

    site.post("set_mode", {"mode": "off"}, pk=channel.pk)
    site.post("set_mode", {"mode": "nonsense"}, pk=other.pk)

    with tenant(organization):
        channel.refresh_from_db()
        other.refresh_from_db()
    assert (channel.assistant_mode, other.assistant_mode) == ("off", "on")
    assert "People answer" in site.get("index").text


def test_an_agent_may_not_switch_a_number(site, organization, agent):
    channel = ChannelFactory(organization=organization)

    assert site.sign_in(agent).post("set_mode", {"mode": "off"}, pk=channel.pk).status_code == 403


# Figures and turns


def test_figures_count_the_last_seven_days(site, conversation):
    for outcome, seconds in (("replied", 0.1), ("replied", 0.3), ("handed_over", 9)):
        RunFactory(conversation=conversation, outcome=outcome, seconds=seconds, feedback=1)
    RunFactory(conversation=conversation, outcome="dropped", seconds=60)
    RunFactory(conversation=conversation, started_at=now() - timedelta(days=8))

    recent = site.get("index").context["recent"]

    assert recent == {
        "replied": 2, "handed_over": 1, "dropped": 1, "failed": 0, "liked": 3, "disliked": 0,
        "seconds": 0.3,
    }  # fmt: skip


def test_an_assistant_that_never_answered_has_a_page(site):
    page = site.get("index")

    assert page.context["recent"]["seconds"] is None
    assert "No turns yet" in page.text


def test_turns_are_listed_latest_first_with_their_end(site, conversation):
    RunFactory(conversation=conversation, draft="first", started_at=now() - timedelta(hours=1))
    RunFactory(
        conversation=conversation, draft="second", outcome="dropped", drop_reason="newer_message"
    )

    page = site.get("index")

    assert [run.draft for run in page.context["runs"]] == ["second", "first"]
    assert "The customer wrote again" in page.text


def test_turns_are_filtered_by_their_end(site, conversation):
    RunFactory(conversation=conversation, draft="sent")
    RunFactory(conversation=conversation, draft="called a person", outcome="handed_over")

    def drafts(outcome):
        return [run.draft for run in site.get("index", f"?outcome={outcome}").context["runs"]]

    assert drafts("handed_over") == ["called a person"]
    assert drafts("failed") == []
    assert len(drafts("nonsense")) == 2
    assert "No such turn" in site.get("index", "?outcome=failed").text


def test_three_turns_cost_as_many_queries_as_one(site, organization):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            site.get("index")
        return len(captured)

    channel = ChannelFactory(organization=organization)
    RunFactory(conversation=ConversationFactory(channel=channel))
    site.get("index")
    one = queries()
    for _ in range(2):
        RunFactory(conversation=ConversationFactory(channel=channel))

    assert queries() == one


# One turn


@pytest.fixture
def turn(organization, conversation):
    """A turn that answered two messages out of a listing and a note."""
    listing = ListingFactory(organization=organization, title="Skoufa 28")
    note = NoteFactory(organization=organization, title="Deposit")
    MessageFactory(conversation=conversation, body="An older question")
    MessageFactory(conversation=conversation, direction="out", body="An older answer")
    MessageFactory(conversation=conversation, body="Is Skoufa free?")
    MessageFactory(conversation=conversation, body="And the deposit?")
    reply = MessageFactory(conversation=conversation, direction="out", body="Yes, it is.")
    return RunFactory(
        conversation=conversation,
        message=reply,
        draft="Yes, it is.",
        commands=[
            {"kind": "ask_listing", "value": {"attribute": "price", "listing": listing.pk}},
            {"kind": "choose_listing", "value": listing.pk},
            {"kind": "choose_slot", "value": "2d8a1fa6-33a5-4e5a-a98e-6f4a0d7d8d52"},
            {"kind": "something_new", "value": None},
        ],
        tools=[
            {
                "tool": "record_facts",
                "arguments": {"facts": [{"field": "property_type", "value": "town_house"}]},
                "result": ["property_type"],
            },
            {
                "tool": "search_knowledge",
                "arguments": {"query": "deposit"},
                "result": [{"title": "Deposit", "text": "Two months.", "score": 0.7}],
            },
            {"tool": "offer_slots", "arguments": {"kind": "viewing"}, "result": []},
        ],
        sources=[
            {"kind": "listing", "id": listing.pk, "label": "Skoufa 28", "as_of": "2026-11-01"},
            {"kind": "note", "id": note.pk, "label": "Deposit", "as_of": note.as_of.isoformat()},
            {"kind": "note", "id": note.pk + 1000, "label": "Gone", "as_of": ""},
        ],
        verdicts=[
            {"guardrail": "figures", "passed": True, "detail": ""},
            {"guardrail": "links", "passed": False, "detail": "http://x.example"},
        ],
    )


def test_a_turn_shows_how_the_reply_came_about(site, organization, turn):
    page = site.get("run", code=turn.code)

    assert page.status_code == 200
    texts = [
        "Is Skoufa free?", "And the deposit?", "Asks about a home",
        "listing: Skoufa 28, attribute: price",
        "Names a home: Skoufa 28", "Chooses an offered time", "something new",
        "Property type: town house", "Looked into notes and listings", "Deposit: Two months.",
        "found nothing", "removed since", "Every figure stands in a stored row", "refused:",
        "http://x.example", "Yes, it is.",
    ]  # fmt: skip
    shown = page.text.replace("&#x27;", "'").replace('<b dir="auto">', "").replace("</b>", "")
    assert [text for text in texts if text not in shown] == []
    assert "An older question" not in shown


def test_a_source_leads_to_its_row(site, organization, turn):
    page = site.get("run", code=turn.code).text

    for source in turn.sources[:2]:
        address = reverse(f"knowledge:{source['kind']}", args=[organization.slug, source["id"]])
        assert f'href="{address}"' in page


def test_a_bubble_leads_to_its_turn(site, turn):
    piece = site.get("run_of_message", headers=HTMX, pk=turn.message_id).text

    assert f'id="run-{turn.code}"' in piece
    assert "<html" not in piece


def test_a_bubble_without_a_record_says_so(site, conversation):
    message = MessageFactory(conversation=conversation, direction="out")

    response = site.get("run_of_message", pk=message.pk)

    assert response.status_code == 200
    assert "No record of this turn" in response.text


def test_a_turn_of_another_agency_is_not_there(site):
    run = RunFactory(message=None)
    message = MessageFactory(conversation=run.conversation, direction="out")

    assert site.get("run", code=run.code).status_code == 404
    assert site.get("run_of_message", pk=message.pk).status_code == 404
    assert site.post("feedback", {"feedback": "up"}, code=run.code).status_code == 404


def test_a_turn_whose_content_was_removed_still_has_a_page(site, conversation):
    run = RunFactory(conversation=conversation, draft="", commands=[], tools=[], verdicts=[])

    assert "No request in particular" in site.get("run", code=run.code).text


@pytest.mark.parametrize(("said", "stored"), [("up", 1), ("down", -1), ("", None), ("x", None)])
def test_a_member_says_whether_a_turn_was_right(site, conversation, said, stored):
    run = RunFactory(conversation=conversation, feedback=0)

    response = site.post("feedback", {"feedback": said}, headers=HTMX, code=run.code)

    assert response.status_code == 200
    with tenant(conversation.organization):
        assert Run.objects.get(pk=run.pk).feedback == stored


def test_without_scripts_feedback_leads_back_to_the_turn(site, conversation):
    run = RunFactory(conversation=conversation)

    assert site.post("feedback", {"feedback": "up"}, code=run.code).url == site.url(
        "run", code=run.code
    )


# The home beside a conversation


def test_the_home_in_focus_stands_beside_the_conversation(site, organization, conversation):
    listing = ListingFactory(
        organization=organization, title="Skoufa 28", area_m2=92, bedrooms=2, area="Kolonaki"
    )
    other = ListingFactory(organization=organization, title="Other")
    DialogueFactory(
        conversation=conversation, state={"focus": listing.pk, "shown": [other.pk, listing.pk]}
    )

    card = site.get("panel", code=conversation.code)

    assert card.context["listings"] == [listing]
    assert "92 m², 2 bedrooms, Kolonaki" in card.text
    assert reverse("knowledge:listing", args=[organization.slug, listing.pk]) in card.text


def test_without_a_focus_the_homes_shown_last_stand_there(site, organization, conversation):
    homes = [ListingFactory(organization=organization) for _ in range(2)]
    shown = [homes[1].pk, homes[0].pk, homes[0].pk + 1000]
    DialogueFactory(conversation=conversation, state={"focus": None, "shown": shown})

    assert site.get("panel", code=conversation.code).context["listings"] == homes[::-1]


def test_a_home_no_longer_on_offer_says_so(site, organization, conversation):
    listing = ListingFactory(organization=organization, status="sold")
    DialogueFactory(conversation=conversation, state={"focus": listing.pk})

    assert "Sold" in site.get("panel", code=conversation.code).text


def test_a_conversation_that_is_about_no_home_has_an_empty_panel(site, conversation):
    assert site.get("panel", code=conversation.code).text.strip() == ""


def test_a_home_of_another_agency_is_never_shown(site, conversation):
    listing = ListingFactory(organization=OrganizationFactory())
    DialogueFactory(conversation=conversation, state={"focus": listing.pk})

    assert site.get("panel", code=conversation.code).context["listings"] == []


# The hand-over rules


def stored_rule(organization, subject):
    with tenant(organization):
        return organization.subject_rules.filter(subject=subject).first()


def test_the_rules_are_listed_with_what_the_customer_is_told(site):
    page = site.get("hand_over_rules").content.decode()

    assert "Price negotiation" in page
    assert "If anyone is in danger, call the emergency number now" in page
    assert page.count("Change<span") == 8


def test_a_rule_is_saved_and_leaves_a_line_in_the_audit_trail(site, organization, agent):
    body = {
        "subject": "price", "action": "tell", "send_to": "member", "member": agent.pk,
        "sentence": " Anna  decides. ", "extra_words": "rebate\n\nrebate\nΈκπτωση ",
    }  # fmt: skip

    response = site.post("hand_over_rule", body)

    rule = stored_rule(organization, "price")
    assert response.status_code == 302
    assert (rule.action, rule.send_to, rule.member_id) == ("tell", "member", agent.pk)
    assert (rule.sentences, rule.words) == ({"en": "Anna decides."}, ["rebate", "Έκπτωση"])
    with tenant(organization):
        entry = AuditEntry.objects.get(action="hand_over.rule_set")
    assert (entry.details["about"], entry.details["does"]) == ("price", "tell")


@pytest.mark.parametrize("subject", ["emergency", "people"])
def test_a_grave_subject_stays_handed_over_whatever_is_posted(site, organization, subject):
    page = site.get("hand_over_rule", f"?subject={subject}").content.decode()

    site.post("hand_over_rule", {"subject": subject, "action": "tell", "send_to": "nobody"})

    assert 'name="action"' not in page
    assert stored_rule(organization, subject).action == "hand_over"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"send_to": "member"}, "Choose who gets it."),
        ({"sentence": "It is a safe neighbourhood."}, "Fair-housing rules"),
        ({"sentence": "x" * 301}, "at most 300 characters"),
        ({"extra_words": "a"}, "Too short to be found safely: a"),
        ({"extra_words": "w" * 61}, "At most 60 characters on a line"),
        ({"extra_words": "\n".join(f"word {n}" for n in range(51))}, "At most 50 lines."),
        ({"action": "ignore"}, "Select a valid choice"),
    ],
)
def test_a_rule_that_cannot_hold_is_refused_with_its_words_kept(site, organization, change, error):
    body = {"subject": "price", "action": "tell", "send_to": "nobody", "extra_words": "rebate"}

    response = site.post("hand_over_rule", body | change)

    page = response.content.decode()
    assert response.status_code == 422
    assert error in page
    assert change.get("extra_words", "rebate") in page
    assert stored_rule(organization, "price") is None


def test_the_usual_rule_comes_back(site, organization):
    site.post("hand_over_rule", {"subject": "price", "action": "tell", "send_to": "nobody"})

    site.post("hand_over_rule", {"subject": "price", "reset": "yes"})

    assert stored_rule(organization, "price") is None


def test_a_subject_that_is_none_is_not_found(site):
    assert site.get("hand_over_rule", "?subject=weather").status_code == 404


def test_waiting_customers_can_be_left_alone(site, organization):
    response = site.post("hand_over_rules", {"reassure_minutes": "15"})
    with tenant(organization):
        settings = organization.hand_over_settings
    refused = site.post("hand_over_rules", {"reassures": "on", "reassure_minutes": "0"})

    assert response.status_code == 302
    assert (settings.reassures, settings.reassure_minutes) == (False, 15)
    assert refused.status_code == 422


def rated(run):
    with tenant(run.organization):
        found = Run.objects.select_related("feedback_by").get(pk=run.pk)
        return found.feedback, found.feedback_reason, found.feedback_by


def answered(conversation) -> Run:
    message = MessageFactory(
        conversation=conversation, direction="out", author_kind="assistant", body="It is free."
    )
    return RunFactory(conversation=conversation, message=message)


def test_thumbs_in_the_thread_are_kept_with_reason_member_and_can_be_taken_back(site, conversation):
    run = answered(conversation)
    owner = conversation.organization.owner

    asked = site.post("rate_message", {"feedback": "down"}, headers=HTMX, pk=run.message_id)
    down = rated(run)
    site.post("rate_message", {"feedback": "down tone"}, headers=HTMX, pk=run.message_id)
    because = rated(run)
    site.post("rate_message", {"feedback": ""}, headers=HTMX, pk=run.message_id)

    assert "Not how we write" in asked.content.decode()
    assert (down, because) == ((-1, "", owner), (-1, "tone", owner))
    assert rated(run) == (None, "", None)


@pytest.mark.parametrize("said", ["down nonsense", "up tone"])
def test_only_a_thumb_down_has_a_reason_and_only_a_known_one(site, conversation, said):
    run = answered(conversation)

    site.post("rate_message", {"feedback": said}, headers=HTMX, pk=run.message_id)

    assert rated(run)[1] == ""


def test_the_run_page_shows_who_said_what_was_not_right(site, conversation):
    run = answered(conversation)
    site.post("feedback", {"feedback": "down", "reason": "wrong"}, code=run.code)

    page = site.get("run", code=run.code).content.decode()

    assert str(conversation.organization.owner) in page[page.index("Was this right?") :]
    assert page.count('aria-pressed="true"') == 2


def test_the_thread_has_thumbs_at_each_reply_with_a_record(site, client, conversation):
    run = answered(conversation)
    MessageFactory(conversation=conversation, direction="out", author_kind="assistant")

    page = client.get(
        f"/{conversation.organization.slug}/inbox/{conversation.code}/"
    ).content.decode()

    assert page.count('class="thumbs"') == 1
    assert f'id="thumbs-{run.message_id}"' in page
