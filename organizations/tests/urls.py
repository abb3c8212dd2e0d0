"""Every URL of the product and who may open it, for the sweep in `test_tenancy.py`.

A new URL below a slug gets a line in `TENANT_URLS`: its name, and a function that makes what its
address names besides the slug. `sample("app.Model", organization)` gives a row of any table.

    "leads:detail": lambda organization: {"code": sample("leads.Lead", organization).code},

A URL for owners and admins also stands in `MANAGERS_ONLY`. A form that names rows in its body,
such as the member to assign, has a line in `BODIES`. Anything open to strangers needs its reason
in `PUBLIC_URLS`.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.timezone import now

from organizations.models import Member, Organization
from organizations.tests.factories import InvitationFactory, MemberFactory
from organizations.tests.samples import sample

Arguments = Callable[[Organization], dict[str, Any]]


def nothing(organization: Organization) -> dict[str, Any]:
    """The address names nothing besides the slug."""
    return {}


def key_of(label: str) -> Arguments:
    return lambda organization: {"pk": sample(label, organization).pk}


def code_of(label: str) -> Arguments:
    return lambda organization: {"code": sample(label, organization).code}


def member(organization: Organization) -> dict[str, Any]:
    return {"pk": MemberFactory(organization=organization).pk}


def invitation(organization: Organization) -> dict[str, Any]:
    return {"pk": InvitationFactory(organization=organization).pk}


def fact(organization: Organization) -> dict[str, Any]:
    row = sample("leads.Fact", organization, field="bedrooms", value=2)
    return {"code": row.lead.code, "field": row.field}


def failed_message(organization: Organization) -> dict[str, Any]:
    fields = {"direction": "out", "author_kind": "assistant", "status": "failed"}
    return {"pk": sample("inbox.Message", organization, **fields).pk}


def fetched_file(organization: Organization) -> dict[str, Any]:
    folder = Path(settings.MEDIA_ROOT) / str(organization.pk)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "file.webp").write_bytes(b"file")
    names = {"stored_name": "file.webp", "thumbnail_name": "file.webp"}
    fields = {"state": "fetched", "detected_type": "image/webp", "size": 4, **names}
    return {"code": sample("inbox.Attachment", organization, **fields).code}


def answered_message(organization: Organization) -> dict[str, Any]:
    message = sample("inbox.Message", organization)
    sample("assistant.Run", organization, message=message, conversation=message.conversation)
    return {"pk": message.pk}


def edited_suggestion(organization: Organization) -> dict[str, Any]:
    return {"code": sample("inbox.Suggestion", organization, state="edited").code}


def conversation_of_lead(organization: Organization) -> dict[str, Any]:
    contact = sample("leads.Lead", organization).contact
    return {"code": sample("inbox.Conversation", organization, contact=contact).code}


def chosen_member(organization: Organization) -> dict[str, Any]:
    return {"member": MemberFactory(organization=organization).pk}


def published_version(organization: Organization) -> dict[str, Any]:
    fields = {"number": 1, "published_at": now(), "content": {"tone": "warm"}}
    return {"code": sample("assistant.AssistantVersion", organization, **fields).code}


def rule_for_member(organization: Organization) -> dict[str, Any]:
    return {
        "subject": "price",
        "action": "hand_over",
        "send_to": "member",
        "member": MemberFactory(organization=organization).pk,
    }


def booking(organization: Organization) -> dict[str, Any]:
    return {
        "conversation": str(sample("inbox.Conversation", organization).code),
        "member": MemberFactory(organization=organization).pk,
        "listing": sample("knowledge.Listing", organization).pk,
        "kind": "viewing",
        "date": (now() + timedelta(days=7)).date().isoformat(),
        "time": "11:00",
    }


def imported_file(organization: Organization) -> dict[str, Any]:
    fields = {"content": b"Ref,City\n1,Paphos\n", "encoding": "utf-8", "delimiter": ","}
    return {"code": sample("knowledge.Import", organization, **fields).code}


def finished_export(organization: Organization) -> dict[str, Any]:
    return {"code": sample("privacy.Export", organization, state="done", format="csv").code}


def own_talk(member: Member) -> dict[str, Any]:
    """A talk of the playground is its member's own."""
    talk = sample("assistant.PlaygroundTalk", member.organization, member=member)
    return {"code": talk.code}


def own_view(member: Member) -> dict[str, Any]:
    """A view that nobody shared is its member's own."""
    return {"code": sample("inbox.SavedView", member.organization, member=member).code}


def receiver(organization: Organization) -> dict[str, Any]:
    return {"to": MemberFactory(organization=organization).pk}


TENANT_URLS: dict[str, Arguments] = {
    "organizations:settings": nothing,
    "organizations:members": nothing,
    "organizations:invite": nothing,
    "organizations:change_role": member,
    "organizations:deactivate": member,
    "organizations:reactivate": member,
    "organizations:resend": invitation,
    "organizations:revoke": invitation,
    "organizations:audit": nothing,
    "knowledge:index": nothing,
    "knowledge:listings": nothing,
    "knowledge:listing_new": nothing,
    "knowledge:listing": key_of("knowledge.Listing"),
    "knowledge:listing_status": key_of("knowledge.Listing"),
    "knowledge:listing_archive": key_of("knowledge.Listing"),
    "knowledge:reading_of_listing": key_of("knowledge.Listing"),
    "knowledge:import": nothing,
    "knowledge:import_upload": nothing,
    "knowledge:import_template": nothing,
    "knowledge:reading_new": nothing,
    "knowledge:reading": code_of("knowledge.Reading"),
    "knowledge:reading_again": code_of("knowledge.Reading"),
    "knowledge:reading_discard": code_of("knowledge.Reading"),
    "knowledge:import_file": imported_file,
    "knowledge:import_run": imported_file,
    "knowledge:import_undo": imported_file,
    "knowledge:import_discard": imported_file,
    "knowledge:import_problems": imported_file,
    "knowledge:notes": nothing,
    "knowledge:note_new": nothing,
    "knowledge:note": key_of("knowledge.Note"),
    "knowledge:note_delete": key_of("knowledge.Note"),
    "knowledge:try_search": nothing,
    "inbox:events": nothing,
    "inbox:index": nothing,
    "inbox:list": nothing,
    "inbox:count": nothing,
    "inbox:bulk": nothing,
    "inbox:bulk_undo": nothing,
    "inbox:assignees": nothing,
    "inbox:saved": nothing,
    "inbox:saved_share": lambda organization: own_view(organization.owner),
    "inbox:saved_remove": lambda organization: own_view(organization.owner),
    "inbox:retry": failed_message,
    "inbox:media": fetched_file,
    "inbox:thumbnail": fetched_file,
    "inbox:media_retry": code_of("inbox.Attachment"),
    "inbox:channel_banner": nothing,
    "inbox:channels": nothing,
    "inbox:channel_new": nothing,
    "inbox:channel": key_of("inbox.Channel"),
    "inbox:channel_test": key_of("inbox.Channel"),
    "inbox:channel_token": key_of("inbox.Channel"),
    "inbox:channel_subscribe": key_of("inbox.Channel"),
    "inbox:channel_register": key_of("inbox.Channel"),
    "inbox:channel_webhook": key_of("inbox.Channel"),
    "inbox:channel_disconnect": key_of("inbox.Channel"),
    "inbox:conversation": code_of("inbox.Conversation"),
    "inbox:hand_overs": code_of("inbox.Conversation"),
    "inbox:draft": code_of("inbox.Conversation"),
    "inbox:send": code_of("inbox.Conversation"),
    "inbox:reject_suggestion": code_of("inbox.Conversation"),
    "inbox:note": code_of("inbox.Conversation"),
    "inbox:take_over": code_of("inbox.Conversation"),
    "inbox:hand_back": code_of("inbox.Conversation"),
    "inbox:close": code_of("inbox.Conversation"),
    "inbox:reopen": code_of("inbox.Conversation"),
    "inbox:snooze": code_of("inbox.Conversation"),
    "inbox:assign": code_of("inbox.Conversation"),
    "inbox:allow": code_of("inbox.Conversation"),
    "inbox:trace": code_of("inbox.Conversation"),
    "inbox:news": nothing,
    "inbox:news_seen": nothing,
    "inbox:news_banner": nothing,
    "leads:index": nothing,
    "leads:panel": conversation_of_lead,
    "leads:detail": code_of("leads.Lead"),
    "leads:set_stage": code_of("leads.Lead"),
    "leads:set_owner": code_of("leads.Lead"),
    "exports:index": nothing,
    "exports:new": nothing,
    "exports:file": finished_export,
    "exports:again": code_of("privacy.Export"),
    "exports:delete": code_of("privacy.Export"),
    "leads:set_fact": fact,
    "leads:unlock_fact": fact,
    "leads:remove_fact": fact,
    "scheduling:index": nothing,
    "scheduling:new": nothing,
    "scheduling:panel": code_of("inbox.Conversation"),
    "scheduling:appointment_file": code_of("scheduling.Appointment"),
    "scheduling:appointment_cancel": code_of("scheduling.Appointment"),
    "scheduling:appointment_outcome": code_of("scheduling.Appointment"),
    "scheduling:hours": nothing,
    "scheduling:member_hours": member,
    "scheduling:day_off_add": member,
    "scheduling:day_off_remove": key_of("scheduling.DayOff"),
    "scheduling:kinds": nothing,
    "assistant:index": nothing,
    "assistant:unanswered": nothing,
    "assistant:dismiss_question": code_of("inbox.HandOver"),
    "assistant:bring_question_back": code_of("inbox.HandOver"),
    "assistant:examples": nothing,
    "assistant:remove_example": edited_suggestion,
    "assistant:bring_example_back": edited_suggestion,
    "assistant:pause": nothing,
    "assistant:costs": nothing,
    "assistant:settings": nothing,
    "assistant:set_who_answers": nothing,
    "assistant:jurisdiction": nothing,
    "assistant:shape": nothing,
    "assistant:publish": nothing,
    "assistant:discard": nothing,
    "assistant:versions": nothing,
    "assistant:playground": nothing,
    "assistant:play": lambda organization: own_talk(organization.owner),
    "assistant:play_on": lambda organization: own_talk(organization.owner),
    "assistant:rehearsals": nothing,
    "assistant:rehearse": nothing,
    "assistant:rehearsal": code_of("assistant.Rehearsal"),
    "assistant:rehearsal_cancel": code_of("assistant.Rehearsal"),
    "assistant:quality": nothing,
    "assistant:restore": published_version,
    "assistant:claude": nothing,
    "assistant:set_mode": key_of("inbox.Channel"),
    "assistant:hand_over_rules": nothing,
    "assistant:hand_over_rule": nothing,
    "assistant:panel": code_of("inbox.Conversation"),
    "assistant:copilot": code_of("inbox.Conversation"),
    "assistant:copilot_make": code_of("inbox.Conversation"),
    "assistant:run": code_of("assistant.Run"),
    "assistant:feedback": code_of("assistant.Run"),
    "assistant:rate_message": answered_message,
    "assistant:run_of_message": answered_message,
}

MANAGERS_ONLY = {
    "organizations:invite",
    "organizations:change_role",
    "organizations:deactivate",
    "organizations:reactivate",
    "organizations:resend",
    "organizations:revoke",
    "organizations:audit",
    "knowledge:import_upload",
    "knowledge:import_template",
    "knowledge:import_file",
    "knowledge:import_run",
    "knowledge:import_undo",
    "knowledge:import_discard",
    "knowledge:import_problems",
    "scheduling:kinds",
    "assistant:pause",
    "assistant:set_mode",
    "assistant:examples",
    "assistant:remove_example",
    "assistant:bring_example_back",
    "assistant:hand_over_rules",
    "assistant:hand_over_rule",
    "inbox:channels",
    "inbox:channel_new",
    "inbox:channel",
    "inbox:channel_test",
    "inbox:channel_token",
    "inbox:channel_subscribe",
    "inbox:channel_register",
    "inbox:channel_webhook",
    "inbox:channel_disconnect",
    "assistant:set_who_answers",
    "assistant:jurisdiction",
    "assistant:publish",
    "assistant:discard",
    "assistant:restore",
    "assistant:rehearse",
    "assistant:rehearsal_cancel",
}

# Asynchronous views, which the sweep asks as a web server does.
STREAMS = {"inbox:events"}

# What these name belongs to one member and is found by no other, of whichever organization.
PERSONAL: dict[str, Callable[[Member], dict[str, Any]]] = {
    "assistant:play": own_talk,
    "assistant:play_on": own_talk,
    "inbox:saved_share": own_view,
    "inbox:saved_remove": own_view,
}

# A body that is accepted, with rows of the given organization. With any one of them replaced by
# another organization's it must be refused.
BODIES: dict[str, Arguments] = {
    "inbox:assign": chosen_member,
    "inbox:bulk": receiver,
    "leads:set_owner": chosen_member,
    "assistant:hand_over_rule": rule_for_member,
    "scheduling:new": booking,
}

SIGNED_IN_URLS = {
    "organizations:profile",
    "organizations:theme",
    "organizations:switch",
    "organizations:found",
}

# Below it, each address is asked for in `test_admin.py`.
STAFF_NAMESPACE = "admin:"

ALLAUTH = "accounts: allauth asks for a login where one is needed"
PUBLIC_URLS = {
    "healthz": "tells whether the process lives, nothing else",
    "readyz": "tells which part of the installation fails",
    "webhooks/whatsapp/": "Meta posts here, each body signed",
    "calendar_file": "a customer's calendar fetches it; an unguessable token, and no other's data",
    "organizations:home": "leads to the login or to the user's own organization",
    "organizations:invitation": "the link of an invitation's mail",
    "privacy:policy": "the public policy",
    "mfa_index": ALLAUTH,
    "mfa_authenticate": ALLAUTH,
    "mfa_reauthenticate": ALLAUTH,
    "mfa_activate_totp": ALLAUTH,
    "mfa_deactivate_totp": ALLAUTH,
    "mfa_view_recovery_codes": ALLAUTH,
    "mfa_generate_recovery_codes": ALLAUTH,
    "mfa_download_recovery_codes": ALLAUTH,
    "account_login": ALLAUTH,
    "account_logout": ALLAUTH,
    "account_inactive": ALLAUTH,
    "account_signup": ALLAUTH,
    "account_reauthenticate": ALLAUTH,
    "account_email": ALLAUTH,
    "account_email_verification_sent": ALLAUTH,
    "account_change_password": ALLAUTH,
    "account_set_password": ALLAUTH,
    "account_reset_password": ALLAUTH,
    "account_confirm_login_code": ALLAUTH,
    "account_confirm_email": ALLAUTH,
    "account_reset_password_from_key_done": ALLAUTH,
    "account_reset_password_from_key": ALLAUTH,
    "account_reset_password_done": ALLAUTH,
}
