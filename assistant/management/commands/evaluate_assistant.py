"""Compare what the assistant understands with what is expected of it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assistant import quality
from assistant.evaluation import evaluate_lines, report


class Command(BaseCommand):
    help = "Print precision, recall and F1 per field for conversations with expected leads."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.jsonl")
        parser.add_argument(
            "--save", action="store_true", help="keep the figures, for the page of the quality"
        )
        parser.add_argument("--min-f1", type=float, help="fail below this micro F1 (0 to 1)")

    def handle(self, *, file: Path, min_f1: float | None, save: bool, **options: Any) -> None:
        try:
            with file.open(encoding="utf-8") as lines:
                evaluation = evaluate_lines(lines)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except ValueError as error:
            raise CommandError(f"{file}: {error}") from error
        for line in report(evaluation):
            self.stdout.write(line)
        if save:
            quality.store(evaluation, file.name, file.read_bytes())
        if min_f1 is not None and evaluation.total.f1 < min_f1:
            raise CommandError(f"Micro F1 {evaluation.total.f1:.3f} is below {min_f1:.3f}.")
