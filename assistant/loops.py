# ruff: noqa: E501  (word lists read better unbroken)
"""Whether a machine is at the other end, or more is written than an assistant should answer.

Two machines that answer each other would go on for ever, at a price for each message. Every sign
here ends in a hand-over with a reason of its own and one sentence, never in silence.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Max
from rapidfuzz.fuzz import ratio

from assistant.models import Run
from inbox.models import Conversation, HandOver, Message
from knowledge.folding import fold
from knowledge.spelling import Lexicon, spelled

if TYPE_CHECKING:
    from assistant.turn import Turn

Reason = Conversation.HandOverReason

TURNS_A_DAY = 40
FLOOD_MESSAGES, FLOOD_PERIOD = 20, timedelta(minutes=1)
LOOP_REPLIES, LOOP_PERIOD = 25, timedelta(minutes=5)
LOOKED_BACK = timedelta(hours=1)
# "Yes" four times may answer four questions; a sentence does not come back by itself.
LONG_TEXT = 12  # letters
SAME_LONG, SAME_SHORT = 3, 6
ECHOES, ALIKE = 3, 90
ALTERNATING, DISTINCT = 6, 2
AT_ONCE, FAST_REPLIES, FAST_TEXT = timedelta(seconds=1), 10, 20

AUTO_REPLY = (
    Lexicon(
        (
            r"(?:this is an? )?(?:automatic|automated|auto) (?:reply|response|message|answer)|auto-?reply|do not reply to this (?:message|e-?mail)|(?:thank you|thanks) for (?:contacting|your message to|getting in touch with) [^.!?]{1,60}[.!,]? ?(?:we|our) (?:will|team|are)|our (?:office|opening|business) hours are .{0,60}we (?:will|'ll)|we(?:'ll| will) get back to you (?:as soon as|shortly|within)",
            r"αυτοματ\w+ (?:απαντηση|μηνυμα)|ευχαριστουμε που επικοινωνησατε|θα επικοινωνησουμε μαζι σασ (?:το συντομοτερο|συντομα)",
            r"(?:respuesta|mensaje) automatic[ao]|gracias por (?:contactar|comunicarte|comunicarse|ponerse en contacto)(?: con| a)? .{0,40}(?:responderemos|contestaremos|atenderemos)|le (?:responderemos|contestaremos) (?:lo antes posible|en breve)",
            r"automatische (?:antwort|nachricht)|abwesenheits(?:notiz|meldung|nachricht)|vielen dank fur ihre (?:nachricht|anfrage) .{0,40}(?:melden uns|antworten)|wir melden uns (?:so schnell wie moglich|schnellstmoglich|in kurze) bei ihnen",
            r"(?:reponse|message) automatique|merci de nous avoir contactes?|nous vous (?:repondrons|recontacterons) (?:des que possible|dans les plus brefs delais|rapidement)",
            r"رد (?:ال)?(?:الي|تلقايي)|رسالة (?:الية|تلقايية)|شكرا (?:لتواصلكم|لتواصلك|لكم على التواصل) .{0,40}(?:سنرد|سنقوم|سوف)",
        ),
        (
            r"(?:do|did|does|is|was|are) (?:you|this|it|that|the) (?:\w+ ){0,3}(?:automatic|automated|auto).{0,30}",
        ),
    ),
)

# A person may say so as well, and then asks or proposes something.
OUT_OF_OFFICE = Lexicon(
    (
        r"out of (?:the )?office",
        r"εκτοσ γραφειου",
        r"fuera de la oficina",
        r"(?:derzeit|zur ?zeit|momentan) nicht im (?:buro|haus)",
        r"absente? du bureau",
        r"خارج المكتب",
    )
)

# What the customer reads, in one sentence, by reason and language.
SENTENCES: dict[str, dict[str, str]] = {
    Reason.FLOOD: {
        "en": "That is a lot of messages at once, so a colleague will read them and answer you here.",
        "el": "Είναι πολλά μηνύματα μαζί, οπότε θα τα διαβάσει ένας συνάδελφος και θα σας απαντήσει εδώ.",
        "es": "Son muchos mensajes a la vez; un compañero los leerá y le responderá aquí.",
        "de": "Das sind viele Nachrichten auf einmal; ein Kollege liest sie und antwortet Ihnen hier.",
        "fr": "Cela fait beaucoup de messages à la fois ; un collègue les lira et vous répondra ici.",
        "ar": "هذه رسائل كثيرة دفعة واحدة، وسيقرؤها أحد الزملاء ويجيبك هنا.",
    },
    Reason.AUTO_REPLY: {
        "en": "This looks like an automatic reply, so a colleague will continue here.",
        "el": "Αυτό μοιάζει με αυτόματη απάντηση, οπότε θα συνεχίσει εδώ ένας συνάδελφος.",
        "es": "Esto parece una respuesta automática; un compañero continuará aquí.",
        "de": "Das sieht nach einer automatischen Antwort aus; ein Kollege macht hier weiter.",
        "fr": "Cela ressemble à une réponse automatique ; un collègue prendra la suite ici.",
        "ar": "يبدو هذا رداً آلياً، وسيتابع معك هنا أحد الزملاء.",
    },
    Reason.LOOP: {
        "en": "We seem to be going in circles, so a colleague will continue from here.",
        "el": "Φαίνεται πως κάνουμε κύκλους, οπότε θα συνεχίσει εδώ ένας συνάδελφος.",
        "es": "Parece que damos vueltas a lo mismo; un compañero continuará aquí.",
        "de": "Wir drehen uns wohl im Kreis; ein Kollege macht hier weiter.",
        "fr": "Nous semblons tourner en rond ; un collègue prendra la suite ici.",
        "ar": "يبدو أننا ندور في حلقة، وسيتابع معك هنا أحد الزملاء.",
    },
    Reason.TURN_CAP: {
        "en": "We have written a lot today, so a colleague will look at it and continue from here.",
        "el": "Γράψαμε πολλά σήμερα, οπότε θα το δει ένας συνάδελφος και θα συνεχίσει εδώ.",
        "es": "Hoy hemos escrito mucho; un compañero lo revisará y continuará aquí.",
        "de": "Wir haben heute viel geschrieben; ein Kollege sieht es sich an und macht hier weiter.",
        "fr": "Nous avons beaucoup écrit aujourd'hui ; un collègue regardera et prendra la suite ici.",
        "ar": "كتبنا كثيراً اليوم، وسيطّلع أحد الزملاء على المحادثة ويتابع هنا.",
    },
}  # fmt: skip


def reason_to_stop(turn: "Turn") -> str:
    """Return the `HandOverReason` of a flood, a loop or the day's cap. Runs inside `tenant()`."""
    if _is_flood(turn):
        return Reason.FLOOD
    if any(_is_auto_reply(message.body) for message in turn.new) or _answers_at_once(turn):
        return Reason.AUTO_REPLY
    if _repeats(turn) or _echoes(turn) or _has_too_many_replies(turn):
        return Reason.LOOP
    return Reason.TURN_CAP if _turns_of_the_day(turn) >= TURNS_A_DAY else Reason.NONE


def sentence_of(reason: str, language: str) -> str:
    known = SENTENCES[reason]
    return known.get(language, known["en"])


def _is_flood(turn: "Turn") -> bool:
    since = turn.now - FLOOD_PERIOD
    return sum(m.is_inbound and m.created_at >= since for m in turn.messages) > FLOOD_MESSAGES


def _is_auto_reply(text: str) -> bool:
    plain = spelled(text).plain
    if OUT_OF_OFFICE.find(plain) and not any(mark in text for mark in "?;؟"):
        return True
    return any(lexicon.find(plain) for lexicon in AUTO_REPLY)


def _answers_at_once(turn: "Turn") -> bool:
    """Whether the customer types, each time and faster than anybody can, whole sentences."""
    fast = 0
    for before, message in reversed(list(_pairs(turn))):
        is_fast = message.created_at - before.created_at <= AT_ONCE
        if not is_fast or len(message.body) < FAST_TEXT or message.kind != Message.Kind.TEXT:
            break
        fast += 1
    return fast >= FAST_REPLIES


def _repeats(turn: "Turn") -> bool:
    """The same text again and again, or two texts in turn."""
    said = [fold(message.body).strip() for message in _lately(turn)]
    if not said:
        return False
    same = SAME_LONG if _letters(said[-1]) >= LONG_TEXT else SAME_SHORT
    if len(said) >= same and len(set(said[-same:])) == 1:
        return True
    last = said[-ALTERNATING:]
    is_long = all(_letters(text) >= LONG_TEXT for text in last)
    return len(last) == ALTERNATING and is_long and len(set(last)) <= DISTINCT


def _echoes(turn: "Turn") -> bool:
    """The customer sends back what we wrote."""
    last = list(_pairs(turn))[-ECHOES:]
    return len(last) == ECHOES and all(
        _letters(message.body) >= LONG_TEXT
        and ratio(fold(message.body), fold(before.body)) >= ALIKE
        for before, message in last
    )


def _has_too_many_replies(turn: "Turn") -> bool:
    since = turn.now - LOOP_PERIOD
    replies = sum(_is_ours(m) and m.created_at >= since for m in turn.messages)
    return replies >= LOOP_REPLIES


def _turns_of_the_day(turn: "Turn") -> int:
    """How many replies were made in the last day, and since a member gave the talk back."""
    since = turn.now - timedelta(days=1)
    cards = turn.conversation.hand_overs.filter(resolution=HandOver.Resolution.HANDED_BACK)
    last = cards.aggregate(last=Max("resolved_at"))["last"]
    runs = turn.conversation.runs.filter(outcome=Run.Outcome.REPLIED)
    return runs.filter(started_at__gt=max(since, last) if last else since).count()


def _lately(turn: "Turn") -> list[Message]:
    """What the customer wrote in the last hour; buttons and files are no texts."""
    since = turn.now - LOOKED_BACK
    return [
        m
        for m in turn.messages
        if m.is_inbound and m.body and m.kind == Message.Kind.TEXT and m.created_at >= since
    ]


def _pairs(turn: "Turn") -> list[tuple[Message, Message]]:
    """Each message of ours with the customer's that followed it, oldest first."""
    found = []
    for before, message in zip(turn.messages, turn.messages[1:], strict=False):
        if _is_ours(before) and message.is_inbound and message.body:
            found.append((before, message))
    return found


def _is_ours(message: Message) -> bool:
    return message.author_kind == Message.Author.ASSISTANT


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))
