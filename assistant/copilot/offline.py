# ruff: noqa: E501  (word lists read better unbroken)
"""The copilot without Claude: drafts, answers and shortens with what this server itself can.

A draft is the reply that the built-in assistant would give; an answer quotes rows, each with its
source; shortening leaves out whole sentences that say nothing. What needs a model is not imitated.
Runs inside `tenant()`, in a transaction that is rolled back: nothing of it happens.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from assistant import figures, prompts, rules, suggesting
from assistant.builtin.looking_up import look_up
from assistant.copilot import comparing, reading
from assistant.models import SubjectRule
from assistant.turn import Turn, answer_built_in
from inbox.briefing import shorten as cut
from inbox.models import Conversation, Message
from inbox.own_words import own_words
from knowledge.folding import folded_words
from knowledge.language import alike
from knowledge.retrieval import question_words
from knowledge.spelling import Lexicon, spelled
from leads import explaining, showing
from leads.models import Fact
from leads.traits import without_traits

LONGEST_QUOTE, SHORTEST_QUOTE = 240, 20
MOST_QUOTES, MOST_REASONS = 3, 3
SENTENCES = re.compile(r"(?<=[.!?;·؟])[ \t]+(?=\S)")

BUDGET, VIEWING = ("budget_max", "budget_min"), ("viewing",)
# What a question about the customer is about: the fields of the lead that answer it.
ABOUT = {
    BUDGET: r"budget|afford|spend|price range|προυπολογισμ\w*|ξοδεψ\w*|presupuesto|gastar|ausgeben|depenser|ميزاني\w*",
    ("locations",): r"where|which (?:area|district|part)s?|areas?|location|που|περιοχ\w*|donde|zonas?|barrios?|wo|gegend|viertel|ou|quartiers?|secteurs?|اين|منطق\w*",
    ("bedrooms",): r"(?:bed)?rooms?|υπνοδωματι\w*|dormitorios?|habitaciones|(?:schlaf)?zimmer|chambres?|غرف\w*",
    ("property_type",): r"kind of (?:home|property)|property type|ειδοσ|τυπο\w*|tipo|art|type|نوع",
    ("intent",): r"buy(?:ing)?|rent(?:ing)?|sell(?:ing)?|αγορ\w*|ενοικι\w*|comprar|alquilar|kaufen|mieten|acheter|louer|شراء|ايجار",
    ("timeline_days",): r"when do|how soon|move|moving|timeline|time frame|hurry|urgent|ποτε|μετακομ\w*|cuando|mudarse|wann|einziehen|umziehen|quand|demenager|متى",
    ("financing",): r"financ\w+|mortgage|cash|loan|χρηματοδοτ\w*|δανει\w*|hipoteca|financiacion|finanzier\w*|kredit|hypothek|financement|pret|تمويل|قرض",
    ("name",): r"name|ονομα\w*|nombre|nom|اسم\w*",
    ("email",): r"e-?mail|correo|courriel|البريد",
    ("phone",): r"phone|number to call|τηλεφων\w*|telefono|telefon\w*|telephone|هاتف\w*",
    ("language",): r"language|γλωσσα|idioma|sprache|langue|لغ\w*",
    ("pets",): r"pets?|dogs?|cats?|κατοικιδι\w*|mascotas?|haustier\w*|animaux|حيوان\w*",
    ("parking",): r"parking|garage|παρκινγκ|aparcamiento|garaje|parkplatz|stellplatz|موقف\w*",
    ("furnished",): r"furnished|επιπλωμεν\w*|amueblad\w*|mobliert\w*|meuble\w*|مفروش\w*",
    ("must_haves",): r"must.haves?|important to|insists?|requirements?",
    VIEWING: r"viewings?|visits?|appointments?|booked|επισκεψ\w*|ραντεβου|visitas?|citas?|besichtigung\w*|termin\w*|visites?|rendez-vous|موعد\w*|معاينة",
}  # fmt: skip
SCORE = Lexicon(
    (
        r"scores?|points?|how (?:hot|good|serious|warm)|βαθμολογ\w*|puntuacion|bewertung|punkte|scoring|درجة",
    )
)
STAGE = Lexicon((r"stage|status|how far|σταδιο|etapa|stand|etape|مرحلة",))
OWNER = Lexicon(
    (
        r"owner|who (?:has|owns|looks after|is responsible)|whose lead|υπευθυν\w*|responsable|zustandig\w*|مسؤول\w*",
    )
)
WISH = Lexicon(
    (
        r"what (?:do|does|is|are) (?:\w+ ){1,4}(?:want|look|need|wish)\w*(?: for)?|looking for|summar\w+|what do we know|wish|brief|τι (?:θελει|ψαχνει|ζηταει)|que (?:busca|quiere)|was (?:sucht|will|mochte)|que (?:cherche|veut)|ماذا (?:يريد|تريد)",
    )
)
THEM = Lexicon(
    (
        r"she|he|they|her|his|him|their|them|customer|client|lead|contact|buyer|tenant|πελατη\w*|τησ?|του|cliente|el|ella|su|kund\w+|sie|er|ihr\w*|client\w*|elle|il|son|sa|العميل|هي|هو",
    )
)
FIELDS = {fields: Lexicon((words,)) for fields, words in ABOUT.items()}
# Whole sentences that may go without anything being lost.
PLEASANTRIES = Lexicon(
    (
        r"(?:i )?(?:really )?(?:hope|trust) (?:that )?(?:this (?:message|email) finds you well|you(?:'re| are) (?:doing )?(?:very )?(?:well|fine)|all is well|you (?:are )?hav(?:e|ing) a (?:\w+ )?(?:day|week|weekend|morning|evening))(?: today)?",
        r"(?:many |very many )?(?:thanks|thank you)(?: (?:so|very) much| again)?(?: in advance| for (?:your|the|contacting|reaching out|getting in touch|writing|being)[^,;:?]{0,40})?",
        r"(?:please )?(?:(?:do not|don't) hesitate to|feel free to) (?:contact|ask|call (?:me|us)|write to|reach out|get in touch|let (?:me|us) know)[^,;:?]{0,40}",
        r"(?:i|we)(?:'m| am|'re| are)? ?(?:very much )?look(?:ing)? forward to (?:hearing|your (?:reply|answer|message))[^,;:?]{0,40}",
        r"(?:have|wish you|enjoy) (?:a |an |the )?(?:very )?(?:lovely|nice|great|good|wonderful|pleasant|rest of)[^,;:?]{0,30}",
        r"if you have any (?:further |other |more )?questions?,? (?:please )?(?:just )?(?:let (?:me|us) know|ask|contact (?:me|us)|do not hesitate[^,;:?]{0,40}|don't hesitate[^,;:?]{0,40}|feel free[^,;:?]{0,40})",
        r"ελπιζω να (?:ειστε|εισαι) καλα|(?:σασ )?ευχαριστ(?:ω|ουμε)(?: πολυ)?(?: για [^,;:?]{0,60})?|(?:μη|μην) διστασετε να [^,;:?]{0,50}|καλη συνεχεια|να εχετε μια (?:ομορφη|καλη) (?:μερα|εβδομαδα)",
        r"espero que (?:este|esten|se encuentre) bien|(?:muchas )?gracias(?: por [^,;:?]{0,60})?|no dude en [^,;:?]{0,50}|quedo a su disposicion[^,;:?]{0,40}|que tenga (?:un )?buen \w+",
        r"ich hoffe,? (?:es geht ihnen gut|ihnen geht es gut)|(?:vielen|herzlichen) dank(?: fur [^,;:?]{0,60})?|(?:bitte )?zogern sie nicht[^;:?]{0,60}|bei (?:weiteren )?fragen (?:stehe|melden) [^,;:?]{0,60}|ich (?:wunsche ihnen|freue mich auf ihre (?:antwort|ruckmeldung))[^,;:?]{0,40}",
        r"j'espere que vous allez bien|merci(?: beaucoup)?(?: (?:pour|de) [^,;:?]{0,60})?|n'hesitez pas a [^,;:?]{0,60}|(?:je vous souhaite une )?bonne (?:journee|soiree|semaine)|dans l'attente de votre (?:reponse|retour)",
        r"(?:ارجو|اتمنى) ان تكون(?:وا)? بخير|شكرا(?: جزيلا)?(?: لك\w*)?(?: على [^,،;:؟]{0,60})?|لا تتردد(?:وا)? في [^,،;:؟]{0,60}|اتمنى لك\w* يوما (?:سعيدا|طيبا)",
    )
)


@dataclass
class Found:
    """What the server itself made: a text for a reply, or `lines` that answer a question.

    Each line is `{"text", "link"}`. `remarks` tell the member what to know about it.
    """

    text: str = ""
    lines: list[dict[str, Any]] = field(default_factory=list)
    links: list[dict[str, str]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    undone: list[str] = field(default_factory=list)


class NothingToSay(Exception):
    """There is nothing that the server itself can make of this; the message says why."""


def draft(turn: Turn) -> Found:
    """Return the reply that the built-in assistant would give to what is not answered yet."""
    if not turn.new:
        raise NothingToSay(
            _("Everything the customer wrote is answered, so there is nothing to reply to.")
        )
    turn.is_suggesting = True
    turn.rule = rules.rule_for(turn, prompts.customer_language(turn))
    if turn.rule and turn.rule.hands_over:
        return by_rule(turn)
    reply = answer_built_in(turn)
    if turn.handed_over:
        reason = Conversation.HandOverReason(turn.handed_over).label
        raise NothingToSay(
            _("The built-in assistant would leave this to a person (%(reason)s), and that is you.")
            % {"reason": reason}
        )
    if not reply.text:
        raise NothingToSay(_("The built-in assistant finds nothing in this that needs an answer."))
    found = Found(reply.text, links=drawn_on(turn, reply.text), undone=suggesting.undone(turn))
    asked = [c for c in turn.calls if c["tool"] == "ask_colleague"]
    found.remarks += [
        _("Nothing on record answers this: %(question)s")
        % {"question": cut(str(call["result"]), LONGEST_QUOTE)}
        for call in asked
    ]
    if any(call["tool"] == "offer_slots" and call["result"] for call in turn.calls):
        found.remarks.append(str(reading.FREE_BUT_NOT_HELD))
    return found


def by_rule(turn: Turn) -> Found:
    """What the agency itself says about a subject that is no machine's to judge."""
    subject = SubjectRule.Subject(turn.rule.subject).label
    remark = _("The customer touches on “%(subject)s”. These are your agency's words for it.")
    return Found(turn.rule.sentence, remarks=[remark % {"subject": subject}])


def answer(turn: Turn, question: str) -> Found:
    """Quote what is on record about a member's question. Raises `NothingToSay`."""
    names_home = _names_a_home(turn, question)
    is_about_lead = not names_home or _is_about_them(spelled(question).plain)
    lines = _of_lead(turn, question) if is_about_lead else []
    if names_home or not lines:
        lines += _of_rows(turn, question)
    lines = lines or _of_messages(turn, question)
    if not lines:
        raise NothingToSay(
            _(
                "Nothing on record answers this. This lead, its messages and appointments, your "
                "listings and your notes were searched."
            )
        )
    found = Found("\n".join(line["text"] for line in lines), lines=lines)
    found.links = list({it["link"]["href"]: it["link"] for it in lines if it["link"]}.values())
    return found


def shorten(text: str) -> Found:
    """Leave out whole sentences that say nothing. Raises `NothingToSay` where there are none."""
    lines = []
    for line in text.splitlines():
        kept = [each for each in SENTENCES.split(line) if not _is_a_pleasantry(each)]
        if kept or not line.strip():
            lines.append(" ".join(kept))
    shorter = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    if not shorter or len(shorter) >= len(text.strip()):
        raise NothingToSay(
            _("No sentence can be left out as it is. To say the same in fewer words needs Claude.")
        )
    return Found(shorter, remarks=[_("Only sentences that say nothing were left out.")])


def drawn_on(turn: Turn, text: str) -> list[dict[str, str]]:
    """The links to the homes that a text names and the notes it quotes, else to the one at hand."""
    organization = turn.organization
    said = {each.strip() for line in text.splitlines() for each in SENTENCES.split(line)}
    ids = {kind: [it["id"] for it in turn.sources if it["kind"] == kind] for kind in figures.KINDS}
    homes = list(organization.listings.filter(pk__in=ids["listing"]).order_by("pk"))
    notes = organization.notes.filter(pk__in=ids["note"]).order_by("pk")
    found = [home for home in homes if home.title in text]
    found += [
        note
        for note in notes
        if any(len(each) >= SHORTEST_QUOTE and each in note.body for each in said)
    ]
    found = found or [home for home in homes if home.pk == turn.state.get("focus")]
    return [reading.link_of(turn, row) for row in found]


def _is_a_pleasantry(sentence: str) -> bool:
    """Whether nothing is left of a sentence without its polite phrases; a figure always stays."""
    plain = spelled(sentence).plain
    match = PLEASANTRIES.find(plain)
    if match is None or "?" in plain or "؟" in plain or not comparing.states_nothing(sentence):
        return False
    rest = plain[: match.start()] + plain[match.end() :]
    return len(re.findall(r"\w+", rest)) <= 2


def _names_a_home(turn: Turn, question: str) -> bool:
    return bool(figures.rows_of(turn).named_in(question))


def _of_lead(turn: Turn, question: str) -> list[dict[str, Any]]:
    """What is known of the customer, the parts that the question asks about."""
    plain = spelled(question).plain
    facts = {
        fact.field: fact
        for fact in turn.lead.facts.current().select_related("evidence", "locked_by__user")
    }
    to_lead = {"kind": "lead", "label": _("Lead"), "href": reading.link_to_lead(turn)}
    shown = {
        it["field"]: it for it in showing.shown_facts(facts, reading.link_to_conversation(turn))
    }
    if SCORE.find(plain):
        return _score(turn, facts, to_lead)
    if STAGE.find(plain):
        return [_line(f"{_('Stage')}: {turn.lead.get_stage_display()}", to_lead)]
    if OWNER.find(plain):
        return [_line(f"{_('Owner')}: {turn.lead.owner or _('nobody')}", to_lead)]
    asked = [fields for fields, words in FIELDS.items() if words.find(plain)]
    lines = []
    if VIEWING in asked:
        lines += [_line(it.text, it.as_link()) for it in reading.appointments_of(turn)]
        lines = lines or [_line(_("Nothing is booked."), to_lead)]
    if WISH.find(plain) and not asked:
        asked = [(field,) for field in shown]
    for fields in asked:
        known = [
            shown[it]
            for it in ("budget" if f.startswith("budget") else f for f in fields)
            if it in shown
        ]
        if known:
            lines.append(_fact(turn, known[0], to_lead))
        elif fields != VIEWING and _is_about_them(plain):
            label = _("Budget") if fields == BUDGET else showing.label_of(fields[0])
            lines.append(_line(_("%(field)s: not said yet.") % {"field": label}, to_lead))
    return list({line["text"]: line for line in lines}.values())


def _is_about_them(plain: str) -> bool:
    return THEM.find(plain) is not None


def _fact(turn: Turn, fact: dict[str, Any], to_lead: dict[str, str]) -> dict[str, Any]:
    link = to_lead
    if fact["href"]:
        link = {"kind": "message", "label": _("their message"), "href": fact["href"]}
    text = f"{fact['label']}: {fact['text']}"
    if fact["locked_by"]:
        text = _("%(fact)s (set by %(name)s)") % {"fact": text, "name": fact["locked_by"]}
    return _line(text, link)


def _score(turn: Turn, facts: dict[str, Fact], to_lead: dict[str, str]) -> list[dict[str, Any]]:
    lines = [_line(_("Score: %(points)s of 100") % {"points": turn.lead.score}, to_lead)]
    reasons = explaining.reasons(turn.lead, facts, reading.link_to_conversation(turn))
    for reason in sorted(reasons, key=lambda each: -abs(each["points"]))[:MOST_REASONS]:
        link = to_lead
        if reason.get("href"):
            link = {"kind": "message", "label": _("their message"), "href": reason["href"]}
        lines.append(_line(f"{reason['points']:+d}: {reason['text']}", link))
    return lines


def _of_rows(turn: Turn, question: str) -> list[dict[str, Any]]:
    """What the built-in assistant would tell a customer who asked the same."""
    asked = Message(
        organization=turn.organization,
        conversation=turn.conversation,
        direction=Message.Direction.INBOUND,
        author_kind=Message.Author.CUSTOMER,
        kind=Message.Kind.TEXT,
        body=question,
        sent_at=turn.now,
    )
    spoken, turn.messages, turn.new = turn.messages, [asked], [asked]
    try:
        said = look_up(turn)
    finally:
        turn.messages = spoken
    lines = []
    for part in said:
        links = drawn_on(turn, part)
        lines.append(_line(part, links[0] if links else None))
    return lines


def _of_messages(turn: Turn, question: str) -> list[dict[str, Any]]:
    """The customer's own messages that speak of what the question asks, the latest first."""
    words = [word for word in question_words(question) if not word.isdigit()]
    lines = []
    for message in reversed(turn.messages):
        said = without_traits(own_words(message)) if message.is_inbound else ""
        found = set(folded_words(said))
        if words and any(word in found or alike(word) & found for word in words):
            label = reading.author_in_words(turn, message)
            link = {
                "kind": "message",
                "label": label,
                "href": reading.link_to_message(turn, message.pk),
            }
            lines.append(_line(f"“{cut(said, LONGEST_QUOTE)}”", link))
    return lines[:MOST_QUOTES]


def _line(text: str, link: dict[str, str] | None) -> dict[str, Any]:
    return {"text": text, "link": link}
