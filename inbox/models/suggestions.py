"""What the assistant would answer where only people send."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from inbox.models.conversations import Conversation, HandOver
from inbox.models.messages import Message
from organizations.models import Member, Organization
from organizations.tenancy import TenantModel


class Suggestion(TenantModel):
    """One checked reply of the assistant that nobody has sent, and what became of it.

    It answers the burst `seq` of its conversation: a newer message makes it obsolete.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Waits for a person")
        USED = "used", _("Sent as suggested")
        EDITED = "edited", _("Sent with changes")
        REJECTED = "rejected", _("Rejected")
        OBSOLETE = "obsolete", _("Overtaken")

    class Reason(models.TextChoices):
        NONE = "", ""
        WRONG = "wrong", _("Something in it is wrong")
        BESIDE = "beside", _("Does not answer the question")
        TONE = "tone", _("Not how we write")
        OTHERWISE = "otherwise", _("I answer in another way")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="suggestions")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="suggestions")
    hand_over = models.ForeignKey(
        HandOver,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="suggestions",
        help_text="The card that shows it, if it was made for one.",
    )
    seq = models.PositiveIntegerField(help_text="The burst of the conversation it answers.")
    run_code = models.UUIDField(null=True, blank=True, help_text="The assistant's turn.")
    asked = models.TextField(blank=True, help_text="What the customer wrote, word for word.")
    text = models.TextField()
    buttons = models.JSONField(default=list, help_text="[[id, title]], sent with unchanged words")
    sources = models.JSONField(default=list, help_text='[{"kind", "id", "label", "as_of"}]')
    undone = models.JSONField(default=list, help_text="Tools that it speaks of as carried out.")
    promise = models.JSONField(
        default=dict, help_text="What holds once it is sent; see assistant/suggesting.py."
    )
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    reason = models.CharField(
        max_length=9, choices=Reason, blank=True, default=Reason.NONE, help_text="Of a rejection."
    )
    sent_text = models.TextField(blank=True, help_text="What a person made of it.")
    message = models.ForeignKey(
        Message, models.SET_NULL, null=True, blank=True, related_name="suggestions"
    )
    settled_by = models.ForeignKey(
        Member, models.SET_NULL, null=True, blank=True, related_name="suggestions_settled"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(default=now, editable=False)
    left_out_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was taken out of what the assistant learns from."
    )
    left_out_by = models.ForeignKey(
        Member, models.SET_NULL, null=True, blank=True, related_name="suggestions_left_out"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organization",
                "conversation",
                condition=Q(state="open"),
                name="one_open_suggestion",
            )
        ]
        indexes = [
            models.Index(
                fields=["organization", "-settled_at"],
                condition=Q(state="edited"),
                name="suggestions_edited",
            )
        ]

    def __str__(self) -> str:
        return str(self.get_state_display())
