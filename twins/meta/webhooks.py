"""Webhooks: gathered into POSTs, signed over their bytes, and sent until somebody answers 200."""

import hashlib
import heapq
import hmac
import itertools
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import requests

from .faults import Faults

BACKOFF_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
SENDERS = 4
LARGEST_BATCH = 1000


@dataclass(frozen=True)
class Update:
    """One change of one account. Updates of one `key` leave in order, unless faults forbid.

    `taken` is called once the target has answered 200 for it, perhaps more than once.
    """

    waba_id: str
    field: str
    value: dict[str, Any]
    key: Hashable
    taken: Callable[[], None] | None = None


@dataclass
class Post:
    """One body on its way, sent again with the same bytes; its first try keeps `keys` busy."""

    body: bytes
    keys: frozenset[Hashable]
    updates: tuple[Update, ...] = ()
    first_tried: float | None = None
    attempts: int = 0


def encode(updates: list[Update]) -> bytes:
    """The JSON of one POST, non-ASCII as `\\uXXXX` as Meta writes it.

    Neighbouring messages of one number share a `value`, so batches have several messages in a
    value, several changes in an entry and, over accounts, several entries.
    """
    entries: dict[str, dict[str, Any]] = {}
    for update in updates:
        entry = entries.setdefault(update.waba_id, {"id": update.waba_id, "changes": []})
        changes = entry["changes"]
        if not (changes and _merge(changes[-1], update)):
            changes.append({"value": json.loads(json.dumps(update.value)), "field": update.field})
    body = {"object": "whatsapp_business_account", "entry": list(entries.values())}
    return json.dumps(body, ensure_ascii=True, separators=(",", ":")).encode()


def sign(body: bytes, app_secret: str) -> str:
    """The header `X-Hub-Signature-256` for these exact bytes."""
    digest = hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()
    return f"sha256={digest}"


class Webhooks:
    """The queue of updates and the few threads that send them.

    Any answer but 200, and no answer within `timeout` seconds, is a failure: the POST goes again
    after `backoff` (its last value repeats) for `retry_for` seconds, then counts as lost.
    """

    def __init__(
        self,
        url: str,
        app_secret: str,
        faults: Faults,
        *,
        backoff: tuple[float, ...] = BACKOFF_SECONDS,
        retry_for: float = 7 * 24 * 3600.0,
        timeout: float = 10.0,
        seed: int = 0,
    ) -> None:
        self.url = url
        self.app_secret = app_secret
        self.faults = faults
        self.backoff = backoff
        self.retry_for = retry_for
        self.timeout = timeout
        self.counters: Counter[str] = Counter()
        self._random = random.Random(seed)
        self._sequence = itertools.count()
        self._updates: list[tuple[float, int, Update]] = []
        self._due: list[tuple[float, Update]] = []
        self._posts: list[tuple[float, int, Post]] = []
        self._in_flight = 0
        self._busy: Counter[Hashable] = Counter()
        self._changed = threading.Condition()
        self._stopping = False
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        for index in range(SENDERS):
            thread = threading.Thread(target=self._send_all, name=f"webhooks-{index}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(self.timeout)

    def send(self, update: Update, delay: float = 0.0) -> None:
        """Queue an update to be sent in `delay` seconds."""
        with self._changed:
            due = time.monotonic() + delay
            heapq.heappush(self._updates, (due, next(self._sequence), update))
            self.counters["updates"] += 1
            self._changed.notify_all()

    def send_body(self, body: bytes) -> None:
        """Queue a POST of these bytes, signed."""
        with self._changed:
            self._push_post(Post(body, frozenset()))

    def wake(self) -> None:
        """Look again at once: the faults have changed."""
        with self._changed:
            self._changed.notify_all()

    def wait_idle(self, timeout: float = 10.0) -> bool:
        """Wait until everything queued was answered 200 or given up; false after `timeout`."""
        with self._changed:
            return self._changed.wait_for(lambda: self.pending() == 0, timeout)

    def pending(self) -> int:
        """How many updates and POSTs are queued or on their way."""
        with self._changed:
            return len(self._updates) + len(self._due) + len(self._posts) + self._in_flight

    def verify(self, verify_token: str) -> bool:
        """Do Meta's handshake of set-up; false unless the target gives the challenge back."""
        challenge = str(self._random.randrange(10**9))
        query = {
            "hub.mode": "subscribe",
            "hub.verify_token": verify_token,
            "hub.challenge": challenge,
        }
        try:
            with _session() as session:
                answer = session.get(self.url, params=query, timeout=self.timeout)
        except requests.RequestException:
            return False
        return answer.status_code == 200 and answer.text == challenge

    def _send_all(self) -> None:
        session = _session()
        while (post := self._take()) is not None:
            answered = self._deliver(session, post)
            for update in post.updates if answered else ():
                if update.taken is not None:
                    update.taken()
            with self._changed:
                self._in_flight -= 1
                self._busy.subtract(post.keys)
                post.keys = frozenset()
                if not answered:
                    self._retry(post)
                self._changed.notify_all()
        session.close()

    def _take(self) -> Post | None:
        with self._changed:
            while not self._stopping:
                if not self.faults.webhooks.hold:
                    self._gather(time.monotonic())
                    if self._posts and self._posts[0][0] <= time.monotonic():
                        self._in_flight += 1
                        return heapq.heappop(self._posts)[2]
                self._changed.wait(self._until_next(time.monotonic()))
            return None

    def _gather(self, now: float) -> None:
        """Turn updates that are due into POSTs, as the faults in force say."""
        while self._updates and self._updates[0][0] <= now:
            due, _, update = heapq.heappop(self._updates)
            self._due.append((due, update))
        faults = self.faults.webhooks
        wanted = max(faults.batch, faults.reorder)
        if wanted <= 1:
            self._post_first_of_an_idle_key()
        elif self._due and (
            len(self._due) >= wanted or now - self._due[0][0] >= faults.gather_seconds
        ):
            self._post_all()

    def _post_first_of_an_idle_key(self) -> None:
        for index, (_, update) in enumerate(self._due):
            if not self._busy[update.key]:
                del self._due[index]
                self._post([update], self.faults.webhooks.duplicate)
                return

    def _post_all(self) -> None:
        faults = self.faults.webhooks
        updates = [update for _, update in self._due]
        self._due = []
        if faults.reorder:
            self._random.shuffle(updates)
        size = max(1, min(faults.batch, LARGEST_BATCH))
        for start in range(0, len(updates), size):
            self._post(updates[start : start + size], faults.duplicate)

    def _post(self, updates: list[Update], duplicates: int) -> None:
        body = encode(updates)
        keys = frozenset(update.key for update in updates)
        for copy in range(1 + duplicates):
            self.counters["duplicated"] += copy > 0
            self._busy.update(keys)
            self._push_post(Post(body, keys, tuple(updates)))

    def _push_post(self, post: Post, delay: float = 0.0) -> None:
        heapq.heappush(self._posts, (time.monotonic() + delay, next(self._sequence), post))
        self._changed.notify_all()

    def _deliver(self, session: requests.Session, post: Post) -> bool:
        post.attempts += 1
        post.first_tried = post.first_tried or time.monotonic()
        if self.faults.take_drop():
            self.counters["dropped"] += 1
            return False
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "facebookexternalua",
            "X-Hub-Signature-256": sign(post.body, self.app_secret),
        }
        try:
            answer = session.post(
                self.url,
                data=post.body,
                headers=headers,
                timeout=self.timeout,
                allow_redirects=False,
            )
        except requests.RequestException:
            self.counters["unanswered"] += 1
            return False
        taken = answer.status_code == 200
        self.counters["taken" if taken else f"answered_{answer.status_code}"] += 1
        return taken

    def _retry(self, post: Post) -> None:
        if time.monotonic() - (post.first_tried or 0) >= self.retry_for:
            self.counters["lost"] += 1
            return
        self.counters["retried"] += 1
        self._push_post(post, self.backoff[min(post.attempts, len(self.backoff)) - 1])

    def _until_next(self, now: float) -> float | None:
        """Seconds until something may be due, or none to wait for a notice."""
        faults = self.faults.webhooks
        if faults.hold:
            return None
        times = [queue[0][0] for queue in (self._posts, self._updates) if queue]
        if self._due and max(faults.batch, faults.reorder) > 1:
            times.append(self._due[0][0] + faults.gather_seconds)
        return max(0.001, min(times) - now) if times else None


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # a proxy of the environment must never see loopback webhooks
    return session


def _merge(change: dict[str, Any], update: Update) -> bool:
    """Add the update's messages or statuses to a change of the same number, if they fit."""
    value = change["value"]
    if change["field"] != update.field or value.get("metadata") != update.value.get("metadata"):
        return False
    for items in ("messages", "statuses"):
        if items in value and items in update.value:
            value[items] += update.value[items]
            known = value.setdefault("contacts", [])
            known += [c for c in update.value.get("contacts", []) if c not in known]
            return True
    return False
