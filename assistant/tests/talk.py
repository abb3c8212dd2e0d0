"""A customer who talks with the assistant, for tests that read like a conversation."""

import itertools
from datetime import timedelta
from typing import Any

from django.utils.timezone import now

from assistant.models import Run
from assistant.turn import read_turn, respond
from inbox.models import Conversation, ConversationSummary, ConversationWork, Message
from knowledge.tests.factories import ListingFactory, NoteFactory
from organizations.models import Organization
from organizations.tenancy import tenant
from organizations.tests.factories import OrganizationFactory
from scheduling.tests.factories import (
    AppointmentKindFactory,
    make_conversation,
    working_member,
)

_wamids = itertools.count(1)


def agency() -> Organization:
    """A small agency: three flats for sale, two to let, one note, one member with hours."""
    organization = OrganizationFactory(name="Litharia Estates", timezone="Asia/Nicosia")
    organization.member = working_member(organization, user__name="Anna Riga")
    AppointmentKindFactory(organization=organization, minutes=45, buffer_minutes=15, notice_hours=3)
    shared = {"organization": organization, "agent": organization.member}
    ListingFactory(
        **shared, reference="L-1042", title="Skoufa 28", price=385_000, area="Kolonaki",
        city="Athens", area_m2=92, floor=3, elevator=True, address="Skoufa 28, Athens",
        description="Two-bedroom apartment on the third floor, renovated in 2021.",
    )  # fmt: skip
    ListingFactory(
        **shared, reference="L-1007", title="Amathountos 71", price=520_000, bedrooms=2,
        area="Germasogeia", parking=True, area_m2=98, pool=True,
    )  # fmt: skip
    ListingFactory(
        **shared, reference="L-1008", title="Agias Fylaxeos 12", price=260_000, bedrooms=3,
        area="Agia Fyla", parking=True, area_m2=120, status="sold",
    )  # fmt: skip
    ListingFactory(
        **shared, reference="L-1020", title="Griva Digeni 5", deal="rent", price=1_450,
        price_period="month", bedrooms=2, area="Neapoli", furnished=True, pets_allowed=False,
    )  # fmt: skip
    ListingFactory(
        **shared, reference="L-1021", title="Thessalonikis 9", deal="rent", price=980,
        price_period="month", bedrooms=1, area="Neapoli", furnished=False, pets_allowed=True,
    )  # fmt: skip
    NoteFactory(
        organization=organization,
        title="Deposit and fees for tenants",
        body="The deposit is two months' rent, held until the end of the lease. Tenants pay no "
        "agency commission. The first rent is due on signing the lease.",
    )
    return organization


class Talk:
    """One conversation with an agency. `say` returns the assistant's answer, or "" for silence."""

    def __init__(self, organization: Organization | None = None, name: str = "Eleni K") -> None:
        self.organization = organization or agency()
        self.conversation = make_conversation(self.organization, name=name)
        with tenant(self.organization):
            ConversationWork.objects.get_or_create(
                conversation=self.conversation, organization=self.organization
            )
            ConversationSummary.objects.get_or_create(
                conversation=self.conversation, organization=self.organization
            )
        self.buttons: list[tuple[str, str]] = []
        self.turn: Any = None

    def say(self, *texts: str, **fields: Any) -> str:
        """Send one or several messages as one burst and return the answer."""
        with tenant(self.organization):
            for text in texts:
                self._receive(text, **fields)
        return self.answer()

    def press(self, title: str) -> str:
        """Tap one of the buttons of the last answer by its title."""
        identity = next(key for key, label in self.buttons if label == title)
        payload = {"interactive": {"type": "button_reply", "button_reply": {"id": identity}}}
        return self.say(title, kind=Message.Kind.INTERACTIVE, payload=payload)

    def answer(self) -> str:
        with tenant(self.organization):
            conversation = Conversation.objects.select_related(
                "organization", "contact", "channel"
            ).get(pk=self.conversation.pk)
            self.turn = read_turn(conversation)
        reply = respond(self.turn)
        self.buttons = reply.buttons
        self.verdicts = reply.verdicts
        with tenant(self.organization):
            for effect in self.turn.effects:
                effect()
            self.turn.dialogue.turn_count += 1
            self.turn.dialogue.save()
            if reply.text:
                self._send(reply.text)
            Run.objects.create(
                organization=self.organization, conversation=self.conversation, seq=0
            )
        return reply.text

    def lead(self) -> dict[str, Any]:
        from leads.recording import known

        with tenant(self.organization):
            return known(self.conversation.contact.lead)

    def evidence(self, field: str) -> str:
        """The text of the message that proves a field."""
        with tenant(self.organization):
            facts = self.conversation.contact.lead.facts.current()
            return facts.select_related("evidence").get(field=field).evidence.body

    def stage(self) -> str:
        from leads.models import Lead

        with tenant(self.organization):
            return Lead.objects.get(contact=self.conversation.contact).stage

    def appointments(self) -> list[Any]:
        with tenant(self.organization):
            return list(self.conversation.appointments.filter(status="booked"))

    def refreshed(self) -> Conversation:
        with tenant(self.organization):
            return Conversation.objects.get(pk=self.conversation.pk)

    def _receive(self, text: str, **fields: Any) -> Message:
        return Message.objects.create(
            organization=self.organization,
            conversation=self.conversation,
            channel=self.conversation.channel,
            direction=Message.Direction.INBOUND,
            author_kind=Message.Author.CUSTOMER,
            wamid=f"wamid.{next(_wamids)}",
            body=text,
            sent_at=now() + timedelta(microseconds=1),
            **fields,
        )

    def _send(self, text: str) -> Message:
        return Message.objects.create(
            organization=self.organization,
            conversation=self.conversation,
            channel=self.conversation.channel,
            direction=Message.Direction.OUTBOUND,
            author_kind=Message.Author.ASSISTANT,
            wamid=f"wamid.{next(_wamids)}",
            status=Message.Status.SENT,
            sent_at=now(),
            body=text,
        )
