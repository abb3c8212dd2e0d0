"""The assistant's tools: typed functions that both backends call.

The first argument, `turn`, carries organization, conversation and contact; it is never a model's
to fill in. A refusal is a return value. What a model may read is the returned value, and what a
reply may state must come from one.
"""

from assistant.tools.followups import schedule_follow_up
from assistant.tools.knowledge import describe_listing, find_listings, search_knowledge
from assistant.tools.leads import record_facts
from assistant.tools.people import ask_colleague, hand_over, tell_colleague
from assistant.tools.slots import book_slot, cancel_appointment, move_appointment, offer_slots

__all__ = [
    "ask_colleague",
    "book_slot",
    "cancel_appointment",
    "describe_listing",
    "find_listings",
    "hand_over",
    "move_appointment",
    "offer_slots",
    "record_facts",
    "schedule_follow_up",
    "search_knowledge",
    "tell_colleague",
]
