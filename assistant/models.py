"""The assistant's settings and memory, a record of each turn, and what Claude was paid for."""

import uuid
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from assistant import shape as shapes
from assistant.shape import Shape
from inbox.models import Conversation, Message
from organizations.models import Member, Organization
from organizations.tenancy import GlobalModel, TenantModel


class Fallback(models.TextChoices):
    """Why the built-in assistant answered a turn that Claude was to answer."""

    NONE = "", ""
    NO_KEY = "no_key", _("Claude has no key on this server")
    NO_PRICE = "no_price", _("The price of the model is not known")
    CAP = "cap", _("The monthly cap was reached")
    RESTING = "resting", _("Claude was resting after a failure")
    UNAUTHORIZED = "unauthorized", _("Claude refused the key")
    PAYMENT = "payment", _("Claude asks for a payment")
    SPEND_LIMIT = "spend_limit", _("The spending limit of the Claude account was reached")
    RATE_LIMITED = "rate_limited", _("Claude had too many requests")
    OVERLOADED = "overloaded", _("Claude was overloaded")
    UNAVAILABLE = "unavailable", _("Claude had an error")
    TIMEOUT = "timeout", _("Claude took too long")
    CONNECTION = "connection", _("The connection to Claude broke")
    BAD_REQUEST = "bad_request", _("Claude did not accept the request")
    REFUSAL = "refusal", _("Claude refused to answer")
    CUT_SHORT = "cut_short", _("Claude's answer was cut short")
    NO_END = "no_end", _("Claude's answer did not end as it should")
    MALFORMED = "malformed", _("Claude called tools wrongly")
    GUARDRAIL = "guardrail", _("Claude's draft failed a check twice")
    ROUNDS = "rounds", _("Claude needed too many steps")
    DEADLINE = "deadline", _("There was no time left for Claude")
    FAILED = "failed", _("Claude failed")


class AssistantSettings(TenantModel):
    """What holds at once, whatever version answers. Without a row everything is as by default."""

    class Mode(models.TextChoices):
        OFF = "off", _("Off: people answer everything")
        SUGGEST = "suggest", _("Suggest: it writes drafts, people send them")
        ON = "on", _("On: it answers by itself")

    class Jurisdiction(models.TextChoices):
        BY_ZONE = "", _("By the time zone")
        DEFAULT = "default", _("Everywhere (the strictest common rules)")
        EU = "eu", _("European Union")
        UK = "uk", _("United Kingdom")
        US = "us", _("United States")

    organization = models.OneToOneField(
        Organization, models.CASCADE, related_name="assistant_settings"
    )
    claude_enabled = models.BooleanField(default=False)
    claude_sees_photos = models.BooleanField(default=False)
    claude_drafts_for_cards = models.BooleanField(default=False)
    learns_from_edits = models.BooleanField(default=False)
    monthly_cap_usd = models.DecimalField(
        _("monthly cap (USD)"),
        max_digits=8,
        decimal_places=2,
        default=Decimal(50),
        validators=[MinValueValidator(Decimal(1)), MaxValueValidator(Decimal(100_000))],
    )
    conversation_model = models.CharField(
        _("model"), max_length=60, blank=True, help_text=_("Empty: the one of the installation.")
    )
    jurisdiction = models.CharField(
        _("fair-housing rules"), max_length=7, choices=Jurisdiction, blank=True
    )
    mode = models.CharField(
        _("who answers"),
        max_length=7,
        choices=Mode,
        default=Mode.ON,
        help_text=_("At once, for all numbers."),
    )
    warned_in = models.DateField(
        null=True,
        blank=True,
        editable=False,
        help_text="First day of the month in which owners were told of the cap.",
    )
    updated_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name_plural = _("assistant settings")

    @classmethod
    def of(cls, organization: Organization) -> "AssistantSettings":
        """Return the stored settings, or unsaved ones that hold the defaults."""
        stored = cls.objects.filter(organization=organization).first()
        return stored or cls(organization=organization)


class AssistantVersion(TenantModel):
    """The manner of an assistant at one time: the draft, or a version that was published.

    A published one never changes. The draft has no number, and there is at most one.
    """

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="assistant_versions"
    )
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.PositiveIntegerField(null=True, blank=True)
    content = models.JSONField(default=dict, help_text="See assistant/shape.py.")
    note = models.CharField(_("note"), max_length=200, blank=True)
    author = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    restored_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=now, editable=False)
    changed_at = models.DateTimeField(default=now)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("organization", "number", name="one_version_per_number"),
            models.UniqueConstraint(
                "organization", condition=Q(number=None), name="one_draft_of_the_assistant"
            ),
            models.CheckConstraint(
                condition=Q(number=None, published_at=None)
                | Q(number__gt=0, published_at__isnull=False),
                name="published_versions_have_numbers",
            ),
        ]

    def __str__(self) -> str:
        if self.number is None:
            return translate("Draft")
        return translate("Version %(number)s") % {"number": self.number}

    @property
    def shape(self) -> Shape:
        return shapes.read(self.content)


class SubjectRule(TenantModel):
    """What one agency does when a customer touches a sensitive subject; without a row, the usual.

    Emergencies and fair housing are always handed over: the database refuses anything less.
    """

    class Subject(models.TextChoices):
        EMERGENCY = "emergency", _("Emergency")
        DISCRIMINATION = "discrimination", _("Discrimination")
        PEOPLE = "people", _("Who lives there, safety, schools")
        BENEFITS = "benefits", _("Benefits and vouchers")
        DISABILITY = "disability", _("Disability and assistance animals")
        LEGAL = "legal", _("Law, tax and eligibility")
        COMPLAINT = "complaint", _("Complaint")
        PRICE = "price", _("Price negotiation")

    class Action(models.TextChoices):
        HAND_OVER = "hand_over", _("Hand over at once")
        TELL = "tell", _("Tell a colleague and go on answering the rest")

    class SendTo(models.TextChoices):
        NOBODY = "nobody", _("Nobody in particular")
        OWNER = "owner", _("Whoever has the lead or the conversation")
        MEMBER = "member", _("A member")

    ALWAYS_HANDED_OVER = (
        Subject.EMERGENCY,
        Subject.DISCRIMINATION,
        Subject.PEOPLE,
        Subject.BENEFITS,
        Subject.DISABILITY,
    )

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="subject_rules")
    subject = models.CharField(max_length=14, choices=Subject)
    action = models.CharField(_("what happens"), max_length=9, choices=Action)
    send_to = models.CharField(
        _("who gets it"), max_length=6, choices=SendTo, default=SendTo.NOBODY
    )
    member = models.ForeignKey(
        Member,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="subject_rules",
        verbose_name=_("member"),
    )
    sentences = models.JSONField(
        default=dict, blank=True, help_text="The agency's own words by language code."
    )
    extra_words = models.TextField(
        _("words that also count"), blank=True, help_text="One word or phrase on each line."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint("organization", "subject", name="one_rule_per_subject"),
            models.CheckConstraint(
                condition=Q(action="hand_over") | Q(subject__in=("legal", "complaint", "price")),
                name="grave_subjects_are_handed_over",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_subject_display())

    @property
    def words(self) -> list[str]:
        return [word for line in self.extra_words.splitlines() if (word := line.strip())]


class HandOverSettings(TenantModel):
    """Whether a customer who waits for a person hears once that somebody has the message."""

    organization = models.OneToOneField(
        Organization, models.CASCADE, related_name="hand_over_settings"
    )
    reassures = models.BooleanField(_("tell waiting customers once"), default=True)
    reassure_minutes = models.PositiveSmallIntegerField(
        _("after how many minutes"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(720)],
    )

    class Meta:
        verbose_name_plural = _("hand-over settings")


class Dialogue(TenantModel):
    """What the built-in assistant remembers between two turns of a conversation."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="dialogues")
    conversation = models.OneToOneField(Conversation, models.CASCADE, related_name="dialogue")
    state = models.JSONField(
        default=dict, help_text="Last question, listings shown, focus; see assistant/builtin."
    )
    turn_count = models.PositiveIntegerField(default=0)
    unsure_count = models.PositiveSmallIntegerField(default=0)
    updated_at = models.DateTimeField(default=now)
    # The turn under way, so that another worker can take it up.
    turn_seq = models.PositiveIntegerField(default=0)
    turn_began_at = models.DateTimeField(null=True, blank=True)
    turn_offers = models.JSONField(
        default=list, blank=True, help_text="Ids of the times on offer when it began."
    )


class Run(TenantModel):
    """One turn of the assistant: what it read, called, checked and answered."""

    class Outcome(models.TextChoices):
        REPLIED = "replied", _("Replied")
        SUGGESTED = "suggested", _("Suggested")
        HANDED_OVER = "handed_over", _("Handed over")
        SILENT = "silent", _("Nothing to answer")
        DROPPED = "dropped", _("Draft dropped")
        FAILED = "failed", _("Failed")

    class DropReason(models.TextChoices):
        NONE = "", ""
        NEWER_MESSAGE = "newer_message", _("The customer wrote again")
        TAKEN_OVER = "taken_over", _("A person took over")
        LEASE_LOST = "lease_lost", _("Another worker answered")
        OPTED_OUT = "opted_out", _("The customer opted out")
        PAUSED = "paused", _("The assistant is paused")

    class FeedbackReason(models.TextChoices):
        NONE = "", ""
        WRONG = "wrong", _("Something in it is wrong")
        BESIDE = "beside", _("Does not answer the question")
        TONE = "tone", _("Not how we write")
        PERSON = "person", _("A person should have answered")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="runs")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="runs")
    message = models.OneToOneField(
        Message, models.SET_NULL, null=True, blank=True, related_name="run"
    )
    version = models.ForeignKey(
        AssistantVersion,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="runs",
        help_text="What the agency had published when it answered.",
    )
    seq = models.PositiveIntegerField(help_text="The burst of the conversation it answers.")
    backend = models.CharField(max_length=8, default="builtin")
    model = models.CharField(max_length=60, blank=True)
    prompt_version = models.CharField(max_length=40, blank=True)
    started_at = models.DateTimeField(default=now)
    seconds = models.FloatField(default=0)
    input_tokens = models.PositiveIntegerField(
        default=0, help_text="Neither read from the cache nor written to it."
    )
    cache_write_tokens = models.PositiveIntegerField(default=0)
    cache_read_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    cost_usd = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    fallback_reason = models.CharField(
        max_length=12, choices=Fallback, blank=True, default=Fallback.NONE
    )
    request_ids = models.JSONField(default=list, help_text="Anthropic's id of each call.")
    commands = models.JSONField(default=list)
    tools = models.JSONField(default=list, help_text='[{"tool", "arguments", "result"}]')
    sources = models.JSONField(default=list, help_text='[{"kind", "id", "label", "as_of"}]')
    verdicts = models.JSONField(default=list, help_text='[{"guardrail", "passed", "detail"}]')
    draft = models.TextField(blank=True)
    outcome = models.CharField(max_length=11, choices=Outcome, default=Outcome.REPLIED)
    drop_reason = models.CharField(
        max_length=13, choices=DropReason, blank=True, default=DropReason.NONE
    )
    feedback = models.SmallIntegerField(null=True, blank=True)
    feedback_reason = models.CharField(
        max_length=6, choices=FeedbackReason, blank=True, default=FeedbackReason.NONE
    )
    feedback_by = models.ForeignKey(
        Member, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    feedback_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["organization", "conversation", "-started_at"], name="runs_by_talk"
            )
        ]


class ClaudeCall(TenantModel):
    """One call to Claude. Its cost is reserved before it, and settled with what was used.

    A call that never came to an end keeps its reservation: it may have been charged for.
    """

    class State(models.TextChoices):
        RESERVED = "reserved", _("Under way")
        DONE = "done", _("Answered")
        FAILED = "failed", _("Failed")

    class Purpose(models.TextChoices):
        TURN = "turn", _("Answers to customers, trials included")
        COPILOT = "copilot", _("Copilot for members")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="claude_calls")
    conversation = models.ForeignKey(
        Conversation, models.SET_NULL, null=True, blank=True, related_name="claude_calls"
    )
    run = models.ForeignKey(
        Run, models.SET_NULL, null=True, blank=True, related_name="claude_calls"
    )
    at = models.DateTimeField(default=now, editable=False)
    purpose = models.CharField(max_length=7, choices=Purpose, default=Purpose.TURN)
    model = models.CharField(max_length=60)
    state = models.CharField(max_length=8, choices=State, default=State.RESERVED)
    reserved_usd = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    cost_usd = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    input_tokens = models.PositiveIntegerField(default=0)
    cache_write_5m_tokens = models.PositiveIntegerField(default=0)
    cache_write_1h_tokens = models.PositiveIntegerField(default=0)
    cache_read_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)
    request_id = models.CharField(max_length=80, blank=True)
    failure = models.CharField(max_length=12, choices=Fallback, blank=True, default=Fallback.NONE)

    class Meta:
        indexes = [models.Index(fields=["organization", "at"], name="claude_calls_by_time")]


class Completion(TenantModel):
    """What Claude answered in one round of a turn that is not committed yet.

    Kept for a worker that takes the turn up after another one was killed; see `resuming.py`.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="completions")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="completions")
    seq = models.PositiveIntegerField(help_text="The burst of the conversation.")
    round = models.PositiveSmallIntegerField(help_text="Counted from 0 within the turn.")
    request_hash = models.CharField(max_length=64, help_text="SHA-256 of the whole request.")
    answer = models.TextField(help_text="The message as Anthropic returned it: JSON.")
    call = models.ForeignKey(ClaudeCall, models.CASCADE, related_name="completions")
    at = models.DateTimeField(default=now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organization", "conversation", "seq", "round", name="one_completion_per_round"
            )
        ]


class ClaudeBreaker(GlobalModel):
    """Whether Claude is left alone after a failure. One row, shared by all processes.

    Open until `open_until`; then one process at a time may try, until `probe_until`.
    """

    name = models.CharField(max_length=20, primary_key=True, default="claude")
    reason = models.CharField(max_length=12, choices=Fallback, blank=True, default=Fallback.NONE)
    open_until = models.DateTimeField(null=True, blank=True)
    probe_until = models.DateTimeField(null=True, blank=True)


class PlaygroundTalk(TenantModel):
    """A member plays a customer. What it makes exists in `rows` alone, see assistant/sandbox.py."""

    class Customer(models.TextChoices):
        NEW = "new", _("Writes for the first time")
        RETURNING = "returning", _("Was here two weeks ago")

    class Backend(models.TextChoices):
        USUAL = "usual", _("Whichever answers customers")
        BUILTIN = "builtin", _("The built-in assistant")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="playground_talks")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    member = models.ForeignKey(Member, models.CASCADE, related_name="playground_talks")
    version = models.ForeignKey(
        AssistantVersion, models.SET_NULL, null=True, blank=True, related_name="playground_talks"
    )
    customer = models.CharField(_("customer"), max_length=9, choices=Customer, default=Customer.NEW)
    name = models.CharField(_("name of the customer"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=2, default="en")
    backend = models.CharField(
        _("who answers"), max_length=7, choices=Backend, default=Backend.USUAL
    )
    rows = models.JSONField(default=list)
    started_at = models.DateTimeField(default=now, editable=False)
    used_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [
            models.Index(fields=["organization", "member", "-used_at"], name="playground_latest")
        ]


class PlaygroundTurn(TenantModel):
    """One message of a played customer, what was answered, and how that came about."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="playground_turns")
    talk = models.ForeignKey(PlaygroundTalk, models.CASCADE, related_name="turns")
    said = models.TextField()
    told = models.JSONField(default=dict, help_text="See playing.Outcome.")
    at = models.DateTimeField(default=now, editable=False)


class Rehearsal(TenantModel):
    """Real conversations, played again against a version that is not live yet."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="rehearsals")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80, blank=True)
    version = models.ForeignKey(
        AssistantVersion, models.SET_NULL, null=True, blank=True, related_name="rehearsals"
    )
    content = models.JSONField(default=dict, help_text="The version as it was at the start.")
    backend = models.CharField(
        _("who answers"),
        max_length=7,
        choices=PlaygroundTalk.Backend,
        default=PlaygroundTalk.Backend.USUAL,
    )
    state = models.CharField(max_length=9, choices=State, default=State.RUNNING)
    member = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    total = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveSmallIntegerField(default=0)
    cost_usd = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    started_at = models.DateTimeField(default=now, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "-started_at"], name="rehearsals_latest")]

    def __str__(self) -> str:
        return f"{self.total} conversations, {self.get_state_display()}"

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 100

    @property
    def shape(self) -> Shape:
        return shapes.read(self.content)


class RehearsalCase(TenantModel):
    """One conversation of a rehearsal: what was said then, and what the version says."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="rehearsal_cases")
    rehearsal = models.ForeignKey(Rehearsal, models.CASCADE, related_name="cases")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="rehearsal_cases")
    position = models.PositiveSmallIntegerField()
    turns = models.JSONField(default=list, help_text='[{"said": [texts], "then", "now"}]')
    facts = models.JSONField(default=list, help_text='[{"field", "then", "now"}] that differ')
    rows = models.JSONField(default=list, help_text="What the next turn goes on from.")
    is_done = models.BooleanField(default=False)
    failed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organization", "rehearsal", "conversation", name="rehearsed_once"
            )
        ]


class Evaluation(GlobalModel):
    """What `evaluate_assistant` measured over one file: figures only, nobody's words."""

    at = models.DateTimeField(default=now, editable=False)
    label = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=12, help_text="Of the file; equal ones compare.")
    backend = models.CharField(max_length=8)
    version = models.CharField(max_length=40, help_text="Of the code that was measured.")
    conversations = models.PositiveIntegerField()
    turns = models.PositiveIntegerField()
    precision = models.FloatField()
    recall = models.FloatField()
    f1 = models.FloatField()
    fields = models.JSONField(default=dict, help_text='{"field": [right, wrong, missed]}')
    seconds = models.FloatField(default=0)
    tokens = models.PositiveIntegerField(default=0)
    cost_usd = models.DecimalField(max_digits=12, decimal_places=6, default=0)

    class Meta:
        indexes = [models.Index(fields=["-at"], name="evaluations_latest")]

    def __str__(self) -> str:
        return f"{self.label}, {self.backend}: F1 {self.f1:.3f}"
