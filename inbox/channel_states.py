"""What a refused call says about a number, kept where everybody looks: on the channel."""

from inbox import events
from inbox.models import Channel, Signal
from inbox.whatsapp import errors


def mark_broken(channel: Channel) -> None:
    """Meta refuses the token: nothing can be sent until it is replaced. Runs inside `tenant()`."""
    changed = Channel.objects.filter(pk=channel.pk, status=Channel.Status.CONNECTED).update(
        status=Channel.Status.BROKEN, status_reason=errors.NOT_CONNECTED_TEXT
    )
    if changed:
        channel.status = Channel.Status.BROKEN
        channel.status_reason = errors.NOT_CONNECTED_TEXT
        _announce(channel)


def note_restriction(channel: Channel, text: str) -> None:
    """Meta refused a message because of the account's state. Runs inside `tenant()`."""
    changed = Channel.objects.filter(pk=channel.pk, account_state=Channel.AccountState.OK).update(
        account_state=Channel.AccountState.RESTRICTED, account_note=text
    )
    if changed:
        _announce(channel)


def _announce(channel: Channel) -> None:
    events.announce(channel.organization_id, Signal.Kind.CHANNEL, channel.pk)
