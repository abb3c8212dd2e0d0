"""Who a customer is: found by business-scoped id, else by phone; two who are one become one."""

import contextlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.dispatch import Signal as Hook
from django.utils.timezone import now

from inbox import briefing, drafts, events, suggesting, work
from inbox.models import (
    Channel,
    Contact,
    Conversation,
    ConversationSummary,
    ConversationWork,
    HandOver,
    Identity,
    Message,
    Signal,
    WebhookItem,
)
from inbox.whatsapp.parsing import Sender, shared_phone
from knowledge.folding import fold
from organizations import auditing
from organizations.models import Organization
from privacy.models import Hold

# Phone companies give a number to somebody else at the earliest after this time.
NUMBER_REST = timedelta(days=30)

# Sent with `older` and `younger` before two contacts, or two conversations, become one, so that
# the apps above join rows that can exist only once. Everything else that points at the younger
# one is moved; what is left goes with it.
contacts_joined = Hook()
conversations_joined = Hook()


def find_contact(organization: Organization, sender: Sender) -> Contact:
    """Return the sender's contact, locked, made if new. Runs inside `tenant()`.

    When business-scoped id and phone lead to two contacts, they are joined into the older one.
    Two workers that meet a new sender at once end with one contact.
    """
    while True:
        try:
            with transaction.atomic():
                found = _lock_known(organization, sender)
                if found is None:
                    continue
                contact = found[0] if found else Contact.objects.create(organization=organization)
                for younger in found[1:]:
                    join(contact, younger)
                _complete(contact, sender)
                return contact
        except IntegrityError:
            continue  # another worker was faster; now its rows are in sight


def open_conversation(channel: Channel, contact: Contact) -> Conversation:
    """Return the one conversation of this contact on this channel, locked, made if new."""
    silent = channel.assistant_mode == Channel.AssistantMode.OFF or contact.opted_out_at
    conversation, is_new = Conversation.objects.get_or_create(
        organization_id=channel.organization_id,
        channel=channel,
        contact=contact,
        defaults={
            "in_charge": Conversation.InCharge.PERSON if silent else Conversation.InCharge.ASSISTANT
        },
    )
    if is_new:
        ConversationWork.objects.create(
            conversation=conversation, organization_id=channel.organization_id
        )
        ConversationSummary.objects.create(
            conversation=conversation, organization_id=channel.organization_id
        )
    locked = Conversation.objects.locked(conversation.pk)
    locked.contact = contact
    return locked


def change_identity(contact: Contact, new: Sender) -> Contact:
    """Give a contact a new phone or business-scoped id, and end the one it replaces.

    If the new one belongs to another contact, the two are joined; the older one is returned.
    """
    kinds = [kind for kind, _value in _values(new)]
    values = [value for _kind, value in _values(new)]
    contact.identities.filter(kind__in=kinds, ended_at=None).exclude(value__in=values).update(
        ended_at=now()
    )
    other = _lock_known(contact.organization, new) or []
    older, *rest = sorted({contact, *other}, key=lambda each: (each.created_at, each.pk))
    for younger in rest:
        join(older, younger)
    older.identities.filter(kind__in=kinds, value__in=values).exclude(ended_at=None).delete()
    _complete(older, new)
    return older


def learn_phone(contact: Contact, phone: str) -> Contact:
    """Take the number that the customer gave in answer to our request, if it can be theirs.

    Not if we know another number of theirs, nor if the number belongs to somebody whom WhatsApp
    knows under another id. Returns the contact, which may have become one with an older one.
    """
    if contact.phone:
        return contact
    owners = Contact.objects.filter(
        identities__kind=Identity.Kind.PHONE,
        identities__value=phone,
        identities__ended_at=None,
        organization=contact.organization,
    ).exclude(pk=contact.pk)
    if any(owner.user_id and owner.user_id != contact.user_id for owner in owners):
        return contact
    return find_contact(contact.organization, Sender(user_id=contact.user_id, phone=phone))


def given_number(message: Message) -> str:
    """Return the customer's own number, where the message answers our request for it."""
    is_card = message.kind == Message.Kind.CONTACTS and isinstance(message.payload, dict)
    return shared_phone(message.payload) if is_card else ""


def learn_user_id(contact: Contact, user_id: str) -> None:
    """Write down the business-scoped id that a status told, unless it is known of anybody."""
    if not user_id or contact.user_id:
        return
    if Identity.objects.filter(organization=contact.organization, value=user_id).exists():
        return
    with contextlib.suppress(IntegrityError), transaction.atomic():
        Identity.objects.create(
            organization=contact.organization,
            contact=contact,
            kind=Identity.Kind.USER_ID,
            value=user_id,
        )


def note_identity(contact: Contact, identity_hash: str, message: Message) -> None:
    """Remember that WhatsApp sees another device or person behind the customer's number."""
    contact.identity_hash = identity_hash[:200] or contact.identity_hash
    contact.identity_changed_at = _latest(contact.identity_changed_at, message.sent_at)
    contact.save(update_fields=["identity_hash", "identity_changed_at"])


def take_phone_book_name(
    organization: Organization, sender: Sender, name: str, at: datetime
) -> None:
    """Call a contact as the phone book of the business phone does, unless a member named them."""
    contact = find_contact(organization, sender)
    if contact.phone_book_at and contact.phone_book_at > at:
        return
    contact.phone_book_at = at
    if contact.name_source != Contact.NameSource.MEMBER:
        contact.name, contact.name_source = name, Contact.NameSource.PHONE_BOOK
    _save_name(contact)


def forget_phone_book_name(organization: Organization, sender: Sender, at: datetime) -> None:
    """Go back to the name of the profile. Whoever never wrote leaves with the phone book."""
    known = _lock_known(organization, sender) or []
    for contact in known:
        if contact.phone_book_at and contact.phone_book_at > at:
            continue
        contact.phone_book_at = at
        if contact.name_source == Contact.NameSource.PHONE_BOOK:
            contact.name, contact.name_source = (
                contact.profile_name,
                Contact.NameSource.PROFILE,
            )
        _save_name(contact)
        if not contact.profile_name and not contact.conversations.exists():
            contact.delete()


def _save_name(contact: Contact) -> None:
    phones = contact.identities.filter(kind=Identity.Kind.PHONE).values_list("value", flat=True)
    contact.search_text = _search_text(contact, phones)
    contact.save(update_fields=["name", "name_source", "phone_book_at", "search_text"])


def _search_text(contact: Contact, phones: Iterable[str]) -> str:
    return " ".join([fold(contact.name), fold(contact.username), *sorted(phones)])


def join(older: Contact, younger: Contact) -> None:
    """Make two contacts one: everything of the younger becomes the older one's."""
    contacts_joined.send(sender=Contact, older=older, younger=younger)
    _join_conversations(older, younger)
    _move_references(younger, older)
    Hold.objects.filter(contact_id=younger.pk).update(contact_id=older.pk)
    if not older.name or (
        younger.name_source == Contact.NameSource.MEMBER
        and older.name_source != Contact.NameSource.MEMBER
    ):
        older.name, older.name_source = younger.name, younger.name_source
    older.profile_name = older.profile_name or younger.profile_name
    older.username = younger.username or older.username
    older.language = older.language or younger.language
    older.opted_out_at = max(filter(None, (older.opted_out_at, younger.opted_out_at)), default=None)
    older.marketing_opted_out_at = _earliest(
        older.marketing_opted_out_at, younger.marketing_opted_out_at
    )
    auditing.record(older.organization, "contact.joined", subject=older, joined=younger.pk)
    younger.delete()
    older.save()


def _values(sender: Sender) -> list[tuple[str, str]]:
    # Everybody inserts in this order, so that two workers never wait for each other.
    pairs = (
        (Identity.Kind.USER_ID, sender.user_id),
        (Identity.Kind.PHONE, sender.phone),
        (Identity.Kind.PARENT_USER_ID, sender.parent_user_id),
    )
    return [(kind, value) for kind, value in pairs if value]


def _lock_known(organization: Organization, sender: Sender) -> list[Contact] | None:
    """Return the contacts behind the sender's ids, oldest first; None if one vanished meanwhile."""
    wanted = Q()
    for kind, value in _values(sender):
        if kind != Identity.Kind.PARENT_USER_ID:
            wanted |= Q(kind=kind, value=value)
    ids = set(
        Identity.objects.filter(wanted, organization=organization)
        .exclude(ended_at__lt=now() - NUMBER_REST)
        .values_list("contact_id", flat=True)
    )
    locked = Contact.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    contacts = list(locked) if ids else []
    if len(contacts) < len(ids):
        return None
    for contact in contacts:
        contact.organization = organization
    return sorted(contacts, key=lambda contact: (contact.created_at, contact.pk))


def _complete(contact: Contact, sender: Sender) -> None:
    """Write down what the sender tells about the contact that we did not know."""
    # A late message may still name an id that was just replaced: it leads here, but stays ended.
    known = {
        (each.kind, each.value)
        for each in contact.identities.exclude(ended_at__lt=now() - NUMBER_REST)
    }
    new = [pair for pair in _values(sender) if pair not in known]
    for kind, value in new:
        _own(contact, kind, value)
    fields = {
        "name": contact.name or sender.name,
        "profile_name": sender.name or contact.profile_name,
        "username": sender.username or contact.username,
        "identity_hash": sender.identity_hash or contact.identity_hash,
    }
    changed = {name: value for name, value in fields.items() if value != getattr(contact, name)}
    if not (new or changed):
        return
    for name, value in changed.items():
        setattr(contact, name, value)
    phones = [value for kind, value in {*known, *new} if kind == Identity.Kind.PHONE]
    contact.search_text = _search_text(contact, phones)
    contact.save(update_fields=[*changed, "search_text"])


def _own(contact: Contact, kind: str, value: str) -> None:
    """Make the id the contact's. One that ended long ago may have belonged to somebody else."""
    ended = Identity.objects.filter(organization=contact.organization, kind=kind, value=value)
    if kind == Identity.Kind.PARENT_USER_ID:
        if ended.exists():
            return
    else:
        ended.exclude(ended_at=None).delete()
    Identity.objects.create(
        organization=contact.organization, contact=contact, kind=kind, value=value
    )


def _join_conversations(older: Contact, younger: Contact) -> None:
    rows = Conversation.objects.filter(contact__in=(older, younger)).order_by("pk")
    both = [Conversation.objects.locked(pk) for pk in rows.values_list("pk", flat=True)]
    kept, given = {}, []
    for conversation in both:
        if conversation.contact_id == older.pk:
            kept[conversation.channel_id] = conversation
        else:
            given.append(conversation)
    for conversation in given:
        if conversation.channel_id in kept:
            _join_conversation(kept[conversation.channel_id], conversation)
        else:
            Conversation.objects.filter(pk=conversation.pk).update(contact=older)


def _join_conversation(older: Conversation, younger: Conversation) -> None:
    works = ConversationWork.objects.select_for_update().filter(conversation__in=(older, younger))
    is_due = any(each.state == ConversationWork.State.DUE for each in works.order_by("pk"))
    conversations_joined.send(sender=Conversation, older=older, younger=younger)
    Message.objects.filter(conversation=younger).update(conversation=older, answers_seq=None)
    WebhookItem.objects.filter(conversation_id=younger.pk).update(conversation_id=older.pk)
    if older.hand_overs.filter(kind="hand_over", resolved_at=None).exists():
        # One conversation has one open hand-over; what was asked is still in its messages.
        briefing.resolve(younger, HandOver.Resolution.JOINED, kind=HandOver.Kind.HAND_OVER)
    drafts.join(older, younger)
    for each in (older, younger):
        suggesting.expire(each)  # none has read what was said in the other one
    _move_references(younger, older)
    later = max((older, younger), key=lambda each: each.last_message_at)
    older.preview, older.preview_author = later.preview, later.preview_author
    older.last_message_at = later.last_message_at
    older.last_customer_message_at = _latest(
        older.last_customer_message_at, younger.last_customer_message_at
    )
    older.waiting_since = _earliest(older.waiting_since, younger.waiting_since)
    older.unread_count += younger.unread_count
    older.takeover_seq = max(older.takeover_seq, younger.takeover_seq) + 1
    if Conversation.Status.OPEN in (older.status, younger.status):
        older.status, older.snoozed_until = Conversation.Status.OPEN, None
    if younger.in_charge == Conversation.InCharge.PERSON:
        older.in_charge = younger.in_charge
        older.hand_over_reason = older.hand_over_reason or younger.hand_over_reason
    older.assignee_id = older.assignee_id or younger.assignee_id
    younger.delete()
    older.save()
    work.rest(older)
    if is_due:
        work.mark_due(older, now())
    events.announce(older.organization_id, Signal.Kind.CONVERSATION, older.code)


def _move_references(source: models.Model, target: models.Model) -> None:
    """Point every row that names `source` at `target`, except where it can exist only once."""
    for relation in source._meta.related_objects:
        rows = relation.related_model._base_manager.filter(**{relation.field.name: source})
        change = {relation.field.name: target}
        try:
            with transaction.atomic():
                rows.update(**change)
        except IntegrityError:
            for key in rows.order_by("pk").values_list("pk", flat=True):
                _move_reference(rows.filter(pk=key), change)


def _move_reference(row: models.QuerySet, change: dict[str, models.Model]) -> None:
    try:
        with transaction.atomic():
            row.update(**change)
    except IntegrityError:
        # The target has one already; what must not be lost was joined by a receiver of the hook.
        return


def _earliest(first: datetime | None, second: datetime | None) -> datetime | None:
    return min(filter(None, (first, second)), default=None)


def _latest(first: datetime | None, second: datetime | None) -> datetime | None:
    return max(filter(None, (first, second)), default=None)
