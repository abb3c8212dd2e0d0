import pytest

from assistant import claude
from assistant.tests.claude_script import Script
from assistant.tests.obedience import Town
from twins.meta import MetaTwin
from twins.meta.sending import Delays
from twins.meta.state import Number


@pytest.fixture
def script(settings, monkeypatch):
    """Claude with a key, whose answers the test writes."""
    settings.ANTHROPIC_API_KEY = "sk-ant-test-key"
    settings.ANTHROPIC_BASE_URL = "https://claude.invalid"
    written = Script()
    monkeypatch.setattr(claude, "http_client", written.client)
    claude._client_for.cache_clear()
    yield written
    claude._client_for.cache_clear()


@pytest.fixture
def meta(monkeypatch):
    monkeypatch.setenv("KATIKN_DEMO", "1")
    number = Number("305000000000002", "204000000000001", "35725000001", "token-1", "Litharia")
    nowhere = "http://127.0.0.1:9/webhooks/whatsapp/"
    with MetaTwin(
        nowhere, "app-secret", numbers=[number], delays=Delays(0, 0, None), retry_for=0
    ) as meta:
        yield meta


@pytest.fixture
def town(db, claude_twin, meta) -> Town:
    return Town(claude_twin, meta)
