# ruff: noqa: E501  (sentences read better unbroken)
"""The English catalogue. Plain, short and friendly; one question at most in a message."""

LOCALE = "en_GB"
AND, OR = "and", "or"
JOIN = " {word} "
MONEY, MONEY_EXACT = "¤#,##0", "¤#,##0.00"
DAY, DATE, BUTTON_DAY = "EEEE d MMMM", "d MMMM y", "EEE d MMM"
AS_OF = "(as of {day})"
AT = "{day} at {time}"
PER_MONTH = "per month"

SENTENCES: dict[str, list[str]] = {
    # Opening and closing
    "hello_disclosure": [
        "Hello {name}! I'm {persona}the automated assistant of {agency}. I can tell you about our "
        'homes and arrange viewings; if you\'d rather speak with a person, just write "agent".'
    ],
    "hello_disclosure_nameless": [
        "Hello! I'm {persona}the automated assistant of {agency}. I can tell you about our homes "
        'and arrange viewings; if you\'d rather speak with a person, just write "agent".'
    ],
    "disclosure_in_need": ["This is the automated assistant of {agency}; people read along."],
    "hello": ["Hello again!", "Hi, good to hear from you.", "Hello!"],
    "i_am_a_machine": [
        'Yes, I\'m an automated assistant of {agency}. Write "agent" and a person takes over.',
        "I'm the automated assistant here; a person reads along and can take over if you write "
        '"agent".',
    ],
    "you_are_welcome": ["You're welcome!", "My pleasure.", "Glad to help."],
    "goodbye": [
        "Goodbye, and write whenever you like.",
        "Have a good day! I'm here if anything comes up.",
    ],
    "nothing_else": [
        "All right. Write whenever something comes up.",
        "Fine, I'm here if you need me.",
    ],
    "not_interested": [
        "Understood, thank you for telling me. If that changes, just write here. To stop all messages, write STOP.",
        "That's fine, thank you for letting us know. Write whenever you look again; STOP ends all messages.",
    ],
    "wrong_number": [
        "No problem, then this reached the wrong person. I won't write again unless you do.",
        "Then please excuse the disturbance. I won't write unless you do.",
    ],
    "small_talk": ["Thank you for asking, all well here.", "All good here, thank you."],
    "calm": [
        'I\'m sorry that this is frustrating. Tell me what you need, or write "agent" for a person.',
        "I understand that you're annoyed. If you'd rather have a person, write \"agent\" and a colleague answers.",
    ],
    # Persons
    "to_a_person": [
        "Of course. I'm passing this to a colleague, who will answer you here.",
    ],
    "unsure_to_a_person": [
        "I'm not certain I can help with that properly, so a colleague will answer you here."
    ],
    "too_many": ["A colleague will take a look at our conversation and continue from here."],
    "will_ask": [
        "I don't have that on record. I'll ask a colleague and you'll hear from us here.",
        "That isn't in my records, so I've asked a colleague to answer it for you.",
        "I can't confirm that myself; a colleague will let you know here.",
    ],
    "cannot_see": [
        "Thank you! I can't open {thing} myself, so a colleague will have a look.",
        "Got it. A colleague will look at it, since I can't open {thing} myself.",
    ],
    "have_number": ["Thank you, I've noted your number."],
    "unsure": [
        "I'm not sure I understood. Are you looking to buy or rent, or is it about one of our "
        "listings?",
        "Sorry, I didn't quite get that. Could you put it another way?",
    ],
    # Listings
    "listing_intro": [
        "{title} is a {summary}, {price}.",
    ],
    "listing_intro_no_price": ["{title} is a {summary}. The price is not on record."],
    "as_of": ["That is as of {day}; a colleague can tell you whether it still holds."],
    "available": ["{title} ({reference}) is available.", "Yes, {title} is still available."],
    "not_available": ["I'm afraid {title} is no longer available: it is {status}."],
    "fact_price": ["{title} costs {value}.", "The price of {title} is {value}."],
    "fact_rent": ["The rent for {title} is {value}.", "{title} is {value}."],
    "fact_bedrooms": ["{title} has {value}."],
    "fact_bathrooms": ["{title} has {value}."],
    "fact_area_m2": ["{title} has {value} m² of living area."],
    "fact_plot_m2": ["The plot of {title} is {value} m²."],
    "fact_floor": ["{title} is on floor {value}.", "It is on floor {value}."],
    "fact_ground_floor": ["{title} is on the ground floor."],
    "fact_year_built": ["{title} was built in {value}."],
    "fact_address": ["The address of {title} is {value}."],
    "fact_energy_class": ["The energy class of {title} is {value}."],
    "fact_available_from": ["{title} is available from {value}."],
    "fact_common_expenses": ["The common expenses of {title} are {value}."],
    "fact_deposit": ["The deposit for {title} is {value}."],
    "fact_description": ["{value}"],
    "fact_link": ["Here is the page of {title}: {value}"],
    "yes_feature": ["Yes, {title} has {feature}.", "Yes, there is {feature} at {title}."],
    "no_feature": ["No, {title} has no {feature_plain}."],
    "yes_furnished": ["Yes, {title} is furnished."],
    "no_furnished": ["No, {title} is let unfurnished."],
    "no_furnished_sale": ["No, {title} is sold unfurnished."],
    "yes_pets": ["Yes, pets are allowed at {title}."],
    "no_pets": ["No, pets are not allowed at {title}."],
    "which_listing": [
        "Which home do you mean? Its name or reference helps me find it.",
        "Could you tell me which home that is about?",
    ],
    "matches_one": ["This one fits what you told me:"],
    "matches_many": ["These fit what you told me:"],
    # Said while area, price or size are not known yet.
    "matches_first_one": ["Going by what I know so far, this one may interest you:"],
    "matches_first_many": [
        "Going by what I know so far, these may interest you:",
        "These are on offer, going by what I know so far:",
    ],
    "matches_near_one": [
        "Nothing on offer fits exactly; the nearest I have is:",
        "No exact match at the moment; the nearest I have is:",
    ],
    "matches_near": [
        "Nothing on offer fits exactly; the nearest I have are:",
        "No exact match at the moment; the nearest I have are:",
    ],
    "no_matches": [
        "At the moment we have nothing that fits. I've noted your wish for my colleagues.",
        "Nothing on offer fits that just now; my colleagues see your wish.",
    ],
    "no_more": [
        "Those were all that fit at the moment.",
        "I have no others that fit just now.",
    ],
    "match_line": ["{position}. {title} ({reference}), {summary}, {price}{misses}"],
    "want_viewing": [
        "Would you like to see it?",
        "Shall I arrange a viewing?",
        "Would a viewing be of interest?",
    ],
    "which_to_see": ["Would you like to see one of them?", "Is one of them worth a visit for you?"],
    "contact": ["You can reach {agency} at {phone}, or simply write here."],
    "from_knowledge": ["{text}"],
    # Qualification, one at a time
    "ask_intent": [
        "Are you looking to buy or to rent?",
        "Is it about buying or renting?",
    ],
    "ask_for_whom": ["That depends: are you asking as {people}?"],
    "ask_locations": ["Which area would you like?", "Where should it be?"],
    "ask_budget_max": ["What is your budget?", "Roughly what budget do you have in mind?"],
    "ask_budget_max_rent": [
        "What monthly rent do you have in mind?",
        "What is your budget per month?",
    ],
    "ask_bedrooms": ["How many bedrooms do you need?", "How many bedrooms would be right?"],
    "ask_property_type": ["What kind of property is it?"],
    "ask_property_type_wish": ["What kind of home are you looking for?"],
    "ask_timeline_days": ["When would you like to move?", "When do you need to move?"],
    "ask_timeline_days_owner": [
        "When would you like it to be sold or let?",
        "By when should it be done?",
    ],
    "want_valuation": [
        "Shall I arrange a visit of a colleague, free of obligation, to see and value it?"
    ],
    "ask_financing": [
        "Will you buy with cash or with a mortgage?",
    ],
    "ask_address": ["What is the address of the property?"],
    "noted": ["Noted.", "Thank you, noted.", "Got it.", "Good to know, thank you."],
    # Appointments
    "offer_many": [
        "For {purpose}, these times are free: {times}. Which suits you?",
        "I can offer {times} for {purpose}. Which one works for you?",
        "How about {times} for {purpose}?",
    ],
    "offer_one": [
        "{times} is free for {purpose}. Shall I book it?",
        "For {purpose} I can offer {times}. Shall I book it?",
    ],
    "not_free": [
        "{wanted} isn't free, I'm afraid.",
        "Unfortunately {wanted} is already taken or outside our hours.",
    ],
    "no_times": [
        "I don't see a free time there, so a colleague will suggest one here.",
    ],
    "confirm_time": [
        "{when} is free. Shall I book it for {purpose}?",
        "{when} works on our side. Shall I book {purpose} for then?",
    ],
    "booked": [
        "Booked: {purpose} on {when} with {member}. We look forward to meeting you!",
        "Done, {purpose} is booked for {when} with {member}. See you then!",
    ],
    "booked_call": ["Booked: {member} will call you on {when}."],
    "where": [
        "The address is {address}.",
        "You'll find it at {address}.",
    ],
    "calendar": [
        "For your calendar: {link}",
        "To put it into your calendar: {link}",
    ],
    "calendar_again": [
        "The new time for your calendar: {link}",
        "Your calendar entry with the new time: {link}",
    ],
    "slot_gone": [
        "I'm sorry, that time has just been taken.",
        "That time has gone in the meantime, I'm sorry.",
    ],
    "moved": [
        "Done: {yours} is moved to {when} with {member}.",
        "All set: {yours} is now moved to {when} with {member}.",
    ],
    "cancelled": [
        "Done: {yours} on {when} is cancelled. Write any time for a new one.",
        "As you wish, {yours} on {when} is cancelled. A new one is quickly arranged if you write.",
    ],
    "confirm_move": [
        "{when} is free. Shall I move {purpose} to then?",
        "{when} works on our side. Shall I move {purpose} there?",
    ],
    "confirm_cancel": ["Shall I cancel {what}?"],
    "which_appointment": ["Which one do you mean: {what}?"],
    "kept": [
        "All right, {yours} stays on {when} with {member}.",
        "Fine, nothing changes: {yours} stays on {when} with {member}.",
    ],
    "no_longer_stands": ["That appointment no longer stands, so there is nothing to change."],
    "your_appointment": [
        "For {yours} I have {when} with {member}.",
        "According to our calendar, {yours} is on {when} with {member}.",
    ],
    "late": ["Thank you for telling us. I'm letting {member} know."],
    "no_such_home": [
        "I can't find {name} among our homes. Do you have its reference, or may I suggest others?",
    ],
    "no_appointment": ["I can't find an appointment of yours. Shall I suggest some times?"],
    "which_home_to_see": [
        "Gladly. Which home would you like to see?",
        "With pleasure. Which of our homes is it about?",
    ],
    "persuade_person": [
        "We keep missing each other with the times, so a colleague will arrange it with you here.",
    ],
    "who_i_am": [
        'You\'re writing with {persona}the automated assistant of {agency}; for a person, write "agent".',
        'I\'m {persona}the automated assistant of {agency}. A person reads along and takes over if you write "agent".',
    ],
    "same_to_you": [
        "Thank you, the same to you!",
        "Thank you very much, likewise!",
    ],
    "not_for_us": [
        "Thank you, but this number is only for people who look for a home, or have one to sell or let.",
        "I can't help with offers here; I only answer questions about homes and viewings.",
    ],
    "acknowledged": [
        "Perfect, thank you.",
        "Great, thank you.",
    ],
    "cheaper_one": [
        "This one is cheaper:",
        "For less money there is this one:",
    ],
    "cheaper_many": [
        "These are cheaper:",
        "For less money there are these:",
    ],
    "cheaper_none": [
        "I have nothing cheaper on offer at the moment than what I showed you.",
        "There is nothing cheaper among our homes just now.",
    ],
    "bigger_one": [
        "This one is bigger:",
        "With more space there is this one:",
    ],
    "bigger_many": [
        "These are bigger:",
        "With more space there are these:",
    ],
    "bigger_none": [
        "I have nothing bigger on offer at the moment than what I showed you.",
        "There is nothing bigger among our homes just now.",
    ],
    "smaller_one": [
        "This one is smaller:",
        "A little smaller is this one:",
    ],
    "smaller_many": [
        "These are smaller:",
        "A little smaller are these:",
    ],
    "smaller_none": [
        "I have nothing smaller on offer at the moment than what I showed you.",
        "There is nothing smaller among our homes just now.",
    ],
    "elsewhere_one": [
        "In another area there is this one:",
        "Elsewhere I have this one:",
    ],
    "elsewhere_many": [
        "In other areas there are these:",
        "Elsewhere I have these:",
    ],
    "elsewhere_none": [
        "I have nothing in other areas that comes near your wish at the moment.",
        "Nothing in our other areas comes near your wish just now.",
    ],
    "distances_unknown": [
        "I can't measure distances from here. We have homes in {areas}; which area suits you best?",
        "How far things are I can't tell. Our homes are in {areas}; where would you like to look?",
    ],
    "distances_unknown_one": [
        "I can't measure distances from here; a colleague can tell you more about {areas}.",
    ],
    "quoted_in": [
        "In {language}, from the agency's notes: {text}",
        "From the agency's notes, written in {language}: {text}",
    ],
    "will_write": [
        "Gladly, I'll write to you on {when}.",
        "Of course, you'll hear from me on {when}.",
    ],
    "colleague_will_write": [
        "Gladly, a colleague will write to you on {when}.",
        "Of course, my colleagues see that you want to hear from us on {when}.",
    ],
    "ask_when_to_write": [
        "When shall I write to you?",
        "On which day would you like to hear from me?",
    ],
    "take_your_time": [
        "Of course, take your time. I'm here when you write.",
        "No hurry at all. Write whenever you've decided.",
    ],
    "follow_up": [
        "Hello again! You asked me to write. Is there anything I can do for you?",
    ],
}

LANGUAGES = {
    "en": "English",
    "el": "Greek",
    "es": "Spanish",
    "de": "German",
    "fr": "French",
    "ar": "Arabic",
}
AS_WHOM = {"buy": "a buyer", "rent": "a tenant", "sell": "a seller", "let": "a landlord"}
PURPOSES = {
    "viewing": "a viewing",
    "viewing_of": "a viewing of {title}",
    "call": "a call",
    "valuation": "a valuation visit",
}
PLAIN_PURPOSES = {"viewing": "viewing", "call": "call", "valuation": "valuation visit"}

YOUR_PURPOSES = {
    "viewing": "your viewing",
    "call": "your call",
    "valuation": "your valuation visit",
}
YOUR_VIEWING_OF = "your viewing of {title}"
ON = "{what} on {when}"
CANCEL_IT, KEEP_IT = "Cancel it", "Keep it"

PROPERTY_TYPES = {
    "apartment": "apartment",
    "studio": "studio",
    "penthouse": "penthouse",
    "maisonette": "maisonette",
    "house": "house",
    "villa": "villa",
    "land": "plot of land",
    "office": "office",
    "shop": "shop",
}
STATUSES = {"reserved": "reserved", "sold": "sold", "let": "let", "withdrawn": "off the market"}
FEATURES = {
    "parking": ("parking", "parking"),
    "laundry": ("a washing machine connection or laundry", "laundry"),
    "elevator": ("an elevator", "elevator"),
    "pool": ("a pool", "pool"),
    "balcony": ("a balcony or veranda", "balcony"),
    "sea_view": ("a sea view", "sea view"),
    "heating": ("heating", "heating"),
}
THINGS = {
    "image": "photos",
    "video": "videos",
    "audio": "voice messages",
    "document": "documents",
    "sticker": "stickers",
    "location": "map pins",
    "contacts": "contact cards",
    "order": "orders",
    "unsupported": "this kind of message",
}
MISSES = {
    "price": "above the budget",
    "bedrooms": "another number of bedrooms",
    "bathrooms": "another number of bathrooms",
    "area": "another area",
    "area_m2": "smaller",
    "property_type": "another kind of home",
    "pets_allowed": "no pets",
    "furnished": "unfurnished",
}
WITHOUT = "no {field}"
UNKNOWN = "{field} not on record"
FIELD_WORDS = {
    "pets_allowed": "pets",
    "area_m2": "size",
    "sea_view": "sea view",
    "laundry": "laundry",
    "price": "price",
}


def count(value: int, singular: str) -> str:
    return f"{value} {singular}" + ("" if value == 1 else "s")


def months_of_rent(months: int) -> str:
    return "one month's rent" if months == 1 else f"{months} months' rent"


def rooms(field: str, value: int) -> str:
    """`2 bedrooms`"""
    return count(value, field[:-1])


def summary(kind: str, bedrooms: int | None, size: str, area: str) -> str:
    """`2-bedroom apartment of 92 m² in Kolonaki`"""
    words = f"{bedrooms}-bedroom {kind}" if bedrooms else kind
    return f"{words}{f' of {size} m²' if size else ''} in {area}"
