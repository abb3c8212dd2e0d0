"""The inbox: the list, the thread, and what members do with a conversation."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from inbox import (
    briefing,
    bulk,
    checking,
    drafts,
    events,
    handover,
    listing,
    noticing,
    opting_out,
    saved_views,
    sending,
    suggesting,
    thread,
    tracing,
    work,
)
from inbox.context_processors import in_mark, waiting_count
from inbox.forms import MessageForm
from inbox.listing import Asked
from inbox.models import Conversation, Draft, Message, Signal
from inbox.panels import panels_of
from organizations.models import Member, Organization
from organizations.pages import MemberRequest, member_required, render_page

PAGE_LENGTH = 50  # of what WhatsApp told
THREAD_LENGTH = 60
# How far back one page of a thread goes, and how much is shown before a message linked to.
LONGEST_THREAD = 5000
BEFORE_LINKED = 10
# The views that always show; the others are in the menu.
TABS = ("waiting", "mine", "assistant")

Verb = Callable[[MemberRequest, Conversation], None]


@require_GET
@member_required
def index(request: MemberRequest) -> HttpResponse:
    return render(request, "inbox/index.html", list_context(request))


@require_GET
@member_required
def conversation_list(request: MemberRequest) -> HttpResponse:
    """The list anew, with as many `rows` as the browser shows; or its next rows (`part=rows`)."""
    if request.GET.get("part") == "rows":
        return render(request, "inbox/_rows.html", rows_context(request))
    return render(request, "inbox/_list.html", list_context(request))


@require_POST
@member_required
def bulk_run(request: MemberRequest) -> HttpResponse:
    """Do one thing with all the conversations that were picked, and offer to take it back."""
    verb, to = request.POST.get("verb", ""), None
    if "to" in request.POST:
        verb, to = "assign", chosen_member(request, request.POST["to"])
    if verb not in bulk.VERBS:
        return HttpResponseBadRequest("verb must be close, assign or read")
    done = bulk.run(verb, request.POST.getlist("conversation"), request.member, to)
    text = {
        "close": ngettext("%(n)d conversation closed.", "%(n)d conversations closed.", done.number),
        "assign": ngettext(
            "%(n)d conversation assigned.", "%(n)d conversations assigned.", done.number
        ),
        "read": ngettext(
            "%(n)d conversation marked as read.",
            "%(n)d conversations marked as read.",
            done.number,
        ),
    }[verb] % {"n": done.number}
    return show_list(request, text, done.undo)


@require_POST
@member_required
def bulk_undo(request: MemberRequest) -> HttpResponse:
    try:
        number = bulk.take_back(request.POST.get("token", ""), request.member)
    except bulk.TooLate:
        return show_list(request, _("This cannot be taken back any more."), kind="error")
    text = ngettext(
        "Taken back for %(n)d conversation.", "Taken back for %(n)d conversations.", number
    )
    return show_list(request, text % {"n": number})


@require_GET
@member_required
def assignees(request: MemberRequest) -> HttpResponse:
    """Whom the picked conversations can be given to."""
    members = request.organization.members.active().with_people().select_related("user")
    return render(request, "inbox/_assignees.html", {"members": members})


@require_http_methods(["GET", "POST"])
@member_required
def saved(request: MemberRequest) -> HttpResponse:
    """The member's saved views (GET); keep what the list's address asks for as one (POST)."""
    if request.method == "GET":
        changeable = set(saved_views.changeable_by(request.member).values_list("pk", flat=True))
        views = saved_views.seen_by(request.member)
        context = {"saved_views": views, "changeable": changeable}
        return render(request, "inbox/_saved_views.html", context)
    asked, name = Asked.read(request.GET), request.POST.get("name", "")
    try:
        saved_views.save(request.member, name, asked, bool(request.POST.get("is_shared")))
    except saved_views.CannotSave as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The view is kept."))
    return to_list(request)


@require_POST
@member_required
def saved_share(request: MemberRequest, code: UUID) -> HttpResponse:
    """Show a view to everybody, or to its member alone again."""
    view = get_object_or_404(saved_views.changeable_by(request.member), code=code)
    view.is_shared = not view.is_shared
    view.save(update_fields=["is_shared"])
    return to_list(request)


@require_POST
@member_required
def saved_remove(request: MemberRequest, code: UUID) -> HttpResponse:
    get_object_or_404(saved_views.changeable_by(request.member), code=code).delete()
    messages.success(request, _("The view is removed."))
    return to_list(request)


@require_GET
@member_required
def count(request: MemberRequest) -> HttpResponse:
    """How many conversations wait, for the mark on the inbox's icon; nothing instead of 0."""
    return HttpResponse(waiting_count(request.organization))


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
    stamp = drafts.stamp_of(request.POST.get("stamp", ""))
    kept = drafts.save(found, request.member, kind, request.POST.get("body", ""), stamp)
    return JsonResponse({"version": kept.version, "kept": stamp in (None, kept.version)})


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
    # Locked from here on, so that what is looked at now still holds when it is sent.
    handover.lock(found)
    warned = checking.warnings_for(found, body)
    used = form.cleaned_data["suggestion"]
    warned += suggesting.doubts_about(found, body, used, request.member)
    agreed = checking.digest(body, warned)
    if warned and request.POST.get("anyway") != agreed:
        return refuse(request, found, form, warned=warned, agreed=agreed)
    try:
        message = sending.send_reply(found, body, author=request.member)
    except sending.CannotSend as error:
        form.add_error(None, str(error))
        return refuse(request, found, form)
    if warned:
        checking.record(message, warned, request.member)
    _clear_draft(request, found, Draft.Kind.REPLY)
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
    member = chosen_member(request, request.POST.get("member", ""))
    handover.assign(found, member, by=request.member)


def chosen_member(request: MemberRequest, chosen: str) -> Member | None:
    """The active member whose key was chosen, or nobody where nothing was; else a 404."""
    if not chosen:
        return None
    if not (chosen.isdecimal() and len(chosen) < 19):
        raise Http404
    return get_object_or_404(request.organization.members.active(), pk=chosen)


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
    conversations = request.organization.conversations.for_list().with_identities(
        request.organization
    )
    found = get_object_or_404(conversations, code=code)
    found.organization = request.organization
    return found


def list_context(request: MemberRequest) -> dict[str, Any]:
    """The list's context: what is `asked`, `counts`, what narrows it, and its rows."""
    organization, counts = request.organization, listing.count(request.organization, request.member)
    context = rows_context(request)
    return context | {
        "section": "inbox",
        "counts": counts,
        "waiting_count": in_mark(counts["waiting"]),
        "tabs": tabs(context["asked"], counts),
        "narrowed": narrowed(organization, context["asked"]),
        "choices": choices(organization),
        "has_channel": SimpleLazyObject(lambda: organization.channels.exists()),
    }


def show_list(request: MemberRequest, text: str, undo: str = "", kind: str = "") -> HttpResponse:
    """The list as it is now, with a notice of what was done and a way back."""
    if not request.htmx:
        messages.add_message(request, messages.ERROR if kind else messages.SUCCESS, text)
        return to_list(request)
    told: dict[str, Any] = {"text": text, "kind": kind}
    if undo:
        address = reverse("inbox:bulk_undo", args=[request.organization.slug])
        query = Asked.read(request.GET).query
        told["undo"] = {"url": f"{address}?{query}", "token": undo, "label": _("Undo")}
    response = render(request, "inbox/_list.html", list_context(request))
    return trigger_client_event(response, "toast", told)


def to_list(request: MemberRequest) -> HttpResponse:
    """Back to the list that the form's address asks for."""
    address = reverse("inbox:index", args=[request.organization.slug])
    return redirect(f"{address}?{Asked.read(request.GET).query}")


def rows_context(request: MemberRequest) -> dict[str, Any]:
    """A page of `conversations`, and where the next one begins."""
    asked, after = Asked.read(request.GET), request.GET.get("after", "")[:200]
    length, shown = number_in(request, "rows"), number_in(request, "shown")
    listed = listing.read(request.organization, request.member, asked, after, length)
    shown += len(listed.rows)
    following = asked.query + "&" + urlencode({"after": listed.next}) if listed.next else ""
    return {
        "asked": asked,
        "view": asked.after_view,
        "after": after,
        "conversations": listed.rows,
        "following": following,
        "shown": shown,
        "grows": shown < listing.LONGEST_LIST,
    }


def number_in(request: MemberRequest, name: str) -> int:
    """A small number of the address; 0 where there is none."""
    text = request.POST.get(name, request.GET.get(name, ""))
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


def tabs(asked: Asked, counts: dict[str, str]) -> list[dict[str, Any]]:
    """The views that always show, then the one that is open if it is another; and the others."""
    return [
        {
            "name": name,
            "label": label,
            "count": counts.get(name, ""),
            "query": asked.but(view=name).query,
            "is_open": name == asked.view,
            "is_tab": name in TABS or name == asked.view,
        }
        for name, label in listing.VIEWS.items()
    ]


def narrowed(organization: Organization, asked: Asked) -> list[dict[str, str]]:
    """What narrows the view, in words, each with the address of the list without it."""
    words: dict[str, Any] = {}
    if asked.search:
        words["search"] = f"“{asked.search}”"
    if asked.unread:
        words["unread"] = _("Unread")
    if asked.stage:
        words["stage"] = listing.stages()[asked.stage]
    if asked.score:
        words["score"] = _("Score %(band)s") % {"band": listing.BAND_WORDS[asked.score]}
    if asked.number:
        channel = organization.channels.filter(pk=asked.number).first()
        words["number"] = channel.name if channel else _("Unknown number")
    if asked.member:
        person = organization.members.filter(pk=asked.member).select_related("user").first()
        words["member"] = str(person) if person else _("Unknown member")
    if asked.sort != Asked.sort:
        words["sort"] = listing.SORTS[asked.sort]
    without = {"sort": Asked.sort}
    return [
        {"label": label, "query": asked.but(**{name: without.get(name, "")}).query}
        for name, label in words.items()
    ]


def choices(organization: Organization) -> dict[str, Any]:
    """What one can choose from to narrow the list; asked for only where it is shown."""
    return {
        "sorts": listing.SORTS.items(),
        "stages": listing.stages().items(),
        "scores": listing.BAND_WORDS.items(),
    }


def thread_context(request: MemberRequest, found: Conversation) -> dict[str, Any]:
    length, view = thread_length(request, found), Asked.read(request.GET).after_view
    latest = found.messages.for_thread().order_by("-sent_at", "-pk")[: length + 1]
    messages = list(latest)[::-1]
    older = ""
    if len(messages) > length:
        messages = messages[1:]
        address = reverse("inbox:conversation", args=[request.organization.slug, found.code])
        older = f"{address}?older={length}&view={view}"
    cards = briefing.open_cards(found)
    suggestion = suggesting.current(found)
    kept = drafts.of_member(found, request.member)
    return {
        "conversation": found,
        "card": cards[0] if cards else None,
        "more_cards": cards[1:],
        "drafts": kept,
        "draft_kind": latest_unsent(kept),
        "writing": drafts.colleagues_writing(found, request.member),
        "answering_since": handover.answering_since(found),
        "blocked": why_blocked(found),
        "suggestion": suggestion,
        "doubts": suggesting.doubts_of(suggestion),
        "reject_reasons": suggesting.REASONS,
        "messages": messages,
        "older": older,
        "shown_more": length - THREAD_LENGTH,
        "first_unread": first_unread(found, messages),
        "is_writing": is_writing(found),
        "members": request.organization.members.active().with_people().select_related("user"),
        "panels": panels_of(found),
        "view": view,
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


def why_blocked(found: Conversation) -> str:
    """Why a member cannot reply now: `assistant`, `stopped` or `window`; empty if they can."""
    is_open = found.status != Conversation.Status.CLOSED
    if found.in_charge == Conversation.InCharge.ASSISTANT and is_open:
        return "assistant"
    if not found.channel.can_send:
        return "stopped"
    return "" if found.window_is_open else "window"


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
    _clear_draft(request, found, Draft.Kind.NOTE)
    return show_message(request, found, written)


def _clear_draft(request: MemberRequest, found: Conversation, kind: str) -> None:
    stamp = drafts.stamp_of(request.headers.get("X-Draft-Stamp", ""))
    drafts.clear(found, request.member, kind, stamp)


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
    suggestion = suggesting.current(found)
    context = {
        "conversation": found,
        "form": form,
        "blocked": why_blocked(found),
        "suggestion": suggestion,
        "doubts": suggesting.doubts_of(suggestion),
        "is_noted": any(each.is_rule for each in warning.get("warned", ())),
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
