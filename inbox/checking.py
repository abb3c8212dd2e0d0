"""What is looked at in a member's reply before it is sent: a warning, never a block.

The apps above know the rules and register how to look. A member who reads the warning and sends
all the same leaves a line in the audit trail. Notes are never looked at.
"""

import hashlib
import json
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

    @property
    def is_rule(self) -> bool:
        """Whether sending all the same is noted in the audit trail."""
        return True


@dataclass(frozen=True)
class Doubt(Warned):
    """Something of a suggested reply that holds no longer; it breaks no rule.

    `button` is the id of the button that must not go out any more.
    """

    button: str = ""

    @property
    def is_rule(self) -> bool:
        return False


Check = Callable[[Conversation, str], list[Warned]]
_checks: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    """Add a way to look at replies. Call it in `ready()`."""
    _checks[name] = check


def warnings_for(conversation: Conversation, body: str) -> list[Warned]:
    """Return what to warn the member of. Runs inside `tenant()`."""
    return [warned for check in _checks.values() for warned in check(conversation, body)]


def digest(body: str, warned: list[Warned]) -> str:
    """What a member agrees to who sends anyway: this text in spite of these warnings, no others."""
    said = sorted([it.code, it.words, str(it.reason)] for it in warned)
    return hashlib.sha256(json.dumps([body, said]).encode()).hexdigest()[:32]


def record(message: Message, warned: list[Warned], member: Member) -> None:
    """Note in the trail that a member has sent a reply in spite of rules, without its words."""
    broken = sorted({each.code for each in warned if each.is_rule})
    if not broken:
        return
    auditing.record(
        message.organization,
        "message.sent_despite_warning",
        user=member.user,
        subject=message,
        rules=broken,
    )
