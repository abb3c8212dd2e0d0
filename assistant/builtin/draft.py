"""A reply in the making: sentences, at most one question, at most three buttons."""

from typing import TYPE_CHECKING, Any

from assistant import tools
from assistant.builtin import wording
from assistant.builtin.speaking import answer_language, catalogue
from inbox.own_words import own_words
from leads.language.packs import language_of

if TYPE_CHECKING:
    from assistant.turn import Reply, Turn


class Draft:
    """Collects what the flows say.

    `known` is the wish as it stands, `new_facts` the fields this message changed, `told_something`
    that it stated a fact at all, `closed` that no question should follow,
    `is_settled` that nothing is left to answer, `has_suggested` that homes are listed,
    `is_about_booked` that what is booked was moved, cancelled or kept.
    """

    def __init__(self, turn: "Turn") -> None:
        self.turn = turn
        self.state = turn.state
        self.parts: list[str] = []
        self.question = ""
        self.asked: str | None = None
        self.buttons: list[tuple[str, str]] = []
        self.known: dict[str, Any] = {}
        self.new_facts: list[str] = []
        self.told_something = False
        self.features: tuple[str, ...] = ()
        self.greeted = False
        self.closed = False
        self.handed_over = False
        self.is_settled = False
        self.has_suggested = False
        self.is_about_booked = False

    @property
    def text_said(self) -> str:
        return " ".join(filter(None, map(own_words, self.turn.new)))

    @property
    def is_empty(self) -> bool:
        """Whether nothing but the greeting was found to say."""
        return len(self.parts) <= int(self.greeted) and not self.question

    def add(self, key: str, **fields: Any) -> None:
        self.add_text(wording.say(self.state, key, **fields))

    def add_text(self, text: str) -> None:
        if text and text not in self.parts:
            self.parts.append(text)

    def quote(self, text: str, about: str = "") -> None:
        """Say what stands in a note or a description, and in which language if not the reply's."""
        if not text:
            return
        code = language_of(text, answer_language()).removesuffix("-Latn")
        if code != answer_language():
            language = catalogue.LANGUAGES[code]
            text = wording.say(self.state, "quoted_in", language=language, text=text)
        self.add_text(f"{about}: {text}" if about else text)

    def ask(self, key: str, asked: str, **fields: Any) -> None:
        """Ask one question; `asked` names what a bare answer would mean. The first one stands."""
        if not self.question:
            self.question = wording.say(self.state, key, **fields)
            self.asked = asked

    def ask_in_words(self, text: str, asked: str) -> None:
        """Ask one question in the agency's own words, which may hold figures."""
        if not self.question:
            self.turn.evidence.append(text)
            self.question, self.asked = text, asked

    def ask_colleague(self, question: str) -> None:
        """Say that a person will find out, and tell one."""
        self.add("will_ask")
        tools.ask_colleague(self.turn, question=question[:300])

    def reply(self) -> "Reply":
        from assistant.turn import Reply

        self.state["asked"] = self.asked or self._still_open()
        text = ""
        for part in [*self.parts, self.question]:
            gap = "" if not text or not part else ("\n\n" if "\n" in text + part else " ")
            text += gap + part
        return Reply(text=text, buttons=self.buttons)

    def _still_open(self) -> str | None:
        """A time on offer still waits for its answer when the reply was about something else."""
        asked = self.state.get("asked")
        is_about_times = asked in ("viewing_time", "confirm_booking")
        return asked if is_about_times and not self.closed else None


class ColleagueDraft(Draft):
    """A reply for a colleague to send: what it leaves open, that colleague knows or finds out."""

    PASSING_ON = {"late", "no_times", "persuade_person", "will_ask"}

    def add(self, key: str, **fields: Any) -> None:
        if key not in self.PASSING_ON:
            super().add(key, **fields)

    def ask_colleague(self, question: str) -> None:
        """Nobody else is asked."""

    def reply(self) -> "Reply":
        """A question alone answers nothing."""
        if not self.parts and not self.buttons:
            self.question, self.asked = "", None
        return super().reply()
