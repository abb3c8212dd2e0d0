import pytest

from assistant import claude
from assistant.tests.claude_script import Script


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
