"""A voice message whose words come after it was received, and perhaps answered."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from assistant import tasks
from assistant.rules import sentence_of
from assistant.tests.test_attachments import channel_with_claude, comes, sends
from assistant.tests.test_tasks import answer, customer_writes, replies
from inbox import handover, opting_out
from inbox.models import Attachment, Channel, Conversation, ConversationWork, HandOver, Message
from inbox.tasks import hear_attachment
from organizations.tenancy import tenant

STOPPED = opting_out.STOPPED


@pytest.fixture
def town(db):
    return Town(channel_with_claude(enabled=False))


class Town:
    """A customer who speaks, and whose words are written down late."""

    def __init__(self, channel: Channel) -> None:
        self.channel, self.organization = channel, channel.organization
        self.conversation, self.attachment = sends(channel, "audio")

    def write_down(self, words: str, times: int = 1) -> None:
        comes(self.attachment, b"OggS", "audio/ogg", transcript=words)
        with tenant(self.organization):
            Attachment.objects.filter(pk=self.attachment.pk).update(transcribed_at=now())
        for _time in range(times):
            hear_attachment(self.organization.pk, self.attachment.pk)

    def fresh(self) -> Conversation:
        with tenant(self.organization):
            return Conversation.objects.select_related("contact").get(pk=self.conversation.pk)

    def is_due(self) -> bool:
        return ConversationWork.objects.get(pk=self.conversation.pk).state == "due"

    def give_to_a_person(self) -> None:
        with tenant(self.organization):
            handover.hand_over(self.fresh(), Conversation.HandOverReason.ASKED)

    def listen(self) -> None:
        tasks.listen(self.organization.pk, self.conversation.pk, self.attachment.message_id)

    def said_by_us(self) -> list[str]:
        with tenant(self.organization):
            ours = Message.objects.filter(direction="out").order_by("pk")
            return list(ours.values_list("body", flat=True))


def test_what_could_not_be_opened_is_answered_once_it_is_written_down(town):
    first = answer(town.channel, town.conversation)
    before = town.is_due()

    town.write_down("Is Skoufa 28 still free?", times=2)
    second = answer(town.channel, town.conversation)
    again = answer(town.channel, town.conversation)

    assert "voice" in first[0]
    assert (before, len(second), again) == (False, 2, second)
    assert "Skoufa 28 (L-1042) is available." in second[1]


def test_words_that_come_before_the_answer_make_one_answer(town):
    town.write_down("Is Skoufa 28 still free?")

    written = answer(town.channel, town.conversation)
    hear_attachment(town.organization.pk, town.attachment.pk)

    assert len(written) == 1
    assert town.is_due() is False


def test_an_answer_that_had_not_heard_the_words_is_dropped(town, monkeypatch):
    def think_while_they_come(turn):
        drafted = original(turn)
        town.write_down("Is Skoufa 28 still free?")
        return drafted

    original = tasks.respond
    monkeypatch.setattr(tasks, "respond", think_while_they_come)
    with_old_words = answer(town.channel, town.conversation)
    monkeypatch.setattr(tasks, "respond", original)

    assert with_old_words == []
    assert "Skoufa 28 (L-1042)" in answer(town.channel, town.conversation)[0]


def test_a_spoken_stop_is_honoured_once(town):
    answer(town.channel, town.conversation)

    town.write_down("Stop sending me messages", times=2)

    assert town.fresh().contact.opted_out_at is not None
    assert town.fresh().in_charge == "person"
    assert town.said_by_us()[1:] == [STOPPED["en"]]


def test_a_spoken_stop_that_was_undone_meanwhile_stays_undone(town):
    customer_writes(town.channel, "start", wamid="wamid.later")

    town.write_down("Stop sending me messages")

    assert town.fresh().contact.opted_out_at is None


def test_a_spoken_start_undoes_a_stop(town):
    with tenant(town.organization):
        contact = town.fresh().contact
        contact.opted_out_at = now() - timedelta(days=1)
        contact.save()

    town.write_down("Start")

    assert town.fresh().contact.opted_out_at is None


@pytest.mark.parametrize("is_given", [True, False])
def test_a_spoken_emergency_is_heard_by_whoever_is_in_charge(town, is_given):
    if is_given:
        town.give_to_a_person()
    else:
        answer(town.channel, town.conversation)

    town.write_down("There is a gas leak in the flat!")
    town.listen()
    answer(town.channel, town.conversation)

    told = sentence_of("emergency", {})
    assert [text for text in town.said_by_us() if told in text] == town.said_by_us()[-1:]
    assert town.fresh().hand_over_reason == "emergency"


def test_the_card_says_what_was_spoken_instead_of_that_a_message_came(town):
    town.give_to_a_person()
    conversation, attachment = sends(town.channel, "audio", wamid="wamid.second")
    tasks.listen(town.organization.pk, conversation.pk, attachment.message_id)
    town.attachment = attachment

    town.write_down("I need two bedrooms in Kolonaki")
    for _time in range(2):
        town.listen()

    with tenant(town.organization):
        card = HandOver.objects.get(kind="hand_over")
    said = [(entry["kind"], entry["text"]) for entry in card.added]
    assert said == [("said", "I need two bedrooms in Kolonaki")]


def test_words_that_come_an_hour_late_go_to_a_person(town):
    answer(town.channel, town.conversation)
    with tenant(town.organization):
        hour = now() - timedelta(hours=1)
        Message.objects.filter(pk=town.attachment.message_id).update(created_at=hour)

    town.write_down("Is Skoufa 28 still free?")

    assert (town.fresh().in_charge, town.fresh().hand_over_reason) == ("person", "stale")
    assert len(replies(town.channel)) == 1


def test_words_of_a_withdrawn_message_are_not_heard(town):
    with tenant(town.organization):
        Message.objects.filter(pk=town.attachment.message_id).update(revoked_at=now())

    town.write_down("Stop sending me messages")

    assert town.fresh().contact.opted_out_at is None
