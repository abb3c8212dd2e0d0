"""What the agency knows: listings and notes, the passages that are searched, and imports."""

import uuid
from decimal import Decimal

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from organizations.models import Member, Organization
from organizations.tenancy import TenantModel


class ListingQuerySet(models.QuerySet["Listing"]):
    def on_offer(self) -> "ListingQuerySet":
        return self.filter(status=Listing.Status.AVAILABLE)


class Listing(TenantModel):
    """One property on offer. Empty means unknown: the assistant never fills a gap."""

    class Deal(models.TextChoices):
        SALE = "sale", _("For sale")
        RENT = "rent", _("To let")

    class PropertyType(models.TextChoices):
        APARTMENT = "apartment", _("Apartment")
        STUDIO = "studio", _("Studio")
        PENTHOUSE = "penthouse", _("Penthouse")
        MAISONETTE = "maisonette", _("Maisonette")
        HOUSE = "house", _("House")
        VILLA = "villa", _("Villa")
        LAND = "land", _("Land")
        OFFICE = "office", _("Office")
        SHOP = "shop", _("Shop")

    class Status(models.TextChoices):
        AVAILABLE = "available", _("Available")
        RESERVED = "reserved", _("Reserved")
        SOLD = "sold", _("Sold")
        LET = "let", _("Let")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class PricePeriod(models.TextChoices):
        TOTAL = "total", _("in total")
        MONTH = "month", _("per month")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="listings")
    reference = models.CharField(_("reference"), max_length=40)
    title = models.CharField(_("title"), max_length=120)
    deal = models.CharField(_("deal"), max_length=4, choices=Deal)
    property_type = models.CharField(_("property type"), max_length=10, choices=PropertyType)
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.AVAILABLE)
    price = models.DecimalField(
        _("price"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    price_period = models.CharField(
        _("price period"), max_length=5, choices=PricePeriod, default=PricePeriod.TOTAL
    )
    bedrooms = models.PositiveSmallIntegerField(_("bedrooms"), null=True, blank=True)
    bathrooms = models.PositiveSmallIntegerField(_("bathrooms"), null=True, blank=True)
    area_m2 = models.PositiveIntegerField(_("living area (m²)"), null=True, blank=True)
    plot_m2 = models.PositiveIntegerField(_("plot (m²)"), null=True, blank=True)
    floor = models.SmallIntegerField(_("floor"), null=True, blank=True)
    year_built = models.PositiveSmallIntegerField(_("year built"), null=True, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    area = models.CharField(_("area"), max_length=80)
    city = models.CharField(_("city"), max_length=80)
    country = models.CharField(_("country"), max_length=2, blank=True)
    furnished = models.BooleanField(_("furnished"), null=True, blank=True)
    pets_allowed = models.BooleanField(_("pets allowed"), null=True, blank=True)
    parking = models.BooleanField(_("parking"), null=True, blank=True)
    laundry = models.BooleanField(_("laundry"), null=True, blank=True)
    elevator = models.BooleanField(_("elevator"), null=True, blank=True)
    pool = models.BooleanField(_("pool"), null=True, blank=True)
    balcony = models.BooleanField(_("balcony"), null=True, blank=True)
    sea_view = models.BooleanField(_("sea view"), null=True, blank=True)
    heating = models.BooleanField(_("heating"), null=True, blank=True)
    energy_class = models.CharField(_("energy class"), max_length=4, blank=True)
    deposit_months = models.DecimalField(
        _("deposit (months)"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    common_expenses = models.DecimalField(
        _("common expenses per month"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    available_from = models.DateField(_("available from"), null=True, blank=True)
    url = models.URLField(_("page"), max_length=500, blank=True)
    description = models.TextField(_("description"), blank=True)
    agent = models.ForeignKey(
        Member, models.SET_NULL, null=True, blank=True, related_name="listings"
    )
    source = models.CharField(_("source"), max_length=40, default="hand")
    as_of = models.DateTimeField(_("as of"), default=now)
    fetched_at = models.DateTimeField(_("page read at"), null=True, blank=True, editable=False)
    provenance = models.JSONField(
        default=dict,
        blank=True,
        editable=False,
        help_text='by field: {"from": "file", "page" or "hand", "at", "name", "row", "snippet"}',
    )
    created_at = models.DateTimeField(default=now, editable=False)

    objects = ListingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("organization", "reference", name="one_listing_per_reference")
        ]
        indexes = [
            models.Index(
                fields=["organization", "status", "deal", "price"], name="listings_on_offer"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Note(TenantModel):
    """Something the agency wants the assistant to know and to say."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="notes")
    title = models.CharField(_("title"), max_length=120)
    body = models.TextField(_("text"), max_length=8000)
    author = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    as_of = models.DateTimeField(_("as of"), default=now)
    created_at = models.DateTimeField(default=now, editable=False)

    def __str__(self) -> str:
        return self.title


class Passage(TenantModel):
    """A searchable piece of a note or a listing, its words folded to plain letters."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="passages")
    note = models.ForeignKey(Note, models.CASCADE, null=True, blank=True, related_name="passages")
    listing = models.ForeignKey(
        Listing, models.CASCADE, null=True, blank=True, related_name="passages"
    )
    position = models.PositiveIntegerField(default=0)
    text = models.TextField()
    words = SearchVectorField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(note=None, listing__isnull=False)
                | models.Q(note__isnull=False, listing=None),
                name="passage_has_one_source",
            )
        ]
        indexes = [GinIndex(fields=["words"], name="passages_by_word")]


class Import(TenantModel):
    """A file of listings: uploaded, looked at, applied row by row, and perhaps undone."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Not imported yet")
        RUNNING = "running", _("Importing")
        DONE = "done", _("Imported")
        UNDOING = "undoing", _("Undoing")
        UNDONE = "undone", _("Undone")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="imports")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file_name = models.CharField(max_length=120)
    content = models.BinaryField()
    encoding = models.CharField(max_length=12)
    delimiter = models.CharField(max_length=1)
    mapping = models.JSONField(default=dict, help_text="field of Listing: number of the column")
    default_deal = models.CharField(max_length=4, choices=Listing.Deal, blank=True)
    withdraw_missing = models.BooleanField(default=False)
    state = models.CharField(max_length=7, choices=State, default=State.DRAFT)
    total = models.PositiveIntegerField(default=0, help_text="rows below the header")
    done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict, help_text="rows by outcome, and by what undoing did")
    member = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=now, editable=False)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.file_name


class ImportRow(TenantModel):
    """What one row of a file did to a listing, with what stood there before."""

    class Outcome(models.TextChoices):
        CREATED = "created", _("New")
        CHANGED = "changed", _("Changed")
        UNCHANGED = "unchanged", _("Unchanged")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        BAD = "bad", _("Not imported")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="import_rows")
    batch = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(help_text="row in the file, the header is 1")
    outcome = models.CharField(max_length=9, choices=Outcome)
    listing = models.ForeignKey(Listing, models.SET_NULL, null=True, related_name="import_rows")
    reference = models.CharField(max_length=40, blank=True)
    problems = models.JSONField(default=list, help_text="[[column, what is wrong]]")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    undone = models.CharField(
        max_length=8,
        blank=True,
        choices=(("restored", _("Put back")), ("kept", _("Kept, because changed since"))),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organization", "batch", "number", name="one_outcome_per_row_of_import"
            )
        ]
        indexes = [models.Index(fields=["batch", "outcome"], name="import_rows_by_outcome")]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.number}"


class Reading(TenantModel):
    """One reading of a listing's page: what was found there, before a member confirms it."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        READING = "reading", _("Reading")
        READY = "ready", _("Read")
        FAILED = "failed", _("Not read")
        APPLIED = "applied", _("Saved")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="readings")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    url = models.URLField(max_length=500)
    found_at = models.URLField(max_length=500, blank=True, help_text="after redirects")
    state = models.CharField(max_length=7, choices=State, default=State.QUEUED)
    problem = models.CharField(max_length=12, blank=True)
    facts = models.JSONField(
        default=dict, help_text='by field: [{"value", "from", "snippet"}], the best first'
    )
    listing = models.ForeignKey(Listing, models.CASCADE, null=True, related_name="readings")
    member = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    fetched_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now, editable=False)

    def __str__(self) -> str:
        return self.url
