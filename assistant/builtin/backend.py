"""The built-in assistant: commands understood from the message, flows that carry them out.

Deterministic and offline. What it says is filled only from what tools returned; what it does not
know it passes to a person.
"""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from assistant import attachments, loops, tools
from assistant.builtin import (
    appointments,
    changing,
    following_up,
    homes,
    qualifying,
    wording,
)
from assistant.builtin.commands import Command, understand
from assistant.builtin.context import CAPTIONED, read_context, spoken_turns
from assistant.builtin.draft import ColleagueDraft, Draft
from assistant.builtin.knowing import (
    answer_for_whom,
    answer_from_notes,
    answer_or_ask_colleague,
)
from assistant.builtin.speaking import answer_language, catalogue, speaking_of
from assistant.language import as_persona
from assistant.naming import first_name
from assistant.tools.calling import plain
from inbox.contacts import given_number
from inbox.models import Conversation, Message
from inbox.own_words import own_words
from leads.extraction import FoundFact, Setting, extract_facts
from leads.recording import known

if TYPE_CHECKING:
    from assistant.turn import Reply, Turn

UNSURE_LIMIT = 2
SEARCHES = {"find_listings", "more_listings", "compare_listings"}
# What a rule has dealt with is not answered a second time by the flows.
SETTLED_BY_A_RULE = {"complaint", "ask_sensitive", "ask_knowledge"}
# Where somebody may speak of who they are, nothing is read into it.
NOTHING_NOTED = {
    Conversation.HandOverReason.EMERGENCY,
    Conversation.HandOverReason.FAIR_HOUSING,
    Conversation.HandOverReason.LOOP,
    Conversation.HandOverReason.FLOOD,
    Conversation.HandOverReason.AUTO_REPLY,
}

HAND_OVER_SENTENCES = {
    Conversation.HandOverReason.ASKED: "to_a_person",
    Conversation.HandOverReason.UNSURE: "unsure_to_a_person",
}


def respond(turn: "Turn") -> "Reply":
    """Answer the unanswered messages of the turn with one message, in the customer's language."""
    with speaking_of(turn):
        return _respond(turn)


def _respond(turn: "Turn") -> "Reply":
    draft = Draft(turn)
    if turn.rule and turn.rule.hands_over:
        return _hand_over_by_rule(draft)
    _greet(draft)
    if turn.rule:
        _tell_a_colleague(draft)
    commands = understand_messages(turn)
    if any(command.kind == "ask_person" for command in commands):
        return _give_to_a_person(draft, Conversation.HandOverReason.ASKED)
    if commands and all(command.kind == "spam" for command in commands):
        draft.add("not_for_us")
        return draft.reply()
    _note_facts(draft)
    for handle in (
        following_up.carry_out,
        appointments.carry_out,
        homes.carry_out,
        answer_from_knowledge,
        _make_conversation,
        _look_at_attachments,
        qualifying.carry_out,
    ):
        handle(draft, commands)
        if draft.handed_over or draft.is_settled:
            return draft.reply()
    if draft.is_empty and _is_a_gesture(turn):
        return draft.reply()
    if draft.is_empty:
        return _unsure(draft)
    turn.dialogue.unsure_count = 0
    return draft.reply()


def _is_a_gesture(turn: "Turn") -> bool:
    """A thumbs-up or a heart as a message says that all is well, and wants no answer."""
    said = [message.body for message in turn.new]
    return not any(letter.isalnum() for text in said for letter in text) and any(said)


def draft_for_colleague(turn: "Turn") -> "Reply":
    """Answer what can be answered, for a person who sends it; an empty reply where nothing can.

    The customer was told already that a person will answer, so that is neither said nor done.
    """
    with speaking_of(turn):
        draft = ColleagueDraft(turn)
        commands = understand_messages(turn)
        if any(command.kind == "ask_person" for command in commands):
            # "Talk to somebody" was the wish for a person, who writes now, not for a call.
            done = ("ask_person", "want_call")
            commands = [command for command in commands if command.kind not in done]
        _note_facts(draft)
        for handle in (appointments.carry_out, homes.carry_out, answer_from_knowledge):
            handle(draft, commands)
            if draft.handed_over or draft.is_settled:
                break
        return draft.reply()


def hand_over(turn: "Turn", reason: str) -> "Reply":
    """Say that a person will answer, and give the conversation to one."""
    with speaking_of(turn):
        return _hand_over(turn, reason)


def _hand_over(turn: "Turn", reason: str) -> "Reply":
    draft = Draft(turn)
    if turn.rule and turn.rule.is_urgent:
        return _hand_over_by_rule(draft)
    _greet(draft)
    return _give_to_a_person(draft, reason)


def _greet(draft: Draft) -> None:
    """Disclose at first contact that a machine writes, and how to reach a person."""
    turn = draft.turn
    if not turn.is_first:
        return
    agency, name = turn.organization.name, first_name(turn.contact.name)
    turn.evidence += [agency, name, turn.persona_name]
    persona = as_persona(turn.persona_name, answer_language())
    if name:
        draft.add("hello_disclosure", name=name, agency=agency, persona=persona)
    else:
        draft.add("hello_disclosure_nameless", agency=agency, persona=persona)
    draft.greeted = True


def _hand_over_by_rule(draft: Draft) -> "Reply":
    """Give a subject for people to them, with the agency's words; an emergency's come first."""
    turn, rule = draft.turn, draft.turn.rule
    turn.evidence.append(rule.sentence)
    if rule.is_urgent:
        draft.add_text(rule.sentence)
        if turn.is_first:
            turn.evidence.append(turn.organization.name)
            draft.add("disclosure_in_need", agency=turn.organization.name)
    else:
        _greet(draft)
        draft.add_text(rule.sentence)
    return _give_to_a_person(draft, rule.reason)


def _tell_a_colleague(draft: Draft) -> None:
    """Pass a subject for people to a colleague, and go on with what else was said."""
    rule = draft.turn.rule
    draft.turn.evidence.append(rule.sentence)
    draft.add_text(rule.sentence)
    tools.tell_colleague(draft.turn)


def understand_messages(turn: "Turn") -> list[Command]:
    """Return what the new messages of the turn ask for, and remember the home they name."""
    commands: list[Command] = []
    for message in turn.new:
        said = own_words(message)
        if message.kind in catalogue.THINGS and (not said or message.kind not in CAPTIONED):
            continue
        context = read_context(turn, message)
        found = understand(said, context)
        if turn.rule:
            found = [command for command in found if not _is_settled_by_rule(command)]
        _remember_home(turn, found)
        commands += [command for command in found if command not in commands]
    if turn.reaction and not turn.new:
        commands += understand("", read_context(turn, None))
    turn.commands = [{"kind": c.kind, "value": plain(c.value)} for c in commands]
    return commands


def _is_settled_by_rule(command: Command) -> bool:
    value = command.value if isinstance(command.value, dict) else {}
    return command.kind in SETTLED_BY_A_RULE or value.get("attribute") == "negotiable"


def _remember_home(turn: "Turn", commands: list[Command]) -> None:
    """The next message of the burst may ask about the home that this one names."""
    for command in commands:
        value = command.value
        named = value.get("listing") if isinstance(value, dict) else None
        if command.kind == "choose_listing":
            named = value
        if named is not None:
            turn.state["focus"] = named


def _give_to_a_person(draft: Draft, reason: str) -> "Reply":
    if reason in HAND_OVER_SENTENCES:
        draft.add(HAND_OVER_SENTENCES[reason])
    elif reason in loops.SENTENCES:
        draft.add_text(loops.sentence_of(reason, draft.turn.language))
    elif not (draft.turn.rule and draft.turn.rule.reason == reason):
        draft.add("unsure_to_a_person")
    if reason not in NOTHING_NOTED:
        _note_facts(draft)
    tools.hand_over(draft.turn, reason=reason)
    draft.handed_over = True
    return draft.reply()


def _note_facts(draft: Draft) -> None:
    """Record what the customer said; `draft.known` is the wish as it stands after this message."""
    turn = draft.turn
    facts = [*extract_facts(spoken_turns(turn), setting_of(turn)), *numbers_given(turn)]
    facts = [
        fact
        for fact in facts
        if fact.field != "viewing" or not following_up.is_about_writing(turn, fact.turn)
    ]
    draft.new_facts = tools.record_facts(turn, facts=facts)
    draft.told_something = any(turn.messages[fact.turn] in turn.new for fact in facts)
    stored = known(turn.lead)
    locked = set(
        turn.lead.facts.current().filter(locked_by__isnull=False).values_list("field", flat=True)
    )
    told = {fact.field: fact.value for fact in facts if fact.field not in locked}
    draft.known = without_rent_as_price(stored | told)


def without_rent_as_price(known: dict[str, Any]) -> dict[str, Any]:
    """The wish without a monthly budget of somebody who turned from renting to buying."""
    if known.get("intent") != "buy" or known.get("budget_period") != "month":
        return known
    return {field: value for field, value in known.items() if not field.startswith("budget_")}


def numbers_given(turn: "Turn") -> list[FoundFact]:
    """The customer's own number, from a card that answers our request for it."""
    return [
        FoundFact(field="phone", value=f"+{phone}", turn=place, quote=message.body, confidence=1.0)
        for place, message in enumerate(turn.messages)
        if (phone := given_number(message)) and message in turn.new
    ]


def setting_of(turn: "Turn") -> Setting:
    rows = turn.organization.listings.values_list("title", "area", "city")
    areas = sorted({name for _, area, city in rows for name in (area, city) if name})
    return Setting(
        now=turn.now,
        timezone=turn.organization.timezone,
        areas=tuple(areas),
        listings=tuple(sorted({title for title, _, _ in rows})),
        currency=turn.organization.currency,
    )


def answer_from_knowledge(draft: Draft, commands: list[Command]) -> None:
    """Answer what is asked of the agency itself, from its notes or with how to reach it."""
    if answer_for_whom(draft):
        return
    searched = any(command.kind in SEARCHES for command in commands)
    if searched or draft.has_suggested:
        return  # the question was the search
    for command in commands:
        if command.kind == "ask_contact" and not answer_from_notes(draft, draft.text_said):
            _say_contact(draft)
            return
        if command.kind in ("ask_knowledge", "ask_hours"):
            question = command.value if isinstance(command.value, str) else draft.text_said
            if draft.question and "?" not in question:
                continue  # "any day but Friday" was an answer about times
            if draft.is_about_booked and changing.asks_about_it(draft, question):
                continue  # "would Monday work?" was about the appointment
            answer_or_ask_colleague(draft, question)
            return


def _say_contact(draft: Draft) -> None:
    organization = draft.turn.organization
    draft.turn.evidence.append(organization.phone)
    draft.add("contact", agency=organization.name, phone=organization.phone)


def _make_conversation(draft: Draft, commands: list[Command]) -> None:
    """Greetings, thanks and goodbyes, where nothing weightier was said."""
    kinds = [command.kind for command in commands]
    if not draft.greeted and {"ask_if_bot", "ask_who"} & set(kinds):
        _say_who_writes(draft, "i_am_a_machine" if "ask_if_bot" in kinds else "who_i_am")
    if draft.parts and not draft.greeted:
        return
    for kind, key in (
        ("wrong_number", "wrong_number"),
        ("not_interested", "not_interested"),
        ("insult", "calm"),
        ("good_wishes", "same_to_you"),
        ("thank", "you_are_welcome"),
        ("small_talk", "small_talk"),
        ("goodbye", "goodbye"),
    ):
        if kind in kinds:
            draft.add(key)
            draft.closed = kind in ("wrong_number", "not_interested", "goodbye", "insult")
            if kind == "thank":
                draft.closed = draft.state.get("asked") in (None, "nothing")
            return
    if "greet" in kinds and not draft.greeted and kinds == ["greet"]:
        draft.add("hello")
    elif kinds == ["affirm"] and _has_nothing_open(draft):
        draft.add("acknowledged")


def _say_who_writes(draft: Draft, key: str) -> None:
    turn = draft.turn
    turn.evidence += [turn.organization.name, turn.persona_name]
    persona = as_persona(turn.persona_name, answer_language())
    fields = {"persona": persona} if key == "who_i_am" else {}
    draft.add(key, agency=turn.organization.name, **fields)


def _has_nothing_open(draft: Draft) -> bool:
    """Whether a yes says no more than that all is well: a time is booked, and nothing was asked."""
    booked = draft.turn.conversation.appointments.upcoming().exists()
    is_said = bool(draft.turn.new) and not _is_a_gesture(draft.turn)
    return booked and is_said and not draft.state.get("asked") and not draft.greeted


def _look_at_attachments(draft: Draft, commands: list[Command]) -> None:
    """Say honestly that attachments are for a person, and tell one."""
    turn = draft.turn
    if any(map(given_number, turn.new)):
        draft.add("have_number")
    things = [
        m
        for m in turn.new
        if m.kind in catalogue.THINGS
        and not (given_number(m) or attachments.is_understood(turn, m))
    ]
    if not things:
        return
    kinds = dict.fromkeys(catalogue.THINGS[message.kind] for message in things)
    draft.add("cannot_see", thing=wording.listed(list(kinds), last=catalogue.OR))
    tools.ask_colleague(
        turn, question=_what_arrived(things), reason=Conversation.HandOverReason.MEDIA
    )


def _what_arrived(things: Sequence[Message]) -> str:
    """`Photo ×2, Voice message`, with what was written under them."""
    counts = Counter(str(message.get_kind_display()) for message in things)
    named = [kind if count == 1 else f"{kind} ×{count}" for kind, count in counts.items()]
    said = [message.body for message in things if message.body and message.kind in CAPTIONED]
    return "\n".join([", ".join(named), *said])


def _unsure(draft: Draft) -> "Reply":
    """Ask again once; the second time in a row a person takes over."""
    dialogue = draft.turn.dialogue
    if not draft.turn.new:
        return draft.reply()
    dialogue.unsure_count += 1
    if dialogue.unsure_count >= UNSURE_LIMIT:
        return _give_to_a_person(draft, Conversation.HandOverReason.UNSURE)
    draft.add("unsure")
    return draft.reply()
