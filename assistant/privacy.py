"""What is kept of the assistant's turns.

A run is two things at once: usage data (times, tokens, costs, outcome) and, in its draft, a copy of
what was or would have been said. The whole row ends with the shorter promise, that of usage data.
A draft that was never sent serves nobody for that long, so its content goes much earlier; what was
sent stays in the conversation as a message.
"""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistant.models import (
    AssistantSettings,
    AssistantVersion,
    ClaudeBreaker,
    ClaudeCall,
    Completion,
    Dialogue,
    Evaluation,
    HandOverSettings,
    PlaygroundTalk,
    PlaygroundTurn,
    Rehearsal,
    RehearsalCase,
    Run,
    SubjectRule,
)
from privacy.holds import covered
from privacy.registry import Category, Days, Kept, WhileActive, With, register

ABOUT_CONTACT = "conversation__contact_id"

for model in (AssistantSettings, AssistantVersion, SubjectRule, HandOverSettings):
    register(model, category=Category.ACCOUNT, period=WhileActive())
register(
    ClaudeCall,
    category=Category.USAGE,
    period=Days(730, _("the turn")),
    clock="at",
    held=covered(contact=ABOUT_CONTACT),
)
register(ClaudeBreaker, category=Category.NOT_PERSONAL, period=Kept())
# It leaves with the turn that it was made for, within seconds; this is for one that never ended.
register(
    Completion,
    category=Category.CONVERSATIONS,
    period=Days(1, _("Claude answered a turn that was never finished")),
    clock="at",
    held=covered(contact=ABOUT_CONTACT),
)
register(Dialogue, category=Category.CONVERSATIONS, period=WhileActive())
register(
    Run,
    category=Category.USAGE,
    period=Days(730, _("the turn")),
    clock="started_at",
    held=covered(contact=ABOUT_CONTACT),
)
register(
    Run,
    category=Category.CONVERSATIONS,
    period=Days(90, _("the assistant dropped a draft, whose words are then emptied")),
    clock="started_at",
    where=Q(message=None),
    clears=("draft", "commands", "tools", "verdicts"),
    held=covered(contact=ABOUT_CONTACT),
)
# What a member typed to try the assistant out.
register(
    PlaygroundTalk,
    category=Category.ACCOUNT,
    period=Days(30, _("its last message")),
    clock="used_at",
    held=covered(),
)
register(PlaygroundTurn, category=Category.ACCOUNT, period=With(PlaygroundTalk, "talk"))
# Its cases copy what customers said, so they end long before the conversations they come from; a
# hold on a contact keeps those, not the copies.
register(
    Rehearsal,
    category=Category.CONVERSATIONS,
    period=Days(90, _("the assistant was rehearsed")),
    clock="started_at",
    held=covered(),
)
register(RehearsalCase, category=Category.CONVERSATIONS, period=With(Rehearsal, "rehearsal"))
register(Evaluation, category=Category.NOT_PERSONAL, period=Kept())
