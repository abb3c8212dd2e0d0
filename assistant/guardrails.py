"""What code checks of every turn, whichever backend answers.

`reason_to_stop` looks at the conversation before a reply is made, `check` at the draft before it
is sent. A verdict is `{"guardrail": name, "passed": bool, "detail": text}`.
"""

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from inbox.models import Conversation, Message

if TYPE_CHECKING:
    from assistant.turn import Reply, Turn

TURN_CAP = 40
FLOOD_MESSAGES, FLOOD_PERIOD = 25, timedelta(minutes=2)
LOOP_REPLIES, LOOP_PERIOD = 25, timedelta(minutes=5)
SAME_TEXT = 4
LONGEST_REPLY = 1000

NUMBER = re.compile(r"\d(?:[\d.,:\u00a0\u202f]*\d)?")
LINK = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)
BOOKING_CLAIM = re.compile(r"\b(booked|confirmed|reserved for you|moved to)\b", re.IGNORECASE)
# Words about who lives or should live somewhere: never ours to say.
STEERING = re.compile(
    r"\b(safe|unsafe|good|bad|nice|quiet|family|young|mixed|christian|muslim|jewish|asian|black|"
    r"white|greek|russian|foreign)\s+(neighbou?rhood|neighbou?rs|area|people|community)\b|"
    r"\b(perfect|ideal|suitable|great) for (a )?(famil|couple|student|single|retire|young)",
    re.IGNORECASE,
)


def reason_to_stop(turn: "Turn") -> str:
    """Return the `HandOverReason` that keeps the assistant from answering, or nothing."""
    if turn.dialogue.turn_count >= TURN_CAP:
        return Conversation.HandOverReason.TURN_CAP
    if _is_flood(turn) or _is_loop(turn):
        return Conversation.HandOverReason.LOOP
    return Conversation.HandOverReason.NONE


def check(turn: "Turn", reply: "Reply") -> list[dict[str, Any]]:
    """Return the verdicts on a draft."""
    return [
        _verdict("length", len(reply.text) <= LONGEST_REPLY, f"{len(reply.text)} characters"),
        _figures(turn, reply.text),
        _links(turn, reply.text),
        _booking(turn, reply.text),
        _verdict("fair_housing", not STEERING.search(reply.text)),
    ]


def _is_flood(turn: "Turn") -> bool:
    since = turn.now - FLOOD_PERIOD
    return sum(m.is_inbound and m.created_at >= since for m in turn.messages) > FLOOD_MESSAGES


def _is_loop(turn: "Turn") -> bool:
    """Whether we seem to talk with another machine: too many replies, or the same text again."""
    since = turn.now - LOOP_PERIOD
    replies = sum(
        m.author_kind == Message.Author.ASSISTANT and m.created_at >= since for m in turn.messages
    )
    said = [m.body.strip().casefold() for m in turn.messages if m.is_inbound and m.body]
    repeated = len(said) >= SAME_TEXT and len(set(said[-SAME_TEXT:])) == 1
    return replies >= LOOP_REPLIES or repeated


def _figures(turn: "Turn", text: str) -> dict[str, Any]:
    """Every number of the draft must stand in a tool's result or in the customer's own words."""
    said = " ".join(m.body for m in turn.messages if m.is_inbound)
    allowed = _numbers(" ".join([said, *turn.evidence]))
    unknown = sorted(_numbers(text) - allowed)
    return _verdict("figures", not unknown, ", ".join(unknown))


def _links(turn: "Turn", text: str) -> dict[str, Any]:
    known = " ".join(turn.evidence)
    unknown = [link for link in LINK.findall(text) if link.rstrip(".,)") not in known]
    return _verdict("links", not unknown, ", ".join(unknown))


def _booking(turn: "Turn", text: str) -> dict[str, Any]:
    done = any(
        call["tool"] in ("book_slot", "move_appointment", "list_appointments")
        and "refusal" not in str(call["result"])
        for call in turn.calls
    )
    return _verdict("booking", done or not BOOKING_CLAIM.search(text))


def _numbers(text: str) -> set[str]:
    """Return the numbers of a text without separators: `€385,000` and `385000.00` are `385000`."""
    return {_normal(match) for match in NUMBER.findall(text)}


def _normal(number: str) -> str:
    number = re.sub(r"[\u00a0\u202f]", "", number)
    if ":" in number:
        return number
    number = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", number)
    number = number.replace(",", ".")
    whole, _, fraction = number.partition(".")
    fraction = fraction.rstrip("0")
    return f"{whole.lstrip('0') or '0'}.{fraction}" if fraction else whole.lstrip("0") or "0"


def _verdict(guardrail: str, passed: bool, detail: str = "") -> dict[str, Any]:
    return {"guardrail": guardrail, "passed": bool(passed), "detail": detail}
