"""What the apps above show beside a conversation: each registers a fragment of its own.

The inbox may not import them, so it links to their URL and the browser fetches it.
"""

from dataclasses import dataclass

from django.urls import reverse

from inbox.models import Conversation, Signal


@dataclass(frozen=True)
class Panel:
    """A fragment fetched from `url_name` (slug, code of the conversation), again on `signal`."""

    name: str
    url_name: str
    signal: str
    order: int


_panels: dict[str, Panel] = {}


def register(name: str, url_name: str, signal: Signal.Kind, order: int) -> None:
    """Show a panel beside every conversation, lowest `order` on top. Call it in `ready()`."""
    _panels[name] = Panel(name, url_name, str(signal), order)


def panels_of(conversation: Conversation) -> list[dict[str, str]]:
    slug = conversation.organization.slug
    return [
        {
            "name": panel.name,
            "signal": _heard(panel, conversation),
            "url": reverse(panel.url_name, kwargs={"slug": slug, "code": conversation.code}),
        }
        for panel in sorted(_panels.values(), key=lambda panel: panel.order)
    ]


def _heard(panel: Panel, conversation: Conversation) -> str:
    # Of conversations only this one concerns the panel; other kinds name rows unknown here.
    is_own = panel.signal == Signal.Kind.CONVERSATION
    return f"{panel.signal}:{conversation.code}" if is_own else panel.signal
