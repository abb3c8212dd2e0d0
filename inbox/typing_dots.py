"""Three dots on the customer's phone while an answer to them is being made.

WhatsApp shows them for 25 seconds or until the next message, and marks what was written as read.
They are a courtesy: sent by a thread of its own that nobody waits for, and no failure matters.
"""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connections

from inbox import work
from inbox.models import Conversation, ConversationWork, Message
from inbox.whatsapp.client import WhatsAppClient
from organizations.secrets import SecretUnreadable
from organizations.tenancy import tenant

logger = logging.getLogger(__name__)

RENEWED_AFTER = 20.0  # seconds
# An answer that is ready sooner comes without dots: they could arrive after it, and stay.
QUICK = 1.0
TIMEOUT = (2, 3)


class Dots:
    """The dots of one turn. `begin` shows them now; they end by themselves."""

    def __init__(self, client: WhatsAppClient, wamid: str, lease: work.Lease) -> None:
        self._client, self._wamid, self._lease = client, wamid, lease
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._has_begun = False

    def begin(self) -> None:
        with self._lock:
            if self._has_begun or self._over.is_set():
                return
            self._has_begun = True
        threading.Thread(target=self._show, daemon=True, name="typing").start()

    def end(self) -> None:
        self._over.set()

    def _show(self) -> None:
        try:
            while not self._over.is_set():
                self._client.mark_read(self._wamid, typing=True)
                if self._over.wait(RENEWED_AFTER) or not _is_still_ours(self._lease):
                    return
        except Exception as error:
            logger.info("Typing was not shown: %s", type(error).__name__)


def of(conversation: Conversation, new: Sequence[Message], lease: work.Lease) -> Dots | None:
    """Return the dots for the messages being answered, or None without any. Inside `tenant()`.

    `new` holds no stale message, and a lease is given only while the assistant is in charge.
    """
    wamid = next((message.wamid for message in reversed(new) if message.wamid), "")
    if not wamid:
        return None
    try:
        return Dots(WhatsAppClient(conversation.channel, timeout=TIMEOUT), wamid, lease)
    except SecretUnreadable:
        return None


@contextmanager
def while_thinking(dots: Dots | None) -> Iterator[None]:
    """Show the dots once thinking takes longer than `QUICK`; end them on leaving."""
    if dots is None:
        yield
        return
    timer = threading.Timer(QUICK, dots.begin)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        dots.end()


def _is_still_ours(lease: work.Lease) -> bool:
    """Whether this answer is still being made, and nobody took over or opted out meanwhile."""
    try:
        with tenant(lease.organization_id):
            found = Conversation.objects.select_related("contact", "channel", "organization")
            conversation = found.get(pk=lease.conversation_id)
            token = ConversationWork.objects.values_list("lease_token", flat=True)
            return (
                not work.why_silent(conversation)
                and conversation.takeover_seq == lease.takeover_seq
                and token.get(pk=lease.conversation_id) == lease.token
            )
    finally:
        connections.close_all()  # those of this thread
