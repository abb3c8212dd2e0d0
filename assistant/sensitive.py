# ruff: noqa: E501  (word lists read better unbroken)
"""Subjects that belong to a person: emergencies, discrimination, law, complaints, prices.

Facts about protected traits are neither stored nor scored; such talk is handed over with the words
kept. The patterns here are English; `assistant.sensitive_words` has the other languages, and each
message is read in all of them. What an agency does about each subject stands in `assistant.rules`.
"""

import re
import unicodedata
from dataclasses import dataclass

from assistant.sensitive_words import LANGUAGES
from knowledge.spelling import spelled

READ_AT_MOST = 6000
LONGEST_WORDS = 120


@dataclass(frozen=True)
class Finding:
    """A subject that a message touches, and the customer's words that showed it."""

    subject: str
    words: str


@dataclass(frozen=True)
class Patterns:
    """`found` speaks of the subject; `unless` are phrases that only look like it."""

    found: re.Pattern[str]
    unless: re.Pattern[str] | None = None


def _patterns(found: str, unless: str = "") -> Patterns:
    # Blanking what only looks alike leaves the rest of the message to speak for itself.
    def words(fragment: str) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w)(?:{fragment})(?!\w)", re.IGNORECASE)

    return Patterns(words(found), words(unless) if unless else None)


GROUPS = r"(?:foreign(?:ers?| people)|immigrants?|migrants?|refugees?|asylum seekers?|arabs?|muslims?|jews?|christians?|hindus?|blacks?|black (?:people|tenants|families)|whites?|white (?:people|tenants|families)|asians?|africans?|gypsies|roma|gays?|lesbians?|trans (?:people|tenants)|russians?|turks?|chinese|indians?|pakistanis?|locals only|single (?:mothers?|women|men)|unmarried couples?|pensioners|old people|elderly|students|kids|children|families|babies|a baby|a child)"
TRAITS = r"(?:black|white|asian|african|arab|muslim|jewish|christian|hindu|gay|lesbian|trans|disabled|pregnant|foreign(?:er)?|an? immigrant|a refugee|old|young|a woman|a man|a single (?:mother|mum|mom|parent)|not (?:greek|cypriot|white|christian|local|from here)|my (?:race|religion|nationality|colou?r|skin|origin|accent|age|sex|gender|disability|children|name|sexuality))"
AMOUNT = r"(?:(?:€|£|\$|eur|usd|gbp)\s?\d[\d.,]*(?:\s?(?:k\b|m\b|thousand|million))?|\d[\d.,]*\s?(?:k\b|m\b|thousand|million|euros?|eur|€|£|\$|%|percent)|\d{1,3}(?:[.,]\d{3})+|\d{3,})"

# In this order: the first that is found decides.
SUBJECTS: dict[str, Patterns] = {
    "emergency": _patterns(
        r"gas leak\w*|leaking gas|smell(?:s|ing)? (?:of |like )?gas|carbon monoxide|"
        r"on fire|(?:there(?:'s| is)|have|is) (?:a |an )?(?:\w+ )?fire in|house fire|burning down|smoke (?:is )?(?:coming|everywhere|filling|in the|pouring)|"
        r"flooding|flooded|water (?:is |keeps )?(?:coming|pouring|running|gushing|leaking|dripping) (?:through|down|out|from|in|into)|(?:burst|broken) (?:water )?pipes?|pipes? (?:has |have |just )?burst|"
        r"break-?ins?|breaking in(?:to)?|broke(?:n)? in(?:to)?|burglar\w*|intruder|being robbed|been robbed|(?:trying|tries) to (?:get|break) in|"
        r"ambulance|call(?:ed|ing)? the police|heart attack|unconscious|not breathing|can't breathe|bleeding|badly (?:hurt|injured)|"
        r"locked (?:myself |ourselves |us |me )?(?:out|in)|(?:stuck|trapped) (?:in(?:side)? (?:the )?)?(?:lift|elevator)|"
        r"(?:it's|it is|this is|is|have|we have|there's|there is) (?:an? )?(?:real |urgent )?emergency|emergency\W*$|^\W*emergency|"
        r"electric(?:al)? shock|electrocuted|sparks? (?:coming|from|flying)|sparking|(?:ceiling|roof|balcony|wall) (?:has |have |just |is )?(?:collaps\w+|fallen|falling|came down|coming down)|"
        r"(?:kill|hurt|harm) (?:myself|himself|herself|him|her|you|someone|somebody)|end my life|suicid\w*|going to die",
        r"emergency (?:exits?|contacts?|funds?|savings|stairs?|staircases?|lights?|lighting|doors?|keys?|numbers?|services|room|hospital|repairs? (?:cost|budget)|maintenance|call-?outs?)|(?:in|for) (?:case of )?(?:an? )?emergenc(?:y|ies)|not an emergency|no emergency|in case of (?:fire|flooding)|"
        r"(?:market|phone|city|weather) is on fire|on fire (?:sale|lately)|(?:like|get on like) a house on fire|"
        r"(?:risk|danger|history|chance|record|prone|subject|insurance) (?:of|to|against|for) (?:flooding|break-?ins?|burglar\w*)|flood(?:ing|ed)? (?:risk|zone|area|insurance|history|plain|damage history)|"
        r"(?:ever|previously|before|last (?:year|winter)|in the past|never|often|sometimes|usually|regularly)\W+(?:\w+\W+){0,3}(?:flood(?:ed|ing)?|break-?ins?|burglar\w*|broken in(?:to)?)|(?:does|did|do|has|have|was|were|is) (?:it|the (?:area|street|basement|cellar|house|flat|building|place)|there)(?: (?:ever|been|any|a|been any))*\W+(?:flood(?:ed|ing)?|break-?ins?|burglar\w*|broken in(?:to)?)(?= before| in the past| last|\W*\?)|(?:any|many|how many) (?:break-?ins?|burglar\w*)|"
        r"flooded with|burglar(?:y)?[ -]?(?:alarms?|proof|bars?|insurance|resistant)|(?:anti|against)[ -]?burglar\w*|"
        r"(?:ambulance|fire|police) stations?|ambulance access|locked (?:myself )?out of (?:my |the |our )?(?:account|e-?mail|portal|phone|app|website|profile)|locked in (?:the|a|my|our) (?:rate|price|mortgage|deal)|locked in at|(?:carbon monoxide|smoke|gas) (?:detectors?|alarms?)(?! (?:is|are|has|keeps?|went|going))|"
        r"fully booked in|broken into (?:two|three|four|several|smaller|parts)|(?:price|cost|budget|rent) (?:\w+ ){0,3}(?:killing|kills)|bleeding (?:money|edge)",
    ),
    "discrimination": _patterns(
        r"discriminat(?:e[sd]?|ing|ion|ory)|racis[mt]s?|sexis[mt]s?|homophob\w+|xenophob\w+|antisemit\w+|islamophob\w+|"
        rf"(?:because|just because|cause) (?:i'm|i am|we're|we are|she's|he's|she is|he is|they are|they're|of) (?:a |an )?{TRAITS}|"
        rf"no {GROUPS}(?= allowed| please| accepted| as | in |\W*$)|(?:without|don't want|do not want|not want|avoid|away from) (?:any |too many )?(?:\w+ )?(?:foreigners|immigrants|migrants|refugees|arabs|muslims|jews|blacks|asians|gypsies|roma|gays|russians|turks|africans)|"
        rf"(?:only|just) (?:for |to )?(?:white|black|christian|muslim|jewish|greek|cypriot|british|european|local|straight|asian) (?:tenants?|people|families|buyers?|neighbou?rs?)|"
        rf"(?:do|does|would|will|can) (?:you|they|the (?:owner|landlord|landlady|agency|building)|he|she) (?:\w+ )?(?:rent|let|sell|lease|accept|take|allow|mind|want|like)(?: (?:it|out))?(?: to)?(?: any)? {GROUPS}|"
        rf"(?:are|is) (?:\w+ )?{GROUPS} (?:allowed|welcome|accepted|ok|okay|a problem)|(?:i'm|i am|we're|we are) (?:a |an )?(?:black|muslim|jewish|gay|lesbian|trans|refugees?|immigrants?)\b[^.!?]{{0,40}}(?:problem|ok|okay|accept|rent to|issue)",
        r"(?:black|white) (?:kitchen|walls?|goods|tiles?|doors?|furniture|marble|floors?)|indiscriminate\w*|discriminating (?:taste|buyer)|(?:for|with|and|have|has) (?:my |our |the |two |three |\d )?(?:kids|children|students)(?! allowed| accepted| welcome)|(?:kids|children)'?s? (?:room|bedroom|bedrooms|playground|pool)|roma (?:street|road|avenue)",
    ),
    "people": _patterns(
        rf"(?:how many|many|any|lots? of|too many|a lot of|full of|mostly|mainly|more|no) (?:\w+ )?{GROUPS}(?= (?:in|there|around|living|live|here|nearby|neighbou?rs|on|at)|\W*$)|"
        r"what (?:kind|sort|type)s? of (?:people|neighbou?rs|families|tenants)|who (?:lives|are the people|are the neighbou?rs) ?(?:there|around|here|in the (?:area|building|neighbou?rhood)|next door|upstairs|downstairs|nearby)?|"
        r"(?:is|how|was) (?:it|the (?:\w+ )?(?:area|neighbou?rhood|street|district|building|place|location)|this (?:area|neighbou?rhood|street|place)|that (?:area|neighbou?rhood|street|place)|(?-i:[A-Z]\w+)) (?:is |a |really |very |quite |so |considered )*(?:safe|unsafe|dangerous|rough)(?: (?:area|neighbou?rhood|street|place))?|(?:safe|unsafe|dangerous|rough) (?:area|neighbou?rhood|street|district|part of town|place to live)|how safe (?:is|are) (?:it|the (?:area|neighbou?rhood|street|building)|this|there)|safe (?:at night|to walk|for (?:a |my |our )?(?:wom[ae]n|girls?|kids|children|famil(?:y|ies)))|"
        r"is (?:\w+ ){1,2}safe\W*$|safety (?:in|of|around) (?:the |this |that )?(?:area|neighbou?rhood|street|district)|how is the safety|crime(?: rates?| level| statistics)?|(?:good|best|decent|better) schools?|(?:are|how) (?:good )?(?:are )?(?:the )?schools (?:good|like|there good|any good|rated)|schools? (?:quality|ratings?|rankings?)|"
        r"what are the neighbou?rs like|neighbou?rs (?:like|nice|decent|foreign|quiet people)|(?:good|nice|right|decent) (?:kind|sort|type) of people|(?:ethnic|racial|religious) (?:mix|make-?up|background)|demographics?",
        r"safe (?:to (?:pay|send|transfer|sign|use|leave|drink|park)|deposit|box)|(?:is|how) (?:it|this|that) safe to (?:pay|send|transfer|sign|drink|leave|park)|(?:payment|website|link|deposit|lift|elevator|balcony|pool|wiring|water|site) (?:is )?safe|is (?:the|this|your) (?:payment|website|link|deposit|lift|elevator|balcony|pool|wiring|water|parking|site|bank|transfer) (?:\w+ )?safe|crime (?:novel|series|book|scene)|(?:people|kids|children|families) (?:at|to|for|coming to) the (?:viewing|visit)|how many people (?:can|may|will|are coming|came|have (?:seen|viewed|applied))|many people (?:interested|coming|viewing|have)|no (?:kids|children|students|families)",
    ),
    "benefits": _patterns(
        r"section 8|section eight|housing benefits?|universal credit|dss|housing vouchers?|(?:accept|take|use|have|on|with|my|a) (?:\w+ )?vouchers?|on (?:\w+ )?benefits|(?:receive|receiving|get|getting|claim|claiming|accept|take) (?:\w+ )?(?:benefits|welfare|social (?:security|support)|disability (?:allowance|benefits?))|welfare (?:payments?|recipients?|cheque|check)|on welfare|rent (?:allowance|subsid(?:y|ies|ised|ized))|social housing allowance|(?:guaranteed )?minimum income",
        r"(?:gift|discount|shopping|travel|hotel|restaurant|amazon) vouchers?|voucher codes?|(?:tax|health|fringe|staff|employee|job) benefits|benefits (?:of|from) (?:buying|renting|living|the|this)|on the benefits",
    ),
    "disability": _patterns(
        r"wheel-?chairs?|disab(?:led|ility|ilities)|guide dogs?|(?:service|assistance|support|therapy) (?:dogs?|animals?)|emotional support(?: (?:animal|dog|cat))?|mobility (?:aid|scooter|impair\w+)|step-?free|handicap\w*|(?:blind|deaf)(?: (?:person|man|woman|people|tenant))?",
        r"(?:alarm|notifications?|account|link|button|cookies|javascript|app|phone|camera|lift|elevator)s? (?:is |are |was |were |got |has been )?disabled|disabled (?:the|my|our) (?:alarm|notifications?|account|phone|cookies|camera)|(?:customer|technical) support (?:dogs?)|blind (?:spots?|corner|alley)|(?:roller|window|venetian|electric) blinds?|blind date",
    ),
    "legal": _patterns(
        r"lawyers?|solicitors?|attorneys?|advocate (?:will|has|says)|legal (?:action|advice|proceedings|rights?|team|dispute|threat|steps|obligation|matter|question)|legally (?:binding|required|obliged|allowed|responsible)|(?:is|are|was) (?:it|that|this) (?:even |actually )?(?:legal|illegal|lawful|unlawful)|illegal(?:ly)?|unlawful|"
        r"su(?:e|ing) (?:you|them|him|her|the|your|for)|(?:will|going to|gonna|shall|could|can|have to) sue|lawsuits?|(?:take|taking|see|took|seeing) (?:you|them|this|him|it|the \w+) (?:to|in) court|(?:in|to|go(?:ing)? to|went to|before the|at) court|court (?:case|order|hearing|date|proceedings|ruling|action|summons|claim)|small claims|tribunal|ombudsman|"
        r"evict\w*|breach(?:ed)? (?:of )?(?:the |my |our )?(?:contract|lease|agreement)|break(?:ing)? (?:the |my |our )?(?:lease|contract)|terminat\w+ (?:the |my |our )?(?:lease|contract|tenancy)|withhold(?:ing)? (?:the |my )?(?:rent|deposit)|(?:my|our|tenants?'?|tenant's|consumer) rights?|liab(?:le|ility)|compensation|gdpr|data protection|"
        r"tax advice|(?:capital gains|inheritance|property transfer|wealth|gift) tax|residen(?:ce|cy) permits?|golden visas?|work (?:visa|permit)s?|will (?:i|we) (?:qualify|be approved|be accepted|get approved)|am i eligible|are we eligible|(?:i|we) qualify for|power of attorney|title deeds? (?:dispute|problem|issue)",
        r"(?:tennis|basketball|squash|padel|paddle|volleyball|badminton|sports?|food|ball|handball|pickleball|playing|multi-?sport|games) courts?|courts? (?:for tennis|nearby to play)|court-?yards?|(?:earl'?s?|hampton|tottenham|[a-z]+) court (?:road|street|station|avenue|palace)|earl'?s court|courtesy|(?:in|at|to|near|is) (?-i:[A-Z][a-z]+ Court)|"
        r"(?:i'm|i am|we are|we're|am|work as|working as|wife is|husband is|partner is|she is|he is|she's|he's|both) (?:\w+ ){0,2}(?:an? |as an? )?(?:\w+ )?(?:lawyers?|solicitors?|attorneys?)(?= (?:and|by|in|at|so|from)|\W*$|\W)|law (?:school|firm|faculty|student)s?|(?:at|from) the (?:lawyer|solicitor|attorney|notary)'?s(?: office)?|(?:near|close to|opposite|next to) (?:the )?(?:district |supreme |law )?courts?(?: ?house)?|district court building|"
        r"visa (?:card|debit|credit)|sue (?:is|and|will|from|said)|(?:aunt|my friend|wife) sue|illegal parking|compensation for travel",
    ),
    "complaint": _patterns(
        r"complain(?:t|ts|ed|ing)?|unacceptable|outrag(?:ed|eous)\w*|ridiculous|disgust(?:ed|ing)|appall(?:ed|ing)|shameful|disgraceful|"
        r"(?:terrible|awful|horrible|dreadful|poor|bad|lousy|shocking|worst|pathetic|zero) (?:\w+ )?(?:service|experience|agency|agent|agents|company|treatment|communication|customer service|customer care|management|people|attitude|job|ever)|(?:service|agency|agent|communication|experience|treatment|you|you guys|this|it) (?:is|was|are|were|has been|have been) (?:\w+ ){0,2}(?:terrible|awful|horrible|dreadful|the worst|useless|a joke|a disgrace|pathetic)|"
        r"(?:very|so|really|extremely|quite|deeply|bitterly|am|i'm|we're|are) (?:\w+ )?disappointed (?:in|with|by)|(?:very|so|really|extremely|deeply|bitterly) disappointed|frustrat(?:ed|ing)|furious|(?:i'm|i am|we are|we're|makes me|made me|very|so|really) angry|fed up|sick of|had enough of|useless|waste of (?:my |our )?(?:time|money)|wast(?:ed|ing) (?:my|our) (?:time|money|day|morning|afternoon)|"
        r"scam(?:mers?|med)?|fraud(?:ulent|sters?)?|rip[ -]?off|ripped off|cheat(?:ed|ing|ers?)|report you|bad review|(?:one|1)[ -]star|refund (?:me|my|us|our|now|please)|(?:want|need|give|get|demand|like|asking for) (?:me |us )?(?:a |my |our |the )(?:full )?(?:refund|money back|deposit back)|(?:money|deposit) back (?:now|please|immediately)|"
        r"(?:no(?: ?|-)one|nobody) (?:\w+ ){0,2}(?:came|showed|turned up|called|answered|answers|replied|replies|responded|responds|bothered|got back|picks up|contacted me)|(?:didn't|did not|never|hasn't|haven't|has not|have not) (?:even |once )?(?:show(?:ed)? up|turn(?:ed)? up|come to (?:the|my|our)|call(?:ed)? (?:me |us )?(?:back)|answer(?:ed)? (?:me|us|my|our)|repl(?:y|ied) to (?:me|us|my|our)|got back|gotten back|get back)|ignor(?:ed|ing) (?:me|us|my|our)|"
        r"(?:still |been |kept )(?:waiting|waited) (?:for )?(?:an? |the |over an? |more than an? |two |three |\d+ )*(?:hours?|days?|weeks?|answer|reply|call|response)|not (?:at all )?(?:happy|satisfied|impressed) (?:with|about|at all)|unhappy (?:with|about)|dissatisfied|false (?:advert\w*|information|promises)|(?:you|they|he|she|agent|agency) (?:have |has |just )?lied|lied to (?:me|us)|liars?|misl(?:ead\w*|ed)|(?:was|were|is|are|so|very|extremely) (?:\w+ )?rude|unprofessional|incompetent|speak to (?:the|your) manager|formal (?:letter|notice)",
        r"(?:no|without|any|not|never|can't|cannot|don't|few|aren't|isn't|won't|nothing to) (?:\w+ )?complain(?:t|ts|ing|ed)?|(?:terrible|awful|horrible) (?:headache|traffic|weather|day|week|flu|cold|connection|signal|memory|at)|ridiculous(?:ly)? (?:cheap|low|beautiful|good|nice|happy|amazing|busy)|"
        r"(?:sorry|apologi[sz]e|apologies) (?:for|if|to|about)(?: \w+){0,4} (?:wast\w+|rude|angry|complain\w*|ignor\w*|not repl\w+)|(?:hope|hoping) (?:you're|you are|he is|she is|nobody is|i'm|it's) (?:\w+ )?(?:not|n't)? ?(?:angry|rude|disappointed)|not (?:angry|disappointed|frustrated|rude)|(?:disappointed|sad) (?:that |to hear )?(?:it|it's|that it's|that|this one|the flat|the house)(?: \w+){0,3} (?:sold|gone|taken|rented|let|reserved)|(?:won't|will not|don't|never) be disappointed|(?:bank|lender|employer|landlord|mortgage|seller|wife|husband|friend|broker|embassy)(?: \w+){0,4} (?:answer|reply|replied|called|answered)|(?:waiting|waited)(?: \w+){0,5} (?:from|for) (?:the|my|our) (?:bank|lender|employer|mortgage|wife|husband|partner|lawyer|company|embassy)(?: \w+){0,3}|useless (?:room|space|garden|corner|furniture|stuff)|fraud (?:prevention|protection|check)|waste (?:bins?|disposal|collection)",
    ),
    "price": _patterns(
        r"(?:lowest|best|final|last|rock-?bottom|minimum) (?:possible )?(?:price|offer|amount|figure) (?:you|they|he|she|the (?:owner|seller|landlord)|for|on|is|would|will|can|possible)|(?:what(?:'s| is)|your|their|his|her) (?:the |your |their )?(?:lowest|best|final|absolute best|last|minimum) (?:possible )?(?:price|offer|amount|figure)|(?:best|lowest|final|last) price\W*$|"
        r"negotiab(?:le|ility)|(?:negotiate|negotiating|negotiation|haggle|bargain)(?: \w+){0,4}|room (?:for|to) (?:negotiat\w+|manoeuvre|maneuver|move|haggl\w+)|discount(?:s|ed)?|"
        rf"(?:would|will|do|does|can|could|might) (?:you|they|he|she|the (?:owners?|sellers?|landlord|landlady|vendor)s?) (?:\w+ )?(?:take|accept|consider|agree to|do|go (?:to|for|as low as)|settle for|let it go for|sell (?:it )?for|rent (?:it )?for|give it (?:to me )?for) (?:an? |my |any )?(?:\w+ )?(?:{AMOUNT}(?! (?:dogs?|cats?|pets?|people|persons?|kids|children|viewings?|visits?|months?|weeks?|days?|years?|o'clock|am|pm|bed\w*|cars?))(?=\W|$)|less|offers?|lower|cash offer|a (?:bit )?lower|something lower|below)|"
        rf"(?:i|we)(?:'ll| will|'d| would| can| could|'m| am| are|'d like to| want to| would like to)? (?:\w+ )?(?:offer|offering|pay|go up to) (?:you |them |only )?{AMOUNT}(?= (?:for (?:it|this|the)|cash|max|instead|in cash|today)|\W*$)|(?:my|our) (?:best |final |first )?offer (?:is|would be|was)|(?:make|made|put in|submit|place|send|put) (?:you |them |the (?:owner|seller) )?(?:an? |my |our )(?:\w+ )?(?:offer|bid)|counter-?offers?|(?:under|below|over) (?:the )?asking(?: price)?|"
        r"(?:reduce|lower|drop|cut|bring down|come down on|knock (?:\w+ ){0,3}off|take (?:\w+ ){0,3}off|shave (?:\w+ ){0,3}off|improve(?: on)?|adjust|work on|do something about|move on) (?:the |your |their |that |this |its )?(?:asking )?(?:price|rent|figure|amount)|(?:price|rent|they|you|owner|seller|landlord)(?: \w+){0,2} (?:flexible|come down|go (?:any )?lower|drop|be (?:reduced|lowered))(?= on| a| any| more| further|\W*$)|(?:flexible|flexibility|movement|wiggle room|leeway|any give) (?:on|in|with|about) (?:the )?(?:asking )?(?:price|rent|amount)|price (?:is )?(?:firm|fixed|final)\W*\?|(?:cheaper|less|lower)(?: price| rent)? if (?:i|we)|(?:too (?:expensive|much|high)|overpriced)\W+(?:\w+\W+){0,4}(?:can|could|would|any chance)",
        r"discount(?:ed)? (?:\w+ )?(?:stores?|shops?|supermarkets?|markets?|furniture|retailers?|outlets?|centres?|centers?|chains?|grocer\w*|codes?|vouchers?|airlines?)|student discount at|negotiat\w+ (?:the |a |another |our )?(?:time|date|day|viewing|visit|appointment|stairs?|road|mortgage|with (?:my|the|our) (?:bank|boss|wife|husband|employer|partner))(?: \w+)?|(?:what|which)(?: \w+)? (?:do|can|does|would) you offer|offer (?:viewings?|virtual|video|a (?:viewing|visit|tour)|parking|mortgages?|valuations?|any other|other|times?)|make me an offer of|(?:lowest|best)[ -]?(?:priced?|price) (?:first|flats?|apartments?|homes?|houses?|range|order)|(?:flexible|flexibility) (?:on|with|about) (?:the )?(?:dates?|times?|days?|hours?|area|move|size|location|moving)|(?:was|has|have|when (?:was|did)) (?:the )?(?:price|rent)(?: \w+){0,2} (?:reduced|dropped|lowered|drop|changed)|lower (?:floors?|level|ground|part)|bargain (?:hunting|hunter)|non-?negotiable|not negotiable",
    ),
}  # fmt: skip


def find_subject(text: str, extra: dict[str, list[str]] | None = None) -> Finding | None:
    """Return the gravest sensitive subject that a message touches, or nothing.

    `extra` are words of the agency's own by subject: each counts as a whole word or phrase, in any
    case.
    """
    plain, seen = _plain(text), spelled(text)
    for subject, patterns in SUBJECTS.items():
        heard = patterns.unless.sub(_blank, plain) if patterns.unless else plain
        match = patterns.found.search(heard)
        if match is None and extra:
            match = _own_words(extra.get(subject, ()), plain)
        if match:
            return Finding(subject, _shortened(plain[match.start() : match.end()]))
        for words in LANGUAGES.values():
            if subject in words and (other := words[subject].find(seen.plain)):
                return Finding(subject, _shortened(seen.said(*other.span())))
    return None


def subject_of(text: str) -> str:
    """Return which sensitive subject a message touches, or nothing."""
    finding = find_subject(text)
    return finding.subject if finding else ""


def _shortened(words: str) -> str:
    return " ".join(words.split())[:LONGEST_WORDS]


def _plain(text: str) -> str:
    """One spelling of letters, quotes and spaces, so that a message cannot hide behind another."""
    text = unicodedata.normalize("NFKC", text[:READ_AT_MOST])
    text = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    text = text.translate(_QUOTES)
    return re.sub(r"\s+", " ", text)


_QUOTES = str.maketrans({"’": "'", "‘": "'", "´": "'", "`": "'"})


def _blank(match: re.Match[str]) -> str:
    return "~" * len(match.group())


def _own_words(words: list[str], text: str) -> re.Match[str] | None:
    for phrase in words:
        spelled = r"\s+".join(re.escape(word) for word in _plain(phrase).split())
        if spelled and (match := re.search(rf"(?<!\w){spelled}(?!\w)", text, re.IGNORECASE)):
            return match
    return None
