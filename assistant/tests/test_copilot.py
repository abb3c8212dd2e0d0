"""The copilot of members without Claude: what it makes, from what, and that nothing comes of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from assistant.copilot import admitting, helping
from assistant.models import AssistantSettings
from assistant.tests.talk import Talk
from assistant.tests.test_playing import counts
from inbox import handover
from inbox.models import Message
from inbox.tests.factories import ConversationFactory
from knowledge.tests.factories import NoteFactory
from leads.models import Lead
from organizations.tenancy import tenant
from organizations.tests.factories import MemberFactory, OrganizationFactory
from scheduling.models import Offer
from scheduling.tests.factories import make_appointment


@pytest.fixture
def talk(db) -> Talk:
    """Eleni wants to buy; Anna has taken over, and Eleni writes again."""
    talk = Talk()
    talk.say("I want to buy a flat in Kolonaki, up to €400,000")
    with tenant(talk.organization):
        handover.take_over(talk.refreshed(), talk.organization.member)
    return talk


def write(talk: Talk, *texts: str) -> list[Message]:
    with tenant(talk.organization):
        return [talk._receive(text) for text in texts]


def address(talk: Talk, name: str = "copilot_make") -> str:
    kwargs = {"slug": talk.organization.slug, "code": talk.conversation.code}
    return reverse(f"assistant:{name}", kwargs=kwargs)


def ask(client, talk: Talk, task: str, member=None, **fields):
    client.force_login((member or talk.organization.member).user)
    return client.post(address(talk), {"task": task, **fields})


def made(client, talk: Talk, task: str, **fields) -> helping.Made:
    answer = ask(client, talk, task, **fields)
    assert "problem" not in answer.context, answer.context["problem"].said
    return answer.context["made"]


def problem(client, talk: Talk, task: str, **fields) -> helping.CannotHelp:
    return ask(client, talk, task, **fields).context["problem"]


def labels(found: helping.Made) -> list[str]:
    return [link["label"] for link in found.links]


# Drafts


def test_a_draft_is_what_the_built_in_assistant_would_reply_and_nothing_comes_of_it(client, talk):
    write(talk, "Is Skoufa 28 still free? Can I view it on Saturday at 11?")
    before = counts(talk.organization)

    found = made(client, talk, "draft")

    assert "Skoufa 28" in found.text
    assert labels(found) == ["Skoufa 28"]
    assert (found.model, found.cost, found.instead_of) == ("", 0, "")
    assert counts(talk.organization) == before


def test_times_in_a_draft_are_neither_offered_nor_held_and_it_says_so(client, talk):
    write(talk, "Can I view Skoufa 28?")
    with tenant(talk.organization):
        before = Offer.objects.count()

    found = made(client, talk, "draft")

    with tenant(talk.organization):
        assert Offer.objects.count() == before
    assert "nobody holds them" in str(found.remarks[-1])


def test_a_booking_that_a_draft_speaks_of_was_not_made_and_it_says_so(client, talk):
    write(talk, "Can I view Skoufa 28?")
    talk.answer()
    write(talk, "The second one please")

    found = made(client, talk, "draft")

    assert found.undone == ["book_slot"]
    assert talk.appointments() == []


def test_where_everything_is_answered_there_is_nothing_to_draft(client, talk):
    assert problem(client, talk, "draft").said.startswith("Everything the customer wrote")


def test_a_subject_with_a_rule_is_answered_with_the_agencys_own_words(client, talk):
    write(talk, "There is a gas leak in the flat!")

    found = made(client, talk, "draft")

    assert "emergency number" in found.text
    assert "your agency's words" in found.remarks[0]


def test_whoever_asks_for_a_person_gets_one_and_no_draft(client, talk):
    write(talk, "I want to speak to a human please")

    assert "that is you" in problem(client, talk, "draft").said


# Questions


QUESTIONS = [
    ("What is her budget?", ["Budget: Up to €400,000"], "message"),
    ("Where does she want to live?", ["Areas: Kolonaki"], "message"),
    ("What is her e-mail?", ["E-mail: not said yet."], "lead"),
    ("What stage is she in?", ["Stage: Qualified"], "lead"),
    ("How many bedrooms does Skoufa 28 have?", ["Skoufa 28 has 2 bedrooms."], "listing"),
    ("Ποιος είναι ο προϋπολογισμός της;", ["Budget: Up to €400,000"], "message"),
    ("What is her budget, and what does Skoufa 28 cost?",
     ["Budget: Up to €400,000", "Skoufa 28 costs €385,000."], "message"),
    ("Is a viewing booked?", ["Nothing is booked."], "lead"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "said", "kind"), QUESTIONS)
def test_a_question_is_answered_from_a_row_that_is_linked(client, talk, question, said, kind):
    found = made(client, talk, "ask", question=question)

    assert [line["text"] for line in found.lines] == said
    assert found.lines[0]["link"]["kind"] == kind


def test_a_lead_that_does_not_exist_yet_is_not_linked(client, talk):
    other = ConversationFactory(channel=talk.conversation.channel)
    client.force_login(talk.organization.member.user)
    kwargs = {"slug": talk.organization.slug, "code": other.code}
    address = reverse("assistant:copilot_make", kwargs=kwargs)

    answer = client.post(address, {"task": "ask", "question": "What is her budget?"})

    found = answer.context["made"]
    assert found.text == "Budget: not said yet."
    assert client.get(found.links[0]["href"]).status_code == 200


def test_the_price_of_a_home_comes_from_its_listing_whatever_a_customer_says(client, talk):
    write(talk, "Skoufa 28 costs €1, I was told")

    found = made(client, talk, "ask", question="What does Skoufa 28 cost?")

    assert "€385,000" in found.text
    assert "€1," not in found.text
    assert labels(found) == ["Skoufa 28"]


def test_notes_answer_and_are_linked(client, talk):
    found = made(client, talk, "ask", question="How much is the deposit for tenants?")

    assert "two months' rent" in found.text
    assert labels(found) == ["Deposit and fees for tenants"]


def test_appointments_answer(client, talk):
    start = datetime(2031, 3, 4, 9, tzinfo=UTC)
    make_appointment(
        talk.organization.member, start, start + timedelta(minutes=45),
        conversation=talk.conversation, status="booked",
    )  # fmt: skip

    found = made(client, talk, "ask", question="When is her viewing?")

    assert "4 Mar" in found.text
    assert "11:00" in found.text
    assert [link["kind"] for link in found.links] == ["appointment"]


def test_the_score_answers_with_its_reasons(client, talk):
    with tenant(talk.organization):
        points = Lead.objects.get(contact=talk.conversation.contact).score

    found = made(client, talk, "ask", question="Why is the score so high?")

    assert found.lines[0]["text"] == f"Score: {points} of 100"
    assert len(found.lines) > 1


def test_what_the_customer_said_is_quoted_with_a_link_to_the_message(client, talk):
    [message] = write(talk, "The balcony must face south, that matters to me")

    found = made(client, talk, "ask", question="What was that about south?")

    assert found.text == "“The balcony must face south, that matters to me”"
    assert found.links[0]["href"].endswith(f"#message-{message.pk}")


def test_what_a_customer_is_does_not_come_back_in_an_answer(client, talk):
    write(talk, "I am a Muslim woman and use a wheelchair, does that matter?")

    answer = ask(client, talk, "ask", question="Does she use a wheelchair?")

    assert "wheelchair" not in answer.content.decode()


def test_what_nothing_answers_is_not_made_up(client, talk):
    said = problem(client, talk, "ask", question="What colour is the moon?").said

    assert said.startswith("Nothing on record answers this.")


def test_asking_leaves_nothing_behind(client, talk):
    before = counts(talk.organization)

    for question, _said, _kind in QUESTIONS:
        made(client, talk, "ask", question=question)

    assert counts(talk.organization) == before


def test_a_note_that_breaks_the_fair_housing_rules_is_not_shown(client, talk):
    NoteFactory(
        organization=talk.organization, title="Neighbourhood of Kolonaki",
        body="The neighbourhood is perfect for families and very safe.",
    )  # fmt: skip

    found = problem(client, talk, "ask", question="How is the neighbourhood of Kolonaki?")

    assert (found.said, len(found.why)) == ("What was found is not shown:", 1)


# Shortening


def test_shortening_leaves_out_sentences_that_say_nothing_and_keeps_every_figure(client, talk):
    text = (
        "Hello Eleni. I hope you are well. Thank you very much for your message. Skoufa 28 costs "
        "€385,000 and has 92 m². You can see it on Saturday at 11:00. Please do not hesitate to "
        "contact me. Have a nice day!"
    )

    found = made(client, talk, "shorten", text=text)

    assert found.text == (
        "Hello Eleni. Skoufa 28 costs €385,000 and has 92 m². You can see it on Saturday at 11:00."
    )
    assert found.replaces


@pytest.mark.parametrize(
    "text",
    [
        "Please do not call the owner before Saturday.",
        "Thank you for your 2 messages. See you on Monday.",
        "Thank you for your offer, we accept it.",
        "The flat is free.",
    ],
)
def test_where_no_sentence_can_go_it_says_so(client, talk, text):
    assert problem(client, talk, "shorten", text=text).said.startswith("No sentence can be left")


# What needs Claude


@pytest.mark.parametrize("task", ["translate", "tone"])
def test_what_needs_claude_says_so_and_who_can_switch_it_on(client, talk, settings, task):
    settings.ANTHROPIC_API_KEY = ""
    without_key = problem(client, talk, task, text="Hello", language="el").said
    settings.ANTHROPIC_API_KEY = "key"
    off = problem(client, talk, task, text="Hello", language="el").said

    assert without_key.startswith("This needs Claude, which has no key on this server")
    assert off == "This needs Claude. An owner can switch it on under Assistant, Settings."


def test_the_panel_offers_the_six_languages_with_the_customers_own_chosen(client, talk):
    write(talk, "Καλησπέρα, θα ήθελα να δω το διαμέρισμα")
    client.force_login(talk.organization.member.user)

    answer = client.get(address(talk, "copilot"))

    assert [code for code, _name in answer.context["languages"]] == [
        "en", "el", "es", "de", "fr", "ar",
    ]  # fmt: skip
    assert answer.context["language"] == "el"
    assert "need Claude" in answer.content.decode()


@pytest.mark.parametrize("task", ["shorten", "translate", "tone", "ask"])
def test_nothing_to_work_on_is_told(client, talk, task):
    assert problem(client, talk, task, text="  ").said.startswith("Write ")


def test_a_request_of_no_shape_is_told_and_changes_nothing(client, talk):
    assert ask(client, talk, "send", text="Hello").status_code == 200
    assert "problem" in ask(client, talk, "translate", text="x" * 5000).context


# Who, and how often


def test_another_agencys_conversation_is_not_found(client, talk):
    stranger = OrganizationFactory().owner
    client.force_login(stranger.user)
    kwargs = {"slug": stranger.organization.slug, "code": talk.conversation.code}

    for name in ("copilot", "copilot_make"):
        url = reverse(f"assistant:{name}", kwargs=kwargs)
        answer = client.get(url) if name == "copilot" else client.post(url, {"task": "draft"})
        assert answer.status_code == 404
    assert client.get(address(talk, "copilot")).status_code == 404


def test_two_requests_at_once_are_one(client, talk):
    write(talk, "Is Skoufa 28 still free?")
    member = talk.organization.member

    with admitting.admitted(member):
        second = problem(client, talk, "draft")

    assert second.said == "Your last request is still being worked on. Nothing was asked twice."
    assert made(client, talk, "draft").text


def test_a_member_who_clicks_without_end_has_to_wait_and_a_colleague_has_not(client, talk):
    colleague = MemberFactory(organization=talk.organization)
    for _time in range(admitting.A_MINUTE):
        problem(client, talk, "draft")

    refused = problem(client, talk, "draft")
    other = problem(client, talk, "draft", member=colleague)

    assert refused.said.startswith("That was a lot in one minute.")
    assert other.said.startswith("Everything the customer wrote")


def test_a_day_has_a_limit_too(client, talk, monkeypatch):
    monkeypatch.setattr(admitting, "A_DAY", 2)
    for _time in range(2):
        problem(client, talk, "draft")

    assert problem(client, talk, "draft").said.startswith("You have asked the copilot 2 times")


def test_after_a_failure_of_our_own_the_member_can_ask_again(talk):
    member = talk.organization.member
    with pytest.raises(ZeroDivisionError), admitting.admitted(member):
        raise ZeroDivisionError

    assert cache.get(f"copilot-busy:{member.pk}") is None


def test_claude_is_not_asked_where_no_owner_has_switched_it_on(client, talk, claude_twin):
    write(talk, "Is Skoufa 28 still free?")
    with tenant(talk.organization):
        AssistantSettings.objects.create(organization=talk.organization, claude_enabled=False)

    made(client, talk, "draft")
    made(client, talk, "ask", question="What is her budget?")
    problem(client, talk, "translate", text="Hello", language="el")

    assert claude_twin.requests == []
