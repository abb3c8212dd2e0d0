"""Precision, recall and F1 of what the assistant understands."""

import json

import pytest

from assistant.evaluation import Score, evaluate_lines, report


def line(text: str, **expected: object) -> str:
    return json.dumps(
        {
            "id": "a",
            "now": "2026-11-23T10:00:00+02:00",
            "timezone": "Europe/Athens",
            "turns": [{"role": "customer", "text": text}],
            "expect": {"lead": expected},
        }
    )


def test_each_value_is_right_wrong_or_missed():
    lines = [line("3 bedrooms", bedrooms=3), line("3 bedrooms", bedrooms=2, pets=True)]

    evaluation = evaluate_lines(lines)

    assert evaluation.fields == {"bedrooms": Score(1, 1, 1), "pets": Score(0, 0, 1)}
    assert evaluation.total == Score(1, 1, 2)


def test_fields_that_no_line_expects_are_not_counted():
    evaluation = evaluate_lines([line("I want to buy a 3 bedroom house", bedrooms=3)])

    assert evaluation.total == Score(1, 0, 0)


def test_f1_of_nothing_expected_and_nothing_found_is_one():
    assert Score().f1 == 1.0


def test_the_report_ends_with_the_sum_and_the_cost():
    lines = [*report(evaluate_lines([line("3 bedrooms", bedrooms=3)]))]

    assert lines[-2].split()[:4] == ["all", "(micro)", "1.000", "1.000"]
    assert lines[-1].endswith("0 tokens, $0.0000")


def test_a_line_without_expectation_is_named():
    with pytest.raises(ValueError, match="Line 1 has no conversation to compare"):
        evaluate_lines(['{"id": "a"}'])
