"""Readers of what Meta tells, which take any shape."""

from datetime import UTC, datetime
from typing import Any

from inbox.whatsapp.parsing import clean_name

Json = dict[str, Any]


def reason_in(value: Json) -> str:
    """Return Meta's reason: its own sentences if there are any, else its code in small letters."""
    rejection, other = dict_in(value, "rejection_info"), dict_in(value, "other_info")
    sentences = [
        text_in(rejection, "reason"),
        text_in(rejection, "recommendation"),
        text_in(other, "title"),
        text_in(other, "description"),
        text_in(dict_in(value, "disable_info"), "disable_date"),
    ]
    said = " ".join(filter(None, map(clean_name, sentences)))
    code = text_in(value, "reason")
    return said or ("" if code in ("", "NONE") else words_of(code))


def limit_in(value: Json) -> str:
    keys = (
        "max_daily_conversations_per_business",
        "max_daily_conversation_per_phone",
        "whatsapp_business_manager_messaging_limit",
    )
    return next((text[:40] for key in keys if (text := text_in(value, key))), "")


def words_of(code: str) -> str:
    """Make a code readable: "TAG_CONTENT_MISMATCH" becomes "tag content mismatch"."""
    plain = clean_name(code)
    return plain.replace("_", " ").lower() if "_" in plain or plain.isupper() else plain


def moment_of(value: object) -> datetime | None:
    text = str(value) if isinstance(value, (str, int)) else ""
    if not (text.isascii() and text.isdigit() and len(text) <= 11):
        return None
    return datetime.fromtimestamp(int(text), UTC)


def error_in(value: Json) -> Json:
    chunk = (dicts_in(value, "history") or [value])[0]
    return (dicts_in(chunk, "errors") or [{}])[0]


def digits_of(text: str) -> str:
    return "".join(letter for letter in text if letter.isascii() and letter.isdigit())


def text_in(value: Json, key: str) -> str:
    found = value.get(key)
    if isinstance(found, str):
        return found
    return str(found) if isinstance(found, int) and not isinstance(found, bool) else ""


def dict_in(value: Json, key: str) -> Json:
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def dicts_in(value: Json, key: str) -> list[Json]:
    found = value.get(key)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
