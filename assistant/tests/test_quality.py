"""What was measured is kept, and shown over time."""

import json
from datetime import timedelta

from django.core.management import call_command
from django.urls import reverse
from django.utils.timezone import now

from assistant import quality
from assistant.models import Evaluation
from organizations.tests.factories import MemberFactory

LINE = {
    "id": "1",
    "now": "2026-11-24T10:00:00+02:00",
    "timezone": "Europe/Athens",
    "turns": [{"role": "customer", "text": "I want to buy a flat with two bedrooms"}],
    "expect": {"lead": {"intent": "buy", "bedrooms": 3}},
}


def test_a_measurement_is_kept_when_asked_for(db, tmp_path, capsys):
    file = tmp_path / "homes.jsonl"
    file.write_text(json.dumps(LINE))

    call_command("evaluate_assistant", str(file))
    call_command("evaluate_assistant", str(file), "--save")

    row = Evaluation.objects.get()
    assert (row.label, row.conversations, row.f1, row.precision) == ("homes.jsonl", 1, 0.5, 0.5)
    assert row.fields == {"bedrooms": [0, 1, 1], "intent": [1, 0, 0]}


def test_only_measurements_of_the_same_file_share_a_line(db, client):
    same = {"backend": "builtin", "version": "v", "conversations": 1, "turns": 1,
            "precision": 1, "recall": 1}  # fmt: skip
    for days, fingerprint, f1 in ((3, "a", 0.5), (2, "b", 0.1), (1, "a", 0.75)):
        at = now() - timedelta(days=days)
        Evaluation.objects.create(at=at, label="homes", fingerprint=fingerprint, f1=f1, **same)
    member = MemberFactory(role="agent")
    client.force_login(member.user)

    page = client.get(reverse("assistant:quality", args=[member.organization.slug]))

    assert [point.value for point in page.context["points"]] == [0.5, 0.75]
    assert "2 measurements of this file" in page.content.decode()


def test_points_lie_in_the_chart():
    at = now()

    found = quality.points([(at, 0.0), (at, 1.0)])

    assert [(point.x, point.y) for point in found] == [(12.0, 148.0), (588.0, 12.0)]


def test_the_page_without_measurements_says_how_to_make_one(db, client):
    member = MemberFactory(role="agent")
    client.force_login(member.user)

    text = client.get(reverse("assistant:quality", args=[member.organization.slug])).content

    assert "Nothing was measured on this installation yet." in text.decode()
