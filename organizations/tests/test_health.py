import json
from datetime import timedelta

from django.db import DatabaseError, connection
from django.utils.timezone import now

from organizations import health
from organizations.health import find_problems
from organizations.models import WorkerHeartbeat
from organizations.queue import enqueue


def beat(ago=timedelta()):
    WorkerHeartbeat.objects.create(machine="one", at=now() - ago)


def test_installation_with_a_living_worker_and_a_moving_queue_is_ready(db, client):
    beat()

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"ready": True, "problems": {}})


def test_installation_without_a_worker_is_not_ready(db, client):
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["problems"] == {
        "worker": "No worker has run yet: start manage.py run_worker."
    }


def test_worker_that_fell_silent_is_named(db):
    beat(ago=timedelta(seconds=40))

    assert list(find_problems()) == ["worker"]


def test_task_that_waits_too_long_is_named_with_its_cluster(db):
    beat()
    enqueue("some.task", 1, cluster="bulk")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_q_ormq SET lock = clock_timestamp() - interval '61 s'")

    assert find_problems() == {"queue": "Tasks wait too long: bulk 61 s."}


def test_database_that_does_not_answer_is_a_problem_not_an_error(db, rf, monkeypatch):
    def fail():
        raise DatabaseError("gone")

    monkeypatch.setattr(health, "seconds_waited", fail)
    monkeypatch.setattr(health, "connections", {"default": Closable()})

    answer = health.readyz(rf.get("/readyz"))

    assert (answer.status_code, json.loads(answer.content)) == (
        503,
        {"ready": False, "problems": {"database": "The database does not answer."}},
    )


def test_process_is_alive_without_a_database(client):
    assert client.get("/healthz").content == b"ok\n"


class Closable:
    def close(self):
        pass
