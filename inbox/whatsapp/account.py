"""What Meta tells about a number and its account, and the few things we ask it to do there."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from inbox.whatsapp.client import Graph, Rejected

TIMEOUT = (3, 8)  # a member waits for these answers
FIELDS = (
    "id,display_phone_number,verified_name,quality_rating,platform_type,is_on_biz_app,"
    "code_verification_status,status"
)
MORE_FIELDS = "name_status,health_status,whatsapp_business_manager_messaging_limit"
UNKNOWN_FIELD = 100
MESSAGING, MANAGEMENT = "whatsapp_business_messaging", "whatsapp_business_management"


@dataclass(frozen=True)
class NumberInfo:
    """One number as Meta describes it; any text may be empty. `can_send` is Meta's own verdict."""

    phone_number_id: str
    display: str = ""
    verified_name: str = ""
    quality: str = ""
    limit: str = ""
    platform: str = ""
    is_on_biz_app: bool = False
    verification: str = ""
    status: str = ""
    name_status: str = ""
    can_send: str = ""
    advice: str = ""

    @property
    def is_registered(self) -> bool:
        """Whether messages can go out through the Cloud API. Unknown counts as yes."""
        return self.platform in ("", "CLOUD_API") and self.status in ("", "CONNECTED")


@dataclass(frozen=True)
class TokenInfo:
    """What a token may do; `accounts` are the ids of WhatsApp accounts it is limited to."""

    is_valid: bool
    app_id: str = ""
    scopes: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    expires_at: int = 0
    targets: dict[str, frozenset[str]] = field(default_factory=dict)

    def allows(self, scope: str, waba_id: str) -> bool:
        targets = self.targets.get(scope)
        return scope in self.scopes and (not targets or waba_id in targets)


class Account:
    """One number of one account, with one token. Every call raises as `Graph` does."""

    def __init__(self, token: str, waba_id: str, phone_number_id: str, graph_url: str = "") -> None:
        self.token = token
        self.waba_id = waba_id
        self.phone_number_id = phone_number_id
        self._graph_url = graph_url
        self._graph = Graph(token, graph_url, TIMEOUT)

    def number(self) -> NumberInfo:
        """Describe the number.

        Source: https://developers.facebook.com/docs/graph-api/reference/whats-app-business-account-to-number-current-status/
        """
        try:
            answer = self._graph.get(self.phone_number_id, fields=f"{FIELDS},{MORE_FIELDS}")
        except Rejected as error:
            if error.code != UNKNOWN_FIELD:
                raise
            # An API version without one of the newer fields refuses them all.
            answer = self._graph.get(self.phone_number_id, fields=FIELDS)
        return _number(answer)

    def numbers(self) -> list[str]:
        """Return the ids of the account's numbers, at most the first hundred."""
        answer = self._graph.get(f"{self.waba_id}/phone_numbers", fields="id", limit="100")
        return [_text(each, "id") for each in _data(answer)]

    def is_subscribed(self) -> bool:
        """Whether the webhooks of the account reach our app; without an app id, any app."""
        apps = [
            _text(_dict(each, "whatsapp_business_api_data"), "id")
            for each in _data(self._graph.get(f"{self.waba_id}/subscribed_apps"))
        ]
        wanted = settings.WHATSAPP_APP_ID
        return wanted in apps if wanted else bool(apps)

    def subscribe(self) -> None:
        self._graph.post(f"{self.waba_id}/subscribed_apps", {})

    def unsubscribe(self) -> None:
        self._graph.delete(f"{self.waba_id}/subscribed_apps")

    def register(self, pin: str) -> None:
        """Register the number for sending. The PIN becomes its two-step PIN; ten tries in 72 h.

        Source: https://developers.facebook.com/docs/whatsapp/cloud-api/reference/registration
        """
        payload = {"messaging_product": "whatsapp", "pin": pin}
        self._graph.post(f"{self.phone_number_id}/register", payload)

    def inspect_token(self) -> TokenInfo:
        """Return what the token may do. Needs the app's id and secret, see `can_inspect`."""
        secret = f"{settings.WHATSAPP_APP_ID}|{settings.WHATSAPP_APP_SECRETS[0]}"
        graph = Graph(secret, self._graph_url, TIMEOUT)
        data = _dict(graph.get("debug_token", input_token=self.token), "data")
        scopes, targets = data.get("scopes"), {}
        granular = data.get("granular_scopes")
        for each in granular if isinstance(granular, list) else []:
            ids = each.get("target_ids") if isinstance(each, dict) else None
            if isinstance(ids, list):
                targets[_text(each, "scope")] = frozenset(str(one) for one in ids)
        expires = data.get("expires_at")
        return TokenInfo(
            is_valid=data.get("is_valid") is True,
            app_id=_text(data, "app_id"),
            scopes=frozenset(map(str, scopes if isinstance(scopes, list) else [])),
            expires_at=expires if isinstance(expires, int) else 0,
            targets=targets,
        )


def can_inspect() -> bool:
    return bool(settings.WHATSAPP_APP_ID and settings.WHATSAPP_APP_SECRETS)


def _number(answer: Any) -> NumberInfo:
    health = _dict(answer, "health_status")
    return NumberInfo(
        phone_number_id=_text(answer, "id"),
        display=_text(answer, "display_phone_number")[:32],
        verified_name=_text(answer, "verified_name")[:200],
        quality=_text(answer, "quality_rating"),
        limit=_text(answer, "whatsapp_business_manager_messaging_limit")[:40],
        platform=_text(answer, "platform_type")[:40],
        is_on_biz_app=isinstance(answer, dict) and answer.get("is_on_biz_app") is True,
        verification=_text(answer, "code_verification_status"),
        status=_text(answer, "status"),
        name_status=_text(answer, "name_status")[:60],
        can_send=_text(health, "can_send_message"),
        advice=_advice(health),
    )


def _advice(health: dict[str, Any]) -> str:
    """Return what Meta says is wrong, first the number's own problem."""
    for entity in _dicts(health, "entities"):
        for error in _dicts(entity, "errors"):
            said = _text(error, "error_description"), _text(error, "possible_solution")
            if any(said):
                return " ".join(filter(None, said))[:500]
    return ""


def _data(answer: Any) -> list[dict[str, Any]]:
    return _dicts(answer, "data")


def _dicts(answer: Any, key: str) -> list[dict[str, Any]]:
    found = answer.get(key) if isinstance(answer, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _dict(answer: Any, key: str) -> dict[str, Any]:
    value = answer.get(key) if isinstance(answer, dict) else None
    return value if isinstance(value, dict) else {}


def _text(answer: Any, key: str) -> str:
    value = answer.get(key) if isinstance(answer, dict) else None
    return value if isinstance(value, str) else ""
