"""Meta's error codes: what to do about each, and how to say it to a member.

Source: https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

# Surely not sent: too many calls, for the app, the account, the number or this customer.
BUSY = frozenset((4, 80007, 130429, 131056))
TOO_MANY_TO_ONE_CUSTOMER = 131056
# May have been sent: Meta failed on its side.
UNCONFIRMED = frozenset((1, 2, 131000, 131016, 131057, 133004))
# The token is refused: the channel has to be connected again.
TOKEN = frozenset((0, 190))
# The account may not send at all until somebody acts.
ACCOUNT = frozenset((368, 131031, 131037, 131042, 131045, 133010, 130497))
PERMISSION = frozenset((3, 10, 131005, *range(200, 300)))
WINDOW_CLOSED = 131047
MARKETING_OPT_OUT = 131050

OPTED_OUT_TEXT = gettext_noop("The customer asked for no more messages.")
WINDOW_CLOSED_TEXT = gettext_noop(
    "More than 24 hours have passed since the customer's last message, so WhatsApp takes "
    "approved templates only."
)
NOT_CONNECTED_TEXT = gettext_noop("The WhatsApp number has to be connected again.")
TAKEN_OVER_TEXT = gettext_noop("A person took over before it was sent.")
HANDED_OVER_TEXT = gettext_noop("The conversation went to a person before it was sent.")
CLOSED_TEXT = gettext_noop("The conversation was closed before it was sent.")
PAUSED_TEXT = gettext_noop("The assistant was paused before it was sent.")
META_AGENT_TEXT = gettext_noop("Meta's own agent took over before it was sent.")
ACCOUNT_TEXT = gettext_noop(
    "WhatsApp has stopped this number, so nothing can be sent. What happened stands in the news "
    "from WhatsApp."
)
NO_ADDRESS_TEXT = gettext_noop("WhatsApp gave no address for this customer.")
TRIED_OFTEN_TEXT = gettext_noop("WhatsApp was too busy for several attempts. Try again later.")

_ACCOUNT_TEXT = gettext_noop(
    "Meta has restricted this WhatsApp account. Look into WhatsApp Manager for what to do."
)
_PERMISSION_TEXT = gettext_noop(
    "KΛTIKN lacks the permission to send from this number. Connect the number again."
)
_TEMPLATE_TEXT = gettext_noop("The template does not fit, or Meta has not approved it.")

_TEXTS = {
    0: NOT_CONNECTED_TEXT,
    190: NOT_CONNECTED_TEXT,
    4: gettext_noop("Too many messages were sent at once. Try again in a minute."),
    80007: gettext_noop("Too many messages were sent at once. Try again in a minute."),
    130429: gettext_noop("Too many messages were sent at once. Try again in a minute."),
    131056: gettext_noop("Too many messages were sent to this customer at once. Wait a minute."),
    368: gettext_noop("Meta has blocked this account for breaking its rules."),
    130403: gettext_noop("This customer is blocked. Unblock them in WhatsApp to write to them."),
    130472: gettext_noop("Meta does not deliver marketing messages to this customer at present."),
    130497: gettext_noop("Meta does not let this account write to the customer's country."),
    131000: gettext_noop("WhatsApp had a problem of its own. Try again later."),
    131016: gettext_noop("WhatsApp had a problem of its own. Try again later."),
    131021: gettext_noop("A number cannot write to itself."),
    131026: gettext_noop(
        "The message could not be delivered. The customer may not be on WhatsApp, or uses an "
        "old version."
    ),
    131030: gettext_noop("The customer's number is not on the list of this test account."),
    131037: gettext_noop("Meta has not approved the display name of this number yet."),
    131042: gettext_noop("The WhatsApp account has no valid payment method."),
    131045: gettext_noop("This number is not registered for sending. Connect it again."),
    131047: WINDOW_CLOSED_TEXT,
    131048: gettext_noop("Meta limits this number because customers reported its messages."),
    131049: gettext_noop(
        "Meta held this back because the customer got many marketing messages. Wait a day."
    ),
    131050: gettext_noop("The customer wants no marketing messages."),
    131051: gettext_noop("WhatsApp does not support this kind of message."),
    131053: gettext_noop("WhatsApp could not use the file."),
    131062: gettext_noop("This kind of message needs the customer's phone number."),
    132015: gettext_noop("Meta has paused this template because of its low quality."),
    132016: gettext_noop("Meta has switched this template off because of its low quality."),
    133010: gettext_noop("This number is not registered for sending. Connect it again."),
    137000: gettext_noop("The customer's identity changed and has to be confirmed first."),
}


def plain_words(code: int | None, said: str = "") -> str:
    """Return the reason of a failure as an English sentence that is in the catalogues.

    `said` is Meta's own text, used for codes that the table does not have; at most 300 characters.
    """
    if code in _TEXTS:
        return _TEXTS[code]
    if code in ACCOUNT:
        return _ACCOUNT_TEXT
    if code in PERMISSION:
        return _PERMISSION_TEXT
    if code is not None and 132000 <= code < 132100:
        return _TEMPLATE_TEXT
    if code is not None and said:
        return f"{said} ({code})"[:300]
    return said[:300] or str(_("WhatsApp did not say why."))
