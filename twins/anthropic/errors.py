"""What the API answers when it refuses.

Source: https://platform.claude.com/docs/en/api/errors
"""

from typing import Any

STATUS_OF = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}


class ApiError(Exception):
    """An error of the API. `code` is the stable `error_code`, where the cause has one."""

    def __init__(
        self, kind: str, message: str, code: str = "", headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.code = code
        self.headers = headers or {}

    @property
    def status(self) -> int:
        return STATUS_OF[self.kind]

    def body(self, request_id: str) -> dict[str, Any]:
        error: dict[str, Any] = {"type": self.kind, "message": self.message}
        if self.code:
            error["details"] = {"error_code": self.code}
        return {"type": "error", "error": error, "request_id": request_id}


def invalid(where: str, what: str) -> ApiError:
    """A 400 that names the place in the request, such as `messages.2.content.0`."""
    return ApiError("invalid_request_error", f"{where}: {what}" if where else what)
