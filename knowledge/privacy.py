"""What is kept of listings and notes: the agency's own words, as long as the agency is here.

Uploaded files and what was read from pages go earlier; with a file goes the way to undo it.
"""

from django.utils.translation import gettext_lazy as _

from knowledge.models import Import, ImportRow, Listing, Note, Passage, Reading
from organizations.secret_fields import declare
from privacy.holds import covered
from privacy.registry import Category, Days, WhileActive, With, register

IMPORT_DAYS = 90

for model in (Listing, Note, Passage):
    register(model, category=Category.KNOWLEDGE, period=WhileActive())

register(
    Import,
    category=Category.KNOWLEDGE,
    period=Days(IMPORT_DAYS, _("the upload of a file of listings")),
    clock="created_at",
    held=covered(),
    guarded=False,
)
register(ImportRow, category=Category.KNOWLEDGE, period=With(Import, "batch"))
register(
    Reading,
    category=Category.KNOWLEDGE,
    period=Days(IMPORT_DAYS, _("the reading of a listing's page")),
    clock="created_at",
    held=covered(),
    guarded=False,
)

declare("knowledge.Import", "content", "the file of listings that a member uploaded")
