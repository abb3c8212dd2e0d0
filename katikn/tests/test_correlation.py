"""One id in all lines about one message, through the web process and the workers."""

import json
import time
from collections.abc import Iterator

import pytest

from assistant.tests.talk import agency
from inbox.models import ConversationWork, Message, OutboundWork, WebhookEvent
from inbox.tests.factories import ChannelFactory
from organizations.tenancy import tenant

PHONE = "35799555123"

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


@pytest.fixture
def organization(live_site):
    organization = agency()
    channel = ChannelFactory(organization=organization, token="twin-token")
    live_site.twin.add_number(
        channel.phone_number_id, channel.waba_id, channel.display_phone_number, "twin-token"
    )
    organization.channel = channel
    return organization


def test_every_line_about_a_message_carries_one_id(live_site, organization):
    newest = WebhookEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    phone = live_site.twin.customer(
        PHONE, name="Eleni", number=organization.channel.phone_number_id
    )
    wamid = phone.send_text("How much is Skoufa 28?")
    phone.wait_for_replies(1, timeout=30)
    answer = wait_until_read(organization)

    event = WebhookEvent.objects.filter(pk__gt=newest).earliest("pk")
    kept = str(event.correlation_id)
    told = [tell(line) for line in lines(live_site, correlation_id=kept)]

    assert str(OutboundWork.objects.get(message_id=answer.pk).correlation_id) == kept
    assert str(ConversationWork.objects.get(organization=organization).correlation_id) == kept
    assert told[:2] == ["web: Delivery stored.", "web: Request answered."]
    for expected in (
        "inbox.tasks.process_event: Item processed.",
        "inbox.tasks.process_event: The task ended.",
        "assistant.tasks.reply: Turn recorded.",
        "assistant.tasks.reply: The task ended.",
        "inbox.tasks.deliver: Message sent.",
        "inbox.tasks.deliver: The task ended.",
        # Brought by deliveries of their own, whose id is in `caused_by`.
        "inbox.tasks.process_event: Status received.",
    ):
        assert expected in told
    statuses = list(lines(live_site, message_id=answer.pk, event="Status received."))
    assert {line["correlation_id"] for line in statuses} == {kept}
    assert kept not in {line["caused_by"] for line in statuses}
    everything = "\n".join(path.read_text() for path in log_files(live_site))
    private = ("Skoufa", "Eleni", PHONE, phone.user_id, wamid)
    assert [word for word in private if word in everything] == []


def test_what_is_not_json_is_in_no_log_of_web_and_worker(live_site, organization):
    assert list(lines(live_site, level="nothing")) == []


def wait_until_read(organization) -> Message:
    """Wait until the twin's customer has read the answer, and its statuses are applied."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with tenant(organization):
            found = Message.objects.filter(direction="out", status="read").first()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError("The answer was not read in time.")


def log_files(live_site):
    return [live_site.folder / "log" / name for name in ("web.log", "worker.log")]


def lines(live_site, **wanted) -> Iterator[dict]:
    for path in log_files(live_site):
        for text in path.read_text().splitlines():
            line = json.loads(text)
            if all(line.get(name) == value for name, value in wanted.items()):
                yield line


def tell(line: dict) -> str:
    return f"{line.get('task', 'web')}: {line['event']}"
