"""After a restore: nobody knows what was sent and answered between the backup and now."""

from collections import Counter

from inbox import handover, sending
from inbox.models import Conversation, ConversationWork, OutboundWork
from organizations.models import Organization


def leave_to_people(organization: Organization) -> Counter[str]:
    """Leave unsent messages and unanswered conversations to people. Runs inside `tenant()`.

    Returns how many there were of each. Sending or answering them again could say a second time
    what the customer got in the days that the backup does not know.
    """
    unsent = OutboundWork.objects.filter(organization=organization).exclude(
        state=OutboundWork.State.DONE
    )
    unanswered = ConversationWork.objects.filter(
        organization=organization, state=ConversationWork.State.DUE
    )
    found = Counter({"messages left to people": 0, "conversations left to people": 0})
    for message_id in unsent.order_by("pk").values_list("pk", flat=True):
        sending.leave_in_doubt(message_id)
        found["messages left to people"] += 1
    for conversation_id in unanswered.order_by("pk").values_list("pk", flat=True):
        conversation = Conversation.objects.locked(conversation_id)
        handover.hand_over(conversation, Conversation.HandOverReason.STALE)
        found["conversations left to people"] += 1
    return found
