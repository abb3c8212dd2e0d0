from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from organizations import supervisor
from organizations.models import PeriodicJob
from organizations.supervisor import START_WITHIN, STUCK_AFTER, Health, Look, claim_period

WELL = Look(
    guard=1,
    progress=1,
    finished=1,
    acknowledged=1,
    has_idle_worker=True,
    has_waiting_task=False,
)


def judge(looks):
    """The verdict of a row of looks, and after how many it was reached."""
    health = Health()
    for count, look in enumerate(looks, start=1):
        if verdict := health.judge(look):
            return verdict, count
    return None


def repeated(look, **changing):
    """Looks whose changing signs go on from one to the next."""
    return [replace(look, **dict.fromkeys(changing, n)) for n in range(1, 40)]


def test_idle_cluster_is_well():
    assert judge(repeated(WELL, guard=True)) is None


def test_tasks_without_progress_beside_an_idle_worker_are_a_freeze():
    frozen = replace(WELL, has_waiting_task=True)

    assert judge(repeated(frozen, guard=True)) == (
        "tasks wait while a worker is idle",
        STUCK_AFTER + 1,
    )


def test_tasks_may_wait_while_every_worker_is_busy():
    busy = replace(WELL, has_waiting_task=True, has_idle_worker=False)

    assert judge(repeated(busy, guard=True)) is None


def test_backlog_that_is_worked_off_is_well():
    backlog = replace(WELL, has_waiting_task=True)

    assert judge(repeated(backlog, guard=True, progress=True, finished=True)) is not None
    assert (
        judge(repeated(backlog, guard=True, progress=True, finished=True, acknowledged=True))
        is None
    )


def test_guard_that_stopped_is_noticed():
    assert judge([WELL] * 40) == ("its guard stopped", STUCK_AFTER + 1)


def test_results_that_are_not_stored_are_noticed():
    unstored = replace(WELL, finished=2)

    assert judge(repeated(unstored, guard=True)) == ("results are not stored", STUCK_AFTER + 1)


def test_cluster_gets_a_minute_to_start():
    nothing = Look(0, 0, 0, 0, has_idle_worker=True, has_waiting_task=True)

    assert judge([nothing] * 100) == ("it did not start", START_WITHIN + 1)


@pytest.mark.parametrize(("later", "claimed"), [(9, False), (10, True)])
def test_of_two_machines_one_queues_a_periodic_job(db, monkeypatch, later, claimed):
    begin = datetime(2026, 5, 4, 12, tzinfo=UTC)
    period = timedelta(seconds=10)
    monkeypatch.setattr(supervisor, "now", lambda: begin)
    first, second = claim_period("job", period), claim_period("job", period)
    monkeypatch.setattr(supervisor, "now", lambda: begin + timedelta(seconds=later))

    again = claim_period("job", period)

    assert (first, second, again) == (True, False, claimed)
    assert PeriodicJob.objects.count() == 1
