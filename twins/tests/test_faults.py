import threading

import pytest
import requests

from twins.scripting import BadFault

ELENI = "35799123456"


@pytest.fixture
def eleni(twin):
    phone = twin.customer(ELENI)
    phone.send_text("Hello")
    return phone


@pytest.mark.parametrize(
    ("kind", "how", "status", "code"),
    [
        ("429", {}, 429, 130429),
        ("500", {}, 500, 131000),
        ("error", {"code": 131056}, 429, 131056),
        ("error", {"code": 190}, 401, 190),
    ],
)
def test_refusing_fault_holds_for_the_next_sends_only(twin, graph, eleni, kind, how, status, code):
    twin.fault(kind, times=2, **how)

    answers = [graph.text() for _ in range(3)]

    assert [answer[0] for answer in answers] == [status, status, 200]
    assert answers[0][1]["error"]["code"] == code
    assert twin.counters()["accepted"] == {eleni.id: 1}


def test_lost_answer_has_reached_the_customer_and_statuses_follow(twin, target, graph, eleni):
    twin.fault("lost_answer")

    with pytest.raises(requests.ConnectionError):
        graph.text(biz_opaque_callback_data="msg:1")

    assert [reply.text for reply in eleni.wait_for_replies()] == ["Yes, it is."]
    assert twin.webhooks.wait_idle()
    assert [status["status"] for status in target.statuses()] == ["sent", "delivered", "read"]


def test_dropped_send_has_not_reached_the_customer(twin, graph, eleni):
    twin.fault("dropped")

    with pytest.raises(requests.ConnectionError):
        graph.text()

    assert twin.counters()["accepted"] == {eleni.id: 0}


def test_statuses_of_a_slow_send_come_before_its_answer(twin, target, graph, eleni):
    twin.fault("slow", seconds=60)
    answers = []
    sender = threading.Thread(target=lambda: answers.append(graph.text()))
    sender.start()

    eleni.wait_for_replies()
    with target.arrived:
        assert target.arrived.wait_for(lambda: len(target.statuses()) == 3, 10)
    before = list(answers)
    twin.server.stopping.set()
    sender.join()

    assert before == []
    assert answers[0][0] == 200


def test_accepted_send_can_fail_later_with_a_code(twin, target, graph, eleni):
    twin.fault("failed", code=131026)

    status, _ = graph.text()

    assert status == 200
    assert twin.webhooks.wait_idle()
    assert [(s["status"], s["errors"][0]["code"]) for s in target.statuses()] == [
        ("failed", 131026)
    ]
    assert twin.counters()["failed"] == {eleni.id: 1}


def test_silent_send_has_no_statuses(twin, target, graph, eleni):
    twin.fault("silent")

    graph.text()

    assert len(eleni.wait_for_replies()) == 1
    assert twin.webhooks.wait_idle()
    assert target.statuses() == []


def test_fault_can_be_meant_for_one_number_or_another_call(twin, graph, eleni):
    twin.fault("429", number="305000000000009")
    twin.fault("500", on="media")

    assert graph.text()[0] == 200
    assert graph.call("POST", "305000000000002/media", files={"file": b"x"})[0] == 500


def test_counters_show_callback_data_that_was_sent_twice(twin, graph, eleni):
    for data in ("msg:1", "msg:2", "msg:1"):
        graph.text(biz_opaque_callback_data=data)

    counters = twin.counters()

    assert counters["accepted"] == {eleni.id: 3}
    assert counters["repeated"] == {"msg:1": 2}


def test_unknown_fault_is_refused(twin):
    with pytest.raises(BadFault):
        twin.fault("earthquake")
    with pytest.raises(BadFault):
        twin.disturb_webhooks(lose=True)
