# ruff: noqa: E501  (sentences in six languages)
"""The messages by which a customer learns what a member booked or cancelled by hand."""

from datetime import datetime

from babel.dates import format_date

from inbox import sending
from inbox.models import Message
from organizations.models import Member
from scheduling import links
from scheduling.models import Appointment

PURPOSE = sending.BOOKING
FALLBACK = "en"
# The customer's language, which need not be the member's. `of` stands where a home is known.
WORDS = {
    "en": {
        "viewing": "viewing", "call": "call", "valuation": "valuation", "of": " of {home}",
        "booked": "Your {kind}{of} is booked: {when}, with {member}.",
        "address": "The address is {address}.",
        "calendar": "For your calendar: {link}",
        "cancelled": "We are sorry: your {kind}{of} has to be cancelled ({when}). Write to us and we will find another time.",
    },
    "el": {
        "viewing": "επίσκεψη", "call": "τηλεφώνημα", "valuation": "εκτίμηση", "of": " ({home})",
        "booked": "Κλείσαμε το ραντεβού σας για {kind}{of}: {when}, με {member}.",
        "address": "Διεύθυνση: {address}.",
        "calendar": "Για το ημερολόγιό σας: {link}",
        "cancelled": "Λυπούμαστε, πρέπει να ακυρώσουμε το ραντεβού σας για {kind}{of}: {when}. Γράψτε μας και θα βρούμε άλλη ώρα.",
    },
    "es": {
        "viewing": "una visita", "call": "una llamada", "valuation": "una valoración", "of": " ({home})",
        "booked": "Su cita para {kind}{of} está reservada: {when}, con {member}.",
        "address": "La dirección es {address}.",
        "calendar": "Para su calendario: {link}",
        "cancelled": "Lo sentimos, tenemos que cancelar su cita para {kind}{of}: {when}. Escríbanos y buscaremos otra hora.",
    },
    "de": {
        "viewing": "eine Besichtigung", "call": "ein Telefonat", "valuation": "eine Bewertung", "of": " ({home})",
        "booked": "Ihr Termin für {kind}{of} ist gebucht: {when}, mit {member}.",
        "address": "Die Adresse: {address}.",
        "calendar": "Für Ihren Kalender: {link}",
        "cancelled": "Es tut uns leid, wir müssen Ihren Termin für {kind}{of} absagen: {when}. Schreiben Sie uns, dann finden wir eine andere Zeit.",
    },
    "fr": {
        "viewing": "une visite", "call": "un appel", "valuation": "une estimation", "of": " ({home})",
        "booked": "Votre rendez-vous pour {kind}{of} est réservé : {when}, avec {member}.",
        "address": "L'adresse est {address}.",
        "calendar": "Pour votre agenda : {link}",
        "cancelled": "Nous sommes désolés, nous devons annuler votre rendez-vous pour {kind}{of} : {when}. Écrivez-nous et nous trouverons un autre horaire.",
    },
    "ar": {
        "viewing": "معاينة", "call": "مكالمة", "valuation": "تقييم", "of": " ({home})",
        "booked": "تم حجز موعدكم: {kind}{of}، {when}، مع {member}.",
        "address": "العنوان: {address}.",
        "calendar": "لإضافته إلى تقويمكم: {link}",
        "cancelled": "نعتذر، علينا إلغاء موعدكم: {kind}{of}، {when}. راسلونا وسنجد وقتًا آخر.",
    },
}  # fmt: skip
DATES = {
    "en": ("EEEE d MMMM", "en_GB"),
    "de": ("EEEE, d. MMMM", "de"),
    "es": ("EEEE d 'de' MMMM", "es"),
}
USUAL_DATE = "EEEE d MMMM"


def tell_of_booking(appointment: Appointment, by: Member) -> Message:
    """Queue the confirmation as a message of the member. Runs inside `tenant()`.

    It is no answer to what the customer may be waiting for. Raises `sending.CannotSend` outside the
    24-hour window and after STOP; the appointment stands all the same.
    """
    has_address = bool(appointment.listing and appointment.listing.address)
    parts = ("booked", "address", "calendar") if has_address else ("booked", "calendar")
    return _tell(appointment, by, parts)


def tell_of_cancellation(appointment: Appointment, by: Member) -> Message:
    """Queue the bad news as a message of the member, without the reason. As `tell_of_booking`."""
    return _tell(appointment, by, ("cancelled",))


def _tell(appointment: Appointment, by: Member, parts: tuple[str, ...]) -> Message:
    language = appointment.conversation.contact.language.split("-")[0]
    language = language if language in WORDS else FALLBACK
    words, listing = WORDS[language], appointment.listing
    said = {
        "kind": words[appointment.kind],
        "of": words["of"].format(home=listing.title) if listing else "",
        "when": _when(appointment.starts_at.astimezone(appointment.organization.zone), language),
        "member": str(appointment.member),
        "address": listing.address if listing else "",
        "link": links.address_of(appointment) if "calendar" in parts else "",
    }
    return sending.queue_message(
        appointment.conversation,
        " ".join(words[part].format(**said) for part in parts),
        author_kind=Message.Author.MEMBER,
        author=by,
        purpose=PURPOSE,
    )


def _when(local: datetime, language: str) -> str:
    pattern, locale = DATES.get(language, (USUAL_DATE, language))
    return f"{format_date(local, pattern, locale=locale)}, {local:%H:%M}"
