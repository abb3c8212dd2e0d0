# ruff: noqa: E501  (word lists read better unbroken)
"""English: the words and patterns that the readers of this package use. Data only.

Values are fragments of regular expressions; the readers add word boundaries and ignore case.
Another language is another module with the same names.
"""

NUMBERS = {
    "zero": 0, "a": 1, "an": 1, "single": 1, "one": 1, "two": 2, "couple": 2, "double": 2,
    "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40,
    "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
MULTIPLIERS = {"hundred": 100, "thousand": 1_000, "grand": 1_000, "million": 1_000_000}
ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13,
    "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18,
    "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
}  # fmt: skip
ORDINAL_SUFFIX = r"(?:st|nd|rd|th)"

_THINGS = (
    r"(?:(?!with\b|that\b|which\b|in\b)\w+ )?(?:garage|pool|gym|lift|elevator|balcony|terrace|garden|yard|parking|laundry|washer|washing|dryer|dishwasher|fireplace|concierge|"
    r"furniture|air[ -]?con\w*|storage|deposit|fee|view)"
)

# What a clause is: a wish for a home, a question about one, or a plain statement.

CLAUSE_BREAK = (
    r"[.!?;\n]+(?=\s|$)|(?-i:(?<=[a-z])[.!?]+(?=[A-Z][a-z]))|"
    r"(?<!\s)(?<!anywhere)(?<!anything)(?<!any day)(?<!any time)(?<!nothing),?\s+\b(?:but|though|however)\b(?!\s+(?:it's |its |that's )?not (?:required|necessary|essential|needed|important|a must))|"
    r"(?<!\s),?\s+\b(?:and|also)\b(?=,?\s+(?:also\s+)?(?:can|could|(?:is|are)(?! (?:\w+ly )?(?:\w+ed|close|near|in|on|at|for|not|under|below|around|pet)\b)|"
    r"does|do|may|will|would|what|where(?! (?:i|we|you|pets?|dogs?|cats?) )|when|which|how|tell|let|check|find out)\b)|"
    r",\s+(?=(?:can|could|is|are|does|do|may|will|what|where(?! (?:i|we|you|pets?|dogs?|cats?) )|when|which|how)\b)"
)
QUESTION_START = (
    r"(?:(?:yes|yeah|yep|no|ok|okay|well|and|also|great|sure|hey|hi|hello|so|cool|perfect|"
    r"sorry|please|thanks|alright|oh|by the way|btw|but|maybe|excellent|wonderful)[\s,.!-]+)*"
    r"(?:is|are|was|does|do|did|(?:can|could|may|might|will|would)(?! (?:stretch|go|do|be|pay|make|manage|prefer|like|love|need|take)\b)|what|whats|what's|where|when|which|"
    r"who|how|why|has|have you|any chance|should)\b"
)
QUESTION_INSIDE = (
    r"(?:tell me|know|check|see|find out|ask|confirm|details?|wonder(?:ing)?|inquire|verify|"
    r"curious|info(?:rmation)?|say|says|mention|sure)\s+(?:\w+\s+){0,3}?(?:if|whether|about)\b|"
    r"\bwhether\b|\bpet policy\b|\bor not\b|\band if (?:it|they|the|this|that|pets?|animals?)\b"
)
SEARCH = (
    r"do (?:you|u) do\b|find(?:ing)?(?! out)|search(?:ing)?|show (?:me|us)|locat(?:e|ing)|additional|(?:can|could) (?:i|we) (?:get|find|have|rent|buy|see) (?:an?|some|any)\b|look(?:ing)?\s*(?:for|at|in|to|up)\b|hunting|"
    r"(?:give|get|send) me (?:some|any|an?|another|other|more)\b|"
    r"i(?:'d| would| will|'ll)? (?:also |really |still |only |just |actually )*"
    r"(?:want|need|like|love|prefer|require|wish|rather)|(?:am|'m|be) (?:also )?(?:looking|searching|"
    r"interested|wanting|seeking|after|hoping|in need)|in need of|we(?:'d| would)? "
    r"(?:want|need|like|prefer|require)|must|should|has to|have to|needs to|make sure|ideally|"
    r"prefer(?:ably|ence)?|essential|would be (?:nice|good|great|ideal|enough|perfect)|"
    r"(?:do(?: you| u| ya)? have|got) (?:\w+ ){0,2}?(?:apartments|flats|houses|homes|villas|studios|condos|maisonettes|properties)\b|"
    r"do (?:u|ya) have (?:an?|any)\b|^(?:\W*(?:hi|hello|hey)\W+)?any (?:\d|one|two|three|four|studio)|"
    r"anything|something|anywhere|somewhere|(?:some|any) (?:other|more|of)|another|others|other ones|"
    r"(?:how|what) about (?:an?|one|some|any)\b|(?:do|have) you (?:have|got|know of) (?:an?|any|some|one)\b|"
    r"any (?:\w+[ -]){0,3}?(?:apartments|appartments|apts|flats|houses|homes|villas|studios|condos|lofts|bungalows|cottages|maisonettes|penthouses|townhouses|places|properties|beds?|bedrooms?)\b|"
    r"other (?:apartments|flats|houses|homes|condos|places|properties|options)|what (?:would|could|can|will) (?:i|we) get\b|"
    rf"(?:are|is) there (?:an?|any|some|other)\b(?! {_THINGS}\b)|got (?:an?|any)|"
    r"what (?:other|else)|taking into|"
    r"(?:which|what) (?:apartments|flats|houses|homes|places|properties|ones)|only|somewhere|help (?:me|us)|"
    r"(?:two|three|four|\d) of us"
)
ABOUT_ONE_HOME = (
    r"\b(?:is|are|does|do|did|will|can|could|was|has|it) (?:it|its|it's|they|this|that|these|those|the|there|"
    r"pets?|animals?|dogs?|cats?|i (?:have|bring|keep|take|park)|we (?:have|bring|keep|take|park|need to have))\b|"
    r"\b(?:does|do|will|can|could) (?:my|our)\b|^\W*(?:is|are) (?:my|our)\b|"
    r"(?:may|can|could|would) (?:i|we) (?:\w+ )?(?:have|bring|keep|take|own|park)|what(?:'s| is| are) the\b|"
    r"\bthe (?:apartment|flat|house|place|property|home|unit) (?:come|have|offer|allow|include)\b|is (?:parking|laundry|furniture)|are (?:utilities|bills)|tell me|let me know|find out|check (?:if|whether)"
)
INDEFINITE_HOME = (
    r"(?:apartments|flats|houses|homes|condos|places|properties|ones|villas|studios) (?:that|which|"
    r"where|with|in|for|under)|(?:anything|something|somewhere)|what (?:else|other)\b|(?:another|other)\b|any (?:apartments?|flats?|houses?|homes?|places?|condos?)\b|\b(?:search|look|find) |additional|"
    r"(?:do(?: you| u| ya)? have|have you got|got) (?:\w+ ){0,2}?(?:apartments|flats|houses|homes|villas|studios|condos|maisonettes|properties)\b|"
    r"do(?: you| u| ya)? have (?:an?|any)\b|"
    rf"is there an?\b(?! {_THINGS}\b)|are there any\b(?! {_THINGS}\b)|"
    r"^(?:\W*(?:hi|hello|hey)\W+)?any (?:\d|one|two|three|four|studio)"
)
NEGATION_BEFORE = (
    r"(?:no|not|non|without|n't|needn't|need not|dont|don't|never|neither|nor|isn't|instead of|rather than|"
    r"except|anything but|anywhere but|forget|exclud\w+|avoid|no need (?:for|of)|don't need|"
    r"doesn't (?:need|have) to(?: be| have)?|don't care (?:about|for)|not necessarily|other than)"
    r"(?:\s+(?:to|be|have|want|need|interested|looking|for|in|a|an|the|any|necessarily|really|have|like|"
    r"fully|it|live|search))*\s*"
)
NEGATION_AFTER = (
    r"\s*(?:is|are|isn't|aren't|was)?\s*(?:not|no longer|n't)\s+(?:needed|necessary|required|important|"
    r"wanted|an option|a must|for (?:me|us))|\s*(?:isn't|aren't) (?:needed|necessary|required|important)|"
    r"\s+(?:doesn't|does not|don't|do not) matter"
)
INDIFFERENT = (
    r"(?:doesn't|does not|doesnt|don't|do not|dont) (?:matter|mind|care)|no preference|either is fine|whatever|not (?:fussed|bothered|fussy|picky)|with or without|(?:no|without) (?:an? )?[\w ]{2,20} (?:is|would be) (?:fine|ok|okay|alright|all right)|"
    r"also (?:be )?(?:ok|okay|fine|good|possible|works?|acceptable)|(?:ok|okay|fine|works?|good) too|both (?:are |is |would be )?(?:ok|okay|fine|good)|"
    r"furnished (?:or|and|/) ?(?:not\b|(?:un|non)[\s-]*furnished)|furnished/unfurnished|(?:un|non)[\s-]*furnished (?:or|and|/) ?furnished|but (?:it's |its |that's )?not (?:required|necessary|essential|needed|important|a must)"
)
ADDING = r"also|as well|too|or|add|plus|in addition|either|both|additionally|another area"
OTHER_MATTER = (
    r"cal[ea]?nd[ae]r|title|reminder|cabs?|taxi|uber|rides?|flights?|restaurants?|movies?|weather|hotels?|songs?|"
    r"music|concerts?|bus tickets?|train tickets?|doctors?|dentists?|therapist|salon|event (?:as|name|title|"
    r"called)|(?:my|the) bank\b|bank (?:accounts?|balance|transfers?)|transfer money|balance"
)

# Rooms and size.

BEDROOM = r"bed\s*-?\s*rooms?|beds?|bds?|bhks?|bdrms?|bdrs?|brs?|bedrom?s?|bedroo+m\w?|bedrms?|badrooms?|rooms?(?=\W+\d\W*bath)"
BEDS_AND_BATHS = (
    r"(?P<beds>\d)\s?b(?:rs?|ds?|ed)?\s?[/,x]?\s?(?P<baths>\d)\s?b(?:a|aths?)?|"
    r"(?P<two>\d)\s?[/x]\s?(?P<one>\d)(?=\s+(?:apartments?|apts?|flats?|condos?|houses?|homes?|units?|places?)\b)"
)
BATHROOM = r"bath\s*-?\s*rooms?|baths?|bathrms?|bathrom?s?|ba|wcs?|toilets?|restrooms?|washrooms?"
STUDIO = r"studios?|bedsits?|efficiency apartments?"
ABOUT_NUMBER = (
    r"at\s*least|atleast|minimum(?: of)?|min|more than|over|around|about|exactly|only|just|up to|"
    r"maximum(?: of)?|max"
)
SQUARE_METRES = r"m2|m²|sq\.?\s*m(?:eters?|etres?|trs?)?\b|sqm|square\s*met(?:er|re)s?|square m|mq"
SQUARE_FEET = r"sq\.?\s*(?:ft|feet|foot)|sqft|square\s*(?:feet|foot|ft)|ft2|ft²"

# Money.

CURRENCIES = {
    "EUR": r"€|eur(?:os?)?\b|e\b", "GBP": r"£|gbp\b|pounds?\b|quid\b", "USD": r"us\$|usd\b|us dollars?\b",
    "AED": r"aed\b|dirhams?\b", "CHF": r"chf\b|francs?\b", "AUD": r"a\$|aud\b", "CAD": r"c\$|cad\b",
    "TRY": r"₺|try\b|liras?\b|tl\b", "INR": r"₹|inr\b|rupees?\b", "SAR": r"sar\b|riyals?\b",
}  # fmt: skip
DOLLAR = r"\$|dollars?\b|bucks?\b"
MONEY_SCALES = {
    r"k|thousand|grand": 1_000, r"m|mio|mil|mln|mn|million": 1_000_000,
}  # fmt: skip
BUDGET = (
    r"budget|ballpark|(?:can|could|might|would) (?:go|stretch|push)(?: it)?(?: up)? to|afford|spend|pay(?:ing)?|price (?:range|limit|cap)|willing to (?:go|pay|spend)|rent (?:of|up to|"
    r"under|below|around|about|between)|looking (?:at|around)|ceiling|go (?:up|as high) (?:to|as)|"
    r"price(?:d)? (?:of|under|below|up|between|around)|cost(?:s|ing)? (?:under|less|below|up|around|no more)"
)
AT_MOST = (
    r"up\s*to|upto|max(?:imum)?(?: of| is)?|at (?:the )?most|under|below|less than|no more than|not more than|"
    r"(?:no|not) (?:over|above|beyond|(?:higher|greater|bigger) than)|within|cheaper than|top|limit (?:of|is)|cap (?:of|is)|not exceed(?:ing)?|<=?|"
    r"lower than|beneath|(?:can'?t|cannot|can not|won'?t) (?:go|pay|spend|do) (?:over|above|beyond|more than)|don't want to (?:go|pay|spend) "
    r"(?:over|above|more than)|over(?= is too)"
)
AT_MOST_AFTER = r"ish\b|max(?:imum)?|tops|at (?:the )?most|or (?:less|under|below|cheaper)|is (?:my|our) (?:max|limit|budget)"
AT_LEAST = (
    r"at\s*least|atleast|min(?:imum)?(?: of| is)?|more than|over|above|from|starting (?:at|from)|"
    r"no less than|>=?|upwards of"
)
AT_LEAST_AFTER = r"min(?:imum)?|or more|or (?:above|over|up)|and up|plus|\+"
RANGE = r"\s*(?:-|–|—|to|and|or|until|till)\s*"
PER_MONTH = r"(?:per|a|each|every|/|the)\s*month|/\s*mo\b|monthly|p\.?\s*/?\s*m\b\.?|pcm|p/m|by the month|in rent"
PER_YEAR = r"year(?:ly)?|annual(?:ly)?|annum|p\.?a\b"
IN_TOTAL = r"in total|total|all in|altogether|purchase price"
# "No agent fee", "bills included": the sum beside them is the rent all the same.
_UNLESS_FREE = r"(?<!no )(?<!no agent )(?<!no agency )(?<!zero )(?<!without )"
_UNLESS_INCLUSIVE = r"(?<!incl )(?<!incl\. )(?<!inc )(?<!including )(?<!include )(?<!includes )(?<!with )(?<!excl )(?<!excl\. )(?<!exc )(?<!excluding )(?<!plus )(?<!\+ )"
_UNLESS_INCLUDED = r"(?! (?:are |is |all )*(?:incl|inc\b|free))"
NOT_BUDGET = (
    rf"deposit|{_UNLESS_FREE}(?:commission|fees?){_UNLESS_INCLUDED}|{_UNLESS_INCLUSIVE}(?:taxes|utilities|bills){_UNLESS_INCLUDED}|income|salary|earn|down payment|offer(?:ed|ing)?|"
    r"would (?:they|he|she|you|the (?:owner|landlord|seller)) (?:take|accept)|negotiab|mortgage of|loan of|"
    rf"council tax{_UNLESS_INCLUDED}|service charge{_UNLESS_INCLUDED}"
)
NOT_MONEY_UNITS = (
    r"m2|m²|sqm|sq|square|met(?:er|re)s?|feet|foot|ft|km|kilomet\w+|miles?|min(?:ute)?s?|hours?|hrs?|days?|weeks?|"
    r"months?|years?|people|persons?|bed\w*|bath\w*|am|pm|a\.m|p\.m|o'?clock|th|st|nd|rd|floors?|cars?|%|"
    r"percent|rooms?|br|ba"
)

# Features: true when wished, false when declined.

FEATURES = {
    "pets": (
        r"pets?|pets?[\s-]*friendly|animals?|dogs?|cats?|puppy|puppies|kittens?|"
        r"(?:cat|dog)[\s-]*friendly|pups?|kitt(?:y|ies)|(?:labradors?|golden )?retrievers?|labradors?|poodles?|bulldogs?|terriers?|spaniels?|beagles?|"
        r"dachshunds?|chihuahuas?|husky|huskies|corgis?|(?:german )?shepherds?|hamsters?|parrots?"
    ),
    "furnished": r"(?:un)?furn|(?:(?:un|non|semi|part(?:ly|ially)?|fully)[\s-]*)?furn(?:ish|is|sh|ihs|ishe)e?d|furnish|furnishings?|furnitures?",
    "parking": r"park(?:ing)?(?: (?:spot|space|place)s?)?|garages?|carports?|driveways?|car (?:space|spot)s?",
    "laundry": (
        r"laundry|washers?|wash(?:ing)?[\s-]*machines?|dryers?|washer[\s/-]*(?:and[\s-]*)?dryers?|"
        r"in[\s-]unit laundry"
    ),
}
FEATURE_NOISE = {
    "parking": r"(?:near|next to|by|close to|opposite)\s+(?:a|the)?\s*park\b|\bparks?\b(?!ing)",
    "pets": r"(?:allerg\w+|afraid|scared|phobia|frightened) (?:to|of) (?:\w+ )?(?:pets?|animals?|dogs?|cats?)|raining cats and dogs|pet peeve|teacher's pet|hot dogs?",
    "furnished": (
        r"(?:do not|don't|dont|haven't|have not) (?:have|own|got|possess)(?: \w+){0,3} furniture|kitchen furniture|furnished kitchens?|"
        r"(?:n't|not|no|without|dont|rather than)(?: \w+){0,4}? (?:buy|purchase|bring|move|transport)(?:ing)?(?: \w+){0,3}? furniture"
    ),
    "laundry": r"dish\s*washers?",
}
FEATURE_REVERSED = {
    "furnished": (
        r"(?:un|non|not)[\s-]*furn(?:ish|is|sh|ihs|ishe)e?d|unfurn|empty|without furniture|own furniture|"
        r"(?:i|we)(?:'ve|'ll| have| own| got| will| already| bring)+(?: \w+){0,2} furniture"
    )
}
OWN_PET = (
    r"(?:i|we)(?:'ve| have|'ll have| own| got| will have)(?: got)? (?!no\b|never\b|zero\b)(?:\w+ ){0,2}?(?:dogs?|cats?|pets?|puppy|kittens?|pups?|retrievers?|labradors?|poodles?|bulldogs?|terriers?|spaniels?|beagles?|"
    r"dachshunds?|chihuahuas?|husky|huskies|corgis?|shepherds?|hamsters?|parrots?)\b|"
    r"(?:with|bring(?:ing)?) (?:my|our) (?:\w+ )?(?:dogs?|cats?|pets?)\b"
)
MUST_HAVES = {
    "balcony": r"balcon(?:y|ies)", "terrace": r"terraces?|patio", "garden": r"gardens?|back\s?yard|yard",
    "pool": r"(?:swimming )?pools?", "elevator": r"elevators?|lifts?\b", "sea view": r"sea[\s-]?views?|ocean views?|view (?:of|to) the sea",
    "view": r"(?:nice|good|great|city|mountain|acropolis|open) views?", "air conditioning": r"air[\s-]?con(?:dition(?:ing|ed|er))?|a/?c\b",
    "storage": r"storage(?: (?:room|space))?", "fireplace": r"fire\s?place", "gym": r"gyms?", "dishwasher": r"dish\s?washers?",
    "wheelchair access": r"wheelchair(?:[\s-]access(?:ible)?)?|step[\s-]free|accessible", "ground floor": r"ground[\s-]floor",
    "top floor": r"top[\s-]floor", "new build": r"new(?:ly)?[\s-]?(?:build|built|construction)", "renovated": r"(?:newly )?(?:renovated|refurbished)",
    "quiet": r"quiet(?! (?:professional|person|people|couple|tenants?|family|guy|girl|student|man|woman))", "bright": r"bright|sunny|lots of light|natural light", "home office": r"home office|study room|a study\b",
    "near metro": r"(?:near|close to|by|next to|walking distance (?:to|of|from)) (?:the |a )?(?:metro|subway|tube|station|train station)",
    "near the sea": r"(?:near|close to|by|next to|walking distance (?:to|of|from)) (?:the |a )?(?:sea|beach|seaside|coast|water)",
    "near a school": r"(?:near|close to|by|next to|walking distance (?:to|of|from)) (?:the |a )?(?:good )?schools?",
    "near a park": r"(?:near|close to|by|next to|walking distance (?:to|of|from)) (?:the |a )?parks?\b", "security": r"doorman|concierge|gated|security door",
    "solar heating": r"solar (?:heater|panels?|water)", "heating": r"(?:central |underfloor |autonomous )?heating(?! bills?)",
}  # fmt: skip

PROPERTY_TYPES = {
    "apartment": r"apartments?|appartments?|apartmen|apt|apts|flats?|apartements?|(?<!in-)(?<!in )units?", "house": r"houses?|cottages?|bungalows?|detached(?: house)?|semi[\s-]detached",
    "villa": r"villas?", "studio": r"studios?|bedsits?", "townhouse": r"town\s?houses?|town\s?homes?|terraced house", "maisonette": r"maisonettes?|maisonetes?",
    "penthouse": r"pent\s?houses?", "condo": r"condos?|condominiums?", "loft": r"lofts?", "duplex": r"duplex(?:es)?", "room": r"rooms? to rent|room in a",
    "land": r"plots?(?: of land)?|land\b|building plot", "office": r"(?<!home )(?<!my )(?<!our )(?<!near )offices?(?: space)?", "shop": r"(?<!near )(?<!to )(?<!some )(?<!local )shops?|stores?|retail (?:space|unit)", "warehouse": r"warehouses?",
}  # fmt: skip
DEFINITE = r"(?:(?:the|this|that|these|those|which|its|their)\s+(?:\w+\s+)?|(?:my|our) (?:old|current|previous|present|last|former)\s+)"

# What the customer wants to do. The first that matches wins.

INTENTS = {
    "let": (
        r"(?:let|rent|lease)(?:ting|ing)? (?:out|my|our)\b|"
        r"(?:rent|let|lease)(?:ting|ing)? (?:it|them|the \w+|my [\w ]{2,25}?|our [\w ]{2,25}?) out\b|"
        r"find(?:ing)? (?:a |me a |new |some )?tenants?|(?:i'?m|i am|we are|we'?re) (?:a |the )?landlords?|to let my|"
        r"(?:looking for|need|want|get|seeking) (?:\w+ ){0,2}tenants?|list(?:ing)? (?:my|our) [\w ]{2,25}? (?:for rent|to let)|"
        r"manage (?:my|our) (?:flat|house|apartment|property|rental)"
    ),
    "sell": (
        r"sell(?:ing)?(?! (?:it|this|that|the) to me)|put(?:ting)? (?:my|our|it|the) [\w ]*(?:on the market|up for sale)|"
        r"list(?:ing)? (?:my|our) (?:\w+ ){0,2}(?:home|house|flat|apartment|condo|property|place|villa)|"
        r"valu(?:e|ation|ed) (?:of |for |on )?(?:my|our)|what(?:'s| is) (?:my|our) (?:\w+ ){0,4}worth|"
        r"how much is (?:my|our) (?:\w+ ){1,2}worth|how much (?:can|could|would|will) (?:i|we) (?:get|sell|ask)(?: for)? (?:my|our)"
    ),
    "rent": (
        r"(?:to|for|can|could|i|we|me|want|wanna|prefer|rather|maybe|just|or|only) rent\b|"
        r"\brent (?:an?|some|something|one|any|in|near|please|apartments?|flats?|houses?)\b|renting|rentals?|"
        r"\bto lease\b|leasing|(?:^|\W)rent(?:$|\W*$)|^\W*rent\b(?!\s*(?:is|of|price|in |per|a\b))|to let\b|as a tenant|for lease"
    ),
    "buy": r"buy(?!er)(?:ing)?|purchas(?:e|ing)|for sale|invest(?:ing|ment)?(?: in| property)?|to own\b|first[- ]time buyers?|get on the (?:property )?ladder",
}
INTENT_NOISE = (
    r"buy(?:ing)? (?:\w+ )?(?:furniture|food|groceries|tickets?)|(?:what|how much)(?:'s| is| are)? (?:the|its|their) rent|"
    r"(?:the|monthly|its|this) rent(?:al)? (?:is|price|amount|per)|rental (?:price|amount|contract|agreement|fee)|rent(?:al)? car|car rent\w*|"
    r"(?<=buy)[\s-]to[\s-]let\b|(?:than|instead of|not) (?:to )?(?:buy(?:ing)?|rent(?:ing)?|purchas(?:e|ing)|own(?:ing)?)\b"
)

# When they want to move, and how they pay.

_MONTH_NAME = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\b"
MOVING = (
    r"mov(?:e|ing)(?:[\s-]?in)?\b|relocat\w+|need to be (?:in|out)\b|need (?:it|one|a place|something) (?:by|before|in|from)|need (?:by|before|from)\b|(?:need|want|looking|searching)\b[\w ,'/]*\b(?:asap|urgently|immediately|(?:straight|right) away)|looking to (?:buy|rent) (?:in|by|within)|start(?:ing)? (?:date|from|of the lease|in)|"
    r"time\s?(?:line|frame|scale)|buy within|rent (?:from|starting)|from (?:the )?(?:1st|first|beginning|start|end)|within the next|available (?:from|by|in)|"
    rf"(?:rent|bed\w*|flat|apartment|house|place|home|studio|furnished)\b[^.!?]*\bfrom (?:the )?(?:\d{{1,2}}(?:st|nd|rd|th)? )?(?:of )?{_MONTH_NAME}|"
    rf"(?:need|want|looking)\b[^.!?]*\bby (?:(?:the )?(?:end|start|middle) of |mid[- ]|early |late |(?:the )?\d{{1,2}}(?:st|nd|rd|th)? (?:of )?)?(?:{_MONTH_NAME}|christmas|easter)|"
    r"sell (?:by|within|before|in)|ready by|in (?:a )?(?:hurry|rush)|lease (?:ends|is up|expires)|contract (?:ends|expires)"
)
AT_ONCE = r"asap|a\.s\.a\.p|as soon as possible|immediately|right away|straight away|urgent(?:ly)?|now\b|at once"
FINANCING = {
    "mortgage_approved": r"pre[\s-]?approv\w+|(?:mortgage|loan|financing) (?:is |has been |already )*(?:approved|agreed|in place|in principle)|agreement in principle|(?:have|got) (?:a |my |our )?(?:mortgage|loan) offer",
    "mortgage": r"mortgage|home loan|bank loan|housing loan|with a loan|financ(?:e|ing)",
    "cash": r"(?:in |pay(?:ing)? |with |all |by |have |a )?cash(?: buyer| purchase)?(?! (?:flow|machine))|no mortgage|without a (?:mortgage|loan)",
}
NAME = (
    r"(?:my name is|my name'?s|name is|name'?s|name:|call me|i am called|i'm called|this is|it's|(?:kind |best |warm )*regards,?|sincerely,?|"
    r"(?:i am|i'm|im)(?! not))\s+"
)
GREETING = r"hi|hello|hey|hiya|good (?:morning|afternoon|evening)"
NAME_BEFORE_CUE = r"here|speaking"
NAME_ONLY_CUES = r"my name is|my name'?s|name is|name's|name:|i am called|i'm called"
NOT_A_NAME = (
    r"interested|looking|searching|anyone|someone|nobody|people|students?|landlords?|tenants?|owners?|couple|family|agents?|buyers?|sellers?|investors?|professionals?|mum|mom|dad|expats?|over|up|down|not|in|at|on|a|an|the|from|here|available|free|sorry|good|fine|ok|okay|great|new|also|"
    r"just|moving|thinking|trying|hoping|happy|ready|afraid|sure|busy|back|still|selling|buying|renting|planning|"
    r"going|only|so|very|really|currently|wondering|writing|calling|open|flexible|all|done|set|after|perfect|"
    r"saturday|sunday|monday|tuesday|wednesday|thursday|friday|what|when|who|my|it|me|later|tomorrow|today|"
    r"about|for|with|because|about|too|much|nice|urgent|correct|right|wrong|that|this|stop|yes|no|please"
)
LANGUAGE_NAMES = {
    "en": r"english", "el": r"greek", "es": r"spanish", "fr": r"french", "de": r"german", "it": r"italian",
    "ar": r"arabic", "ru": r"russian", "tr": r"turkish", "pt": r"portuguese", "zh": r"chinese|mandarin",
}  # fmt: skip
LANGUAGE_CUE = r"(?:speak|talk|write|prefer|reply|answer|continue)(?: to me)?(?: only| in| better)*\s+({names})|in ({names}),? please|({names})(?:,)? please"
PHONE_CUE = r"my (?:\w+ )?(?:number|phone|mobile|cell)|(?:call|ring|message|whatsapp|reach|phone) me|text me|contact me|tel\b"
STREET = r"street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|way|court|ct|place|pl|square|sq|terrace|crescent|highway|parkway|close"
ADDRESS_CUE = r"(?:my |the |our )?(?:address(?: is)?|located at|it'?s at|is at|it is at|at|on)"
PLACE_CUE = r"(?:in|near|around|close to|at|within|to|towards?)"
NOT_WISHED_PLACE = (
    r"(?:i|we)(?:'m| am| currently| do|'re| are)? (?:currently |now |work(?:ing)? |live |living |based |from )+(?:in|from|at)?|"
    r"from|moving from|works? (?:in|at|near)|stud(?:y|ies|ying) (?:in|at)|prefer\w* (?:[\w']+ ){1,3}over|far (?:is it )?(?:from|to)|distance (?:from|to)|get to|commute to|work in|job in|office in|away from|"
    r"(?:grew up|raised|used to (?:live|be|rent)) (?:in|near)|leaving|live in(?=\s*[\w ]*now)|hotel in|born in"
)
NOT_WISHED_AFTER = r"(?:\s+is|\s+are|'s)\s+(?:too|so|way too|a bit too|very) (?:expensive|far|noisy|busy|crowded|dear|pricey|loud|small|dangerous)|\s+is (?:far|expensive|noisy)\b|\s+(?:is|are) (?:out of|not (?:for|an option|good|what))"
WISHED_PLACE = (
    r"(?:want|like|love|prefer|need|looking|hoping|plan(?:ning)?) to (?:live|move|be|stay)|"
    r"not (?:too |very |so |that )?far(?: away)? from"
)
NOT_A_PLACE = (
    r"english|greek|french|german|spanish|italian|the|a|an|my|your|this|that|it|monday|tuesday|wednesday|thursday|friday|"
    r"saturday|sunday|january|february|march|april|may|june|july|august|september|october|november|december|i|we|they|"
    r"touch|cash|general|advance|case|euros?|dollars?|least|total|person|morning|afternoon|evening|noon|whatsapp|"
    r"whatever|anywhere|somewhere|nice|good|great|yes|no|ok|okay|please|thanks|hello|hi|hey|any|all|not|both|one|two|"
    r"mr|mrs|ms|airbnb|facebook|instagram|google|zillow|spitogatos|rightmove|town|city|area"
)
ANY_PLACE = r"anywhere|no preference|any (?:area|location|where)|doesn't matter|open to"

# Days and times.

WEEKDAYS = {
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
    "mondays": 0, "tuesdays": 1, "wednesdays": 2, "thursdays": 3, "fridays": 4, "saturdays": 5, "sundays": 6,
    "munday": 0, "tuseday": 1, "teusday": 1, "tuesay": 1, "wensday": 2, "wednsday": 2, "wendsday": 2, "wedensday": 2, "wenesday": 2,
    "thrusday": 3, "thurday": 3, "thusday": 3, "thursaday": 3, "firday": 4, "fryday": 4, "friady": 4, "saterday": 5, "saturaday": 5, "satuday": 5, "saturdy": 5, "sundy": 6,
}  # fmt: skip
SHORT_WEEKDAYS = {
    "mon": 0, "tue": 1, "tues": 1, "wed": 2, "weds": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4, "sat": 5, "sun": 6,
}  # fmt: skip
MONTHS = {
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8,
    "september": 9, "october": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4,
    "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12, "febuary": 2, "marh": 3,
}  # fmt: skip
TODAY = r"later\s+today|today|tonight|this (?:morning|afternoon|evening)|todays"
TOMORROW = r"tomorrow|tommorr?ow|tomorow|tomorrw|tmrw|tmw|tmr|2morrow|2moro"
DAY_AFTER_TOMORROW = r"(?:the )?day after (?:tomorrow|tommorr?ow|tomorow|tmrw)|overmorrow"
TONIGHT = r"tonight|this evening"
THIS = r"this|this coming|the coming|coming"
NEXT = r"next|the next|the following|following"
WEEK = r"week"
WEEKEND = r"week[\s-]?ends?"
WEEKDAY_PLURAL = r"weekdays?|during the week|working days?|work\s?days?"
MONTH = r"month"
DAYPARTS = {
    # name: (pattern, first hour, last hour)
    "early morning": (r"early (?:in the )?morning|first thing", 8, 10),
    "late morning": (r"late(?:r)? (?:in the )?morning|mid[- ]?morning", 10, 12),
    "morning": (r"(?:in the |during the |this |the )?mornings?", 8, 12),
    "noon": (r"lunch\s?time|lunch break|lunch hour|midday hours", 12, 14),
    "early afternoon": (r"early (?:in the )?afternoon", 12, 15),
    "late afternoon": (r"late(?:r)? (?:in the )?afternoon|end of (?:the )?day", 15, 18),
    "afternoon": (r"(?:in the |during the |this |the )?afternoons?", 12, 18),
    "evening": (
        r"(?:in the |during the |this |the )?evenings?|after work|after office hours|tonight|at night",
        17,
        21,
    ),
}
NOON = r"noon|midday|12 noon|twelve noon"
MIDNIGHT = r"midnight"
AM = r"a\.?\s?m\.?\b|in the morning|early morning"
PM = r"p\.?\s?m\.?\b|in the afternoon|in the evening|at night|tonight"
O_CLOCK = r"o['\"’]?\s?clock|h(?:ours|rs)?\b|ish\b|sharp"
HALF_PAST = r"half past|half"
QUARTER_PAST = r"(?:a )?quarter past|quarter after"
QUARTER_TO = r"(?:a )?quarter to|quarter till|quarter of"
TIME_CUE = r"at|than|around|about|by|for|from|after|before|until|till|past|@|say|approx(?:imately)?|like|time is|make it|how about|what about"
AFTER = r"(?:any\s?time |some\s?time )?(?:after|from|past|(?<!no )(?<!not )later than|not before|no earlier than|not until|starting(?: at| from| on)?|as of|onwards? from|since)"
BEFORE = r"(?:any\s?time |some\s?time )?(?:before|(?<!come )(?<!drop )(?<!stop )(?<!swing )(?<!pass )by|until|till|up to|no later than|not after|earlier than|latest)"
AFTER_SUFFIX = r"or (?:later|after|any\s?time after)|onwards?|and (?:after|later|onwards)|the earliest|earliest"
BEFORE_SUFFIX = r"or (?:earlier|before|sooner)|and before|latest|at the latest"
BETWEEN = r"between|from|anywhere between|sometime between"
NOT_A_DAY_AFTER_ORDINAL = r"\s*(?:one|option|slot|time|listing|apartment|flat|house|home|property|place|floor|choice|thing|home|bed\w*|bath\w*|street|st\b|avenue|ave|road|birthday)"
IN_SPAN = r"in|within|in about|in around|in the next|within the next|over the next|within the coming|next|maybe in|in roughly"
SPAN_UNITS = {
    r"days?": 1,
    r"weeks?|wks?": 7,
    r"fortnights?": 14,
    r"months?": 30,
    r"years?|yrs?": 365,
}
DATE_HINT = (
    r"day|days|week|weeks|month|months|easter|christmas|xmas|new year|holiday|fortnight|end of|beginning of|"
    r"start of|mid|spring|summer|autumn|fall|winter|january|february|march|april|june|july|august|september|october|november|december"
)
NEGATED_TIME_BEFORE = (
    r"(?:\bnot|n't|\bcant|\bcannot|\bcan not|\bwont|\bexcept|\banything but|\bany day but|\bany time but|\bbusy|\bunavailable|\baway|\bworking|"
    r"\bother than|\binstead of|\brather than|\bno(?! later| earlier|,|\s+(?:make|i|let|how|what|can))|\bnever|\bneither|\bnor|\bbooked)"
    r"(?:\s+(?:do|make|come|see|visit|be|it|free|available|there|at|on|in|the|a|for|this|that|really|go|work|works|so|good|"
    r"possible|with|any|all|of|until|till|before|after|attend|later|today))*\s*$"
)
NEGATED_TIME_AFTER = (
    r"^\s*(?:morning|afternoon|evening|at \d+\w*)?\s*(?:(?:is|are|was|will|would|does|do)\s*(?:not|n't)|doesn't|don't|dont|doesnt|won't|isn't|isnt|is (?:no|too|bad|im|difficult|out)|"
    r"not (?:good|possible|great|ideal|work)|no good|i (?:can't|cannot|can not|'m (?:busy|away|working)|am (?:busy|away|working))|(?:is |are )?(?:impossible|too (?:early|late|soon)))"
)
UNTIL = r"(?:until|till|before)\s*$"
VISIT = (
    r"visit\w*|view(?:ing)?s?\b|tour\w*|see (?:it|the|this|that|them|one|both|your)|to see|look at|take a look|have a look|check (?:it|the place) out|come (?:by|over|see|round|and)|"
    r"drop by|stop by|swing by|appointments?|schedul\w*|shedul\w*|book\w*|reserv\w*|arrang\w*|meet(?:ing)?|show(?:ing)?|set (?:up|me up|it up)|make (?:it|that|the)|change (?:it|that|the|this)|"
    r"move (?:it|that) to|resched\w*|go (?:there|on|see)|slot|works? (?:for|fine|best|better|great|well|too)|works\b|suits?|would (?:be|work)|prefer|possible|free|available|how about|what about|instead|put me down|i can (?:do|make|come)"
)
STRONG_VISIT = r"visit\w*|(?:can|could|may) (?:i|we) come\b|(?:move|push|change|switch|shift) (?:it|that|the (?:visit|viewing|appointment)) (?:to|for)\b|(?:pop|drop|stop|swing) (?:by|in|over|round)|viewings?|view (?:it|the)|tour\w*|appointments?|see (?:it|the|this|that|them|both)|to see|look at|take a look|have a look|schedul\w*|book\w*|come (?:by|over|see|round)"
NOT_A_VISIT = (
    r"(?:that(?:'s| is| will be| would be|'ll be)?|this is|it is|it's|thats) (?:all|it|everything)|all (?:i need(?:ed)?|for|set)|nothing else|"
    r"(?:help|need|needed|assist\w*|everything|anything|do|done|good|enough)(?: (?:me|you|for))* (?:for )?today|"
    r"how are you|(?:have|enjoy) (?:a|your|the)|^(?:good|lovely) (?:morning|afternoon|evening|day)|(?:am|if) i (?:am )?(?:free|available)|if i'm (?:free|available)|do i have|my (?:availability|schedule|diary|agenda|openings)|what (?:openings|time) do i|thank\w* (?:you )?for (?:your|the|all|today)|"
    r"i (?:saw|visited|viewed|called|moved)|built|renovated in|"
    r"move(?:ing)?[\s-]?in|moving|(?:to|can|could|we|i) move\b(?! (?:it|that|the|this))|lease|available from|available in|(?:is|are) (?:it|they|the \w+) (?:still )?(?:available|free|vacant)"
)

# What the assistant has just asked, read from its own words.

ASKED = {
    "bedrooms": r"how many (?:bed|rooms)|bed\s*-?rooms?[^.!]*\?|number of (?:bed|rooms)|beds?\b[^.!]*\?",
    "bathrooms": r"how many bath|bath\s*-?rooms?[^.!]*\?|number of bath|baths?\b[^.!]*\?",
    "locations": r"(?:what|which|where|in what|any|specific|preferred)[^.!]*(?:area|city|cities|location|locat|neighbou?rhood|place|region|part|town|where)|where[^.!]*\?|(?:area|city|location|town|place|neighbou?rhood)[^.!]*\?",
    "budget_max": r"budget|max(?:imum)? (?:rent|price)|how much|price range|spend",
    "timeline_days": r"mov(?:e|ing)(?:[- ]?in)?[- ]date|start date|(?:when|(?:which|what) (?:month|date))[^.!]*(?:is it available|move|moving|start|sold|sell|let\?|need|done|buy|purchase|rent\b|relocat)|by when|timeline|time\s?frame|how soon",
    "viewing": (
        r"(?:when|what (?:day|date|time)|which (?:day|date))[^.!]*\?|visit|schedul|viewing|tour\b|appointment|"
        r"(?:please )?(?:confirm|verify|check)|is (?:this|that|it) (?:correct|right|ok\w*)|(?:you|i)(?:'re| are| would|'ll| will|'d)[^.!]*(?:visit|schedul|tour|view)\w*|book a visit|correct\?|property visit"
    ),
    "name": r"your (?:\w+ )?name|(?:what|which) name\b|name,? please|under what name|who am i (?:talking|speaking|chatting)|what should i call you",
    "email": r"e-?mail",
    "phone": r"(?:your|best|a) (?:\w+ )?(?:phone|number)",
    "property_type": r"(?:what|which) (?:kind|type|sort) of (?:home|property|place|house)",
    "intent": r"(?:buy|purchase)[^.!]*(?:or|,)[^.!]*rent|rent[^.!]*(?:or|,)[^.!]*(?:buy|purchase)",
    "pets": r"(?:any |have |bring(?:ing)? )?pets?\b[^.!]*\?",
    "furnished": r"furnished[^.!]*\?",
    "parking": r"(?:parking|garage)[^.!]*\?",
    "laundry": r"(?:laundry|washer|washing machine)[^.!]*\?",
    "financing": r"(?:mortgage|cash|financ\w+|loan)[^.!]*\?",
    "address": r"address[^.!]*\?|where is (?:it|the (?:property|flat|house|home|place|apartment))\b",
    "area_m2_min": r"how (?:big|large)|square met\w+[^.!]*\?|size[^.!]*\?",
}
CONFIRM_ASKED = r"confirm|correct|is (?:this|that) (?:right|ok\w*)|sounds? right"
YES = r"it (?:should|must|needs to|has to)|(?:i|we)(?:'d| would) (?:like|love|prefer|want)|(?:that|it|this)(?:'d| would) be (?:nice|good|great|ideal|perfect|lovely|best)|preferabl[ey]|ideally|yes|yeah|yep|yup|ya|sure|of course|definitely|absolutely|correct|right|ok|okay|i do|we do|please|indeed|certainly"
NO = r"no|nope|nah|not really|i don't|we don't|negative|none|never"
NO_MATTER = r"doesn't matter|either|don't mind|whatever|no preference|any|not important"
COMMON_WORDS = (
    "apartment apartments bedroom bedrooms bathroom bathrooms please thanks looking something another other others "
    "property house houses place places would could should about around there their where which anything pleasant "
    "hello great perfect sounds visit schedule number phone today tomorrow morning evening afternoon monday tuesday "
    "wednesday thursday friday saturday sunday january february march april august september october november december "
    "clear center centre central market martin marine nothing everything sorry wonderful right correct actually "
    "furnished parking laundry garden balcony budget month months weeks friend family moment option options "
    "living location located locations available address information details direct danger dinner windows window "
    "rooms richly brand hundred thousand person people better newer newly mountain village union pleasing flexible "
)

# Small questions of `leads.extraction`.

SUCH_A_HOME = r"one"
SEE_A_HOME = r"see|view|visit"
OWN_HOME = r"my|our|sell(?:ing)?|let|address|it(?:'s| is) (?:at|on)|located at"
PLACE_QUESTION = r"how far|(?:what|which) (?:schools?|shops?|restaurants?|amenities|bus\w*|transport|parks?)\b|(?:is|are) [\w ]{2,25}? (?:safe|noisy|dangerous)\b|(?:is|are) (?:the|this|that) [\w ]{2,30} (?:still )?(?:available|free|furnished)\b|distance|is (?:it|this|that) (?:near|in|close)|where (?:is|are)|how (?:long|do i get)|what(?:'?s| is| are) (?:it like|the area|(?:the )?\w+ like)|how (?:safe|noisy|busy|quiet)\b|(?:is|are) (?:it|the area) safe|(?:your|the) office|are you (?:in|based|located)"
NOT_MONEY_UNITS_EXCEPT_ROOMS = r"\d+\s*(?:m2|m²|sqm|sq|km|min(?:ute)?s?|hours?|days?|weeks?|months?|years?|am|pm|th|st|nd|rd|k|€|euros?|\$)|today|tomorrow"
CANCELLING = r"(?:need|have|want|like|must|please|got|going|wish) (?:to )?cancel|cancel (?:it\b|the (?:visit|viewing|appointment|tour)|my (?:visit|viewing|appointment|tour))|(?:can't|cannot|won't|can not) make it anymore"
GIVING_UP_VISIT = r"cancel|don't want to (?:visit|see|view)|no longer|not (?:coming|interested)"
CHOICE = r"\bthe (?P<ordinal>first|second|third|fourth|fifth|last|1st|2nd|3rd|4th|5th)(?: (?:one|option|apartment|flat|house|home|place|property|listing|villa|studio))?\b(?! of)"
OWN_DIARY = r"(?:am|if) i (?:am )?(?:free|available)|if i'm (?:free|available)|do i have|if i have|my (?:availability|schedule|diary|agenda|openings)|what (?:openings|time) do i|when am i"
CORRECTION = r"make (?:it|that)|scratch that|now it'?s|actually|sorry|rather|i mean(?:t)?|correction|change (?:it|that) to|instead|no,? wait"
NOT_A_TIME = r"(?:merry|happy|blessed) (?:christmas|new year|easter|holidays?)|\b(?:good|have a (?:\w+ )?|lovely) ?(?:morning|afternoon|evening|night|day|weekend)\b"

# Words around a day, an hour, a name or a number.

FROM_NOW = r"from (?:now|today)|later|away"
IN_A_SPAN = r"in|in about|in around"
BEFORE_BARE_HOUR = r"ok|okay|yes|yeah|sure|no|then|maybe|i'd say|let's say|the"
AFTER_BARE_HOUR = (
    r"is|works|would|sounds|please|then|fine|good|great|suits|for|me|better|be|perfect|one"
)
BETWEEN_DAY_AND_HOUR = r"at|in|the|on|for|of|around|about|after|before|from|between|by|say|sometime|any|time|anytime|not|later|than|until|till|maybe|please|visit|viewing|then|also|i|can|do|would|like|prefer|ideally|preferably|starting|and|works?|is|fine|good"
NAME_ENDS = r"and|but|i|from|here"
BEFORE_NAME = r"it's|i'm|i am|sure|yes|of course"
SURE_ADDRESS_CUE = r"address(?: is)?|located at|is at"
IS_A_COUNT = r"is|are|should be|must be|to be|needed"

# The glue of phrases, of which other languages have their own.

CODE = "en"
QUESTION_MARKS = ("?",)
DUAL: dict[str, str] = {}
JOINED_DAYPARTS: dict[str, tuple[int, int]] = {}
ARTICLES = ("a", "an")
HOURS: dict[str, int] = {}
LAST = ("last",)
NTH_SUFFIX = r"\s?(?:st|nd|rd|th)"
NTH_CUE = r"the|on"
BARE_NTH = r"\d{1,2}\s?(?:st|nd|rd|th)"
THE, OF, ON, TO, AND, OR, BUT = r"the|on", r"of", r"on", r"to", r"and", r"or|nor", r"but"
ABOUT = r"around|about|by|for"
OR_MORE = r"plus|or more"
HOUR_THE = r"(?!)"
A_SPAN, HALF_A = r"an?", r"half an?"
DAY_RANGE = r"-|–|to|until|till|through|and|or"
WEEKDAY_OF_A_MONTH = r"(?:of|in)\s+(?:the|this|next)"
OF_THIS_WEEK = r"(?:of )?(?:this|this coming|the) week"
OF_NEXT_WEEK = r"(?:of )?(?:next|the next|the following|following) week"
AFTER_NEXT = r"after next"
THIS_WEEK = r"(?:this|this coming|the coming|coming|later this) week"
NEXT_WEEK = r"(?:next|the next|the following|following) week"
NEXT_AFTER = THIS_AFTER = HALF_AFTER = QUARTER_AFTER = QUARTER_TO_AFTER = HALF_TO = r"(?!)"
WEEK_START, WEEK_MIDDLE = r"early|beginning of|start of", r"middle of|mid"
WEEK_END = r"late|later|end of"
BEFORE_SHORT_DAY = r"on|or|and|say|for|by|until|till|after|before|not"
AFTER_SHORT_DAY = (
    r"(?:at\s+|after\s+|before\s+|around\s+)?(?:\d|morning|afternoon|evening|noon|work|is\b)"
)
BEFORE_A_DAY = r"on|for|until|till|by|from|after|before"
STRICTLY_AFTER = r"after|past|later than"
NEW_THOUGHT = r"but|how|what|maybe|let"
ONE_ROOM = {"bedrooms": r"(?!)", "bathrooms": r"an?"}
WHOLE_ROOMS = r"(?!)"
ROOM_ADJECTIVES = r"full|big|large|small|spacious|good|separate|double|sized?"
NOT_ROOMS = r"not|no|instead of|rather than|don't (?:want|need)"
CORRECTS = r"actually|instead|rather|no|sorry|i mean"
MORE_OF_THEM = r"(?:look|search\w*|find|like|want|need|see|try|get|have|show me|what about|how about)(?: for| at)? (?:\w+ )?one\b|one (?:in|near|at|with|for|that|of)\b|good one|this one|that one|the \w+ one|one actually"
