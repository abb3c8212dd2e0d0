"""Processing a delivery of Meta again. What is stored already stays as it is."""

from django.db import router, transaction
from django.utils.timezone import now

from inbox.models import WebhookEvent
from inbox.whatsapp.webhook import queue_processing


def replay(event: WebhookEvent) -> None:
    """Forget how the delivery's items ended and queue it: a replay only adds what is missing."""
    with transaction.atomic(using=router.db_for_write(WebhookEvent)):
        event.items.all().delete()
        WebhookEvent.objects.filter(pk=event.pk).update(
            state=WebhookEvent.State.RECEIVED,
            reason="",
            attempts=0,
            next_attempt_at=now(),
            processed_at=None,
        )
        queue_processing(event.pk, len(event.body))
