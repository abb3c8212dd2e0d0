"""No shape of JSON stops the processing, loses the delivery or breaks the page that shows it."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox import notice_words, tasks, wording
from inbox.models import Conversation, WebhookItem
from inbox.tests.factories import ChannelFactory
from inbox.tests.payloads import event_of, sample_deliveries
from organizations.tenancy import tenant

STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**30, -1, 1e308, "", "\x00", "\ud800", "1795420800", "a" * 70_000]),
    st.floats(allow_nan=False),
    st.text(max_size=20),
    st.lists(st.one_of(st.integers(), st.text(max_size=3)), max_size=3),
    st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
)


def places(node: Any, path: tuple = ()) -> list[tuple]:
    """Every place of a JSON value, as the keys that lead there."""
    found = [path] if path else []
    if isinstance(node, dict):
        inside = list(node.items())
    else:
        inside = list(enumerate(node)) if isinstance(node, list) else []
    for key, value in inside:
        found += places(value, (*path, key))
    return found


def change(body: Any, path: tuple, value: Any, how: str) -> None:
    *way, last = path
    for key in way:
        body = body[key]
    if how == "remove":
        del body[last]
    elif how == "double" and isinstance(body, list):
        body.append(body[last])
    elif how == "wrap":
        body[last] = [body[last]]
    else:
        body[last] = value


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    body = json.loads(BODIES[draw(st.integers(0, len(BODIES) - 1))])
    for _round in range(draw(st.integers(1, 3))):
        if not (known := places(body)):
            break
        how = draw(st.sampled_from(["replace", "replace", "remove", "double", "wrap"]))
        change(body, draw(st.sampled_from(known)), draw(STRANGE), how)
    return json.dumps(body).encode()


class Stub:
    """Stands for the channel while the samples are collected, before there is a database."""

    phone_number_id = "305000000000777"
    waba_id = "204000000000777"


BODIES = list(sample_deliveries(Stub()).values())


@pytest.mark.django_db
@settings(
    max_examples=250,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(body=mutated())
def test_no_change_to_a_delivery_stops_its_processing_or_loses_it(channel, body):
    event = event_of(body)

    tasks.process_event(event.pk)

    event.refresh_from_db()
    assert bytes(event.body) == body
    assert event.state in ("processed", "dead")
    assert event.state == "processed" or event.reason
    # A failed item is one whose processing raised: it would come again, and end dead.
    assert not event.items.filter(reason=WebhookItem.Reason.FAILED).exists()
    with tenant(channel.organization) as organization:
        for message in organization.messages.order_by("-pk")[:3]:
            assert all(isinstance(each.text, str) for each in wording.remarks(message))
            assert isinstance(wording.instead(message), str)
        for notice in organization.channel_notices.order_by("-pk")[:2]:
            assert notice_words.in_words(notice)


@pytest.fixture
def channel(db):
    return ChannelFactory(phone_number_id=Stub.phone_number_id, waba_id=Stub.waba_id)


HOSTILE = ["text", 7, None, True, [], {}, [1, "a", None, [[]]], {"a": {"b": []}}, 1e308]


@pytest.mark.parametrize("strange", HOSTILE, ids=repr)
def test_the_thread_opens_whatever_shape_the_payloads_have(channel, strange):
    for body in BODIES:
        event = json.loads(body)
        for change_ in event["entry"][0]["changes"]:
            for number, item in enumerate(change_["value"].get("messages", [])):
                kind = item["type"]
                item["id"] = f"wamid.{kind}.{number}.{len(body)}"
                item |= {kind: strange, "context": strange, "referral": strange}
                item |= {"errors": strange, "unsupported": strange}
        tasks.process_event(event_of(json.dumps(event).encode()).pk)
    client = Client()
    client.force_login(channel.organization.owner.user)
    slug = channel.organization.slug
    with tenant(channel.organization):
        codes = list(Conversation.objects.values_list("code", flat=True))

    answers = [client.get(reverse("inbox:news", kwargs={"slug": slug})).status_code]
    for code in codes:
        for page in ("inbox:conversation", "inbox:trace"):
            answers.append(
                client.get(reverse(page, kwargs={"slug": slug, "code": code})).status_code
            )

    assert set(answers) == {200}
    assert len(codes) >= 1
