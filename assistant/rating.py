"""Members say whether a reply of the assistant was right, and what was not."""

from django.utils.timezone import now

from assistant.models import Run
from organizations.models import Member

THUMBS = {"up": 1, "down": -1}
REASONS = [choice for choice in Run.FeedbackReason.choices if choice[0]]


def rate(run: Run, thumb: str, reason: str, by: Member) -> None:
    """Store a member's thumb, `up` or `down`; anything else takes it back. Inside `tenant()`.

    Only a thumb down has a reason. The latest member's opinion counts.
    """
    run.feedback = THUMBS.get(thumb)
    is_reason = run.feedback == -1 and reason in Run.FeedbackReason.values
    run.feedback_reason = reason if is_reason else Run.FeedbackReason.NONE
    run.feedback_by, run.feedback_at = (by, now()) if run.feedback else (None, None)
    run.save(update_fields=["feedback", "feedback_reason", "feedback_by", "feedback_at"])
