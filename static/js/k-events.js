/* <k-events>: the live line. One EventSource per browser: the tab that holds the lock reads the
   stream and shares it. A signal becomes events on <body>, which elements name in hx-trigger:

     katikn:conversation        any conversation changed; detail {kind, id}
     katikn:conversation:<id>   this one did
     katikn:refresh             something may have been missed: fetch everything anew

   Without a heartbeat for 40 s the bar inside appears and `katikn:refresh` comes every 10 s. */
const SILENCE = 40_000;
const POLL = 10_000;
const QUIET = 1_000;
const JITTER = 400;
const REOPEN = 10_000;
const HIDDEN_FOR = 5 * 60_000;

class Events extends HTMLElement {
  connectedCallback() {
    this.url = document.body.dataset.eventsUrl;
    if (!this.url) return;
    this.lastBeat = Date.now();
    this.lastPoll = 0;
    this.recent = new Map();
    this.channel = new BroadcastChannel(`katikn-events ${this.url}`);
    this.channel.onmessage = (event) => this.take(event.data);
    this.watch = setInterval(() => this.look(), 1_000);
    this.onVisibility = () => this.visibilityChanged();
    document.addEventListener("visibilitychange", this.onVisibility);
    this.start(false);
  }

  disconnectedCallback() {
    if (!this.url) return;
    document.removeEventListener("visibilitychange", this.onVisibility);
    clearInterval(this.watch);
    clearTimeout(this.hiding);
    this.stop();
    this.channel.close();
  }

  /* Wait for the lock; whoever holds it reads the stream for all tabs. */
  start(isReturn) {
    if (this.waiting) return;
    const asked = Date.now();
    this.waiting = new AbortController();
    const { signal } = this.waiting;
    navigator.locks
      .request(`katikn-events ${this.url}`, { signal }, () => {
        this.open();
        // A leader who comes later than its page may have missed what the one before would have told.
        if (isReturn || Date.now() - asked > 2_000) this.share({ type: "refresh" });
        return new Promise((release) => {
          this.release = release;
          signal.addEventListener("abort", release);
        });
      })
      .catch((error) => {
        if (error.name !== "AbortError") throw error;
      });
  }

  stop() {
    this.waiting?.abort();
    this.release?.();
    this.waiting = this.release = null;
    clearTimeout(this.reopening);
    this.source?.close();
    this.source = null;
  }

  open() {
    this.source = new EventSource(this.url);
    this.source.addEventListener("heartbeat", () => this.share({ type: "beat" }));
    this.source.addEventListener("refresh", () => this.share({ type: "refresh" }));
    this.source.addEventListener("signal", (event) => {
      this.share({ type: "signal", ...JSON.parse(event.data) });
    });
    this.source.onopen = () => this.share({ type: "beat" });
    this.source.onerror = () => {
      // The browser retries a broken line; a refused one it gives up, so we ask again later.
      if (this.source?.readyState !== EventSource.CLOSED) return;
      this.reopening = setTimeout(() => this.open(), REOPEN);
    };
  }

  share(message) {
    this.channel.postMessage(message);
    this.take(message);
  }

  take(message) {
    this.beat();
    if (message.type === "refresh") this.refresh();
    if (message.type === "signal") this.signal(message.kind, message.id);
  }

  beat() {
    const wasDown = this.isDown;
    this.lastBeat = Date.now();
    this.showBar(false);
    if (wasDown) this.refresh();
  }

  look() {
    if (document.hidden || Date.now() - this.lastBeat < SILENCE) return;
    this.showBar(true);
    if (Date.now() - this.lastPoll >= POLL) {
      this.lastPoll = Date.now();
      this.refresh();
    }
  }

  showBar(isDown) {
    if (this.isDown === isDown) return;
    this.isDown = isDown;
    this.querySelector(".banner")?.toggleAttribute("hidden", !isDown);
  }

  signal(kind, id) {
    const detail = { kind, id };
    if (id) this.atMostOncePerSecond(`katikn:${kind}:${id}`, detail, 0);
    this.atMostOncePerSecond(`katikn:${kind}`, detail, Math.random() * JITTER);
  }

  refresh() {
    this.atMostOncePerSecond("katikn:refresh", {}, 0);
  }

  /* The first goes out at once, those within the next second together at its end. */
  atMostOncePerSecond(name, detail, jitter) {
    const pending = this.recent.get(name);
    if (pending) {
      pending.again = detail;
      return;
    }
    const entry = { again: null };
    this.recent.set(name, entry);
    setTimeout(() => this.emit(name, detail), jitter);
    setTimeout(() => {
      this.recent.delete(name);
      if (entry.again) this.atMostOncePerSecond(name, entry.again, 0);
    }, QUIET + jitter);
  }

  emit(name, detail) {
    if (this.isConnected) document.body.dispatchEvent(new CustomEvent(name, { detail }));
  }

  visibilityChanged() {
    clearTimeout(this.hiding);
    if (document.hidden) {
      this.hiding = setTimeout(() => this.stop(), HIDDEN_FOR);
    } else if (!this.waiting) {
      this.lastBeat = Date.now();
      this.start(true);
      this.refresh();
    }
  }
}

customElements.define("k-events", Events);
