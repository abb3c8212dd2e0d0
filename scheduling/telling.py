"""The message by which a customer learns of a booking that a member made by hand."""

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from inbox import sending
from inbox.models import Message
from organizations.models import Member
from scheduling import links
from scheduling.models import Appointment

PURPOSE = sending.BOOKING
# Interface and customer need not share a language; there are no words in others yet.
LANGUAGE = "en"


def tell_customer(appointment: Appointment, by: Member) -> Message:
    """Queue the confirmation as a message of the member. Runs inside `tenant()`.

    It is no answer to what the customer may be waiting for. Raises `sending.CannotSend` outside the
    24-hour window and after STOP; the appointment stands all the same.
    """
    return sending.queue_message(
        appointment.conversation,
        _words(appointment),
        author_kind=Message.Author.MEMBER,
        author=by,
        purpose=PURPOSE,
    )


def _words(appointment: Appointment) -> str:
    with translation.override(LANGUAGE):
        local = appointment.starts_at.astimezone(appointment.organization.zone)
        listing = appointment.listing
        said = {
            "what": str(appointment.get_kind_display()).lower(),
            "home": listing.title if listing else "",
            "when": f"{date_format(local, 'l j F')}, {local:%H:%M}",
            "member": str(appointment.member),
            "address": listing.address if listing else "",
            "link": links.address_of(appointment),
        }
        first = (
            _("Your %(what)s of %(home)s is booked: %(when)s, with %(member)s.")
            if listing
            else _("Your %(what)s is booked: %(when)s, with %(member)s.")
        )
        where = _("The address is %(address)s.") if said["address"] else ""
        parts = [first, where, _("For your calendar: %(link)s")]
        return " ".join(part % said for part in parts if part)
