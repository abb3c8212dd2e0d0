# ruff: noqa: E501  (word lists read better unbroken)
"""English: what customers say to the assistant, as patterns. Data only.

Fragments of regular expressions; `commands` adds word boundaries and ignores case. Another language
is another module with the same names.
"""

FILLER = r"(?:(?:ok|okay|oh|ah|um|uh|well|so|and|hmm|hey|hi|hello|please|great|thanks|thank you|sorry|alright|all right)[\s,.!-]+)*"

GREET = r"hi+|hello+|hey+|hiya|good (?:morning|afternoon|evening|day)|greetings|howdy|yo|γεια"
THANK = r"thanks?(?: you| u)?|thank you|thx|ty|cheers|much appreciated|appreciate (?:it|that|your)|grateful"
GOODBYE = r"bye+|good\s?bye|see (?:you|ya)(?: (?:then|there|soon|later|tomorrow))?|have a (?:good|nice|great|lovely) (?:day|evening|one|weekend)|good night|take care|talk (?:to you )?(?:soon|later)|that(?:'s| is| will be|'ll be)(?: it| all)(?: for (?:now|today))?|nothing else|i'm (?:all )?(?:set|good)|all set"
AFFIRM = (
    r"yes+|yeah+|yep|yup|yea|ye|sure(?: thing)?|of course|definitely|absolutely|certainly|correct|exactly|indeed|confirmed?|i confirm|"
    r"go ahead|please do|do it|book it|sounds (?:good|great|fine|perfect|lovely|wonderful|nice|right|like a plan)|(?:that(?:'s| is|'ll be| will be| would be| works|s)?|it(?:'s| is)|looks?|would be) ?(?:also |just |very |all |quite |really )?(?:good|great|fine|perfect|ok|okay|right|correct|lovely|ideal|wonderful|nice|works?)|"
    r"works (?:for me|great|fine|well|perfectly)|ok|okay|k|kk|fine|perfect|great|deal|agreed|(?:i do|i would|i'd (?:love|like) (?:to|that))(?=\W*$)|why not|let's do (?:it|that)|👍|👌|✅|ναι"
)
DENY = (
    r"no+|nope|nah|not really|negative|no way|not (?:now|yet|today|that one|this one|quite|interested|right|correct|at all)|i don't(?: think so)?|don't|"
    r"(?:that(?:'s| is)|it(?:'s| is)) (?:not|wrong|incorrect)|wrong(?! number)|incorrect|never mind|nevermind|rather not|👎|όχι"
)
NOT_AN_AFFIRM = r"(?:is|are|would|does|do|can|could) (?:it|that|this|you)\b.*\?|ok(?:ay)? (?:but|so)\b.*\?|not (?:ok|okay|good|great|fine|perfect|sure)|isn't|doesn't (?:work|suit)|don't"
NOT_A_DENY = r"no (?:problem|worries|rush|hurry|pets|preference|need|one|more|matter|parking|later|earlier|doubt|furniture|dogs|cats|balcony|garden|idea)|don't (?:know|mind|have|need|want|care|forget|worry)"
ORDINAL_CHOICE = (
    r"(?:the |option |number |no\.? ?|slot |#)(?P<ordinal>first|second|third|fourth|fifth|sixth|last|1st|2nd|3rd|4th|5th|6th|one|two|three|four|five|six|[1-6])"
    r"(?:\s+(?P<noun>one|option|slot|time|choice|apartment|flat|house|home|place|property|listing|villa|studio|condo)\b(?! i\b)|\b(?!\s*(?:of|bed\w*|bath\w*|floor|at|on|in|visit|viewing|thing|street|week|month)\b))"
)
BARE_CHOICE = r"\W*(?:option |number |no\.? ?|slot |#)?(?P<ordinal>first|second|third|last|[1-6])(?: one| option| please|\W)*"
EARLIER_CHOICE = r"(?:the )?(?:earlier|earliest|soonest|sooner)(?: one| slot| time| option)?"
LATER_CHOICE = r"(?:the )?(?:later|latest)(?: one| slot| time| option)?"
ANY_CHOICE = r"(?:any|either|both|whichever|all|whatever)(?: of (?:them|those|these|the \w+))?(?: one| time| slot)?(?: is| are| works?| would)?(?: work| be)?(?: fine| good| ok| okay| suits?(?: me)?| works?)|any of (?:them|those|these)|you (?:choose|decide|pick)|up to you|i'm (?:easy|flexible)|no preference|doesn't matter"
NONE_OF_THESE = r"none of (?:them|those|these|the \w+)(?: \w+)*|neither(?: of (?:them|those|these))?(?: works?)?|(?:those|these|they|all of (?:them|those|these))(?: times| slots| dates)? (?:don't|do not|won't|aren't|are not) (?:work|suit|good|possible|convenient)|(?:any|do you have|something|have you got|got) (?:other|another|different) (?:times?|days?|dates?|slots?)|another (?:time|day|date|slot)|(?:other|different) (?:times|days|dates|slots)|any(?:thing)? (?:else|earlier|later)(?= available|\?|$)|(?:something|anything) (?:earlier|later|sooner)|i can't make (?:any|either|it|those|them|these)(?! on| to|\s+(?:tomorrow|today|mon|tue|wed|thu|fri|sat|sun))|not (?:good|possible) for me|(?:that|it|this)(?: time| day)? (?:doesn't|does not|won't|isn't going to) (?:work|suit|good)"
WANT_VIEWING = (
    r"(?:see|view|visit|tour|look at|check out|have a look|take a look|come (?:by|over|and see|see)|walk through|show me)(?: (?:at|around))? (?:it|this|that|them|these|those|one|both|the|your|inside|in person|a (?:flat|house|place|apartment)|your)|"
    r"(?:book|arrange|schedule|set up|make|organi[sz]e|have|get|request|plan|want|like|need|do|reserve|fix)(?: me| up)? (?:for )?(?:an? |the |my )?(?:\w+ )?(?:viewing|visit|appointment|tour|showing|inspection|open house)|"
    r"(?:a |for a |the )?(?:viewing|visit|tour|showing) (?:please|on|for|at|tomorrow|today|this|next)|viewings?\b(?=.*\b(?:possible|available|when))|when (?:can|could|may) (?:i|we) (?:see|view|visit|come)|(?:like|love|want|wanna|hoping|possible|able|interested in|can i|could i|may i|can we|could we) ?(?:to )?(?:see|seeing|view|viewing|visit|visiting) (?:it|this|that|the|one|both|them|some|your|property)|i(?:'d| would) (?:like|love) to visit|^viewing\W*$"
)
NOT_A_VIEWING = r"(?:see|view|show me)(?: me)? (?:the |some |any |more |other |another |your )*(?:photos?|pictures?|pics|images?|details|listings|link|website|options|price|floor ?plan|video)|see you|(?:let me|i'll|we'll|wait and) see\b|see (?:what|if|whether)|see (?:some |any |more |other |another )+|show me (?:some |any |more |other |another |what)"
WANT_CALL = r"(?:can|could|would|will|please|pls)? ?(?:you |someone |somebody |anyone |an? agent |a colleague )?(?:please )?(?:call|phone|ring) me(?: back)?|give me a (?:call|ring)|(?:have|book|arrange|schedule|set up|want|like|prefer) (?:a |to )?(?:phone |video )?(?:call|talk|chat)(?: (?:with|on the phone))?|by phone|(?:speak|talk) (?:on|over) the phone|phone call"
WANT_VALUATION = r"valu(?:e|ation|ing)|apprais(?:al|e)|(?:what|how much)(?:'s| is| would| could) (?:my|our|it|the) (?:\w+ ){0,3}(?:be )?(?:worth|sell for|go for|fetch)|estimate (?:for |of )?(?:my|our)|worth of (?:my|our)"
MOVE_APPOINTMENT = (
    r"re-?schedul\w*|(?:move|change|shift|push|postpone|bring forward|switch|rearrange|delay) (?:(?:my|our|the|it|that|this)\b ?)(?:\w+ )?(?:appointment|viewing|visit|booking|meeting|time|day|date|slot|call|to|back|forward|by)?|postpone|"
    r"(?:another|different|new) (?:time|day|date) for (?:my|our|the) (?:appointment|viewing|visit|call)|(?:can't|cannot|won't be able to|not able to|unable to) (?:make|come|attend)(?: (?:it|to))?|running late|i'll be late"
)
CANCEL_APPOINTMENT = r"cancel(?:led|ling|lation)?(?: (?:it|that|my|our|the))?|call (?:it )?off|(?:don't|do not|no longer) (?:need|want) (?:the |my |our |that |this )?(?:appointment|viewing|visit|call)|i'm not coming|won't be coming"
FIND_LISTINGS = (
    r"(?:looking|searching|hunting|look|search) (?:for|to)|(?:find|show|send|suggest|recommend|give) (?:me |us )?(?:\w+ ){0,3}(?:apartments?|flats?|houses?|homes?|villas?|studios?|properties|places?|listings?|options?|something|anything|condos?|rentals?|lofts?|maisonettes?|plots?)|"
    r"(?:do you have|have you got|got|is there|are there|what do you have)(?: any(?:thing)?| some(?:thing)?| an?)?\b|(?:want|need|like|love|interested in|after)(?: to (?:rent|buy|lease|purchase|find))? (?:an?|some|something|the) (?:\w+[ -]){0,6}?(?:apartments?|flats?|houses?|homes?|villas?|studios?|propert(?:y|ies)|places?|condos?|lofts?|maisonettes?|rooms?|plots?|penthouses?)|"
    r"(?:want|need|like|wish|hoping|planning|thinking (?:of|about)) (?:to )?(?:rent(?:ing)?|buy(?:ing)?|purchas(?:e|ing)|leas(?:e|ing))|what(?:'s| is) available|which (?:apartments|flats|houses|properties|homes) (?:do|are)|available (?:apartments|flats|houses|properties)"
)
MORE_LISTINGS = r"(?:show|see|send|find|any|some|anything|something|what|have|got|other|more|another|else)\b.{0,25}\b(?:others?|more|else|another|alternatives?|different|similar)(?: (?:ones?|options?|listings?|apartments?|flats?|houses?|homes?|places?|properties|results))?|(?:others|another one|more options|more please|next one|anything else|something else|what else|alternatives)|(?:other|more|similar|different) (?:apartments?|flats?|houses?|homes?|places?|properties|listings?|options?)"
NOT_MORE = r"(?:no(?:thing)?|not|don't need|that's|don't want).{0,15}(?:else|more)|anything else (?:you|i) (?:need|should)|more (?:info\w*|details?|about|photos?|pictures?|expensive|than|time)|(?:another|other|more|different) (?:time|day|date|slot|question)s?|one more (?:thing|question)|once more"
CHOOSE_LISTING = r"(?:i(?:'d| would|'ll| will|'m| am)? (?:like|love|prefer|take|want|choose|go (?:for|with)|interested in|see|visit|view)|let's (?:go with|see|take)|how about|what about|tell me (?:more )?about|interested in|more (?:info\w*|details?) (?:on|about)|about)"
ASK_PERSON = (
    r"(?:speak|talk|chat|connect(?: me)?|transfer(?: me)?|put me through|hand me over|get|want|need|prefer|rather|like|is there|can i have)\b.{0,25}\b(?:to |with |an? |the |real |actual |live |your |some)*(?:human(?: being)?|person|agents?|someone|somebody|representative|rep|manager|colleague|real estate agent|realtor|broker|advis[eo]r|staff|operator|owner of the agency|team)\b|"
    r"^(?:an? )?(?:human|agent|person|real person|representative|operator)(?: please)?\W*$|(?:stop|enough) (?:with )?(?:the |this )?(?:bot|robot|machine)|no (?:bots?|robots?|machines?)|not (?:a|to a|with a) (?:bot|robot|machine)|real (?:person|human)|human(?: being)? please|(?:someone|somebody|anyone|an agent|a person|a human|a colleague) (?:call|contact|get back|reply|answer|help)|(?:have|ask|let|get|can|could) (?:someone|somebody|anyone|an agent|a person|a human|a colleague) (?:to )?(?:\w+ )?(?:call|contact|get back|reply|answer|help|email|phone)"
)
NOT_A_PERSON = r"someone (?:else )?(?:living|lives|lived|has|took|already)|how many (?:people|person)|for one person|(?:per|each) person|in person|person(?:s)? (?:can|could) live|agents? (?:fees?|commission)|agent's fees?|is there (?:an? )?(?:agency )?fees?"
COMPLAINT = (
    r"complain(?:t|ts|ing)?|unacceptable|ridiculous|disgust\w*|terrible|awful|horrible|worst|disappointed|frustrat\w*|furious|angry|fed up|useless|waste of (?:my )?time|scam|rip[ -]?off|lawyer|legal action|sue\b|lawsuit|"
    r"report you|refund|no(?: ?|-)one (?:came|showed|called|answered|replied)|nobody (?:came|showed|called|answered|replied)|didn't (?:show up|come|call)|never (?:called|came|answered|replied|got back)|(?:still )?(?:waiting|waited) for (?:an? )?(?:hours?|days?|weeks?|answer|reply|call)|not (?:happy|satisfied)|discriminat\w*|bad (?:service|experience)|false (?:advert\w*|information)|lied|mislead\w*|poor service"
)
STOP = r"(?:please )?(?:stop|unsubscribe|opt[ -]?out|remove me|stop (?:messaging|texting|writing|contacting|sending)(?: (?:to )?me)?(?: messages| texts)?|(?:do not|don't) (?:contact|message|text|write(?: to)?) me(?: again| anymore| any more)?|leave me alone|delete my (?:number|data)|take me off(?: your list)?|no more messages|stopall|quit|end)(?: please| now| it| this| all)*"
START = r"(?:please )?(?:start|subscribe|unstop|opt[ -]?in|resume|start again)(?: please)?"
SMALL_TALK = r"how are you(?: doing)?(?: today)?|how(?:'s| is) (?:it going|your day|things|life)|what'?s up|sup|nice (?:weather|day|to meet you)|(?:lol|haha+|hehe+|😂|😀|🙂|😊|❤️?|🎉)+|tell me a joke|where are you from|i love you|good luck"
INSULT = r"(?:fuck|f\*+k|fck|shit|bullshit|asshole|ass ?hole|idiot|stupid|moron|dumb|bitch|bastard|wtf|stfu|shut up|piss off|screw you|crap|cunt|dick ?head|retard|loser|suck)(?:s|ing|er|ed|ty|ots)?"
NOT_INTERESTED = r"(?:not|no longer|isn't|am not|lost|i'm not) (?:really |that )?(?:interested|interest|looking)(?: any ?more| in (?:it|this|that|them|any))?|no(?:,)? thanks?(?: you)?(?:,? i(?:'m| am) (?:not interested|fine|good))|(?:already|have|we've|i've|just) (?:found|bought|rented|signed|got|have) (?:an?|something|one|another|a place|it elsewhere)|(?:changed|change) my mind about (?:moving|buying|renting|selling)|(?:not|don't) (?:want|need) (?:to (?:buy|rent|move|see)|it|this|anything|your)(?: any ?more)?|found (?:a|something|another) (?:place|else|one|home|flat|apartment|house)"
WRONG_NUMBER = r"wrong (?:number|person|chat|contact)|i (?:didn't|did not|never) (?:contact|write|message|ask|sign)|(?:you have|you've got) the wrong|not (?:for|meant for) (?:you|me)|how did you get my number"
ASK_IF_BOT = r"(?:are|r) (?:you|u|this) (?:an? |really |actually |even |just )*(?:bot|robot|human|real(?: person| human)?|ai\b|machine|person|computer|automated|assistant|chat ?bot|chatgpt|program)|(?:is|am) (?:this|i|it) (?:an? |really |actually |talking to |speaking (?:to|with) |chatting (?:to|with) |an? )*(?:bot|robot|human|real (?:person|human)|ai\b|machine|person|computer|automated|chat ?bot)|(?:bot|robot) or (?:a )?(?:human|person)|human or (?:a )?(?:bot|robot|machine)"
ASK_HOURS = r"(?:opening|office|working|business) (?:hours|times?)|when (?:are|do|is) (?:you|your office|the office|the agency) (?:open|close|shut)|what time (?:do|are|does) (?:you|the office|your office) (?:open|close|shut|start)|are you (?:guys )?open|(?:open|closed) on (?:saturdays?|sundays?|weekends?|mondays?|holidays?)|your hours"
ASK_CONTACT = r"(?:your|the agency'?s?|the office'?s?|the agent'?s?) (?:\w+ )?(?:phone(?: number)?|number|e-?mail(?: address)?|address|website|location|contact(?: details| info\w*)?)|where (?:is|are) (?:your|the) (?:office|agency|you (?:located|based))|where are you(?: located| based)?\??$|(?:how|where) (?:can|do) i (?:contact|reach|call|find|email) you|(?:phone|contact|telephone) number (?:of|for) (?:the )?(?:agency|office|agent)|number (?:can i|to) call"

# What may be asked about a listing.

ABOUT_MY_APPOINTMENT = (
    r"(?:what|which) (?:time|day|date)[^?]*\b(?:my|our|the) (?:viewing|appointment|visit|call)|"
    r"when(?:'s| is| was)? (?:my|our|the) (?:viewing|appointment|visit|call)|"
    r"who (?:will|am|is|are|do)[^?]*\b(?:meet|meeting|showing|coming|there)|"
    r"(?:confirm|remind me of) (?:my|our|the) (?:viewing|appointment|visit)|"
    r"(?:what|which)(?: (?:homes?|flats?|apartments?|houses?|places?|ones?))? "
    r"(?:am i|are we|will i|will we) (?:be )?(?:see(?:ing)?|view(?:ing)?|visit(?:ing)?)"
)
RUNNING_LATE = r"running (?:\w+ ){0,3}late|(?:be|am|i'm|we're) (?:\w+ ){0,3}late|stuck in traffic"
ANOTHER_TIME = r"instead|make it|make that|(?:an)?other (?:time|day)|rather|earlier|later"
ATTRIBUTES = {
    "price": r"price[ds]?|cost[s]?|how much(?! (?:space|time))|rent\b(?! (?:an?|it|one|out))|asking|expensive|monthly rent|per month",
    "negotiable": r"negotia\w+|discount|lower (?:the )?price|best price|room for (?:negotiation|movement)|(?:accept|take) (?:an offer|less|\W?\d)",
    "bedrooms": r"(?:how many|number of) (?:bed\w*|rooms)|bed\s?rooms?|how many beds",
    "bathrooms": r"(?:how many|number of) (?:bath\w*|wc|toilets?)|bath\s?rooms?|toilets?",
    "area_m2": r"how (?:big|large|many (?:square|sq|m2))|square (?:met\w+|feet|footage)|sq\.?\s?(?:m|ft)|m2|m²|sqm|size of|what size|surface|floor area",
    "address": r"address|where (?:is|exactly|about)|(?:exact )?location|located|which (?:street|area|neighbou?rhood)|what (?:street|area|neighbou?rhood)|on (?:the )?map|directions",
    "availability": r"(?:still |currently |it )?(?:available|free|vacant|on the market|for (?:sale|rent)\?|taken|gone|sold|rented|let already)|availability|when (?:can|could) (?:i|we) move in|move[- ]in date|available from",
    "pets": r"pets?|pet[ -]friendly|animals?|dogs?|cats?|puppy|kittens?",
    "parking": r"parking|garage|car ?port|car space|park (?:my|a|our|the) car|driveway",
    "furnished": r"furnished|furniture|unfurnished|furnish",
    "laundry": r"laundry|washer|washing machine|dryer",
    "floor": r"(?:which|what) floor|floor (?:is|number)|ground floor|top floor|how many (?:floors|storeys|stories)",
    "photos": r"photos?|pictures?|pics?|images?|videos?|floor ?plans?|virtual tour",
    "link": r"link|url|website (?:page|listing)|listing page|web page|online",
    "description": r"(?:more )?(?:details?|info\w*)|describe|description|tell me (?:more|about)|more about|what(?:'s| is) (?:it|the (?:flat|house|apartment|place)) like|features|amenities",
    "deposit": r"deposit|bond|upfront|security payment",
    "bills": r"bills|utilities|(?:service|maintenance|communal|building) (?:charges?|fees?|costs?|expenses)|common (?:charges|expenses)|hoa|heating costs?|council tax|taxes",
    "heating": r"heating|air ?con\w*|a/c|\bac\b|insulation|energy (?:class|rating|certificate)|epc",
    "balcony": r"balcon(?:y|ies)|terrace|patio",
    "garden": r"garden|yard|outdoor space",
    "pool": r"pool",
    "elevator": r"elevator|lift\b",
    "view": r"(?:sea|city|mountain|ocean|nice) view|what (?:is|'s) the view",
    "year_built": r"how old|year (?:was it )?built|when was it built|(?:construction|building) year|new build|renovated",
    "contract": r"lease (?:length|term)|minimum (?:stay|term|lease|contract)|how long (?:is|can|could) (?:the|i|we)|contract length|short[- ]term|long[- ]term",
    "phone": r"(?:their|the|property'?s?|its) (?:\w+ )?(?:phone|telephone|contact) ?(?:number)?|phone number|contact number|telephone number",
}  # fmt: skip
FAIR_HOUSING = r"(?:safe|safety|crime|dangerous)|good schools?|school (?:quality|ratings?)|(?:kind|type|sort) of people|who lives|(?:many|any|lots of) (?:immigrants|foreigners|muslims|jews|christians|blacks?|whites?|asians|families|kids|children|students|elderly|refugees|gypsies|roma)|neighbou?rs like|vouchers?|section 8|housing benefit|benefits\b|dss\b|(?:service|emotional support|assistance|guide) (?:dog|animal)"
QUESTION = r"\?\s*$|^(?:\W*(?:and|also|so|but|ok|okay|hi|hello|hey|please|great|thanks|well)\W+)*(?:what|what's|whats|where|when|which|who|whose|how|why|is|are|was|does|do|did|can|could|will|would|has|have you|may|should|any)\b|(?:tell me|let me know|like to know|want to know|wondering|wonder|find out|check|ask|could you (?:tell|send|give)|can you (?:tell|send|give)|send me|give me|show me|i'd like (?:the|to know)|i need (?:the|to know)|need (?:more )?(?:info\w*|details))"
ABOUT_IT = r"it|its|it's|they|them|this|that|these|those|the (?:apartment|flat|house|home|place|property|listing|villa|studio|condo|unit|first|second|third|last|one|building|rent|price|deposit|address)|there|here|still"
"""Words that point at a home already on the table."""

VALID_FOR_ALL_HOMES = r"do you (?:charge|take|have|offer|need|accept|handle|deal|work|cover)(?! (?:to|for) (?:rent|sale|let|buy)\b)|your (?:fees?|commission|services?)|agency fees?|commission|what documents|which documents|do i need|how does (?:it|this|the process) work|the process|mortgages?|in general|usually|normally|foreigners?|visa|golden visa|taxes"
HOME_NOUN = r"apartments?|flats?|houses?|homes?|villas?|studios?|propert(?:y|ies)|places?|condos?|listings?|options?|anything|something|another|others?"
HOME_IN = r"the (?:one|flat|apartment|house|place|villa|home|property|loft|studio|condo|maisonette|penthouse)\s+(?:in|at|on)\s"
CONDITION = r"\W*(?:but|however|wait|hold on|first|if)\b"
MORE_SPECIFIC_THAN_PRICE = ("deposit", "bills", "negotiable")

# What may be said about an appointment that is booked.

_DAY = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun|tomorrow|today|tonight"
)
_BOOKED = r"(?:appointment|viewing|visit|call|valuation|meeting|booking|slot)"
_AMOUNT = r"half an?|an?|one|two|three|four|five|a couple of|\d{1,3}"
_UNIT = r"minutes?|mins?|hours?|hrs?|h|days?|weeks?"
CANCEL_WORDS = (
    r"cancel(?:ling|lation)?|call (?:it|the \w+|my \w+) off|call off|scrap (?:it|the|my|that)|"
    rf"(?:don't|do not|no longer) (?:need|want) (?:the |my |our |that |this )?{_BOOKED}(?: any ?more)?|"
    r"(?:i'm|i am|we're|we are) not coming(?: any ?more)?|(?:i|we) (?:won't|will not) (?:be coming|come)(?: any ?more)?|(?:can't|cannot) come any ?more"
)
DO_NOT_CANCEL = r"(?:don't|do not|never|not)(?: want to| wanna)? cancel"
CANCEL_POLICY = r"cancel\w* (?:policy|fees?|charges?|costs?)|(?:can|could|may) (?:i|we) (?:still )?cancel (?:later|any ?time|for free|if)|(?:was|is|has|have|been|did you|who|why)(?: \w+){0,4} cancell?ed|if (?:i|we) (?:have to |need to |want to )?cancel"
ASKS_WHETHER = r"(?:can|could|may|might) (?:i|we) (?:still )?cancel|is it (?:possible|ok|okay) to cancel|(?:thinking (?:of|about)|might have to|may have to|maybe|perhaps)(?: i(?:'ll| should| will)| to)? cancel\w*|should (?:i|we) cancel|how (?:do|can) (?:i|we) cancel"
FORGET_IT = rf"forget (?:about )?(?:it|that|the {_BOOKED}|my {_BOOKED})|(?:drop|leave) the {_BOOKED}|no need (?:for|to) (?:the |a |my )?(?:{_BOOKED}|come|meet|view it|see it)|(?:not|no longer) interested(?: any ?more| in (?:it|the viewing|the visit))?|changed my mind|(?:found|bought|rented|took) (?:something|another|a different)(?: \w+)?"
MOVE_STRONG = (
    rf"re-?schedul\w*|postpon\w*|(?:move|change|shift|push|swap|switch|rearrange|delay|bring|put)(?: back| off| forward)? (?:(?:the|my|our) (?:\w+ ){{0,2}}(?:{_BOOKED}|time|day|date|one)|(?:{_DAY})'?s? {_BOOKED})|bring forward|push (?:it |that )?back|put (?:it |that )?off|"
    rf"(?:another|different|new) (?:time|day|date) for (?:my|our|the) {_BOOKED}"
)
MOVE_SOFT = rf"(?:move|change|shift|push|swap|switch|rearrange|delay|bring|put) (?:it|that|this)|(?:another|a different|a new|some other) (?:time|day|date|slot)|make (?:it|that) (?:(?:a bit |an? |half |one |two |on |at )?(?:earlier|later|sooner|hour|{_DAY}|\d))|(?:we|i|you) do (?:it )?(?:{_DAY}|\d)\b.*instead|instead of|instead|(?:come|meet|do it|do that|see it) (?:\w+ )?(?:earlier|later|sooner|another (?:day|time))|(?:an? )?(?:bit |little )?(?:earlier|later|sooner)(?: time| slot| that day| on the day)?\W*$"
CANNOT_COME = rf"(?:can't|cannot|can not|won't be able to|not able to|unable to|couldn't|won't) (?:make|attend|come|manage|be there)(?: (?:it|that|to it|the {_BOOKED}|my {_BOOKED}))?|(?:can't|cannot) do (?:it |the )?(?:on )?(?:{_DAY}|that (?:day|time)|\d)|(?:something|sth) (?:has |just )?(?:came|come) up|no longer (?:works|suits)|(?:doesn't|does not|won't) (?:work|suit)(?: (?:for )?(?:me|us))? any ?more"
KEEP_APPOINTMENT = rf"keep (?:it|the|my|that|as)|leave it(?: as (?:it is|is))?|(?:stay|stick) with (?:it|the|that|{_DAY})|never ?mind|as it (?:is|was)|(?:don't|do not) (?:change|move|cancel)(?: it)?|fine as it|forget it|no change"
COME_AFTER_ALL = r"after all|un-?cancel|reinstate|(?:can|will|could) still come|still want to come|(?:want|have|keep) (?:it|my (?:viewing|visit|appointment)) back|undo (?:that|it)|restore (?:it|my \w+)"
BOOK_AGAIN = r"re-?book|book (?:another|a new|again|it again|a different)|another (?:one|time|day|date|slot)|(?:new|different) (?:time|day|date|one)|instead"
MY_APPOINTMENT = rf"(?:my|our|the) (?:\w+ ){{0,2}}{_BOOKED}"
SHIFT = (
    rf"(?P<amount1>{_AMOUNT})[ -]?(?P<unit1>{_UNIT})(?: of)? (?P<way1>later|earlier|sooner|before that|after that|forward|back)|"
    rf"(?P<way2>push\w*(?: \w+){{0,3}} back|put(?: \w+){{0,3}} (?:back|off)|postpone\w*(?: \w+){{0,2}}|delay\w*(?: \w+){{0,2}}|bring(?: \w+){{0,3}} forward|move(?: \w+){{0,3}} (?:forward|back|up)|later|earlier) by (?P<amount2>{_AMOUNT})[ -]?(?P<unit2>{_UNIT})"
)
EARLIER_WAY = r"earlier|sooner|before|forward|\bup\b"
SOONER = r"bring (?:\w+ ){0,3}forward|bring forward|earlier|sooner|move (?:\w+ ){0,3}(?:up|forward)"
LATER_ON = r"later|push (?:\w+ ){0,3}back|postpon\w*|put (?:\w+ ){0,3}off|delay\w*"
SAME_TIME = r"same (?:time|hour)"
KIND_WORDS = {
    "viewing": r"viewings?|visit|showing",
    "call": r"(?:phone |the |my )call(?! (?:it )?off)",
    "valuation": r"valuations?|appraisal",
}
BOTH = r"both|all(?: of (?:them|those))?|(?:the )?two of them|everything"
NAMES_BEFORE = rf"(?:\b(?:from|my|the|our|instead of|not|rather than|cancel)|{_BOOKED}|\bone|(?:can't|cannot|can not|unable to|able to|won't)(?: \w+){{0,3}})(?:\s+(?:on|at|for|the|this|my|our|it))*\s+$"
NAMES_AFTER = rf"(?:'s)?\s+(?:{_BOOKED}|one|doesn't|does not|isn't|won't|no longer)\b"

APPOINTMENT_WORDS = r"appointment|viewing|visit"
REFUSED = r"don't|do not|not|no longer|no need to"

# Who writes here, wishes for a feast, and the parts of "half an hour later".

ASK_WHO = r"who (?:are|r) (?:you|u)|who(?:'s| is) (?:this|that|there|writing)|what(?:'s| is) your name|who am i (?:talking|speaking|chatting|writing) (?:to|with)"
GOOD_WISHES = r"(?:happy|merry|blessed) (?:new year|easter|holidays|birthday|christmas|eid)|season's greetings"
HALF, COUPLE = r"half.*", r".*couple.*"
SHIFT_UNITS = {
    "minutes": r"min\w*", "hours": r"h\w*", "days": r"d\w*", "weeks": r"w\w*",
    "half_hour": r"(?!)", "two_hours": r"(?!)", "two_days": r"(?!)",
}  # fmt: skip

# How the homes that are wished for differ from those shown.

_SOME = r"(?:something|anything|any|some|one|ones|an?|flats?|apartments?|houses?|homes?|places?|options?|listings?|others?|rentals?|villas?|studios?|properties)"
_KINDS = r"(?:ones?|options?|flats?|apartments?|houses?|homes?|places?|alternatives?|listings?|properties|areas?)"


def _differing(words: str) -> str:
    return (
        rf"{_SOME} (?:\w+ ){{0,3}}?(?:{words})|(?:{words}) {_KINDS}|"
        rf"^\W*(?:(?:and|ok|okay|hmm|maybe|but|what about|how about|show me)\W+)*"
        rf"(?:(?:a bit|a little|much|slightly) )?(?:{words})\W*$"
    )


COMPARED = {
    "cheaper": _differing(r"cheaper|less expensive|more affordable|lower[- ]priced|at a lower price|less pricey")
    + r"|(?:too|bit|little|rather) (?:expensive|dear|pricey|costly)|(?:over|above|beyond|out of) (?:my|our) budget",
    "bigger": _differing(r"bigger|larger|more spacious|roomier|with more space") + r"|(?:too|bit|little|rather) (?:small|tiny|cramped)",
    "smaller": _differing(r"smaller|more compact") + r"|(?:too|bit|little|rather) (?:big|large)",
    "elsewhere": r"(?:an?other|different|other) (?:area|neighbou?rhood|part of town|district|location|place)s?\b|somewhere else|elsewhere|other areas",
    "closer": r"(?:something|anything|any|one|ones|flats?|apartments?|houses?|homes?|places?) (?:\w+ ){0,2}?(?:closer|nearer)(?: to\b.{0,40}| by\b)?|^\W*(?:(?:and|ok|maybe|but|what about|how about)\W+)*(?:closer|nearer)(?: to\b.{0,40})?\W*$|(?:too|bit|little|rather) far(?: away| out| from\b.{0,30})?",
}  # fmt: skip

# To be written to again, or left in peace for a while.

REMIND_ME = r"(?:remind|ping|nudge) me(?! (?:of|when|what|where|which|about my))|(?:write|message|text|contact|get back)(?: to)? me(?: again)?(?= (?:\w+ ){0,3}(?:tomorrow|later|on|in|next|tonight|this|at)\b)|check (?:in|back)(?: with me)?(?= (?:\w+ ){0,2}(?:tomorrow|later|on|in|next)\b)|follow up(?: with me)?(?= (?:\w+ ){0,2}(?:tomorrow|later|on|in|next)\b)|ask me again"
NEEDS_TIME = r"let (?:me|us) (?:think|sleep) (?:about|on) (?:it|this|that)|(?:i|we)(?:'ll| will| need to| have to| want to|'d like to)? think (?:about it|it over)|(?:i|we)(?:'ll| will) (?:let you know|get back to you|be in touch)|need (?:some|more|a bit of|a little) time"
