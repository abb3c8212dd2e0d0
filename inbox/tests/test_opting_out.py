# ruff: noqa: E501  (lists read better unbroken)
from datetime import timedelta

import pytest
from django.utils.timezone import now

from inbox import handover, opting_out, sending
from inbox.models import Conversation, Message
from inbox.opting_out import (
    STARTED,
    STOP_WORDS,
    STOPPED,
    allow_again,
    asks_to_start,
    asks_to_stop,
)
from inbox.receiving import receive
from inbox.tests.factories import ELENI, ChannelFactory, incoming_message, queued_message
from organizations.tenancy import tenant


@pytest.fixture
def channel(db):
    channel = ChannelFactory()
    with tenant(channel.organization):
        yield channel


def say(channel, body: str, **fields) -> Conversation:
    message = receive(channel, incoming_message(body=body, **fields))
    return Conversation.objects.select_related("work", "contact").get(pk=message.conversation_id)


def from_us(conversation: Conversation) -> list[str]:
    ours = conversation.messages.filter(direction="out").order_by("pk")
    return list(ours.values_list("body", flat=True))


@pytest.mark.parametrize(
    "text",
    [
        "STOP", "stop.", " Stop!! ", "Unsubscribe", "ΣΤΑΜΑΤΗΣΤΕ", "σταμάτα", "Διαγραφή",
        "BAJA", "darme de baja", "Stopp", "Abmelden", "Arrêt", "ARRETER", "désabonner",
        "توقف", "إلغاء الاشتراك", "الغاء الاشتراك",
    ],
)  # fmt: skip
def test_words_for_stopping_are_understood_in_six_languages(text):
    assert asks_to_stop(text)


@pytest.mark.parametrize(
    "text",
    [
        "Please stop by at five", "Is there a bus stop?", "Don't stop", "", "?", "Start",
        "parada", "Δεν σταμάτησα",
    ],
)  # fmt: skip
def test_a_word_inside_a_sentence_is_no_stop(text):
    assert not asks_to_stop(text)


def test_there_are_words_and_confirmations_for_each_language():
    languages = {"en", "el", "es", "de", "fr", "ar"}

    assert set(STOP_WORDS) == set(STOPPED) == set(STARTED) == languages


@pytest.mark.parametrize("text", ["START", "έναρξη", "Alta", "démarrer", "ابدأ"])
def test_words_for_starting_again_are_understood(text):
    assert asks_to_start(text)


def test_stop_is_confirmed_once_and_turns_the_assistant_off(channel):
    conversation = say(channel, "STOP")
    say(channel, "STOP!")
    say(channel, "Unsubscribe", sender=ELENI)

    conversation = Conversation.objects.select_related("work", "contact").get(pk=conversation.pk)
    assert from_us(conversation) == [STOPPED["en"]]
    assert conversation.contact.opted_out_at is not None
    assert (conversation.in_charge, conversation.work.state) == ("person", "idle")


def test_confirmation_is_in_the_language_of_the_word(channel):
    assert from_us(say(channel, "Σταματήστε")) == [STOPPED["el"]]


def test_shared_word_is_confirmed_in_the_language_of_the_customer(channel):
    conversation = say(channel, "Guten Tag")
    conversation.contact.language = "de"
    conversation.contact.save()

    assert from_us(say(channel, "Stop")) == [STOPPED["de"]]


def test_stop_counts_on_every_number_of_the_agency(channel):
    other = ChannelFactory(organization=channel.organization)
    elsewhere = say(other, "Hello")

    say(channel, "STOP")

    elsewhere.refresh_from_db()
    elsewhere.work.refresh_from_db()
    assert (elsewhere.in_charge, elsewhere.work.state) == ("person", "idle")


def test_stop_cancels_what_the_assistant_has_queued(channel):
    draft = queued_message(say(channel, "Hello"))

    say(channel, "STOP")

    draft.refresh_from_db()
    assert draft.status == "cancelled"


def test_nothing_is_sent_unasked_after_a_stop(channel):
    conversation = say(channel, "STOP")
    handover.lock(conversation)

    for author_kind in (Message.Author.ASSISTANT, Message.Author.SYSTEM, Message.Author.MEMBER):
        with pytest.raises(sending.OptedOut):
            sending.queue_message(conversation, "New listings!", author_kind=author_kind)


def test_member_may_answer_when_the_customer_writes_later(channel, time_machine):
    conversation = say(channel, "STOP")
    time_machine.move_to(now() + timedelta(minutes=1))
    conversation = say(channel, "One more question", sent_at=now())

    reply = sending.send_reply(conversation, "Yes?", author=channel.organization.owner)

    assert reply.status == "queued"
    assert conversation.work.state == "idle"
    with pytest.raises(sending.OptedOut):
        sending.queue_message(conversation, "Hi", author_kind=Message.Author.ASSISTANT)


def test_start_undoes_a_stop_and_is_confirmed(channel):
    conversation = say(channel, "STOP")

    conversation = say(channel, "Start")

    assert from_us(conversation) == [STOPPED["en"], STARTED["en"]]
    assert conversation.contact.opted_out_at is None
    assert (conversation.in_charge, conversation.work.state) == ("assistant", "idle")


def test_start_that_comes_late_does_not_undo_a_later_stop(channel):
    said = now()
    conversation = say(channel, "STOP", sent_at=said)

    conversation = say(channel, "Start", sent_at=said - timedelta(minutes=1))

    assert conversation.contact.opted_out_at is not None
    assert from_us(conversation) == [STOPPED["en"]]


def test_start_without_a_stop_is_an_ordinary_message(channel):
    conversation = say(channel, "Start")

    assert (from_us(conversation), conversation.work.state) == ([], "due")


def test_start_leaves_a_conversation_with_the_person_who_took_over(channel):
    conversation = say(channel, "Hello")
    handover.take_over(conversation, channel.organization.owner)
    say(channel, "STOP")

    assert say(channel, "Start").in_charge == "person"


def test_member_can_undo_a_stop(channel):
    conversation = say(channel, "STOP")

    allow_again(conversation, channel.organization.owner)

    conversation = say(channel, "Hello again")
    assert conversation.contact.opted_out_at is None
    assert (conversation.in_charge, conversation.work.state) == ("assistant", "due")


def test_stop_inside_imported_history_changes_nothing(channel):
    conversation = say(channel, "STOP", is_history=True)

    assert (conversation.contact.opted_out_at, from_us(conversation)) == (None, [])


def test_stop_that_arrives_days_late_is_honoured_without_a_confirmation(channel):
    conversation = say(channel, "STOP", sent_at=now() - timedelta(days=2))

    assert conversation.contact.opted_out_at is not None
    assert from_us(conversation) == []


@pytest.mark.parametrize(
    "text",
    [
        "Stop please",
        "please stop",
        "STOP STOP",
        "st\u200bop",
        "Stop sending me messages",
        "don't contact me again",
        "Please remove me from your list",
        "unsubscribe me",
        "leave me alone",
        "Σταματήστε να μου στέλνετε μηνύματα",
        "No me escriban más",
        "Bitte keine Nachrichten mehr schicken",
        "Arrêtez de m'écrire",
        "توقفوا عن مراسلتي",
    ],
)
def test_stop_is_understood_in_a_sentence(text):
    assert opting_out.asks_to_stop(text)


@pytest.mark.parametrize(
    "text",
    [
        "please stop by at five",
        "does the bus stop near the flat?",
        "Can you stop sending me villas and send flats instead? My budget is 300k",
        "I don't want a garden",
        "please don't send me villas over 500k, only flats near the sea in Kolonaki",
    ],
)
def test_other_talk_is_no_stop(text):
    assert not opting_out.asks_to_stop(text)


def test_a_second_stop_takes_back_that_a_member_may_answer(channel, time_machine):
    say(channel, "STOP")
    time_machine.move_to(now() + timedelta(minutes=1))
    conversation = say(channel, "One more question", sent_at=now())
    reply = sending.send_reply(conversation, "Yes?", author=channel.organization.owner)
    time_machine.move_to(now() + timedelta(minutes=1))

    conversation = say(channel, "STOP", sent_at=now())

    with pytest.raises(sending.OptedOut):
        sending.send_reply(conversation, "Sorry!", author=channel.organization.owner)
    assert from_us(conversation) == [STOPPED["en"], reply.body]


def test_a_message_corrected_to_stop_is_one(channel):
    conversation = say(channel, "Hello", wamid="wamid.HELLO")

    say(channel, "STOP", type="edit", original_wamid="wamid.HELLO")

    conversation = Conversation.objects.select_related("work", "contact").get(pk=conversation.pk)
    assert conversation.contact.opted_out_at is not None
    assert (conversation.in_charge, conversation.work.state) == ("person", "idle")
    assert from_us(conversation) == [STOPPED["en"]]


def test_stop_under_a_photo_counts(channel):
    conversation = say(channel, "Stop sending me messages", kind=Message.Kind.IMAGE)

    assert conversation.contact.opted_out_at is not None


def test_the_name_of_a_file_or_of_a_shared_contact_is_no_stop(channel):
    file = {"document": {"filename": "unsubscribe"}}
    say(channel, "unsubscribe", kind=Message.Kind.DOCUMENT, payload=file)
    conversation = say(channel, "Stop", kind=Message.Kind.CONTACTS)

    assert conversation.contact.opted_out_at is None


def test_stop_counts_while_metas_own_agent_answers_and_is_not_confirmed_by_us(channel):
    conversation = say(channel, "STOP", is_standby=True)

    assert conversation.contact.opted_out_at is not None
    assert from_us(conversation) == []


@pytest.mark.parametrize(
    "text",
    [
        "_stop_", "*STOP*", "~Stop~", "S T O P", "S.T.O.P.", "s t o p please", "stop all messages", "STOP NOW",
        "Stop all the messages please", "please stop sending these messages", "I don't want any more messages from you",
        "I no longer want to hear from you", "take me off your list", "don't send me anything", "no more texts please",
        "Δεν θέλω άλλα μηνύματα", "Δεν θέλω πια να λαμβάνω μηνύματα", "Σταματήστε τα μηνύματα", "*ΣΤΟΠ*",
        "μην μου στέλνετε άλλα μηνύματα", "Διαγράψτε με", "den thelo alla minymata", "min mou stelnete", "stamatiste",
        "Ya no quiero recibir mensajes", "No quiero recibir más mensajes suyos", "dejen de escribirme", "Denme de baja",
        "no me envíen más mensajes", "Ich möchte keine Nachrichten mehr erhalten", "Bitte keine weiteren Nachrichten",
        "Schreiben Sie mir nicht mehr", "Hören Sie auf, mir zu schreiben", "Löschen Sie meine Nummer",
        "Je ne veux plus recevoir de messages", "Ne m'écrivez plus", "Arrêtez de m’envoyer des messages", "désinscrivez-moi",
        "Stop aux messages", "لا أريد استلام المزيد من الرسائل", "أوقفوا الرسائل", "لم أعد أريد استلام رسائلكم", "احذفوا رقمي",
    ],
)  # fmt: skip
def test_it_is_heard_however_it_is_written(text):
    assert asks_to_stop(text)


@pytest.mark.parametrize(
    "text",
    [
        "stop by the office tomorrow", "I will stop by the office tomorrow", "stop the viewing on Saturday",
        "Don't send me the contract yet", "take me to the flat on Saturday", "remove me from the viewing on Saturday",
        "cancel my viewing", "no more than 1500", "no more flats in Neapoli", "can you stop sending photos?",
        "θα σταματήσω από το γραφείο αύριο", "δεν θέλω ισόγειο", "Μη μου στείλετε ακόμα το συμβόλαιο",
        "No me envíe la dirección todavía", "ya no quiero ver el piso", "no quiero más de dos dormitorios",
        "Ich komme morgen im Büro vorbei", "Ich möchte keine Wohnung mehr", "Bitte keine Haustiere",
        "Je passerai au bureau demain", "Je ne veux plus louer", "stop au bureau demain",
        "سأتوقف عند المكتب غدا", "لا أريد شقة كبيرة",
    ],
)  # fmt: skip
def test_what_only_sounds_like_it_is_no_stop(text):
    assert not asks_to_stop(text)
