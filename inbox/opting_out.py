# ruff: noqa: E501  (patterns read better unbroken)
"""STOP and START in six languages: what the customer says about hearing from us at all.

A word counts only if it is the whole message but for politeness, so "please stop by at five" is no
STOP; a short message that says it in a sentence ("stop sending me messages") is one.
"""

import re
import unicodedata

from inbox import events, handover, sending, suggesting, thread, work
from inbox.models import Channel, Contact, Conversation, Message, Signal
from inbox.whatsapp import errors
from knowledge.folding import fold
from organizations import auditing
from organizations.models import Member

STOP_WORDS = {
    "en": "stop|stop all|stopall|unsubscribe|opt out|optout|cancel all|end messages|stop messages|"
    "stop messaging me|do not message me|no more messages|remove me|stop it|stop this|stop everything",
    "el": "σταματήστε|σταμάτα|σταματα|στοπ|διαγραφή|διακοπή|απεγγραφή|τέλος μηνυμάτων|"
    "όχι άλλα μηνύματα|μη μου στέλνετε|μην μου στέλνετε άλλα μηνύματα|σταματήστε το|σταματήστε αυτό|"
    "stamatiste|stamata|oxi alla minymata|oxi alla minimata",
    "es": "alto|parar|pare|baja|darme de baja|cancelar suscripción|no más mensajes|detener|"
    "no quiero más mensajes",
    "de": "stopp|abmelden|abbestellen|austragen|keine nachrichten|keine nachrichten mehr|"
    "keine weiteren nachrichten",
    "fr": "arrêt|arrêter|arrêtez|désabonner|désinscrire|me désinscrire|plus de messages|"
    "ne plus recevoir de messages",
    "ar": "توقف|قف|أوقف|إيقاف|إلغاء الاشتراك|الغاء الاشتراك|لا ترسل|لا مزيد من الرسائل|ستوب",
}
START_WORDS = {
    "en": "start|unstop|subscribe|opt in|optin|start again",
    "el": "έναρξη|ξεκίνα|ξεκινήστε|εγγραφή|σταρτ",
    "es": "alta|iniciar|empezar|suscribirme|comenzar",
    "de": "starten|anmelden|abonnieren",
    "fr": "démarrer|commencer|reprendre|s'abonner|m'abonner",
    "ar": "ابدأ|بدء|اشتراك|ابدا|ستارت",
}
# "Stop" itself is said in many languages, so it alone does not tell which one to answer in.
SHARED_WORDS = frozenset(("stop", "start"))

STOPPED = {
    "en": "You will get no more messages from us. Write START whenever you want to hear from us "
    "again.",
    "el": "Δεν θα λάβετε άλλα μηνύματα από εμάς. Γράψτε ΕΝΑΡΞΗ όποτε θελήσετε να επικοινωνήσουμε "
    "ξανά.",
    "es": "No recibirá más mensajes nuestros. Escriba ALTA cuando quiera volver a recibirlos.",
    "de": "Sie erhalten keine Nachrichten mehr von uns. Schreiben Sie START, wenn Sie wieder von "
    "uns hören möchten.",
    "fr": "Vous ne recevrez plus de messages de notre part. Écrivez START quand vous voudrez en "
    "recevoir à nouveau.",
    "ar": "لن تصلك رسائل أخرى منا. اكتب «ابدأ» متى أردت أن نراسلك من جديد.",
}
STARTED = {
    "en": "Welcome back. You will hear from us again; how can we help?",
    "el": "Καλώς ήρθατε ξανά. Θα λαμβάνετε πάλι μηνύματά μας· πώς μπορούμε να βοηθήσουμε;",
    "es": "Bienvenido de nuevo. Volverá a recibir nuestros mensajes; ¿en qué podemos ayudarle?",
    "de": "Willkommen zurück. Sie hören wieder von uns; wie können wir helfen?",
    "fr": "Heureux de vous retrouver. Vous recevrez de nouveau nos messages ; comment vous aider ?",
    "ar": "أهلاً بعودتك. ستصلك رسائلنا من جديد؛ كيف يمكننا مساعدتك؟",
}

POLITE_WORDS = (
    "please pls plz thanks thank you now παρακαλώ ευχαριστώ por favor gracias bitte danke "
    "s'il vous plaît merci من فضلك شكرا"
)
# In sentences, over the folded text. "Don't send me the contract yet" is about the contract.
_SENT = r"(?:messages?|texts?|texting|sms|whatsapps?|notifications?|updates|newsletters?|ads|advertising|offers|spam)"
_MORE = r"(?:any ?more|again|anything|any|more|further|such|these|those|your|stuff|things|ever)"
STOP_SENTENCES = (
    r"\b(?:stop|quit) (?:sending|messaging|writing|texting|contacting|spamming|bothering)\b",
    rf"\bstop (?:all |any |the |these |those |this |your |of |more |sending )*{_SENT}\b",
    r"\b(?:don't|do not|dont|never) (?:contact|message|text|write(?: to)?|bother|disturb) (?:to )?me\b",
    rf"\b(?:don't|do not|dont|never) send (?:to )?me(?: (?:{_MORE}|{_SENT})\b| *$)",
    rf"\b(?:don't|do not|dont|no longer) (?:want|wish|like) (?:to )?(?:(?:get|receive|hear|have|see) )?(?:\w+ ){{0,3}}(?:{_SENT}\b|from you\b)",
    rf"\bno more {_SENT}\b|\bopt (?:me )?out\b",
    r"\b(?:unsubscribe|delete) me\b|\bremove me(?! from (?:the |my )?(?:viewing|visit|appointment))\b|\bremove my number\b|"
    r"\btake (?:me|my number) off\b|\bleave me alone\b|\bunsubscribe\b",
    r"\bμη[ν]? (?:μου|με) (?:ξανα)?(?:στελν|γραφ|γραψ|ενοχλ|στειλετε (?:αλλα|ξανα|τιποτα))|\bσταματη\w* (?:πια )?να (?:μου|με) (?:στελν|γραφ|ενοχλ)",
    r"\bσταματη\w* (?:ολα )?(?:τα |αυτα τα )?μηνυματα|\bδεν θελω (?:πια |πλεον |να |αλλα |λαμβανω |παιρνω |τα )+(?:\w+ ){0,2}μηνυματα",
    r"\b(?:διαγραψτε|βγαλτε|αφαιρεστε) (?:με|τον αριθμο μου)\b|\bαφηστε με ησυχ\w+",
    r"\b(?:min|mi|mhn) (?:mou|me) (?:ksana|xana)?(?:steln|stelln|grafet|enoxl)|\bden thel[ow] (?:pia |na |alla |lamvan[ow] |pairn[ow] |ta )+min[yi]mata|\bstamati\w* (?:na mou|ta min[yi]mata)",
    r"\bno me (?:escrib|contact|molest)|\bno me (?:envi|mand)\w+(?: (?:mas|nada|mensajes?|publicidad)| *$)|\bdej\w+ de (?:escribir|enviar|mandar|molestar|contactar)",
    r"\b(?:ya )?no (?:quiero|deseo|queremos) (?:recibir|mas|sus|que me (?:escrib|envi|mand|contact))(?:\w* )?(?:\w+ ){0,3}(?:mensajes?|whatsapps?|publicidad|nada|correos)\b|"
    r"\bno (?:quiero|deseo) que me (?:escrib|contact|molest)\w+|\b(?:denme|darme|deme) de baja|\b(?:borr|elimin|quit)\w+ mi numero|\bpar\w+ (?:ya )?(?:de|con|todos)? ?(?:los )?mensajes\b|\bdejen?me en paz",
    r"\bschreib\w* (?:sie )?mir (?:bitte )?(?:nicht|nie)(?: mehr| wieder|$)|\b(?:keine|nicht) (?:weiteren? |mehr )?(?:nachrichten )?(?:mehr )?"
    r"(?:schicken|senden|schreiben)\b|\blass\w* mich in ruhe",
    r"\b(?:mochte|will|mochten|wollen|wunsche) (?:ich )?(?:bitte |ab \w+ )?keine (?:weiteren? |mehr )?(?:nachrichten|whatsapps?|sms|werbung)|\bhor\w* (?:\w+ ){0,2}auf (?:mir )?(?:zu schreiben|nachrichten)|"
    r"\bkeine weiteren? nachrichten|\bmeld\w+ (?:sie )?mich (?:bitte )?ab\b|\bstopp?\w* (?:sie )?(?:bitte )?(?:alle |die |diese )?nachrichten|\b(?:losch|streich|entfern)\w+ (?:sie )?(?:bitte )?mein\w* nummer",
    r"\b(?:arretez|arreter|cessez) (?:de |d')(?:m'|me |nous )|\bne (?:m'|me )(?:ecrivez|envoyez|contactez|derangez) (?:plus|rien)",
    r"\b(?:arretez|arreter|cessez|stop) (?:(?:avec|de|a|aux|tous|les|vos|ces|le|la) )*(?:messages?|sms|pubs?|publicites?)\b|\bne (?:veux|souhaite|desire|voulons) (?:plus|pas) (?:\w+ ){0,3}(?:messages?|sms|publicites?)\b|"
    r"\bne (?:veux|souhaite) plus (?:etre contacte\w*|que vous m)|\b(?:desinscrivez|desabonnez|retirez|supprimez) (?:moi|mon numero)|\blaissez moi tranquille",
    r"(?<!\w)لا (?:ترسل|تراسل|تكتب)|(?<!\w)توقف\w* عن(?!\w)|(?:اوقف|اوقفوا|وقفوا|ايقاف) (?:هذه |كل |جميع )?(?:ال)?رسايل|لا (?:اريد|نريد|ارغب)(?: \S+){0,3} (?:ال)?رسايل|"
    r"لم اعد (?:اريد|ارغب)(?: \S+){0,3} (?:ال)?رسايل|الغ\w* اشتراكي|احذف\w* رقمي",
)
LONGEST_STOP_SENTENCE = 9  # words

# "_stop_" is WhatsApp's way of writing in italics.
_NOT_WORDS = re.compile(r"[^\w\s']+|_+")
_SPACED = re.compile(r"\b\w(?: \w){2,}\b")


def _plain(text: str) -> str:
    visible = "".join(letter for letter in text[:500] if unicodedata.category(letter) != "Cf")
    plain = " ".join(_NOT_WORDS.sub(" ", fold(visible).replace("’", "'")).split())
    # "S T O P" is one word.
    return _SPACED.sub(lambda letters: letters[0].replace(" ", ""), plain)


def _without_politeness(plain: str) -> str:
    words = [word for word in plain.split() if word not in _POLITE]
    # "Stop stop stop" says it once.
    return " ".join(dict.fromkeys(words))


def _by_word(words: dict[str, str]) -> dict[str, str]:
    return {
        _plain(word): language
        for language, listed in reversed(words.items())
        for word in listed.split("|")
    }


_POLITE = frozenset(_plain(POLITE_WORDS).split())
_STOP_SENTENCE = re.compile("|".join(STOP_SENTENCES))
_STOP = _by_word(STOP_WORDS)
_START = _by_word(START_WORDS)


def asks_to_stop(text: str) -> bool:
    """Whether the text asks to hear no more, in any of the six languages."""
    plain = _plain(text)
    if plain in _STOP or _without_politeness(plain) in _STOP:
        return True
    is_short = len(plain.split()) <= LONGEST_STOP_SENTENCE
    is_question = "?" in text or "؟" in text
    return is_short and not is_question and _STOP_SENTENCE.search(plain) is not None


def asks_to_start(text: str) -> bool:
    """Whether the whole text is a word for starting again."""
    return _plain(text) in _START


def stop(conversation: Conversation, message: Message) -> None:
    """Honour a STOP: the assistant is off for this contact, nothing is sent unasked any more.

    Runs inside `tenant()` with the contact locked. One confirmation is sent, also if the customer
    says it again, or on another number of the agency; none where Meta's own agent answers. Said
    again it counts from then on: what was written before it may be answered no more.
    """
    contact = conversation.contact
    said_at = message.edited_at or message.sent_at
    is_again = contact.opted_out_at is not None
    contact.opted_out_at = max(filter(None, (contact.opted_out_at, said_at)))
    contact.save(update_fields=["opted_out_at"])
    if is_again:
        return
    language = _language(contact, message.body, _STOP)
    for each in _conversations(contact):
        suggesting.expire(each)
        _give_to_people(each)
    handover.lock(conversation)
    thread.add_event(conversation, "opted_out")
    auditing.record(contact.organization, "contact.opted_out", subject=contact)
    if conversation.meta_agent_since is not None:
        _announce(conversation)
        return
    try:
        sending.queue_message(
            conversation,
            STOPPED[language],
            author_kind=Message.Author.SYSTEM,
            purpose=sending.OPT_OUT_CONFIRMATION,
        )
    except sending.WindowClosed:
        # The word came a day late; honouring it matters, saying so is not allowed any more.
        _announce(conversation)


def start(conversation: Conversation, message: Message) -> None:
    """Undo a STOP because the customer says so, and confirm it; a later STOP stands."""
    contact = conversation.contact
    if message.sent_at < contact.opted_out_at:
        return
    _allow(contact)
    handover.lock(conversation)
    thread.add_event(conversation, "opted_in")
    auditing.record(contact.organization, "contact.opted_in", subject=contact)
    language = _language(contact, message.body, _START)
    try:
        sending.queue_message(conversation, STARTED[language], author_kind=Message.Author.SYSTEM)
    except sending.WindowClosed:
        _announce(conversation)


def allow_again(conversation: Conversation, member: Member) -> None:
    """Undo a STOP because a member says that the customer wants to hear from us again."""
    contact = Contact.objects.select_for_update(no_key=True).get(pk=conversation.contact_id)
    if contact.opted_out_at is None:
        return
    _allow(contact)
    handover.lock(conversation)
    thread.add_event(conversation, "opted_in", author=member, by=str(member))
    auditing.record(contact.organization, "contact.opted_in", user=member.user, subject=contact)
    _announce(conversation)


def _allow(contact: Contact) -> None:
    contact.opted_out_at = None
    contact.save(update_fields=["opted_out_at"])
    for conversation in _conversations(contact):
        # Only what STOP itself took from the assistant goes back to it.
        if (
            conversation.in_charge == Conversation.InCharge.PERSON
            and not conversation.hand_over_reason
            and conversation.channel.assistant_mode == Channel.AssistantMode.ON
        ):
            Conversation.objects.filter(pk=conversation.pk).update(
                in_charge=Conversation.InCharge.ASSISTANT
            )


def _conversations(contact: Contact) -> list[Conversation]:
    """Return the contact's conversations on all numbers, locked in one order."""
    rows = Conversation.objects.filter(contact=contact).order_by("pk")
    return [Conversation.objects.locked(pk) for pk in rows.values_list("pk", flat=True)]


def _give_to_people(conversation: Conversation) -> None:
    work.rest(conversation)
    handover.cancel_queued_replies(conversation, errors.OPTED_OUT_TEXT)
    if conversation.in_charge == Conversation.InCharge.ASSISTANT:
        conversation.in_charge = Conversation.InCharge.PERSON
        conversation.hand_over_reason = Conversation.HandOverReason.NONE
    conversation.takeover_seq += 1
    conversation.waiting_since = None
    conversation.save(
        update_fields=["in_charge", "hand_over_reason", "takeover_seq", "waiting_since"]
    )


def _language(contact: Contact, body: str, words: dict[str, str]) -> str:
    word = _plain(body)
    known = contact.language.split("-")[0]
    if known in STOPPED and (word in SHARED_WORDS or not word):
        return known
    return words.get(word, "en")


def _announce(conversation: Conversation) -> None:
    events.announce(conversation.organization_id, Signal.Kind.CONVERSATION, conversation.code)
