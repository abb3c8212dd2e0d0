"""Read conversations from a file and print what each customer wishes for."""

import json
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

from leads.extraction import extract_lead, extract_lines

# An app below may not import one above: the backend that talks to Claude is named, not imported.
BACKENDS = {"builtin": None, "claude": "assistant.claude.extract_lead"}


class Command(BaseCommand):
    help = "Read JSON lines of conversations and print the lead found in each."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.jsonl")
        parser.add_argument("--backend", choices=sorted(BACKENDS), default="builtin")

    def handle(self, *, file: Path, backend: str, **options: Any) -> None:
        try:
            with file.open(encoding="utf-8") as lines:
                for found in extract_lines(lines, read=_reader(backend)):
                    self.stdout.write(json.dumps(found, ensure_ascii=False))
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except ValueError as error:
            raise CommandError(f"{file}: {error}") from error


def _reader(backend: str) -> Callable[..., dict[str, Any]]:
    path = BACKENDS[backend]
    if path is None:
        return extract_lead
    try:
        return import_string(path)
    except ImportError as error:
        raise CommandError("This installation has no Claude backend; use builtin.") from error
