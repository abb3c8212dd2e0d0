"""What an agency does about each sensitive subject: who gets it, and what the customer is told.

The built-in rules hand everything over. An agency may answer on after telling a colleague where
nobody can come to harm, and may choose person and words. Code applies the rules before any backend
is asked, so a model has no say in them.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assistant.builtin.context import SPOKEN
from assistant.models import HandOverSettings, SubjectRule
from assistant.sensitive import SUBJECTS, Finding, find_subject
from inbox.models import Conversation
from leads.models import Lead
from organizations.models import Member, Organization

if TYPE_CHECKING:
    from assistant.turn import Turn

Subject = SubjectRule.Subject
Action = SubjectRule.Action
Reason = Conversation.HandOverReason
LONGEST_SENTENCE = 300

REASONS: dict[str, str] = {
    Subject.EMERGENCY: Reason.EMERGENCY,
    Subject.DISCRIMINATION: Reason.FAIR_HOUSING,
    Subject.PEOPLE: Reason.FAIR_HOUSING,
    Subject.BENEFITS: Reason.FAIR_HOUSING,
    Subject.DISABILITY: Reason.FAIR_HOUSING,
    Subject.LEGAL: Reason.LEGAL,
    Subject.COMPLAINT: Reason.COMPLAINT,
    Subject.PRICE: Reason.PRICE,
}

# What the customer reads, by language; an agency's own words take the place of these.
EMERGENCY_NUMBER = {
    "en": "If anyone is in danger, call the emergency number now: 112 in Europe, 911 in North "
    "America.",
    "el": "Αν κινδυνεύει κάποιος, καλέστε αμέσως τον αριθμό έκτακτης ανάγκης: 112 στην Ευρώπη, "
    "911 στη Βόρεια Αμερική.",
    "es": "Si alguien está en peligro, llame ya al número de emergencias: 112 en Europa, 911 en "
    "Norteamérica.",
    "de": "Wenn jemand in Gefahr ist, rufen Sie sofort den Notruf: 112 in Europa, 911 in "
    "Nordamerika.",
    "fr": "Si quelqu'un est en danger, appelez tout de suite les secours : 112 en Europe, 911 en "
    "Amérique du Nord.",
    "ar": "إذا كان أحد في خطر فاتصل فوراً برقم الطوارئ: 112 في أوروبا و911 في أمريكا الشمالية.",
}
SENTENCES: dict[str, dict[str, str]] = {
    "en": {
        Subject.EMERGENCY: "I have told a colleague that this is urgent.",
        Subject.DISCRIMINATION: "I take this seriously. A colleague will answer you here "
        "personally.",
        Subject.PEOPLE: "That is something I'd rather leave to a colleague, who will answer you "
        "here personally.",
        Subject.BENEFITS: "A colleague will answer this personally, so that you get it right.",
        Subject.DISABILITY: "A colleague will answer this personally, so that we get it right for "
        "you.",
        Subject.LEGAL: "I can't advise on that. A colleague will answer you here.",
        Subject.COMPLAINT: "I'm sorry about that. A colleague will look into it personally and "
        "answer you here.",
        Subject.PRICE: "I can't discuss the price myself, so a colleague will come back to you "
        "about it here.",
    },
    "el": {
        Subject.EMERGENCY: "Ειδοποίησα έναν συνάδελφο ότι είναι επείγον.",
        Subject.DISCRIMINATION: "Το λαμβάνω σοβαρά υπόψη. Θα σας απαντήσει εδώ προσωπικά ένας "
        "συνάδελφος.",
        Subject.PEOPLE: "Αυτό το αφήνω καλύτερα σε έναν συνάδελφο, που θα σας απαντήσει εδώ "
        "προσωπικά.",
        Subject.BENEFITS: "Θα σας απαντήσει προσωπικά ένας συνάδελφος, ώστε να έχετε σωστή "
        "ενημέρωση.",
        Subject.DISABILITY: "Θα σας απαντήσει προσωπικά ένας συνάδελφος, ώστε να γίνει σωστά για "
        "εσάς.",
        Subject.LEGAL: "Δεν μπορώ να σας συμβουλεύσω γι' αυτό. Θα σας απαντήσει εδώ ένας "
        "συνάδελφος.",
        Subject.COMPLAINT: "Λυπάμαι γι' αυτό. Ένας συνάδελφος θα το δει προσωπικά και θα σας "
        "απαντήσει εδώ.",
        Subject.PRICE: "Δεν μπορώ να συζητήσω ο ίδιος την τιμή, οπότε θα επανέλθει εδώ ένας "
        "συνάδελφος.",
    },
    "es": {
        Subject.EMERGENCY: "He avisado a un compañero de que es urgente.",
        Subject.DISCRIMINATION: "Me lo tomo en serio. Un compañero le responderá aquí "
        "personalmente.",
        Subject.PEOPLE: "Eso prefiero dejarlo a un compañero, que le responderá aquí "
        "personalmente.",
        Subject.BENEFITS: "Un compañero le responderá personalmente, para que la información sea "
        "correcta.",
        Subject.DISABILITY: "Un compañero le responderá personalmente, para hacerlo bien con "
        "usted.",
        Subject.LEGAL: "No puedo asesorarle sobre eso. Un compañero le responderá aquí.",
        Subject.COMPLAINT: "Lo siento. Un compañero lo revisará personalmente y le responderá "
        "aquí.",
        Subject.PRICE: "No puedo hablar del precio yo mismo; un compañero le contestará aquí.",
    },
    "de": {
        Subject.EMERGENCY: "Ich habe einem Kollegen gemeldet, dass es dringend ist.",
        Subject.DISCRIMINATION: "Das nehme ich ernst. Ein Kollege antwortet Ihnen hier persönlich.",
        Subject.PEOPLE: "Das überlasse ich lieber einem Kollegen, der Ihnen hier persönlich "
        "antwortet.",
        Subject.BENEFITS: "Ein Kollege antwortet Ihnen persönlich, damit die Auskunft stimmt.",
        Subject.DISABILITY: "Ein Kollege antwortet Ihnen persönlich, damit wir es für Sie richtig "
        "machen.",
        Subject.LEGAL: "Dazu darf ich nicht beraten. Ein Kollege antwortet Ihnen hier.",
        Subject.COMPLAINT: "Das tut mir leid. Ein Kollege sieht es sich persönlich an und "
        "antwortet Ihnen hier.",
        Subject.PRICE: "Über den Preis kann ich selbst nicht sprechen; ein Kollege meldet sich "
        "dazu hier.",
    },
    "fr": {
        Subject.EMERGENCY: "J'ai prévenu un collègue que c'est urgent.",
        Subject.DISCRIMINATION: "Je prends cela au sérieux. Un collègue vous répondra ici "
        "personnellement.",
        Subject.PEOPLE: "Je préfère laisser cela à un collègue, qui vous répondra ici "
        "personnellement.",
        Subject.BENEFITS: "Un collègue vous répondra personnellement, pour que la réponse soit "
        "juste.",
        Subject.DISABILITY: "Un collègue vous répondra personnellement, pour bien faire les "
        "choses.",
        Subject.LEGAL: "Je ne peux pas vous conseiller à ce sujet. Un collègue vous répondra ici.",
        Subject.COMPLAINT: "J'en suis désolé. Un collègue va s'en occuper personnellement et vous "
        "répondra ici.",
        Subject.PRICE: "Je ne peux pas discuter du prix moi-même ; un collègue reviendra vers vous "
        "ici.",
    },
    "ar": {
        Subject.EMERGENCY: "أبلغتُ أحد الزملاء بأن الأمر عاجل.",
        Subject.DISCRIMINATION: "آخذ هذا على محمل الجد. سيجيبك هنا أحد الزملاء شخصياً.",
        Subject.PEOPLE: "أفضّل أن أترك هذا لأحد الزملاء، وسيجيبك هنا شخصياً.",
        Subject.BENEFITS: "سيجيبك أحد الزملاء شخصياً حتى تكون المعلومة صحيحة.",
        Subject.DISABILITY: "سيجيبك أحد الزملاء شخصياً حتى نقوم بالأمر كما يجب.",
        Subject.LEGAL: "لا أستطيع تقديم المشورة في ذلك. سيجيبك هنا أحد الزملاء.",
        Subject.COMPLAINT: "أعتذر عن ذلك. سينظر أحد الزملاء في الأمر شخصياً ويجيبك هنا.",
        Subject.PRICE: "لا أستطيع مناقشة السعر بنفسي، وسيعود إليك أحد الزملاء هنا.",
    },
}

EXPLANATIONS: dict[str, str | Promise] = {
    Subject.EMERGENCY: _("Fire, gas, water, a break-in, an injury, locked out."),
    Subject.DISCRIMINATION: _("Somebody feels treated unequally, or asks us to treat others so."),
    Subject.PEOPLE: _("Questions that fair-housing rules forbid to answer."),
    Subject.BENEFITS: _("Paying the rent with public support."),
    Subject.DISABILITY: _("Access, adaptations, guide and assistance dogs."),
    Subject.LEGAL: _("Lawyers, courts, ending a lease, tax, permits, whether somebody qualifies."),
    Subject.COMPLAINT: _("Somebody is angry, disappointed or wants money back."),
    Subject.PRICE: _("An offer below the price, a discount, whether the price can move."),
}


@dataclass(frozen=True)
class Rule:
    """What to do now: `sentence` goes to the customer, `words` are what the customer said."""

    subject: str
    reason: str
    action: str
    sentence: str
    words: str
    meant_for: Member | None = None

    @property
    def hands_over(self) -> bool:
        return self.action == Action.HAND_OVER

    @property
    def is_urgent(self) -> bool:
        return self.subject == Subject.EMERGENCY


def rule_for(turn: "Turn", language: str = "en") -> Rule | None:
    """Return the rule for the gravest subject that the unanswered messages touch, if any.

    Runs inside `tenant()`.
    """
    stored = {rule.subject: rule for rule in turn.organization.subject_rules.select_related()}
    extra = {subject: rule.words for subject, rule in stored.items() if rule.words}
    found = [
        finding
        for message in turn.new
        if message.kind in SPOKEN and (finding := find_subject(message.body, extra)) is not None
    ]
    if not found:
        return None
    order = list(SUBJECTS)
    gravest = min(found, key=lambda finding: order.index(finding.subject))
    return _rule(turn, gravest, stored.get(gravest.subject), language)


def usual(organization: Organization, subject: str) -> SubjectRule:
    """The rule of an agency that has set none, unsaved."""
    return SubjectRule(organization=organization, subject=subject, action=Action.HAND_OVER)


def rules_of(organization: Organization) -> list[SubjectRule]:
    """All subjects, gravest first, each with its stored rule or the usual one."""
    stored = organization.subject_rules.select_related("member__user")
    by_subject = {rule.subject: rule for rule in stored}
    return [by_subject.get(subject) or usual(organization, subject) for subject in Subject.values]


def sentence_of(subject: str, own: dict[str, str], language: str = "en") -> str:
    """What the customer is told. An emergency always begins with the emergency number."""
    known = language if language in SENTENCES else "en"
    text = own.get(language) or SENTENCES[known][subject]
    if subject == Subject.EMERGENCY:
        return f"{EMERGENCY_NUMBER[known]} {text}"
    return text


def reassurance_after(organization: Organization) -> timedelta | None:
    """How long a customer waits for a person before hearing once that somebody will answer."""
    settings = HandOverSettings.objects.filter(organization=organization).first()
    settings = settings or HandOverSettings(organization=organization)
    return timedelta(minutes=settings.reassure_minutes) if settings.reassures else None


def _rule(turn: "Turn", finding: Finding, stored: SubjectRule | None, language: str) -> Rule:
    rule = stored or usual(turn.organization, finding.subject)
    action = rule.action
    if finding.subject in SubjectRule.ALWAYS_HANDED_OVER:
        action = Action.HAND_OVER
    return Rule(
        subject=finding.subject,
        reason=REASONS[finding.subject],
        action=action,
        sentence=sentence_of(finding.subject, rule.sentences, language),
        words=finding.words,
        meant_for=_recipient(turn.conversation, rule),
    )


def _recipient(conversation: Conversation, rule: SubjectRule) -> Member | None:
    """Who gets it: nobody who has left, and nobody where nobody was named."""
    chosen = None
    if rule.send_to == SubjectRule.SendTo.MEMBER:
        chosen = rule.member_id
    elif rule.send_to == SubjectRule.SendTo.OWNER:
        lead = Lead.objects.filter(contact=conversation.contact_id).first()
        chosen = (lead and lead.owner_id) or conversation.assignee_id
    members = conversation.organization.members.active().select_related("user")
    return members.filter(pk=chosen).first() if chosen else None
