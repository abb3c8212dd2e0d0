"""What is looked at in a member's reply before it is sent: a warning, never a block.

The apps above know the rules and register how to look. A member who reads the warning and sends
all the same leaves a line in the audit trail. Notes are never looked at.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from inbox.models import Conversation, Message
from organizations import auditing
from organizations.models import Member


@dataclass(frozen=True)
class Warned:
    """`code` names the rule, `words` what it is about, `reason` why; `source` is the law."""

    code: str
    words: str
    reason: str | Promise
    source: str = ""


Check = Callable[[Conversation, str], list[Warned]]
_checks: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    """Add a way to look at replies. Call it in `ready()`."""
    _checks[name] = check


def warnings_for(conversation: Conversation, body: str) -> list[Warned]:
    """Return what to warn the member of. Runs inside `tenant()`."""
    return [warned for check in _checks.values() for warned in check(conversation, body)]


def digest(body: str) -> str:
    """What a member agrees to who sends anyway: this text and no other."""
    return hashlib.sha256(body.encode()).hexdigest()[:32]


def record(message: Message, warned: list[Warned], member: Member) -> None:
    """Note in the trail that a member has sent a reply in spite of warnings, without its words."""
    auditing.record(
        message.organization,
        "message.sent_despite_warning",
        user=member.user,
        subject=message,
        rules=sorted({each.code for each in warned}),
    )
