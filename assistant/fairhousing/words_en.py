# ruff: noqa: E501  (word lists read better unbroken)
"""How an English text breaks a rule of fair housing; in the plain spelling of `spelling.py`."""

from knowledge.spelling import Lexicon

GROUPS = r"(?:famil(?:y|ies)|couples?|students?|singles?|single (?:people|men|women|mothers?|parents?)|retirees?|retired people|pensioners?|seniors?|elderly(?: people)?|old(?:er)? people|young(?:er)? (?:people|professionals?|couples?|famil(?:y|ies))|professionals?|bachelors?|expats?|foreigners?|immigrants?|migrants?|refugees?|locals|christians?|muslims?|jews|hindus?|gays?|lesbians?|asians?|africans?|arabs?|blacks|whites|black people|white people|greeks|turks|russians|chinese|indians|germans|gypsies|roma|children|kids|babies|women|men|girls|wheelchair users)"
PEOPLE = r"(?:foreigners?|immigrants?|migrants?|refugees?|christians?|muslims?|jews|hindus?|gays?|lesbians?|asians?|africans?|arabs?|blacks|whites|black people|white people|russians|turks|chinese|indians|gypsies|roma|children|kids|babies|teenagers|toddlers|families(?: with (?:children|kids))?|single (?:mothers|women|men|parents)|unmarried couples?|pensioners|old people|elderly people|disabled people|women|men)"
ANIMAL = r"(?:guide|assistance|service|emotional support|support|therapy) (?:dogs?|animals?)"
SUPPORT = r"(?:dss|housing benefits?|benefits?|benefit (?:claimants?|tenants?)|universal credit|section (?:8|eight)|(?:housing )?vouchers?(?: holders?)?|welfare|social security)"

WORDS = {
    "steering": Lexicon(
        (
            rf"(?:perfect(?:ly)?|ideal(?:ly)?|suitable|suited|great|wonderful|lovely|good|best|made|designed) (?:\w+ )?(?:for|to) (?:an? |the |your |any |small |large |growing |working |single |big )*{GROUPS}(?!')",
            rf"(?:mostly|mainly|many|lots? of|a lot of|full of|predominantly|largely|popular (?:with|among)) (?:other |such |of )?{GROUPS}(?!')",
            r"(?:family|young|mixed|christian|muslim|jewish|asian|black|white|greek|turkish|russian|chinese|indian|african|arab|foreign|gay|hispanic|latino|respectable|middle[- ]class|working[- ]class) (?:neighbou?rhood|neighbou?rs|communit(?:y|ies))",
            r"(?:christian|muslim|jewish|black|white|mixed|young|gay) area|(?:is|in|it's) a (?:\w+ ){0,2}family area",
            r"(?:good|nice|decent|quiet|respectable|better) (?:class of |kind of |sort of )?(?:people|neighbou?rs|families)",
            r"(?:people|neighbou?rs|residents|families)(?: (?:who live )?(?:there|here|next door))? are (?:\w+ )?(?:nice|friendly|quiet|decent|young|old|elderly|foreign|locals?|greek|english|christian|muslim|respectable)",
            r"you(?:'d| would|'ll| will) (?:\w+ )?fit in|people like you|someone like you|your (?:own )?kind of people|your own community",
        ),
        (
            r"famil(?:y|ies) (?:car|cars|doctor|dinners?|meals?|gatherings?|meetings?|kitchen|bathroom|room|home|house|life|visits?|photos?)",
            r"student(?:'?s|s')? (?:desk|card|discount|halls?)",
            r"(?:good|great|best) (?:time )?for (?:you|both)",
        ),
    ),
    "safety": Lexicon(
        (
            r"(?:safe|unsafe|dangerous|rough|dodgy|sketchy|bad|good|crime[- ]free) (?:neighbou?rhoods?|areas?|part of town|districts?|streets?)",
            r"(?:low|high|little|no|hardly any|less|more) (?:street )?crime|crime(?: rates?)? (?:is|are|has)|crime rates?",
            r"(?:area|neighbou?rhood|street|district|part of town|it|there|here)(?: there| here)?(?: is|'s| isn't| is not) (?:\w+ ){0,2}(?:safe|unsafe|dangerous)(?! to (?:pay|send|transfer|sign|use|leave|drink|park))",
            r"(?:safe|dangerous) (?:at night|after dark|to walk|for (?:a |your |the )?(?:wom[ae]n|girls?|kids|children|famil(?:y|ies)))",
            r"(?:good|great|excellent|best|better|top|outstanding|bad|poor|well[- ]rated|highly rated) (?:\w+ )?schools?",
        ),
        (
            r"safe (?:deposit|box|payment)|(?:payment|link|website|lift|elevator|balcony|pool)(?: \w+)? (?:is|are) (?:\w+ )?safe",
        ),
    ),
    "question": Lexicon(
        (
            r"are you (?:\w+ )?(?:married|single|divorced|pregnant|muslim|christian|jewish|hindu|religious|gay|straight|lesbian|greek|cypriot|british|german|foreign|a foreigner|a citizen|disabled|an? immigrant|an? refugee|on benefits|from (?:here|abroad|the eu))",
            r"(?:do|will|would) you (?:have|bring|plan|expect|want)(?: to have)?(?: any| small| young)? (?:children|kids|a baby|babies|a family)(?! (?:doctor|car))",
            r"any (?:children|kids)(?= \?|\W*\?)|how many (?:children|kids)",
            r"how old (?:are you|are (?:the|your) (?:children|kids|tenants)|is your (?:son|daughter|child|wife|husband))",
            r"what(?:'s| is| are) your (?:age|religion|faith|nationality|ethnicity|race|origin|country of origin|marital status|sexual orientation|date of birth|immigration status|visa status)",
            r"where (?:are you|do you come) (?:originally |really )?from|(?:which|what) country (?:are you|do you come) from|what nationality|your (?:nationality|religion|ethnicity) please",
            r"do you have (?:an? |any )?(?:disabilit\w+|health (?:problems?|conditions?|issues?)|illness\w*)|what(?:'s| is) your disability|do you (?:pray|go to (?:church|the mosque|mosque))",
            r"(?:planning|going) to (?:have (?:a baby|children|kids)|get married|start a family)",
        ),
    ),
    "exclusion": Lexicon(
        (
            rf"no (?:more |small |young |such )?{PEOPLE}(?!')",
            r"(?:only|just|exclusively) (?:for |to |wants? |accepts? |takes? |rents? to |lets? to |looking for |prefers? )*(?:women|men|females?|males?|girls|boys|greeks?|cypriots?|locals|europeans|eu citizens|citizens|nationals|christians?|muslims?|native speakers|families|(?:married )?couples|white people|whites)",
            r"(?:women|men|females?|males?|girls|boys|greeks|locals|europeans|citizens|christians|muslims|couples|families|adults|ladies) only|adults?[- ]only(?! (?:pool|hotel|spa|area))|(?:only|just) (?:for )?adults",
            rf"(?:does not|doesn't|do not|don't|won't|will not|would not|cannot|can't|never|refuses? to|prefers? not to|rather not) (?:\w+ )?(?:want|accept|take|allow|rent(?: it)? to|let(?: it)? to|like|have)(?: any| to)? (?:\w+ )?{PEOPLE}(?!')",
            rf"(?:not|un)[- ]?(?:suitable|allowed|welcome|appropriate)(?: for)? {PEOPLE}|{PEOPLE} (?:are |is )?(?:not|never) (?:allowed|welcome|accepted|wanted)",
            r"(?:prefers?|looking for|wants?) (?:a |an )?(?:\w+ )?(?:christian|muslim|greek|white|local|european|married|female|male) (?:tenants?|couple|family|person|people)",
        ),
        (
            r"(?:children|kids)(?:'?s|s')? (?:playground|pool|room|bedroom|area|menu|furniture|play area)",
            r"no (?:women|men) (?:and|or) no",
        ),
    ),
    "age_or_work": Lexicon(
        (
            r"(?:over|above|under)[- ](?:18|21|25|30|35|40|50|55|60|65)s?(?: only)|for (?:the )?over[- ](?:50|55|60|65)s?|(?:50|55|60|65)\+ (?:only|community|development)|(?:50|55|60|65) (?:and|or) (?:over|older)",
            r"(?:working )?professionals only|(?:only|just) (?:for |to |wants? |accepts? )*(?:working |young )?professionals|no students(?!')|(?:mature|older|younger) (?:couples?|tenants?|persons?|people) (?:only|preferred)|prefers? (?:a |an )?(?:mature|older|younger|young) ",
        ),
        (r"over 55 m2",),
    ),
    "animals": Lexicon(
        (
            rf"no {ANIMAL}|(?:not|\w+n't|never|cannot|refuses? to) (?:allow|accept|take|permit)(?: any| your| the)? {ANIMAL}|{ANIMAL} (?:are|is) (?:not|n't) (?:allowed|accepted|permitted)",
            rf"(?:extra|pet|additional|higher|more) (?:\w+ )?(?:fee|fees|deposit|charge|charges|rent) for (?:the |your |a |an )?{ANIMAL}",
        ),
    ),
    "benefits": Lexicon(
        (
            rf"no {SUPPORT}(?! (?:from|of|to|in))",
            rf"(?:not|\w+n't|never|cannot|refuses? to|unable to) (?:\w+ )?(?:accept|take|allow|consider|rent to|let to)(?: any| people| tenants| those)?(?: on| with| in receipt of)? (?:any )?{SUPPORT}(?! (?:from|of))",
            rf"{SUPPORT} (?:is|are) not (?:\w+ )?(?:accepted|allowed|possible|welcome|considered)|(?:without|not on) (?:housing )?benefits",
            r"(?:only|just) (?:for |to |accepts? |wants? )*(?:employed|working) (?:people|tenants|applicants)|(?:employed|working) (?:people|tenants|applicants) only|(?:must|need to|have to) be (?:employed|in work|working|in full[- ]time (?:work|employment))",
        ),
        (r"(?:tax|other|extra|additional|health) benefits",),
    ),
    "acceptance": Lexicon(
        (
            r"you(?:'ll| will| would|'d|'re| are)? (?:\w+ )?(?:\w+ )?(?:be|get|going to be|sure to be|guaranteed to be) (?:\w+ )?(?:approved|accepted|rejected|turned down)",
            r"you(?:'ll| will)? (?:surely |definitely |certainly |probably |easily )(?:get|have) (?:the|this|a) (?:flat|apartment|house|home|loan|mortgage|lease)",
            r"you (?:will |would |should |won't |do |don't |definitely |clearly |certainly )*qualify|you(?:'re| are) (?:not )?(?:eligible|pre-?approved|approved)",
            r"(?:your|the) (?:application|loan|mortgage)(?: is going to| will| would| should| won't)(?: \w+)? (?:be )?(?:approved|accepted|rejected|refused|succeed|go through)",
            r"guaranteed (?:approval|acceptance)|(?:approval|acceptance) (?:is )?guaranteed|(?:owner|landlord|bank|lender)s? (?:will|would|won't) (?:\w+ )?(?:accept|approve|choose|reject|refuse) (?:you|your application)",
            r"(?:very |really )?(?:good|great|excellent|high|no|little|best) chances? of (?:getting|being (?:accepted|approved))",
        ),
        (
            r"(?:if|once|whether|when|until|as soon as|in case) (?:you|your application|the application|your loan)[^.!?]{0,60}",
            r"(?:can't|cannot|can not|unable to|not able to|not for me to) (?:say|tell|promise|know|judge|foretell)[^.!?]{0,60}",
        ),
    ),
    "bidding": Lexicon(
        (
            r"(?:offer|pay|bid|offering|paying|bidding) (?:\w+ ){0,3}(?:more|higher|above|over)",
            r"(?:above|over|higher than|more than) (?:the )?(?:asking|advertised|listed)(?: (?:rent|price))?",
            r"highest (?:bid|bidder|offer)|best and final|best offers?|bidding war|sealed bids?|outbid|(?:match|beat) (?:the|their|another|that) (?:\w+ )?offer|(?:increase|raise|improve) your (?:offer|bid)|offers (?:over|above|in excess of)",
            r"(?:accept|accepts|accepted|agree to|take) (?:your|the|a|that) (?:higher |better |new |\w+ )?(?:offer|bid)",
        ),
        (
            r"(?:can't|cannot|can not|do not|don't|does not|not|never|no|nobody|without|needn't)[^.!?;]{0,60}",
        ),
    ),
    "rent_in_advance": Lexicon(
        (
            r"(?:two|three|four|five|six|twelve|several|[2-9]|1[0-2]) months?'?(?: of)?(?: rent)? (?:up ?front|in advance)",
            r"(?:pay|paying|offer)(?: \w+){0,4} (?:up ?front|in advance)",
        ),
        (
            r"(?:first|one|1|a) month'?s?(?: of)?(?: rent)? (?:up ?front|in advance)|(?:rent|it) (?:is|is paid|is due|payable) monthly in advance",
            r"(?:can't|cannot|do not|don't|not|never|no)[^.!?;]{0,60}",
        ),
    ),
}  # fmt: skip

RENT = Lexicon((r"rent(?:s|al|als|ed|ing)?|to let|letting|tenan\w+|lease|landlord|landlady|per month|a month|monthly|pcm",))  # fmt: skip
