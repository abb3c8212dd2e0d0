from collections.abc import Iterator

import pytest

from inbox.models import Channel
from inbox.tests.factories import ChannelFactory
from organizations.tenancy import tenant
from twins.meta import CustomerPhone, MetaTwin
from twins.meta.sending import Delays
from twins.meta.state import Number

NUMBER = Number("305000000000002", "204000000000001", "35725000001", "token-1", "Aphrodite Homes")
NOWHERE = "http://127.0.0.1:9/webhooks/whatsapp/"


@pytest.fixture
def twin() -> Iterator[MetaTwin]:
    """Meta on loopback. Its webhooks go nowhere: a test delivers what it wants to."""
    with MetaTwin(
        NOWHERE,
        "app-secret",
        numbers=[Number(**vars(NUMBER))],
        delays=Delays(0, 0, None),
        retry_for=0,
    ) as twin:
        yield twin


@pytest.fixture
def eleni(twin: MetaTwin) -> CustomerPhone:
    """A customer who wrote just now, so that the twin's window is open."""
    eleni = twin.customer("35799123456", user_id="CY.48210937716650291")
    eleni.send_text("Hello")
    return eleni


@pytest.fixture
def channel(db: None, twin: MetaTwin) -> Channel:
    """A channel whose Graph API is the twin."""
    return ChannelFactory(phone_number_id=NUMBER.phone_number_id, graph_url=twin.url)


@pytest.fixture
def inside(channel: Channel) -> Iterator[None]:
    with tenant(channel.organization):
        yield
