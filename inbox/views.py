"""The inbox: the list, the thread, and what members do with a conversation."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.http import Http404, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from inbox import (
    briefing,
    checking,
    drafts,
    events,
    handover,
    noticing,
    opting_out,
    sending,
    suggesting,
    thread,
    tracing,
    work,
)
from inbox.context_processors import waiting_count
from inbox.forms import MessageForm
from inbox.models import (
    WAITS_FOR_A_PERSON,
    Conversation,
    ConversationQuerySet,
    Draft,
    Identity,
    Message,
    Signal,
)
from inbox.panels import panels_of
from knowledge.folding import fold
from organizations.models import Organization
from organizations.pages import MemberRequest, member_required, render_page

VIEWS = ("waiting", "assistant", "all")
PAGE_LENGTH = 50
THREAD_LENGTH = 60
# How far back one page of a thread goes, and how much is shown before a message linked to.
LONGEST_THREAD = 5000
BEFORE_LINKED = 10

Verb = Callable[[MemberRequest, Conversation], None]


@require_GET
@member_required
def index(request: MemberRequest) -> HttpResponse:
    return render(request, "inbox/index.html", list_context(request))


@require_GET
@member_required
def conversation_list(request: MemberRequest) -> HttpResponse:
    return render(request, "inbox/_list.html", list_context(request))


@require_GET
@member_required
def count(request: MemberRequest) -> HttpResponse:
    """How many conversations wait, for the mark on the inbox's icon; nothing instead of 0."""
    return HttpResponse(waiting_count(request.organization) or "")


@require_GET
@member_required
def channel_banner(request: MemberRequest) -> HttpResponse:
    """What is wrong with the numbers, over the inbox."""
    return render(request, "inbox/_channel_banner.html")


@require_GET
@member_required
def conversation(request: MemberRequest, code: UUID) -> HttpResponse:
    found = find_conversation(request, code)
    context = thread_context(request, found)
    mark_read(request, found)
    if not request.htmx:
        context |= list_context(request)
    return render_page(request, "inbox/index.html", "inbox/_conversation.html", context)


@require_GET
@member_required
def hand_overs(request: MemberRequest, code: UUID) -> HttpResponse:
    """What people were asked before in a conversation, fetched beside it."""
    found = find_conversation(request, code)
    return render(request, "inbox/_hand_overs.html", {"cards": briefing.earlier_cards(found)})


@require_http_methods(["GET", "POST"])
@never_cache
@member_required
def draft(request: MemberRequest, code: UUID) -> HttpResponse:
    """Keep what the member has written and not sent (POST), or tell it (GET); as JSON."""
    found = get_object_or_404(request.organization.conversations, code=code)
    if request.method == "GET":
        kept = drafts.of_member(found, request.member).values()
        return JsonResponse({d.kind: {"body": d.body, "version": d.version} for d in kept})
    kind = request.POST.get("kind", "")
    if kind not in drafts.KINDS:
        return HttpResponseBadRequest("kind must be reply or note")
    kept = drafts.save(found, request.member, kind, request.POST.get("body", ""))
    return JsonResponse({"version": kept.version})


@require_POST
@member_required
def send(request: MemberRequest, code: UUID) -> HttpResponse:
    """Send a reply to the customer; without scripts the same form also carries notes."""
    found = find_conversation(request, code)
    form = MessageForm(request.POST)
    if not form.is_valid():
        return refuse(request, found, form)
    body = form.cleaned_data["body"]
    if form.cleaned_data["kind"] == "note":
        return add_note(request, found, body)
    warned = checking.warnings_for(found, body)
    if warned and request.POST.get("anyway") != checking.digest(body):
        return refuse(request, found, form, warned=warned, agreed=checking.digest(body))
    try:
        message = sending.send_reply(found, body, author=request.member)
    except sending.CannotSend as error:
        form.add_error(None, str(error))
        return refuse(request, found, form)
    if warned:
        checking.record(message, warned, request.member)
    drafts.clear(found, request.member, Draft.Kind.REPLY)
    return show_message(request, found, message)


@require_POST
@member_required
def note(request: MemberRequest, code: UUID) -> HttpResponse:
    found = find_conversation(request, code)
    form = MessageForm(request.POST)
    if not form.is_valid():
        return refuse(request, found, form)
    return add_note(request, found, form.cleaned_data["body"])


@require_POST
@member_required
def retry(request: MemberRequest, pk: int) -> HttpResponse:
    """Send a failed message once more."""
    message = get_object_or_404(
        request.organization.messages.select_related("conversation"), pk=pk, direction="out"
    )
    try:
        message = sending.retry(message, request.member)
    except sending.CannotSend as error:
        response = show_message(request, message.conversation, message)
        if request.htmx:
            trigger_client_event(response, "toast", {"text": str(error), "kind": "error"})
        else:
            messages.error(request, str(error))
        return response
    return show_message(request, message.conversation, message)


def _by_verb(verb: Verb) -> Callable[..., HttpResponse]:
    """Return a view that does one thing with a conversation and shows it as it is then."""

    @require_POST
    @member_required
    def view(request: MemberRequest, code: UUID) -> HttpResponse:
        found = find_conversation(request, code)
        try:
            verb(request, found)
        except (handover.AlreadyTakenOver, handover.AssistantUnavailable) as error:
            return show_conversation(request, code, problem=in_words(error))
        return show_conversation(request, code)

    return view


def _take_over(request: MemberRequest, found: Conversation) -> None:
    relieved = request.POST.get("instead_of", "")[:18]
    known = int(relieved) if relieved.isdecimal() else None
    handover.take_over(found, request.member, instead_of=known)


take_over = _by_verb(_take_over)


def _reject_suggestion(request: MemberRequest, found: Conversation) -> None:
    code, reason = request.POST.get("suggestion", ""), request.POST.get("reason", "")
    suggesting.reject(found, code, request.member, reason)


reject_suggestion = _by_verb(_reject_suggestion)
hand_back = _by_verb(lambda request, it: handover.hand_back(it, request.member))
close = _by_verb(lambda request, it: handover.close(it, request.member))
reopen = _by_verb(lambda request, it: handover.reopen(it, request.member))
snooze = _by_verb(
    lambda request, it: handover.snooze(
        it, request.member, snooze_until(request.POST.get("until", ""), request.organization)
    )
)


def _assign(request: MemberRequest, found: Conversation) -> None:
    chosen = request.POST.get("member", "")
    members = request.organization.members.active()
    is_id = chosen.isdecimal() and len(chosen) < 19
    if chosen and not is_id:
        raise Http404
    member = get_object_or_404(members, pk=chosen) if chosen else None
    handover.assign(found, member, by=request.member)


assign = _by_verb(_assign)
allow = _by_verb(lambda request, it: opting_out.allow_again(it, request.member))


@require_GET
@member_required
def trace(request: MemberRequest, code: UUID) -> HttpResponse:
    """What became of each message, in words; never what was written."""
    found = find_conversation(request, code)
    context = {"section": "inbox", "conversation": found, "story": tracing.story(found)}
    return render(request, "inbox/trace.html", context)


@require_GET
@member_required
def news(request: MemberRequest) -> HttpResponse:
    """What WhatsApp told about the numbers, the account and the templates."""
    notices = request.organization.channel_notices.select_related("channel", "seen_by__user")
    page = Paginator(notices.order_by("-at", "-pk"), PAGE_LENGTH)
    context = {
        "section": "inbox",
        "notices": page.get_page(request.GET.get("page")),
        "templates": request.organization.message_templates.order_by("name", "language"),
        "channels": request.organization.channels.order_by("name"),
        "has_unseen": notices.filter(seen_at=None).exists(),
    }
    return render(request, "inbox/news.html", context)


@require_POST
@member_required
def news_seen(request: MemberRequest) -> HttpResponse:
    noticing.mark_seen(request.organization, request.member)
    return redirect("inbox:news", slug=request.organization.slug)


@require_GET
@member_required
def news_banner(request: MemberRequest) -> HttpResponse:
    return render(request, "inbox/_news_banner.html")


def find_conversation(request: MemberRequest, code: UUID) -> Conversation:
    conversations = request.organization.conversations.for_list().prefetch_related(
        "contact__identities"
    )
    found = get_object_or_404(conversations, code=code)
    found.organization = request.organization
    return found


def list_context(request: MemberRequest) -> dict[str, Any]:
    """The list's context: `view`, `search`, `counts` and a page of `conversations`."""
    view = chosen_view(request)
    search = request.GET.get("search", "").replace("\x00", "").strip()[:100]
    conversations = drafts.mark(request.organization.conversations.all(), request.member)
    return {
        "section": "inbox",
        "view": view,
        "search": search,
        "counts": counts(request.organization),
        "has_channel": request.organization.channels.exists(),
        "conversations": page_of(conversations, view, search, request.GET.get("page")),
        "selected": request.GET.get("selected", ""),
    }


def chosen_view(request: MemberRequest) -> str:
    view = request.GET.get("view", "")
    return view if view in VIEWS else "waiting"


def counts(organization: Organization) -> dict[str, int]:
    assistant = Q(status=Conversation.Status.OPEN, in_charge=Conversation.InCharge.ASSISTANT)
    return organization.conversations.aggregate(
        waiting=Count("pk", filter=WAITS_FOR_A_PERSON), assistant=Count("pk", filter=assistant)
    )


def page_of(conversations: ConversationQuerySet, view: str, search: str, page: str | None) -> Page:
    if search:
        conversations = matching(conversations, search)
    elif view == "waiting":
        conversations = conversations.waiting_for_a_person()
    elif view == "assistant":
        conversations = conversations.with_assistant()
    rows = conversations.for_list().prefetch_related("contact__identities")
    rows = rows.urgent_first() if view == "waiting" and not search else rows.latest_first()
    return Paginator(rows, PAGE_LENGTH).get_page(page)


def matching(conversations: ConversationQuerySet, search: str) -> ConversationQuerySet:
    """Filter by a part of the customer's name or number, or by words of a message."""
    digits = "".join(character for character in search if character.isdigit())
    found = Q(contact__search_text__contains=fold(search)) | Q(contact__name__icontains=search)
    if len(digits) >= 3:
        numbers = Identity.objects.filter(contact=OuterRef("contact"), value__contains=digits)
        found |= Q(Exists(numbers))
    said = Message.objects.filter(conversation=OuterRef("pk"), body__icontains=search)
    return conversations.filter(found | Q(Exists(said)))


def thread_context(request: MemberRequest, found: Conversation) -> dict[str, Any]:
    length = thread_length(request, found)
    latest = found.messages.for_thread().order_by("-sent_at", "-pk")[: length + 1]
    messages = list(latest)[::-1]
    older = ""
    if len(messages) > length:
        messages = messages[1:]
        address = reverse("inbox:conversation", args=[request.organization.slug, found.code])
        older = f"{address}?older={length}&view={chosen_view(request)}"
    cards = briefing.open_cards(found)
    kept = drafts.of_member(found, request.member)
    return {
        "conversation": found,
        "card": cards[0] if cards else None,
        "more_cards": cards[1:],
        "drafts": kept,
        "draft_kind": latest_unsent(kept),
        "writing": drafts.colleagues_writing(found, request.member),
        "answering_since": handover.answering_since(found),
        "suggestion": suggesting.current(found),
        "reject_reasons": suggesting.REASONS,
        "messages": messages,
        "older": older,
        "shown_more": length - THREAD_LENGTH,
        "first_unread": first_unread(found, messages),
        "is_writing": is_writing(found),
        "members": request.organization.members.active().with_people().select_related("user"),
        "panels": panels_of(found),
        "view": chosen_view(request),
    }


def thread_length(request: MemberRequest, found: Conversation) -> int:
    """How many of the latest messages to show: more after "older", or back to a linked one."""
    length = THREAD_LENGTH
    if request.GET.get("older", "").isdecimal():
        length += int(request.GET["older"][:5])
    linked = request.GET.get("message", "")
    if linked.isdecimal() and len(linked) < 19:
        since = found.messages.filter(pk__gte=int(linked)).count()
        length = max(length, since + BEFORE_LINKED)
    return min(length, LONGEST_THREAD)


def first_unread(found: Conversation, messages: list[Message]) -> int | None:
    unread = [message.pk for message in messages if message.is_inbound][-found.unread_count :]
    return unread[0] if found.unread_count and unread else None


def latest_unsent(kept: dict[str, Draft]) -> str:
    """The kind of the draft that was written last; a reply where nothing is unsent."""
    unsent = [draft for draft in kept.values() if draft.body]
    return max(unsent, key=lambda draft: draft.saved_at).kind if unsent else Draft.Kind.REPLY


def is_writing(found: Conversation) -> bool:
    """Whether the assistant is making a reply right now."""
    lease = found.work.lease_until if hasattr(found, "work") else None
    return lease is not None and lease > now()


def mark_read(request: MemberRequest, found: Conversation) -> None:
    """Take off the mark of the new; the open thread keeps its divider, so only lists hear of it."""
    unread = request.organization.conversations.filter(
        pk=found.pk, unread_count=found.unread_count, unread_count__gt=0
    )
    if unread.update(unread_count=0):
        events.announce(request.organization, Signal.Kind.CONVERSATION)


def add_note(request: MemberRequest, found: Conversation, body: str) -> HttpResponse:
    written = thread.add_note(found, body, request.member)
    drafts.clear(found, request.member, Draft.Kind.NOTE)
    return show_message(request, found, written)


def show_message(request: MemberRequest, found: Conversation, message: Message) -> HttpResponse:
    if not request.htmx:
        return redirect("inbox:conversation", slug=request.organization.slug, code=found.code)
    return render(request, "inbox/_message.html", {"message": message, "conversation": found})


def show_conversation(request: MemberRequest, code: UUID, problem: str = "") -> HttpResponse:
    """The conversation as it is now, with a notice of what could not be done."""
    if not request.htmx:
        if problem:
            messages.error(request, problem)
        return redirect("inbox:conversation", slug=request.organization.slug, code=code)
    context = thread_context(request, find_conversation(request, code))
    response = render(request, "inbox/_conversation.html", context)
    if problem:
        trigger_client_event(response, "toast", {"text": problem, "kind": "error"})
    return response


def in_words(error: Exception) -> str:
    if isinstance(error, handover.AlreadyTakenOver):
        return _("%(name)s was faster and has taken over.") % {"name": error.member}
    return str(work.Silence(error.reason).label or _("The assistant cannot answer here."))


def refuse(
    request: MemberRequest, found: Conversation, form: MessageForm, **warning: Any
) -> HttpResponse:
    """Show the composer again with the text still in it and what is wrong, or warned of."""
    context = {
        "conversation": found,
        "form": form,
        "suggestion": suggesting.current(found),
        "reject_reasons": suggesting.REASONS,
        **warning,
    }
    if request.htmx:
        return render(request, "inbox/_composer.html", context, status=422)
    context |= thread_context(request, found) | list_context(request)
    return render(request, "inbox/index.html", context, status=422)


def snooze_until(choice: str, organization: Organization) -> datetime:
    """In an hour, or at nine tomorrow or next Monday in the organization's time."""
    local = now().astimezone(organization.zone)
    if choice not in ("tomorrow", "week"):
        return now() + timedelta(hours=1)
    days = 1 if choice == "tomorrow" else 7 - local.weekday()
    day = local.date() + timedelta(days=days)
    return datetime.combine(day, time(9), organization.zone)
