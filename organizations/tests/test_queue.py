from datetime import timedelta

from django.db import connection, transaction
from django_q.models import OrmQ

from organizations import signs
from organizations.queue import Broker, enqueue, give_back, is_waiting, seconds_waited


def claim(cluster="live"):
    claimed = Broker(cluster)._claim()
    return claimed[0][0] if claimed else None


def test_task_is_taken_once_and_only_by_its_cluster(db):
    row_id = enqueue("some.task", 1, cluster="bulk")

    assert [claim("live"), claim("bulk"), claim("bulk")] == [None, row_id, None]


def test_delayed_task_is_not_due_yet(db):
    row_id = enqueue("some.task", 1, delay=timedelta(seconds=3))

    assert (claim(), is_waiting(row_id), seconds_waited()) == (None, False, {})


def test_task_of_a_rolled_back_transaction_was_never_queued(db):
    with transaction.atomic():
        enqueue("some.task", 1)
        transaction.set_rollback(True)

    assert OrmQ.objects.count() == 0


def test_task_given_back_is_due_again(db):
    row_id = enqueue("some.task", 1)
    claim()
    taken = is_waiting(row_id)

    give_back("live", [row_id])

    assert (taken, is_waiting(row_id), claim()) == (False, True, row_id)


def test_age_of_the_oldest_due_task_is_told_by_cluster(db):
    row_id = enqueue("some.task", 1)
    enqueue("some.task", 2, cluster="bulk")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE django_q_ormq SET lock = clock_timestamp() - interval '90 s' WHERE id = %s",
            [row_id],
        )

    waited = seconds_waited()

    assert set(waited) == {"live", "bulk"}
    assert 90 <= waited["live"] < 95
    assert waited["bulk"] < 5


def test_taken_row_leaves_a_sign_until_it_is_acknowledged(db, tmp_path, monkeypatch):
    monkeypatch.setenv(signs.FOLDER, str(tmp_path))
    row_id = enqueue("some.task", 1)
    broker = Broker("live")

    broker._claim()
    taken = signs.read_claimed(tmp_path)
    broker.acknowledge(row_id)

    assert (taken, signs.read_claimed(tmp_path)) == ([row_id], [])


def test_task_wakes_a_waiting_cluster_at_once(transactional_db):
    import threading
    import time

    waiting = Broker("live")
    assert waiting.dequeue() is None  # nothing due: this listens, and waits for the poll time
    queueing = threading.Timer(0.05, lambda: (enqueue("some.task", 1), connection.close()))
    queueing.start()
    begun = time.perf_counter()
    waiting.dequeue()
    woken_after = time.perf_counter() - begun
    queueing.join()

    assert woken_after < 0.8  # the poll time is a second
    assert waiting.dequeue() is not None
    waiting._listening.close()
