"""Turns that Claude answers, behind the real client; the network is a script."""

import time
from datetime import timedelta
from decimal import Decimal

import httpx2
import pytest
import time_machine
from django.utils.timezone import now

from assistant import breaker, claude, spending, tasks
from assistant.models import AssistantSettings, ClaudeBreaker, ClaudeCall, Run
from assistant.prices import Tokens
from assistant.tests.claude_script import breaks, calls, offering, refuses, says
from assistant.tests.talk import agency
from assistant.tests.test_tasks import answer, customer_writes, last_run, replies
from inbox import handover
from inbox.models import Conversation, Message
from inbox.tests.factories import ChannelFactory
from organizations.tenancy import tenant

NOW = "2026-11-23T10:00:00+02:00"  # a Monday


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def in_this_thread(monkeypatch):
    """For a script that itself writes to the database, on the test's own connection."""
    monkeypatch.setattr(claude, "_within", lambda seconds, call: call())


@pytest.fixture
def channel(db):
    found = ChannelFactory(organization=agency())
    with tenant(found.organization):
        AssistantSettings.objects.create(
            organization=found.organization, claude_enabled=True, monthly_cap_usd=Decimal(50)
        )
    return found


def sent(channel) -> Message:
    with tenant(channel.organization):
        return Message.objects.filter(direction="out", author_kind="assistant").latest("pk")


def tools_of(channel) -> list[str]:
    return [call["tool"] for call in last_run(channel).tools]


def test_claude_answers_from_a_tool_and_the_turn_is_recorded(channel, script):
    conversation = customer_writes(channel, "How much is Skoufa 28?")
    script.then(
        calls(
            ("describe_listing", {"reference": "L-1042"}), think=True, cache_read_input_tokens=80
        ),
        says("Skoufa 28 costs €385,000.", output_tokens=30),
    )

    written = answer(channel, conversation)

    run = last_run(channel)
    assert written[0].endswith("Skoufa 28 costs €385,000.")
    assert written[0].startswith("Hello Eleni! I'm the automated assistant of Litharia Estates.")
    assert (run.backend, run.model, run.fallback_reason) == ("claude", "claude-sonnet-5-5", "")
    assert (run.input_tokens, run.cache_read_tokens, run.output_tokens) == (200, 80, 50)
    assert run.cost_usd == Decimal("0.000908")
    assert len(run.request_ids) == 2
    assert [source["label"] for source in run.sources] == ["Skoufa 28"]
    assert run.outcome == Run.Outcome.REPLIED
    with tenant(channel.organization):
        assert [c.run_id for c in channel.organization.claude_calls.order_by("pk")] == [run.pk] * 2


def test_the_key_goes_out_as_a_bearer_and_the_answer_is_passed_back_unchanged(channel, script):
    conversation = customer_writes(channel, "How much is Skoufa 28?")
    script.then(calls(("describe_listing", {"reference": "L-1042"}), think=True), says("€385,000."))

    answer(channel, conversation)

    assert script.headers[0]["authorization"] == "Bearer sk-ant-test-key"
    passed_back = script.requests[1]["messages"][-2]
    assert [block["type"] for block in passed_back["content"]] == ["thinking", "tool_use"]
    assert passed_back["content"][0]["signature"] == "s1"


def test_nothing_is_sent_to_claude_unless_the_owner_switched_it_on(channel, script):
    with tenant(channel.organization):
        AssistantSettings.objects.update(claude_enabled=False)
    conversation = customer_writes(channel, "How much is Skoufa 28?")

    written = answer(channel, conversation)

    assert "€385,000" in written[0]
    assert script.requests == []
    assert (last_run(channel).backend, last_run(channel).fallback_reason) == ("builtin", "")


FAILURES = {
    "unauthorized": refuses(401, "authentication_error"),
    "payment": refuses(402, "billing_error"),
    "rate_limited": refuses(429, "rate_limit_error", retry_after="3"),
    "spend_limit": refuses(429, "rate_limit_error", code="enforced_spend_limit_reached"),
    "unavailable": refuses(500),
    "overloaded": refuses(529, "overloaded_error"),
    "bad_request": refuses(400, "invalid_request_error"),
    "timeout": breaks(httpx2.ReadTimeout),
    "connection": breaks(httpx2.RemoteProtocolError),
    "refusal": says("I can't.", "refusal"),
    "cut_short": says("Skoufa 28 is", "max_tokens"),
    "no_end": says("Skoufa 28 is", None),
}


@pytest.mark.parametrize("reason", FAILURES)
def test_when_claude_fails_the_built_in_assistant_answers_in_the_same_turn(channel, script, reason):
    conversation = customer_writes(channel, "How much is Skoufa 28?")
    script.then(FAILURES[reason])

    written = answer(channel, conversation)

    run = last_run(channel)
    assert len(written) == 1
    assert "€385,000" in written[0]
    assert (run.backend, run.fallback_reason) == ("builtin", reason)
    assert len(script.requests) == 1


RESTS = {
    "unauthorized": 1800, "payment": 1800, "spend_limit": 1800, "rate_limited": 3,
    "unavailable": 60, "overloaded": 60, "timeout": 60, "connection": 60,
}  # fmt: skip


@pytest.mark.parametrize("reason", FAILURES)
def test_the_breaker_opens_for_what_is_wrong_with_claude_and_not_with_one_request(
    channel, script, reason
):
    conversation = customer_writes(channel, "Hi, how much is Skoufa 28?")
    script.then(FAILURES[reason])

    answer(channel, conversation)

    rest = breaker.resting()
    seconds = round((rest.until - now()).total_seconds()) if rest else None
    assert (rest.reason if rest else None) == (reason if reason in RESTS else None)
    assert (seconds is None) == (reason not in RESTS)


def test_an_answer_without_an_end_or_with_another_one_is_not_used(channel, script):
    for stop_reason in ("pause_turn", "something_new"):
        conversation = customer_writes(channel, f"Hello? {stop_reason}", wamid=stop_reason)
        script.then(says("Hello.", stop_reason))
        answer(channel, conversation)
        assert last_run(channel).fallback_reason == "no_end"


def test_a_body_that_is_no_json_is_a_failure_and_not_a_crash(channel, script):
    conversation = customer_writes(channel, "How much is Skoufa 28?")
    script.then(lambda request: httpx2.Response(200, text="<html>"))

    written = answer(channel, conversation)

    assert "€385,000" in written[0]
    assert last_run(channel).fallback_reason in ("unavailable", "failed")


def test_without_a_key_the_built_in_assistant_answers(channel, script, settings):
    settings.ANTHROPIC_API_KEY = ""
    conversation = customer_writes(channel, "How much is Skoufa 28?")

    answer(channel, conversation)

    assert last_run(channel).fallback_reason == "no_key"


def test_a_model_without_a_price_is_not_asked(channel, script, settings):
    settings.ANTHROPIC_MODEL = "claude-of-tomorrow"
    conversation = customer_writes(channel, "How much is Skoufa 28?")

    answer(channel, conversation)

    assert (last_run(channel).fallback_reason, script.requests) == ("no_price", [])


def test_an_answer_that_never_comes_is_given_up_after_the_timeout(channel, script, settings):
    settings.ANTHROPIC_TIMEOUT = 2.0
    conversation = customer_writes(channel, "How much is Skoufa 28?")
    script.then(lambda request: time.sleep(12) or httpx2.Response(200))
    started = time.monotonic()

    written = answer(channel, conversation)

    assert "€385,000" in written[0]
    assert last_run(channel).fallback_reason == "timeout"
    assert time.monotonic() - started < 10


def test_a_network_that_dies_between_two_rounds_leaves_nothing_of_claudes_turn(channel, script):
    conversation = customer_writes(channel, "I want to buy, up to 400k. Can I see Skoufa 28?")
    script.then(
        calls(
            (
                "record_facts",
                {
                    "facts": [
                        {"field": "address", "value": "Nowhere 1", "quote": "Can I see Skoufa 28?"}
                    ]
                },
            ),
            offering(reference="L-1042"),
        ),
        breaks(httpx2.ConnectError),
    )

    written = answer(channel, conversation)

    run = last_run(channel)
    assert (run.backend, run.fallback_reason, len(written)) == ("builtin", "connection", 1)
    with tenant(channel.organization):
        lead = conversation.contact.lead
        assert "address" not in dict(lead.facts.current().values_list("field", "value"))


def test_times_that_a_failed_attempt_offered_do_not_replace_those_the_customer_saw(channel, script):
    conversation = customer_writes(channel, "Can I see Skoufa 28?")
    script.then(calls(offering(reference="L-1042")), says("When would you like to come?"))
    answer(channel, conversation)
    with tenant(channel.organization):
        shown = set(conversation.offers.filter(state="open").values_list("pk", flat=True))
    customer_writes(channel, "the second one", wamid="wamid.2")
    script.then(calls(offering(first_day="2026-12-01")), refuses(500))

    answer(channel, conversation)

    with tenant(channel.organization):
        booked = channel.organization.appointments.get(status="booked")
    assert last_run(channel).fallback_reason == "unavailable"
    assert booked.offer_id == sorted(shown)[1]


def test_a_figure_from_nowhere_is_named_once_and_then_the_built_in_assistant_answers(
    channel, script
):
    conversation = customer_writes(channel, "How much is Skoufa 28?")
    script.then(says("It costs €999,000."), says("Really, it costs €999,000."))

    written = answer(channel, conversation)

    correction = script.requests[1]["messages"][-1]["content"][0]["text"]
    assert "figures that are in no record" in correction
    assert "999000" in correction
    assert "€385,000" in written[0]
    assert "999,000" not in written[0]
    assert last_run(channel).fallback_reason == "guardrail"


def test_a_draft_put_right_after_the_check_is_sent(channel, script):
    conversation = customer_writes(channel, "How much is Skoufa 28?")
    script.then(
        says("It costs €999,000."),
        calls(("describe_listing", {"reference": "L-1042"})),
        says("It costs €385,000."),
    )

    written = answer(channel, conversation)

    assert written[0].endswith("It costs €385,000.")
    assert last_run(channel).backend == "claude"


def test_malformed_calls_get_one_more_try(channel, script):
    conversation = customer_writes(channel, "How much is Skoufa 28?")
    script.then(
        calls(("describe_listing", {"ref": 7})),
        calls(("describe_listing", {"reference": "L-1042"})),
        says("It costs €385,000."),
    )

    written = answer(channel, conversation)

    assert "do not fit" in script.results(1)[0]
    assert script.requests[1]["messages"][-1]["content"][0]["is_error"] is True
    assert written[0].endswith("It costs €385,000.")


def test_calls_malformed_again_and_unknown_tools_end_claudes_turn(channel, script):
    conversation = customer_writes(channel, "How much is Skoufa 28?")
    script.then(calls(("describe_listing", {})), calls(("run_sql", {"query": "select 1"})))

    written = answer(channel, conversation)

    assert "€385,000" in written[0]
    assert last_run(channel).fallback_reason == "malformed"


def test_a_turn_takes_six_rounds_at_most(channel, script):
    conversation = customer_writes(channel, "How much is Skoufa 28?")
    script.then(*[calls(("search_knowledge", {"query": "price"})) for _ in range(9)])

    written = answer(channel, conversation)

    assert len(script.requests) == 6
    assert "€385,000" in written[0]
    assert last_run(channel).fallback_reason == "rounds"


def test_no_call_begins_when_the_turns_time_is_nearly_over(channel, script, monkeypatch):
    monkeypatch.setattr(tasks, "TURN_SECONDS", 6.0)
    conversation = customer_writes(channel, "How much is Skoufa 28?")

    written = answer(channel, conversation)

    assert (script.requests, last_run(channel).fallback_reason) == ([], "deadline")
    assert "€385,000" in written[0]


def test_each_call_gets_at_most_what_is_left_of_the_turn(channel, script, monkeypatch):
    given = []
    within = claude._within
    monkeypatch.setattr(claude, "_within", lambda s, call: given.append(s) or within(s, call))
    monkeypatch.setattr(tasks, "TURN_SECONDS", 15.0)
    conversation = customer_writes(channel, "Hello there")
    script.then(says("What are you looking for?"))

    answer(channel, conversation)

    assert len(given) == 1
    assert 8 < given[0] <= 10


def test_a_person_who_takes_over_while_claude_thinks_wins(channel, script, in_this_thread):
    conversation = customer_writes(channel, "How much is Skoufa 28?")
    with tenant(channel.organization):
        owner = channel.organization.owner

    def take_over(request):
        with tenant(channel.organization):
            handover.take_over(Conversation.objects.get(pk=conversation.pk), owner)
        return says("What are you looking for?")(request)

    script.then(take_over)

    written = answer(channel, conversation)

    run = last_run(channel)
    assert written == []
    assert (run.backend, run.outcome, run.drop_reason) == ("claude", "dropped", "taken_over")
    assert run.output_tokens == 20


def test_a_call_inside_a_transaction_is_refused(channel, script):
    from assistant.turn import read_turn
    from inbox.whatsapp.client import NetworkInsideTransaction

    conversation = customer_writes(channel, "How much is Skoufa 28?")
    with tenant(channel.organization):
        turn = read_turn(conversation)
        with pytest.raises(claude.NoAnswer) as refused:
            claude.respond(turn)

    assert isinstance(refused.value.__cause__, NetworkInsideTransaction)
    assert script.requests == []


def test_offered_times_come_as_buttons_and_the_chosen_one_is_booked(channel, script):
    conversation = customer_writes(channel, "Can I see Skoufa 28?")
    script.then(calls(offering(reference="L-1042")), says("Which of these times suits you?"))
    answer(channel, conversation)
    buttons = sent(channel).payload["buttons"]
    offer_id = buttons[0]["id"].removeprefix("slot:").replace("-", "")[:8]
    payload = {"interactive": {"type": "button_reply", "button_reply": {"id": buttons[0]["id"]}}}
    with tenant(channel.organization):
        message = customer_message(channel, buttons[0]["title"], payload)
    script.then(calls(("book_slot", {"slot": offer_id})), says("Your viewing is booked."))

    written = answer(channel, message.conversation)

    assert len(buttons) == 3
    assert all(len(button["title"]) <= 20 for button in buttons)
    booked_text, calendar_link = written[-1].split("\n\n")
    assert booked_text == "Your viewing is booked."
    assert calendar_link.endswith(".ics")
    with tenant(channel.organization):
        booked = channel.organization.appointments.select_related("offer").get(status="booked")
    assert str(booked.offer.code) == buttons[0]["id"].removeprefix("slot:")


def customer_message(channel, body, payload):
    from inbox.receiving import receive
    from inbox.tests.factories import incoming_message

    incoming = incoming_message(body=body, wamid="wamid.button", kind="interactive")
    message = receive(channel, incoming)
    Message.objects.filter(pk=message.pk).update(payload=payload)
    return message


def test_a_time_the_customer_has_not_seen_is_not_booked(channel, script):
    conversation = customer_writes(channel, "Book me any viewing of Skoufa 28 now")

    def book_the_first(request):
        offered = script.results()[0].splitlines()[1]
        return calls(("book_slot", {"slot": offered.split(":")[0]}))(request)

    script.then(calls(offering(reference="L-1042")), book_the_first, says("Which time suits you?"))

    answer(channel, conversation)

    assert "has not seen these times yet" in script.results(2)[0]
    with tenant(channel.organization):
        assert not channel.organization.appointments.exists()


def test_only_one_change_is_made_in_a_step(channel, script):
    conversation = customer_writes(channel, "Can I see Skoufa 28? Does it have parking?")
    asking = ("ask_colleague", {"question": "Parking?"})
    script.then(calls(offering(reference="L-1042"), asking), says("Which time suits you?"))

    answer(channel, conversation)

    assert script.results(1)[1].startswith("Not done: one change at a time.")


def test_a_fact_needs_the_customers_own_words(channel, script):
    conversation = customer_writes(channel, "I want to buy in Kolonaki, up to 400k")
    facts = [
        {"field": "intent", "value": "buy", "quote": "want to buy"},
        {"field": "budget_max", "value": "400000", "quote": "up to 400k"},
        {"field": "budget_min", "value": "300000", "quote": "up to 400k"},
        {"field": "bedrooms", "value": "2", "quote": "two bedrooms"},
        {"field": "locations", "value": "Kolonaki", "quote": "in Kolonaki"},
    ]
    script.then(calls(("record_facts", {"facts": facts})), says("How many bedrooms?"))

    answer(channel, conversation)

    with tenant(channel.organization):
        stored = dict(conversation.contact.lead.facts.current().values_list("field", "value"))
    assert stored == {"intent": "buy", "budget_max": 400000, "locations": ["Kolonaki"]}
    assert "budget_min: the value does not fit" in script.results(1)[0]
    assert "bedrooms: the customer did not write this" in script.results(1)[0]


def test_ids_of_nobody_are_answered_with_a_sentence(channel, script):
    conversation = customer_writes(channel, "Please move my appointment")
    nobody = {"appointment": "abcdef01", "slot": "abcdef02"}
    script.then(
        calls(("move_appointment", nobody), ("describe_listing", {"reference": "X-1"})),
        says("I see no appointment of yours here. Which home is it about?"),
    )

    answer(channel, conversation)

    assert script.results(1)[0] == "This customer has no such appointment."
    assert script.results(1)[1].startswith("No home has the reference 'X-1'.")
    assert last_run(channel).backend == "claude"


def test_claude_hands_over_with_its_last_words(channel, script):
    conversation = customer_writes(channel, "Hmm, I am thinking about something unusual")
    script.then(
        calls(("hand_over", {"reason": "unsure", "summary": "Something unusual."})),
        says("A colleague will answer you here."),
    )

    written = answer(channel, conversation)

    with tenant(channel.organization):
        found = Conversation.objects.get(pk=conversation.pk)
    assert written[0].endswith("A colleague will answer you here.")
    assert (found.in_charge, found.hand_over_reason) == ("person", "unsure")
    assert last_run(channel).outcome == Run.Outcome.HANDED_OVER


def test_subjects_for_people_are_not_left_to_claude(channel, script):
    conversation = customer_writes(channel, "Is it a good area, are there many foreigners?")

    answer(channel, conversation)

    assert script.requests == []
    assert last_run(channel).outcome == Run.Outcome.HANDED_OVER


def test_the_first_message_says_who_writes_in_the_customers_language(channel, script):
    conversation = customer_writes(channel, "Γεια σας, ψάχνω διαμέρισμα στην Αθήνα")
    script.then(says("Τι προϋπολογισμό έχετε;"))

    written = answer(channel, conversation)

    assert written[0].startswith("Γεια σας, Eleni! Είμαι ο αυτόματος βοηθός")
    assert written[0].endswith("Τι προϋπολογισμό έχετε;")


def test_markdown_becomes_whatsapps_own_marks(channel, script):
    conversation = customer_writes(channel, "How much is Skoufa 28?")
    script.then(
        calls(("describe_listing", {"reference": "L-1042"})),
        says("## Skoufa 28\n**Price:** €385,000\n* third floor\n\n\n\nShall we arrange a visit?"),
    )

    written = answer(channel, conversation)

    assert written[0].endswith(
        "*Skoufa 28*\n*Price:* €385,000\n- third floor\n\nShall we arrange a visit?"
    )


def test_the_cap_is_kept_and_the_built_in_assistant_answers_beyond_it(channel, script):
    with tenant(channel.organization):
        AssistantSettings.objects.update(monthly_cap_usd=Decimal("1.00"))
        ClaudeCall.objects.create(
            organization=channel.organization,
            model="claude-sonnet-5-5",
            state="done",
            cost_usd=Decimal("0.99"),
        )
    conversation = customer_writes(channel, "How much is Skoufa 28?")

    written = answer(channel, conversation)

    assert "€385,000" in written[0]
    assert (script.requests, last_run(channel).fallback_reason) == ([], "cap")


def test_a_call_that_got_no_answer_counts_with_what_was_reserved(channel, script):
    conversation = customer_writes(channel, "How much is Skoufa 28?")
    script.then(breaks(httpx2.ReadTimeout))

    answer(channel, conversation)

    with tenant(channel.organization):
        call = channel.organization.claude_calls.get()
        assert (call.state, call.failure) == ("failed", "timeout")
        assert call.cost_usd == call.reserved_usd > 0
        assert spending.this_month(channel.organization).spent == call.cost_usd
    assert last_run(channel).cost_usd == call.cost_usd


def test_a_refused_call_costs_nothing(channel, script):
    conversation = customer_writes(channel, "How much is Skoufa 28?")
    script.then(refuses(529, "overloaded_error"))

    answer(channel, conversation)

    with tenant(channel.organization):
        call = channel.organization.claude_calls.get()
    assert (call.cost_usd, call.failure, call.request_id) == (0, "overloaded", "req_refused")


def test_the_breaker_keeps_others_from_asking_and_lets_one_try_again(channel, script):
    breaker.open_for("overloaded")
    conversation = customer_writes(channel, "How much is Skoufa 28?")
    answer(channel, conversation)
    while_resting = (len(script.requests), last_run(channel).fallback_reason)
    ClaudeBreaker.objects.update(open_until=now() - timedelta(days=400))
    first, second = breaker.enter(), breaker.enter()

    assert while_resting == (0, "resting")
    assert (first, second) == (breaker.Permit(is_probe=True), None)


def test_the_success_of_the_one_that_tries_closes_the_breaker(channel, script):
    breaker.open_for("overloaded")
    ClaudeBreaker.objects.update(open_until=now() - timedelta(days=400))
    conversation = customer_writes(channel, "Hello there")
    script.then(says("What are you looking for?"))

    answer(channel, conversation)

    assert breaker.resting() is None
    assert last_run(channel).backend == "claude"


def test_what_claude_offered_can_be_taken_by_the_built_in_assistant(channel, script):
    conversation = customer_writes(channel, "Can I see Skoufa 28?")
    script.then(calls(offering(reference="L-1042")), says("Which of these times suits you?"))
    answer(channel, conversation)
    customer_writes(channel, "the first one", wamid="wamid.2")
    script.then(refuses(529, "overloaded_error"))

    answer(channel, conversation)

    with tenant(channel.organization):
        assert channel.organization.appointments.filter(status="booked").count() == 1


def test_the_request_holds_no_id_of_organization_conversation_or_contact(channel, script):
    conversation = customer_writes(channel, "How much is Skoufa 28?")
    script.then(says("What are you looking for?"))

    answer(channel, conversation)

    text = str(script.requests[0])
    with tenant(channel.organization):
        contact = conversation.contact
        assert contact.phone not in text
    assert str(conversation.code) not in text
    assert "sk-ant" not in text


def test_the_cost_follows_the_table_with_its_cliff():
    from datetime import date

    from assistant import prices

    day = date(2026, 11, 24)
    small = prices.cost("claude-haiku-5-5", Tokens(input=100_000, output=1000), day)
    large = prices.cost("claude-haiku-5-5", Tokens(input=100_001, output=1000), day)
    cached = prices.cost("claude-sonnet-5-5", Tokens(1000, 1000, 1000, 1000, 1000), day)

    assert small == Decimal("0.010500")
    assert large == Decimal("0.052501")
    assert cached == Decimal("0.018600")


def test_what_the_database_does_not_take_is_left_out_of_texts_and_calls(channel, script):
    conversation = customer_writes(channel, "How much is Skoufa 28?")
    script.then(
        calls(("describe_listing", {"reference": "L-10\x0042"})),
        says("Skoufa\x00 28 costs €385,000."),
    )

    written = answer(channel, conversation)

    assert written[0].endswith("Skoufa 28 costs €385,000.")
    assert last_run(channel).backend == "claude"
    assert claude._storable({"a": ["half \ud800of it"]}) == {"a": ["half of it"]}


def test_replies_are_one_message_a_turn(channel, script):
    conversation = customer_writes(channel, "Hi, how much is Skoufa 28?")
    script.then(
        calls(("describe_listing", {"reference": "L-1042"})),
        says("It costs €385,000."),
    )

    answer(channel, conversation)

    assert len(replies(channel)) == 1
