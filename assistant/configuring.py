"""An agency changes its assistant's settings. Each change leaves a line in the audit trail."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.timezone import now

from assistant import breaker, spending, versions
from assistant.breaker import Rest
from assistant.models import AssistantSettings
from inbox import events, handover
from inbox.models import Conversation, Signal
from organizations import auditing
from organizations.models import Member, Organization
from organizations.tenancy import is_rolled_back

CLAUDE_FIELDS = {
    "claude_enabled", "claude_sees_photos", "claude_drafts_for_cards", "learns_from_edits",
    "conversation_model", "monthly_cap_usd",
}  # fmt: skip


@dataclass(frozen=True)
class ClaudeState:
    """How it stands with Claude: `not_configured`, `off`, `resting`, `spent` or `on`."""

    code: str
    month: spending.Month
    rest: Rest | None = None

    @property
    def needs_somebody(self) -> bool:
        return bool(self.rest and self.rest.needs_somebody)

    @property
    def warns_of_cap(self) -> bool:
        return self.code in ("on", "resting", "spent") and self.month.is_nearly_spent


def state_of_claude(organization: Organization) -> ClaudeState:
    """Runs inside `tenant()`."""
    month, rest = spending.this_month(organization), breaker.resting()
    if not settings.ANTHROPIC_API_KEY:
        code = "not_configured"
    elif not AssistantSettings.of(organization).claude_enabled:
        code = "off"
    elif month.is_spent:
        code = "spent"
    elif rest:
        code = "resting"
    else:
        code = "on"
    return ClaudeState(code, month, rest)


def set_mode(organization: Organization, mode: str, by: Member) -> None:
    """Say who answers on all numbers from now on. Runs inside `tenant()`."""
    before = AssistantSettings.of(organization).mode
    if mode == before:
        return
    values = {"mode": mode, "updated_at": now()}
    AssistantSettings.objects.update_or_create(organization=organization, defaults=values)
    auditing.record(organization, "assistant.mode_changed", user=by.user, before=before, mode=mode)
    if mode == AssistantSettings.Mode.ON:
        handover.end_suggesting(organization, by)
    events.announce(organization, Signal.Kind.ORGANIZATION)


def why_silent(conversation: Conversation) -> str:
    """Return `off` where the agency lets people answer, always or at this hour, else nothing.

    `suggest` where people send what the assistant writes: that is at every hour.
    """
    if is_rolled_back():
        return ""  # tried out by a member, at whatever hour
    organization = conversation.organization
    mode = AssistantSettings.of(organization).mode
    if mode != AssistantSettings.Mode.ON:
        return "suggest" if mode == AssistantSettings.Mode.SUGGEST else "off"
    shape = versions.live_shape(organization)
    return "" if shape.answers_at(now(), organization.zone) else "off"


def is_suggesting(organization: Organization) -> bool:
    """Whether people send what the assistant writes. Runs inside `tenant()`."""
    return AssistantSettings.of(organization).mode == AssistantSettings.Mode.SUGGEST


def change(changed: AssistantSettings, fields: list[str], by: Member) -> None:
    """Store the named fields. Runs inside `tenant()`; the caller has checked who may."""
    changed.updated_at = now()
    values = {name: getattr(changed, name) for name in [*fields, "updated_at"]}
    AssistantSettings.objects.update_or_create(organization=changed.organization, defaults=values)
    if "claude_enabled" in fields:
        action = "claude.switched_on" if changed.claude_enabled else "claude.switched_off"
        auditing.record(changed.organization, action, user=by.user)
    rest = [name for name in fields if name != "claude_enabled"]
    if rest:
        details = {name: str(getattr(changed, name)) for name in rest if name in CLAUDE_FIELDS}
        auditing.record(
            changed.organization, "assistant.changed", user=by.user, fields=rest, **details
        )
    events.announce(changed.organization, Signal.Kind.ORGANIZATION)
