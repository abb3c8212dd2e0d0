"""What is kept of listings and notes: the agency's own words, as long as the agency is here."""

from knowledge.models import Listing, Note, Passage
from privacy.registry import Category, WhileActive, register

for model in (Listing, Note, Passage):
    register(model, category=Category.KNOWLEDGE, period=WhileActive())
