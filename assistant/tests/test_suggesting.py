"""Replies that are only suggested: made as ever, shown to people, and what becomes of them."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from assistant import configuring, prompts, suggesting, tasks
from assistant.models import AssistantSettings, Run
from assistant.tests.talk import agency
from assistant.turn import read_turn
from inbox import handover, sending
from inbox import suggesting as suggestions
from inbox.models import Conversation, ConversationWork, Message, Suggestion
from inbox.receiving import receive
from inbox.tests.factories import ChannelFactory, incoming_message
from leads.recording import known
from organizations.tenancy import tenant
from organizations.tests.factories import MemberFactory
from scheduling.models import Appointment, Offer


@pytest.fixture
def channel(db):
    channel = ChannelFactory(organization=agency())
    set_mode(channel, "suggest")
    return channel


def set_mode(channel, mode):
    with tenant(channel.organization) as organization:
        configuring.set_mode(organization, mode, by=organization.owner)


def customer_writes(channel, body, wamid="wamid.1", **fields) -> Conversation:
    with tenant(channel.organization):
        message = receive(channel, incoming_message(body=body, wamid=wamid, **fields))
        due = ConversationWork.objects.filter(pk=message.conversation_id, state="due")
        due.update(due_at=now() - timedelta(seconds=1))
    tasks.reply(channel.organization.pk, message.conversation_id)
    return conversation_of(channel)


def conversation_of(channel) -> Conversation:
    with tenant(channel.organization):
        return channel.organization.conversations.select_related("contact", "organization").get()


def shown(channel) -> Suggestion | None:
    with tenant(channel.organization):
        return suggestions.current(channel.organization.conversations.get())


def person_sends(channel, body) -> Message:
    with tenant(channel.organization) as organization:
        return sending.send_reply(organization.conversations.get(), body, author=organization.owner)


def only_suggestion(channel) -> Suggestion:
    with tenant(channel.organization):
        return Suggestion.objects.get()


def sent(channel) -> list[tuple[str, str]]:
    with tenant(channel.organization):
        out = Message.objects.filter(direction="out").order_by("pk")
        return list(out.values_list("author_kind", "body"))


def test_the_reply_is_kept_for_a_person_with_its_sources_and_nothing_is_sent(channel):
    conversation = customer_writes(channel, "Is Skoufa 28 still free?")

    suggestion = shown(channel)

    assert "Skoufa 28 (L-1042) is available." in suggestion.text
    assert [source["label"] for source in suggestion.sources] == ["Skoufa 28"]
    assert suggestion.asked == "Is Skoufa 28 still free?"
    assert sent(channel) == []
    assert (conversation.in_charge, conversation.hand_over_reason) == ("person", "suggested")
    with tenant(channel.organization):
        waiting = channel.organization.conversations.waiting_for_a_person()
        assert [it.pk for it in waiting] == [conversation.pk]
        run = Run.objects.get()
    assert (run.outcome, run.message, run.code) == ("suggested", None, suggestion.run_code)


def test_a_suggestion_does_not_say_that_a_machine_writes(channel):
    customer_writes(channel, "Is Skoufa 28 still free?")

    assert "automated" not in shown(channel).text


def test_a_newer_message_makes_it_obsolete_and_brings_a_new_one_for_all(channel):
    customer_writes(channel, "Is Skoufa 28 still free?")
    with tenant(channel.organization):
        receive(channel, incoming_message(body="Which floor is it on?", wamid="wamid.2"))
    between = shown(channel)

    customer_writes(channel, "Please tell me", wamid="wamid.3")

    with tenant(channel.organization):
        states = list(Suggestion.objects.order_by("pk").values_list("state", flat=True))
    assert between is None
    assert states == ["obsolete", "open"]
    assert shown(channel).asked == (
        "Is Skoufa 28 still free?\nWhich floor is it on?\nPlease tell me"
    )


def test_facts_are_recorded_though_nothing_is_sent(channel):
    conversation = customer_writes(channel, "I want to buy 2 bedrooms in Kolonaki up to 400k")

    with tenant(channel.organization):
        facts = known(conversation.contact.lead)
    assert (facts["bedrooms"], facts["budget_max"]) == (2, 400000)


def test_times_of_a_suggestion_are_on_offer_only_after_it_was_sent(channel):
    customer_writes(channel, "Can I view Skoufa 28?")
    with tenant(channel.organization):
        before = Offer.objects.filter(state="open").count()
    suggestion = shown(channel)

    message = person_sends(channel, suggestion.text)

    with tenant(channel.organization):
        after = set(Offer.objects.filter(state="open").values_list("pk", flat=True))
    assert before == 0
    assert after == set(suggestion.promise["offers"]) != set()
    assert [b["id"] for b in message.payload["buttons"]] == [it[0] for it in suggestion.buttons]


def test_a_chosen_time_is_neither_held_nor_booked_and_the_person_is_told_so(channel):
    customer_writes(channel, "Can I view Skoufa 28?")
    person_sends(channel, shown(channel).text)

    customer_writes(channel, "the first one please", wamid="wamid.2")

    suggestion = shown(channel)
    with tenant(channel.organization):
        standing = Appointment.objects.exclude(status="expired")
        assert list(standing) == []
    assert suggestion.undone == ["book_slot"]


def test_asking_for_a_person_hands_over_without_a_word_to_the_customer(channel):
    conversation = customer_writes(channel, "I'd like to talk to a person please")

    assert (conversation.in_charge, conversation.hand_over_reason) == ("person", "asked")
    assert sent(channel) == []


def test_words_sent_unchanged_are_used_and_belong_to_the_turn(channel):
    customer_writes(channel, "Is Skoufa 28 still free?")

    message = person_sends(channel, shown(channel).text + "\n")

    found = only_suggestion(channel)
    assert (found.state, found.message_id, found.sent_text) == ("used", message.pk, "")
    assert found.settled_by_id == channel.organization.owner.pk
    assert conversation_of(channel).waiting_since is None
    assert shown(channel) is None
    with tenant(channel.organization):
        assert Run.objects.get().message_id == message.pk


def test_changed_words_are_kept_as_an_edit(channel):
    customer_writes(channel, "Is Skoufa 28 still free?")
    edited = shown(channel).text + " Shall we call you, Eleni?"

    person_sends(channel, edited)

    found = only_suggestion(channel)
    assert (found.state, found.sent_text) == ("edited", edited)


def test_other_words_leave_it_overtaken(channel):
    customer_writes(channel, "Is Skoufa 28 still free?")

    person_sends(channel, "Ok")

    assert (only_suggestion(channel).state, only_suggestion(channel).sent_text) == ("obsolete", "")


def test_an_answer_from_the_business_phone_overtakes_it(channel):
    conversation = customer_writes(channel, "Is Skoufa 28 still free?")

    with tenant(channel.organization):
        handover.take_over_from_phone(conversation)

    assert only_suggestion(channel).state == "obsolete"


def reject(client, channel, suggestion, reason="wrong", member=None):
    client.force_login((member or channel.organization.owner).user)
    address = f"/{channel.organization.slug}/inbox/{suggestion.conversation.code}/suggestion/"
    return client.post(address, {"suggestion": suggestion.code, "reason": reason})


def test_rejecting_keeps_the_reason_and_the_conversation_waits_on(channel, client):
    customer_writes(channel, "Is Skoufa 28 still free?")
    with tenant(channel.organization):
        suggestion = Suggestion.objects.select_related("conversation").get()

    reject(client, channel, suggestion)

    found = only_suggestion(channel)
    assert (found.state, found.reason) == ("rejected", "wrong")
    assert shown(channel) is None
    assert conversation_of(channel).waiting_since is not None


def test_what_was_sent_meanwhile_cannot_be_rejected(channel, client):
    customer_writes(channel, "Is Skoufa 28 still free?")
    with tenant(channel.organization):
        suggestion = Suggestion.objects.select_related("conversation").get()
    person_sends(channel, suggestion.text)

    reject(client, channel, suggestion)

    assert only_suggestion(channel).state == "used"


def test_the_composer_shows_it_with_sources_and_ways_to_settle_it(channel, client):
    conversation = customer_writes(channel, "Is Skoufa 28 still free?")
    client.force_login(channel.organization.owner.user)

    page = client.get(f"/{channel.organization.slug}/inbox/{conversation.code}/").content.decode()

    shown_part = page[page.index('id="suggestion-') : page.index("<k-composer")]
    assert "Skoufa 28 (L-1042) is available." in shown_part
    assert "Drew on" in shown_part
    assert [name in shown_part for name in (">Use<", ">Edit<", ">Reject<", "Not how we write")] == [
        True
    ] * 4


def edit_once(channel, n, words):
    customer_writes(channel, f"Is Skoufa 28 still free? I am Eleni, {n}", wamid=f"wamid.{n}")
    person_sends(channel, f"{shown(channel).text} {words}")


def learn(channel):
    with tenant(channel.organization):
        AssistantSettings.objects.update(learns_from_edits=True)


def test_edits_are_no_examples_until_an_owner_switches_it_on(channel):
    edit_once(channel, 1, "Kind regards")

    with tenant(channel.organization):
        said = suggesting.examples(channel.organization)

    assert said == ""


def test_edits_are_examples_in_the_cached_part_of_this_organization_only(channel):
    learn(channel)
    edit_once(channel, 1, "Kind regards, Eleni 6912345678 <b>")
    other = ChannelFactory()
    with tenant(channel.organization):
        turn = read_turn(channel.organization.conversations.get())
        block = prompts.system(turn)[-1]
    with tenant(other.organization):
        theirs = suggesting.examples(other.organization)

    assert block["text"].count("<example>") == 1
    assert "Kind regards, (name) ########## ‹b›" in block["text"]
    assert "6912345678" not in block["text"]
    assert block["cache_control"] == prompts.HOUR
    assert theirs == ""


def test_at_most_ten_examples_the_latest_last(channel):
    learn(channel)
    for n in range(1, 13):
        edit_once(channel, n, f"Yours {'abcdefghijkl'[n - 1]}.")

    with tenant(channel.organization):
        said = suggesting.examples(channel.organization)

    assert said.count("<example>") == 10
    assert "Yours b." not in said
    assert said.rstrip().endswith("Yours l.</example>")


def test_switching_to_suggestions_while_thinking_sends_nothing(channel, monkeypatch):
    set_mode(channel, "on")
    respond = tasks.respond

    def respond_then_switch(turn):
        reply = respond(turn)
        set_mode(channel, "suggest")
        return reply

    monkeypatch.setattr(tasks, "respond", respond_then_switch)
    customer_writes(channel, "Is Skoufa 28 still free?")

    assert sent(channel) == []
    assert conversation_of(channel).in_charge == "assistant"
    with tenant(channel.organization):
        assert ConversationWork.objects.get().state == "due"


def test_switched_on_the_assistant_answers_who_waited_and_is_in_charge_again(channel):
    customer_writes(channel, "Is Skoufa 28 still free?")

    set_mode(channel, "on")
    ConversationWork.objects.update(due_at=now() - timedelta(seconds=1))
    tasks.reply(channel.organization.pk, conversation_of(channel).pk)

    assert [kind for kind, _ in sent(channel)] == ["assistant"]
    assert conversation_of(channel).in_charge == "assistant"
    assert shown(channel) is None


def test_switched_on_it_is_in_charge_where_a_person_sent_the_last_words(channel):
    customer_writes(channel, "Is Skoufa 28 still free?")
    person_sends(channel, shown(channel).text)

    set_mode(channel, "on")
    customer_writes(channel, "Which floor is it on?", wamid="wamid.2")

    assert [kind for kind, _ in sent(channel)] == ["member", "assistant"]


def test_handing_back_where_replies_are_suggested_brings_a_suggestion(channel):
    conversation = customer_writes(channel, "Is Skoufa 28 still free?")
    with tenant(channel.organization) as organization:
        handover.take_over(conversation, organization.owner)
        handover.hand_back(conversation, organization.owner)
    ConversationWork.objects.update(due_at=now() - timedelta(seconds=1))
    tasks.reply(channel.organization.pk, conversation.pk)

    assert conversation_of(channel).hand_over_reason == "suggested"
    assert "is available" in shown(channel).text


def test_a_reply_of_a_person_stops_the_suggestion_that_is_being_made(channel, monkeypatch):
    respond = tasks.respond

    def respond_while_a_person_writes(turn):
        reply = respond(turn)
        person_sends(channel, "Yes, it is free.")
        return reply

    monkeypatch.setattr(tasks, "respond", respond_while_a_person_writes)
    customer_writes(channel, "Hello")
    monkeypatch.setattr(tasks, "respond", respond)
    with tenant(channel.organization):
        conversation = channel.organization.conversations.get()
        handover.take_over(conversation, channel.organization.owner)
        handover.hand_back(conversation, channel.organization.owner)
    customer_writes(channel, "Is Skoufa 28 still free?", wamid="wamid.2")
    before = shown(channel)
    monkeypatch.setattr(tasks, "respond", respond_while_a_person_writes)

    conversation = customer_writes(channel, "And its price?", wamid="wamid.3")

    assert before is not None
    assert shown(channel) is None
    assert conversation.waiting_since is None
    assert sent(channel)[-1] == ("member", "Yes, it is free.")


def test_times_that_a_person_sent_stand_while_a_newer_turn_ends(channel, monkeypatch):
    customer_writes(channel, "Can I see Skoufa 28?")
    offering = shown(channel)
    respond = tasks.respond

    def respond_while_a_person_sends(turn):
        reply = respond(turn)
        person_sends(channel, offering.text)
        return reply

    monkeypatch.setattr(tasks, "respond", respond_while_a_person_sends)
    customer_writes(channel, "And is there parking?", wamid="wamid.2")

    with tenant(channel.organization):
        open_ones = set(Offer.objects.filter(state="open").values_list("pk", flat=True))
    assert open_ones == set(offering.promise["offers"])
    assert open_ones != set()


def test_switching_it_on_while_a_suggestion_is_made_lets_the_assistant_answer(channel, monkeypatch):
    respond = tasks.respond

    def respond_then_switch(turn):
        reply = respond(turn)
        set_mode(channel, "on")
        return reply

    monkeypatch.setattr(tasks, "respond", respond_then_switch)
    conversation = customer_writes(channel, "Is Skoufa 28 still free?")
    monkeypatch.setattr(tasks, "respond", respond)
    with tenant(channel.organization):
        ConversationWork.objects.update(due_at=now() - timedelta(seconds=1))
    tasks.reply(channel.organization.pk, conversation.pk)

    assert [author for author, _ in sent(channel)] == ["assistant"]
    assert conversation_of(channel).in_charge == "assistant"


def test_stop_overtakes_a_suggestion(channel):
    customer_writes(channel, "Is Skoufa 28 still free?")

    customer_writes(channel, "STOP", wamid="wamid.2")

    assert only_suggestion(channel).state == "obsolete"


# Used late, or by two at once


@pytest.fixture
def maria(channel):
    return MemberFactory(organization=channel.organization, user__name="Maria")


def posts(client, channel, body, member=None, **fields):
    """A member presses Send in the composer, which knows what the words were made of."""
    client.force_login((member or channel.organization.owner).user)
    address = f"/{channel.organization.slug}/inbox/{conversation_of(channel).code}/send/"
    data = {"kind": "reply", "body": body, **fields}
    return client.post(address, data, headers={"HX-Request": "true"})


def agreed(response) -> str:
    return response.content.decode().split('name="anyway" value="')[1].split('"')[0]


def bodies(channel) -> list[str]:
    return [body for _, body in sent(channel)]


def test_of_two_who_send_the_same_suggestion_the_second_is_told_and_keeps_the_text(
    channel, client, maria
):
    customer_writes(channel, "Is Skoufa 28 still free?")
    suggestion = shown(channel)
    used = {"suggestion": suggestion.code}

    first = posts(client, channel, suggestion.text, member=maria, **used)
    second = posts(client, channel, suggestion.text, **used)
    without_code = posts(client, channel, suggestion.text)

    assert (first.status_code, second.status_code, without_code.status_code) == (200, 422, 422)
    assert bodies(channel) == [suggestion.text]
    page = second.content.decode()
    assert "Maria has sent this in the meantime." in page
    assert suggestion.text in page[page.index("<textarea") :]
    assert f'name="suggestion" value="{suggestion.code}"' in page
    assert "noted in the audit trail" not in page
    assert only_suggestion(channel).settled_by_id == maria.pk


def test_whoever_sends_it_all_the_same_does(channel, client, maria):
    customer_writes(channel, "Is Skoufa 28 still free?")
    suggestion = shown(channel)
    used = {"suggestion": suggestion.code}
    posts(client, channel, "Yes, it is free. Maria", member=maria, **used)
    told = posts(client, channel, suggestion.text, **used)

    anyway = posts(client, channel, suggestion.text, anyway=agreed(told), **used)

    assert (told.status_code, anyway.status_code) == (422, 200)
    assert bodies(channel) == ["Yes, it is free. Maria", suggestion.text]


def test_pressed_twice_by_the_same_member_it_is_sent_once_without_a_warning(channel, client):
    customer_writes(channel, "Is Skoufa 28 still free?")
    suggestion = shown(channel)
    used = {"suggestion": suggestion.code}

    answers = [posts(client, channel, suggestion.text, **used) for _ in range(2)]

    assert [it.status_code for it in answers] == [200, 200]
    assert bodies(channel) == [suggestion.text]


def test_what_the_customer_wrote_since_is_shown_before_an_older_suggestion_goes(channel, client):
    customer_writes(channel, "Can I view Skoufa 28?")
    suggestion = shown(channel)
    used = {"suggestion": suggestion.code}
    with tenant(channel.organization):
        receive(channel, incoming_message(body="No, rather Amathountos", wamid="wamid.2"))

    told = posts(client, channel, suggestion.text, **used)
    posts(client, channel, suggestion.text, anyway=agreed(told), **used)

    assert told.status_code == 422
    assert "No, rather Amathountos" in told.content.decode()
    with tenant(channel.organization):
        assert "buttons" not in Message.objects.get(direction="out").payload


def take_first_time(channel, suggestion) -> Offer:
    """Another customer books the first of the suggested times."""
    with tenant(channel.organization) as organization:
        offer = Offer.objects.get(pk=suggestion.promise["offers"][0])
        Appointment.objects.create(
            organization=organization,
            member=offer.member,
            kind=offer.kind,
            status="booked",
            starts_at=offer.starts_at,
            ends_at=offer.ends_at,
            occupied=(offer.starts_at, offer.ends_at),
            timezone=organization.timezone,
            created_by_kind="member",
        )
        return offer


def test_a_time_that_was_taken_is_told_and_its_button_stays_behind(channel, client):
    customer_writes(channel, "Can I view Skoufa 28?")
    suggestion = shown(channel)
    offer = take_first_time(channel, suggestion)

    told = posts(client, channel, suggestion.text)
    sent_now = posts(client, channel, suggestion.text, anyway=agreed(told))

    assert (told.status_code, sent_now.status_code) == (422, 200)
    assert "this time is taken." in told.content.decode()
    with tenant(channel.organization):
        buttons = Message.objects.get(direction="out").payload["buttons"]
        open_ones = set(Offer.objects.filter(state="open").values_list("pk", flat=True))
    assert [it["id"] for it in buttons] == [it[0] for it in suggestion.buttons[1:]]
    assert open_ones == set(suggestion.promise["offers"]) - {offer.pk}


def test_times_that_passed_are_told_unless_the_words_were_changed_to_others(channel, client):
    customer_writes(channel, "Can I view Skoufa 28?")
    suggestion = shown(channel)
    with tenant(channel.organization):
        past = now() - timedelta(hours=1)
        Offer.objects.update(starts_at=past, ends_at=past, expires_at=past)

    told = posts(client, channel, suggestion.text)
    other = posts(client, channel, "Shall we say next week?", suggestion=suggestion.code)

    assert told.content.decode().count("this time has passed.") >= 3
    assert (told.status_code, other.status_code) == (422, 200)


def test_the_page_offers_no_use_of_what_holds_no_longer(channel, client):
    customer_writes(channel, "Can I view Skoufa 28?")
    take_first_time(channel, shown(channel))
    client.force_login(channel.organization.owner.user)

    address = f"/{channel.organization.slug}/inbox/{conversation_of(channel).code}/"
    page = client.get(address).content.decode()

    assert "this time is taken." in page
    assert (">Use<" in page, ">Edit<" in page) == (False, True)


def test_after_24_hours_it_is_not_sent_and_the_reason_is_told(channel, client):
    customer_writes(channel, "Is Skoufa 28 still free?")
    suggestion = shown(channel)
    with tenant(channel.organization):
        Conversation.objects.update(last_customer_message_at=now() - timedelta(hours=25))

    response = posts(client, channel, suggestion.text, suggestion=suggestion.code)

    assert (response.status_code, bodies(channel)) == (422, [])
    assert "24 hours" in response.content.decode()


def test_a_suggestion_that_a_colleague_rejected_is_not_sent_unawares(channel, client, maria):
    customer_writes(channel, "Is Skoufa 28 still free?")
    with tenant(channel.organization):
        suggestion = Suggestion.objects.select_related("conversation").get()
    reject(client, channel, suggestion, member=maria)

    response = posts(client, channel, suggestion.text, suggestion=suggestion.code)

    assert (response.status_code, bodies(channel)) == (422, [])
    assert "Maria has rejected this suggestion." in response.content.decode()
