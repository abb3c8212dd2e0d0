"""What an error page for developers shows: the code, and none of the data it ran on.

Only with `DEBUG`, which no installation sets. Django's own report hides variables by their names,
and nothing at all while `DEBUG` is on.
"""

from types import TracebackType
from typing import Any

from django.http import HttpRequest
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

HIDDEN = "(hidden)"


class Filter(SafeExceptionReporterFilter):
    """Shows no variable of any frame and no value of a form."""

    def is_active(self, request: HttpRequest) -> bool:
        return True

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, str]:
        return dict.fromkeys(request.POST, HIDDEN) if request else {}

    def get_traceback_frame_variables(
        self, request: HttpRequest, tb_frame: TracebackType
    ) -> list[tuple[str, Any]]:
        return []


class Reporter(ExceptionReporter):
    """Shows kind and place of an exception; its message may quote a customer or a token."""

    def get_traceback_data(self) -> dict[str, Any]:
        data = super().get_traceback_data()
        for frame in data.get("frames", ()):
            if frame.get("exc_cause"):
                frame["exc_cause"] = type(frame["exc_cause"]).__name__
        for name in ("exception_value", "exception_notes", "user_str", "unicode_hint"):
            if data.get(name):
                data[name] = HIDDEN
        for name in ("request_GET_items", "request_FILES_items", "request_COOKIES_items"):
            if name in data:
                data[name] = [(key, HIDDEN) for key, _value in data[name]]
        if self.request is not None:
            data["request_meta"] = {}
            data["request_insecure_uri"] = self.request.path
        return data
