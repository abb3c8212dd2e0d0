"""What an agency does about each sensitive subject, told by whole conversations."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from assistant import tasks
from assistant.fairhousing import PACKS, breaches
from assistant.loops import TURNS_A_DAY
from assistant.models import HandOverSettings, SubjectRule
from assistant.reassuring import reassure
from assistant.rules import EXPLANATIONS, REASONS, SENTENCES, rules_of, sentence_of
from assistant.sensitive import SUBJECTS
from assistant.tests.factories import RunFactory
from assistant.tests.talk import Talk
from inbox import handover, sending
from inbox.models import Conversation, HandOver, Message
from leads.models import Lead
from organizations.tenancy import tenant
from organizations.tests.factories import MemberFactory

NOW = "2026-11-23T10:00:00+02:00"


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(NOW, tick=True):
        yield


def rule(talk, subject, **fields) -> SubjectRule:
    with tenant(talk.organization):
        return SubjectRule.objects.create(
            organization=talk.organization, subject=subject, **{"action": "hand_over"} | fields
        )


def cards(talk) -> list[HandOver]:
    with tenant(talk.organization):
        return list(talk.conversation.hand_overs.select_related("meant_for").order_by("pk"))


def test_every_subject_has_its_reason_words_and_explanation():
    subjects = set(SubjectRule.Subject.values)

    assert set(SUBJECTS) == subjects == set(REASONS) == set(EXPLANATIONS)
    assert {language: set(own) for language, own in SENTENCES.items()} == dict.fromkeys(
        ("en", "el", "es", "de", "fr", "ar"), subjects
    )
    said = [sentence_of(s, {}, language) for s in subjects for language in SENTENCES]
    assert [text for text in said for pack in PACKS.values() if breaches(text, pack)] == []


def test_without_rules_of_its_own_an_agency_hands_every_subject_over(db):
    talk = Talk()

    with tenant(talk.organization):
        rules = rules_of(talk.organization)

    assert [(r.subject, r.action, r.pk) for r in rules] == [
        (subject, "hand_over", None) for subject in SubjectRule.Subject.values
    ]


def test_card_names_the_rule_and_quotes_what_it_heard(db):
    talk = Talk()
    talk.say("Is Skoufa 28 available?")

    talk.say("would the owner accept 350k?")

    (card,) = cards(talk)
    assert (card.kind, card.reason, card.subject) == ("hand_over", "price", "price")
    assert card.words == "would the owner accept 350k"
    assert card.question == "would the owner accept 350k?"
    assert "Skoufa 28" in card.summary


def test_card_carries_what_was_said_of_the_wish_and_what_was_offered(db):
    talk = Talk()
    talk.say("Hi, I want to buy a 2 bedroom flat in Kolonaki up to 400k")
    talk.say("can I see Skoufa 28 on Saturday at 11?")

    talk.say("I will call my lawyer")

    (card,) = cards(talk)
    known = {fact["label"]: fact["text"] for fact in card.facts}
    assert (known["Wants to"], known["Bedrooms"], known["Areas"]) == ("Buy", "2", "Kolonaki")
    assert [matter["kind"] for matter in card.matters] == ["offer"]
    assert "Sat 28 Nov, 11:00" in card.matters[0]["text"]
    assert len(card.summary) <= 600


def test_own_words_and_an_own_sentence_are_used(db):
    talk = Talk()
    rule(
        talk, "complaint", extra_words="mouldy\nnoise at night",
        sentences={"en": "Sorry! Maria looks into every complaint: 22 123456."},
    )  # fmt: skip

    answer = talk.say("The flat is MOULDY")

    assert "Sorry! Maria looks into every complaint: 22 123456." in answer
    assert talk.refreshed().hand_over_reason == "complaint"
    assert cards(talk)[0].words == "MOULDY"


def test_rule_that_tells_a_colleague_goes_on_answering_the_rest(db):
    talk = Talk()
    rule(talk, "price", action="tell")
    talk.say("Is Skoufa 28 available?")

    answer = talk.say("Is the price negotiable? And how many bedrooms does it have?")

    conversation = talk.refreshed()
    assert answer.startswith(sentence_of("price", {}))
    assert "2 bedrooms" in answer
    assert (conversation.in_charge, conversation.hand_over_reason) == ("assistant", "price")
    assert [(card.kind, card.subject) for card in cards(talk)] == [("question", "price")]


def test_rule_that_tells_a_colleague_says_so_when_nothing_else_was_asked(db):
    talk = Talk()
    rule(talk, "price", action="tell")
    talk.say("Is Skoufa 28 available?")

    assert talk.say("is it negotiable?") == sentence_of("price", {})


@pytest.mark.parametrize("subject", SubjectRule.ALWAYS_HANDED_OVER)
def test_grave_subjects_cannot_be_weakened_in_the_database(db, subject):
    talk = Talk()

    with pytest.raises(IntegrityError, match="grave_subjects"), transaction.atomic():
        rule(talk, subject, action="tell")


def test_an_emergency_begins_with_the_number_whatever_the_agency_wrote(db):
    talk = Talk()
    rule(talk, "emergency", sentences={"en": "Our caretaker is coming."})

    answer = talk.say("Help, there is a gas leak")

    assert answer.startswith("If anyone is in danger, call the emergency number now: 112")
    assert "Our caretaker is coming." in answer
    assert "automated assistant" in answer
    assert cards(talk)[0].is_urgent


def test_an_emergency_is_told_even_where_the_assistant_would_stop_anyway(db):
    talk = Talk()
    talk.say("Hi")
    for _ in range(TURNS_A_DAY):
        RunFactory(conversation=talk.conversation, organization=talk.organization)

    answer = talk.say("there is a smell of gas")

    assert answer.startswith("If anyone is in danger")
    assert talk.refreshed().hand_over_reason == "emergency"


def test_it_goes_to_the_member_of_the_rule(db):
    talk = Talk()
    member = MemberFactory(organization=talk.organization)
    rule(talk, "legal", send_to="member", member=member)

    talk.say("I will call my lawyer")

    assert talk.refreshed().assignee_id == member.pk
    assert cards(talk)[0].meant_for == member


def test_a_member_who_left_gets_nothing(db):
    talk = Talk()
    member = MemberFactory(organization=talk.organization, is_active=False)
    rule(talk, "legal", send_to="member", member=member)

    talk.say("I will call my lawyer")

    assert talk.refreshed().assignee_id is None
    assert talk.refreshed().in_charge == "person"


def test_it_goes_to_the_owner_of_the_lead_or_else_of_the_conversation(db):
    talk = Talk()
    rule(talk, "price", send_to="owner", action="tell")
    owner, other = (MemberFactory(organization=talk.organization) for _ in range(2))
    with tenant(talk.organization):
        Conversation.objects.filter(pk=talk.conversation.pk).update(assignee=other)
    talk.say("any discount?")
    first = talk.refreshed().assignee_id

    with tenant(talk.organization):
        Lead.objects.filter(contact=talk.conversation.contact).update(owner=owner)
    talk.say("what is your best price?")

    assert (first, talk.refreshed().assignee_id) == (other.pk, owner.pk)


def test_a_burst_is_judged_by_its_gravest_message(db):
    talk = Talk()

    talk.say("any discount?", "and by the way there is water coming through the ceiling")

    assert talk.refreshed().hand_over_reason == "emergency"


def test_nothing_is_noted_of_who_somebody_is(db):
    talk = Talk()

    talk.say("We are refugees and want to rent 2 bedrooms, is that a problem?")

    assert talk.refreshed().hand_over_reason == "fair_housing"
    assert talk.lead() == {}


def handed_over(message="I want to make a complaint") -> tuple[Talk, HandOver]:
    talk = Talk()
    with tenant(talk.organization):
        Conversation.objects.filter(pk=talk.conversation.pk).update(
            last_customer_message_at=now(), waiting_since=now()
        )
    talk.say(message)
    return talk, cards(talk)[0]


def reassurances(talk) -> list[str]:
    with tenant(talk.organization):
        found = talk.conversation.messages.filter(payload__purpose="reassurance")
        return [message.body for message in found]


def test_who_still_waits_after_ten_minutes_hears_once_that_a_colleague_has_the_message(db):
    talk, card = handed_over()
    with connection.cursor() as cursor:
        # The queue goes by the database's clock, which this test does not move.
        cursor.execute("SELECT max(lock) - clock_timestamp() FROM django_q_ormq")
        (due,) = cursor.fetchone()

    tasks.reassure(talk.organization.pk, card.pk)
    tasks.reassure(talk.organization.pk, card.pk)

    assert timedelta(minutes=9) < due <= timedelta(minutes=10)
    assert reassurances(talk) == [
        "Your message is with our team, and a colleague will answer you here. Thank you for your "
        "patience."
    ]
    assert talk.refreshed().waiting_since is not None


def answered(talk, card):
    member = talk.organization.member
    conversation = Conversation.objects.get(pk=talk.conversation.pk)
    handover.take_over(conversation, member)
    sending.send_reply(conversation, "I am here.", author=member)


def taken_over(talk, card):
    handover.take_over(Conversation.objects.get(pk=talk.conversation.pk), talk.organization.member)


def window_closed(talk, card):
    Conversation.objects.filter(pk=talk.conversation.pk).update(
        last_customer_message_at=now() - timedelta(hours=25)
    )


def opted_out(talk, card):
    talk.conversation.contact.opted_out_at = now()
    talk.conversation.contact.save()


def paused(talk, card):
    talk.organization.assistant_paused = True
    talk.organization.save()


def number_off(talk, card):
    talk.conversation.channel.assistant_mode = "off"
    talk.conversation.channel.save()


def switched_off(talk, card):
    HandOverSettings.objects.create(organization=talk.organization, reassures=False)


def closed(talk, card):
    handover.close(Conversation.objects.get(pk=talk.conversation.pk), talk.organization.member)


@pytest.mark.parametrize(
    "happens",
    [answered, taken_over, window_closed, opted_out, paused, number_off, switched_off, closed],
)
def test_nobody_is_reassured_who_is_served_or_must_not_be_written_to(db, happens):
    talk, card = handed_over()
    with tenant(talk.organization):
        happens(talk, card)

    tasks.reassure(talk.organization.pk, card.pk)

    assert reassurances(talk) == []


def test_taking_over_withdraws_a_reassurance_that_nobody_has_posted(db):
    talk, card = handed_over()
    with tenant(talk.organization):
        assert reassure(HandOver.objects.select_related("conversation").get(pk=card.pk))

        taken_over(talk, card)

        message = Message.objects.get(payload__purpose="reassurance")
        assert message.status == "cancelled"


def test_where_it_is_switched_off_nothing_is_queued(db):
    talk = Talk()
    with tenant(talk.organization):
        HandOverSettings.objects.create(organization=talk.organization, reassures=False)

    talk.say("I want to make a complaint")

    queued = [SignedPackage.loads(task.payload)["func"] for task in OrmQ.objects.all()]
    assert "assistant.tasks.reassure" not in queued


def test_an_unanswered_emergency_hears_the_number_again(db):
    talk, card = handed_over("there is a gas leak")

    tasks.reassure(talk.organization.pk, card.pk)

    assert reassurances(talk)[0].startswith("If anyone is in danger, call the emergency number")
