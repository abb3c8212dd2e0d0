"""The phone page, the mail page, and the few files that they load."""

import html
import re
from pathlib import Path
from typing import TYPE_CHECKING

from .. import website
from ..serving import Response
from . import mail
from .exchange import Request
from .state import Unknown

if TYPE_CHECKING:
    from .twin import MetaTwin

HERE = Path(__file__).parent
FONTS = HERE.parents[1] / "static" / "vendor"
FILES = {
    "/": (HERE / "phone.html", "text/html; charset=utf-8"),
    "/phone.css": (HERE / "phone.css", "text/css; charset=utf-8"),
    "/phone.js": (HERE / "phone.js", "text/javascript; charset=utf-8"),
    "/mail.css": (HERE / "mail.css", "text/css; charset=utf-8"),
    "/mail.js": (HERE / "mail.js", "text/javascript; charset=utf-8"),
}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob:; media-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def respond(twin: "MetaTwin", request: Request) -> Response:
    """Answer with a page or one of its files. Raises `Unknown`."""
    if request.method != "GET":
        raise Unknown(f"no {request.method} {request.path}")
    if request.path == "/mail":
        page = _mail_page(twin)
        return Response(page, content_type="text/html; charset=utf-8", headers=HEADERS)
    if re.fullmatch(r"/fonts/[a-z-]+\.woff2", request.path):
        return _file(FONTS / request.path.removeprefix("/fonts/"), "font/woff2")
    if page := website.read_page(request.path):
        return Response(page[0], content_type=page[1], headers=HEADERS)
    if request.path not in FILES:
        raise Unknown(f"no page {request.path}")
    return _file(*FILES[request.path])


def _file(path: Path, content_type: str) -> Response:
    try:
        return Response(path.read_bytes(), content_type=content_type, headers=HEADERS)
    except FileNotFoundError:
        raise Unknown(f"no file {path.name}") from None


def _mail_page(twin: "MetaTwin") -> bytes:
    letters = mail.read_letters(twin.mail_dir) if twin.mail_dir else []
    shown = "".join(_letter(letter) for letter in letters)
    template = (HERE / "mail.html").read_text()
    empty = "" if letters else '<p class="empty">No e-mail has been sent yet.</p>'
    return template.replace("{{ letters }}", shown or empty).encode()


def _letter(letter: mail.Letter) -> str:
    body = re.sub(
        r"https?://[^\s<>\"']+?(?=[.,;:)]*(?:\s|$))",
        lambda found: f'<a href="{found[0]}" target="_blank" rel="noopener">{found[0]}</a>',
        html.escape(letter.text, quote=False),
    )
    return (
        f"<article><header><h2>{html.escape(letter.subject)}</h2>"
        f"<p>to <b>{html.escape(letter.to)}</b> from {html.escape(letter.sender)}, "
        f"{html.escape(letter.date)}</p></header><pre>{body}</pre></article>"
    )
