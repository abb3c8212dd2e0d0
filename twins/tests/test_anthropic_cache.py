"""What the twin's cache model reads, writes and forgets."""

import pytest

from twins.anthropic.cache import Cache
from twins.anthropic.contract import check_request
from twins.anthropic.errors import ApiError
from twins.anthropic.models import MODELS

SHORT, LONG = {"type": "ephemeral"}, {"type": "ephemeral", "ttl": "1h"}


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def take(clock):
    """Send a request to one cache; returns (plain, written 5m, written 1h, read)."""
    cache = Cache(clock)

    def take(model="claude-haiku-5-5", **body):
        body = {"model": model, "max_tokens": 10, "messages": said("a" * 320)} | body
        check_request(body)
        usage = cache.take(body, MODELS[model])
        return usage.plain, usage.written["5m"], usage.written["1h"], usage.read

    return take


def block(words: int, mark: dict | None = None, letter: str = "a") -> dict:
    """A block of so many tokens."""
    text = {"type": "text", "text": (letter * 16) * (words // 5)}
    return text | ({"cache_control": mark} if mark else {})


def said(*contents) -> list[dict]:
    roles = ("user", "assistant")
    return [{"role": roles[n % 2], "content": content} for n, content in enumerate(contents)]


def tool(name: str = "look", mark: dict | None = None) -> dict:
    made = {"name": name, "input_schema": {"type": "object"}, "description": "x" * 3200}
    return made | ({"cache_control": mark} if mark else {})


def test_prefix_up_to_the_breakpoint_is_written_once_and_then_read(take):
    system = [block(1000, SHORT)]

    assert take(system=system) == (104, 1000, 0, 0)
    assert take(system=system, messages=said("b" * 320)) == (104, 0, 0, 1000)


def test_nothing_is_cached_without_a_breakpoint(take):
    assert [take(system=[block(1000)]) for _ in range(2)] == [(1104, 0, 0, 0)] * 2


def test_prefix_below_the_model_s_least_length_is_not_cached(take):
    assert [take(system=[block(510, SHORT)]) for _ in range(2)] == [(614, 0, 0, 0)] * 2
    assert take(system=[block(1000, SHORT)], model="claude-sonnet-5-5") == (1104, 0, 0, 0)
    assert take(system=[block(1100, SHORT)], model="claude-sonnet-5-5") == (104, 1100, 0, 0)


def test_one_changed_byte_loses_all_that_follows(take):
    take(system=[block(1000, SHORT), block(600, SHORT)])

    assert take(system=[block(1000, SHORT), block(600, SHORT, "b")]) == (104, 600, 0, 1000)
    assert take(system=[block(1000, SHORT, "b"), block(600, SHORT)]) == (104, 1600, 0, 0)


def test_tools_come_before_system_and_system_before_messages(take):
    take(tools=[tool(mark=SHORT)], system=[block(600, SHORT)])
    tools = 1023

    assert take(tools=[tool(mark=SHORT)], system=[block(600, SHORT, "b")]) == (104, 600, 0, tools)
    assert take(tools=[tool("find", SHORT)], system=[block(600, SHORT)])[3] == 0


def test_conversation_grows_and_reads_what_the_turn_before_wrote(take):
    system = [block(1000, LONG)]
    first = take(system=system, messages=said([block(100, SHORT)]))
    second = take(system=system, messages=said([block(100)], "b" * 320, [block(100, SHORT)]))

    assert first == (0, 104, 1000, 0)
    assert second == (0, 208, 0, 1104)


def test_automatic_breakpoint_stands_on_the_last_block(take):
    system = [block(1000)]

    assert take(system=system, cache_control=SHORT) == (0, 1104, 0, 0)
    grown = said("a" * 320, "b" * 320, "c" * 320)
    assert take(system=system, messages=grown, cache_control=SHORT) == (0, 208, 0, 1104)


def test_trailing_note_is_paid_and_does_not_spoil_the_prefix(take):
    system = [block(1000, LONG)]

    def ask(note, *turns):
        messages = [*said(*turns), {"role": "system", "content": note}]
        return take(model="claude-haiku-5-5", system=system, messages=messages)

    assert ask("n" * 32, [block(100, SHORT)]) == (14, 104, 1000, 0)
    assert ask("m" * 32, [block(100)], "b" * 320, [block(100, SHORT)]) == (14, 208, 0, 1104)


@pytest.mark.parametrize(("mark", "lives"), [(SHORT, 300), (LONG, 3600)])
def test_entry_lives_as_long_as_it_says_and_each_read_begins_anew(take, clock, mark, lives):
    take(system=[block(1000, mark)])
    clock.now += lives - 1
    kept = take(system=[block(1000, mark)])
    clock.now += lives - 1
    again = take(system=[block(1000, mark)])
    clock.now += lives + 1
    late = take(system=[block(1000, mark)])

    assert [kept[3], again[3], late[3]] == [1000, 1000, 0]


def test_lookback_ends_after_twenty_blocks(take):
    def ask(blocks, mark_at):
        content = [block(50, SHORT if n == mark_at else None) for n in range(blocks)]
        return take(messages=[{"role": "user", "content": content}])[3]

    assert ask(20, 19) == 0
    assert ask(39, 38) == 1004
    assert ask(60, 59) == 0


def test_other_model_reads_nothing_and_other_effort_loses_the_messages(take):
    turn = {"system": [block(1100, LONG)], "messages": said([block(100, SHORT)])}
    take(**turn)

    assert take(**turn, model="claude-opus-5-5")[3] == 0
    assert take(**turn, output_config={"effort": "low"}) == (0, 104, 0, 1100)


def test_at_most_four_breakpoints_and_the_long_lived_first(take):
    marks = [block(600, SHORT) for _ in range(4)]

    with pytest.raises(ApiError, match="A maximum of 4 blocks"):
        take(system=marks, cache_control=SHORT)
    with pytest.raises(ApiError, match="must not come after a ttl='5m'"):
        take(system=[block(600, SHORT), block(600, LONG)])
    with pytest.raises(ApiError, match="must be '5m' or '1h'"):
        take(system=[block(600, {"type": "ephemeral", "ttl": "1d"})])
