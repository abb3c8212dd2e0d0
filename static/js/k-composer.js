/* <k-composer data-conversation="code" data-url="where drafts are kept" data-send-with="enter|mod-enter">
   around the form. What one types is kept on the server, as a reply or as a note, half a second
   after the last stroke and whenever the page is left; nothing goes into the browser's storage.
   The server's drafts stand in #drafts beside it, each with a version: the later one counts, but
   never over words that have the caret or are not saved yet.

   Each save carries a stamp that is later than everything this page has seen, so that of two saves
   on their way at once the server keeps the later words, and none that were sent meanwhile.

   The requests are `fetch` with keepalive, because a browser drops those of HTMX when it leaves. */
const PAUSE = 500;
const RETRY = 5_000;
const KINDS = ["reply", "note"];

// By conversation and kind, for as long as this page lives: what stands in the field, what of it
// the server has, the version of that, the stamp of our last save, and what is being sent now.
const memory = new Map();

class Composer extends HTMLElement {
  connectedCallback() {
    this.on(this, "input", () => this.typed());
    this.on(this, "keydown", (event) => this.keyPressed(event));
    this.on(this, "click", (event) => this.tabChosen(event));
    this.on(this, "htmx:beforeRequest", (event) => this.requestBegins(event));
    this.on(this, "htmx:afterRequest", (event) => this.requestEnded(event));
    this.on(document, "htmx:afterSettle", () => this.settle());
    this.on(document, "click", (event) => this.useSuggestion(event));
    this.on(document, "visibilitychange", () => (document.hidden ? this.leave() : this.refresh()));
    this.on(window, "pagehide", () => this.leave());
    this.on(window, "focus", () => this.refresh());
    this.on(window, "online", () => this.saveAll());
    // Refused words stand there, or what was typed before this script had loaded.
    const isTyped = this.text && this.text.value !== this.text.defaultValue;
    if (isTyped || this.text?.getAttribute("aria-invalid")) this.entry(this.kind).text = this.text.value;
    this.chosen = "";
    this.settle();
    // What was typed last before a reload may have reached the server after it drew this page.
    if (performance.getEntriesByType("navigation")[0]?.type === "reload") setTimeout(() => this.refresh(), PAUSE);
  }

  disconnectedCallback() {
    this.leave();
    this.stops.forEach((stop) => stop());
    this.stops = [];
  }

  on(target, name, act) {
    target.addEventListener(name, act);
    this.stops = [...(this.stops ?? []), () => target.removeEventListener(name, act)];
  }

  get form() {
    return this.querySelector("form");
  }

  get text() {
    return this.querySelector("textarea");
  }

  get button() {
    // Not the copilot's, and not "Send anyway": that one is meant to be read before it is pressed.
    const found = [...this.form.querySelectorAll(".composer-foot .primary")];
    return found.find((button) => button.checkVisibility());
  }

  /* The code of the suggestion that the words were made of, sent along with them. */
  get suggestionUsed() {
    return this.querySelector("[name=suggestion]")?.value ?? "";
  }

  set suggestionUsed(code) {
    const input = this.querySelector("[name=suggestion]");
    if (input) input.value = code;
  }

  get kind() {
    return this.querySelector("[name=kind]:checked")?.value ?? "reply";
  }

  get words() {
    return { kind: this.kind, text: this.text?.value ?? "" };
  }

  /* Change the words of a kind, or where it is not allowed those of the other one. Returns the
     kind, and what stood there. */
  write(kind, change) {
    const radio = this.querySelector(`[name=kind][value=${kind}]`);
    if (radio && !radio.checked) radio.click();
    const before = this.words;
    this.text.value = change(before.text);
    this.typed();
    return before;
  }

  entry(kind) {
    const key = `${this.dataset.conversation} ${kind}`;
    if (!memory.has(key)) memory.set(key, { text: "", saved: "", version: 0, stamp: 0, saving: false, sending: null });
    return memory.get(key);
  }

  // What stands in the field

  settle() {
    const drafts = document.getElementById("drafts");
    if (drafts?.dataset.conversation === this.dataset.conversation) {
      const of = (kind) => ({ body: drafts.dataset[kind] ?? "", version: Number(drafts.dataset[`${kind}Version`]) });
      this.adopt({ reply: of("reply"), note: of("note") });
    }
    // A note that is only there because a reply is not possible now was not chosen.
    const isForced = this.querySelector("[name=kind][value=reply]")?.disabled && !this.entry("note").text;
    this.chosen ||= isForced ? "reply" : this.kind;
    this.show();
  }

  adopt(drafts) {
    for (const kind of KINDS) {
      const { body, version } = drafts[kind] ?? {};
      const entry = this.entry(kind);
      if (!(version > entry.version)) continue;
      entry.version = version;
      const isUnsaved = entry.text !== entry.saved || entry.saving;
      const hasCaret = document.activeElement === this.text && this.kind === kind && entry.text;
      if (!isUnsaved && !hasCaret) entry.text = body;
      if (!entry.saving) entry.saved = body;
    }
  }

  /* The kind that was chosen, where it is allowed, with its words. */
  show() {
    if (!this.text) return;
    const radio = this.querySelector(`[name=kind][value=${this.chosen}]`);
    const allowed = radio?.disabled ? this.querySelector("[name=kind][value=note]") : radio;
    if (allowed) allowed.checked = true;
    const { placeholderReply, placeholderNote } = this.dataset;
    this.text.placeholder = (this.kind === "note" ? placeholderNote : placeholderReply) ?? "";
    const { text } = this.entry(this.kind);
    if (this.text.value !== text) this.text.value = text;
    this.showOthers();
    this.grow();
  }

  /* A mark at the kind that is not shown but has words; a reply that has to wait is told in words. */
  showOthers() {
    for (const input of this.querySelectorAll("[name=kind]")) {
      input.parentElement.classList.toggle("unsent", !input.checked && Boolean(this.entry(input.value).text.trim()));
    }
    const kept = document.getElementById("kept-reply");
    if (!kept) return;
    const { text } = this.entry("reply");
    kept.hidden = !text.trim() || !this.querySelector("[name=kind][value=reply]")?.disabled;
    kept.querySelector("q").textContent = text;
  }

  typed() {
    if (!this.text) return;
    // Whoever took to a note because nothing else was possible goes on with it afterwards.
    this.chosen = this.kind;
    this.entry(this.kind).text = this.text.value;
    if (!this.text.value.trim() && this.kind === "reply") this.suggestionUsed = "";
    this.showOthers();
    this.grow();
    this.saveSoon(PAUSE);
  }

  tabChosen(event) {
    if (event.target.name !== "kind" || !this.text) return;
    this.saveAll();
    this.chosen = this.kind;
    this.show();
    this.text.focus();
  }

  // What the server keeps

  saveSoon(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.saveAll(), pause);
  }

  saveAll() {
    clearTimeout(this.timer);
    for (const kind of KINDS) this.save(kind);
  }

  leave() {
    clearTimeout(this.timer);
    for (const kind of KINDS) this.save(kind, true);
  }

  /* In microseconds since 1970, as the server's versions. */
  nextStamp(entry) {
    entry.stamp = Math.max(Date.now() * 1000, entry.version + 2, entry.stamp + 2);
    return entry.stamp;
  }

  async save(kind, atOnce = false) {
    const entry = this.entry(kind);
    const { text } = entry;
    if (text === entry.saved || (entry.saving && !atOnce)) return;
    entry.saving = true;
    let isKept = false;
    // Words on their way to the customer are older than their sending, which takes them out.
    const isBeingSent = entry.sending?.text === text && entry.sending.xhr.readyState < XMLHttpRequest.DONE;
    const stamp = isBeingSent ? entry.sending.stamp - 1 : this.nextStamp(entry);
    try {
      const body = new URLSearchParams({ kind, body: text, stamp });
      const { version, kept } = await this.ask({ method: "POST", keepalive: true, body });
      entry.version = Math.max(entry.version, version);
      // Overtaken by another page: these are the last words written here, so they are saved again.
      if (kept || stamp !== entry.stamp) entry.saved = text;
      isKept = true;
    } catch {
      if (this.isConnected) this.saveSoon(RETRY);
    }
    entry.saving = false;
    this.querySelector(".not-kept")?.toggleAttribute("hidden", isKept);
    if (isKept && entry.text !== entry.saved) this.save(kind);
  }

  async refresh() {
    try {
      this.adopt(await this.ask({ cache: "no-store" }));
      this.show();
    } catch {
      // The line is down; the bar of k-events tells so.
    }
  }

  async ask(options) {
    const headers = { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content };
    const answer = await fetch(this.dataset.url, { headers, ...options });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    return answer.json();
  }

  // Sending

  keyPressed(event) {
    if (event.key !== "Enter" || event.isComposing) return;
    const withModifier = event.ctrlKey || event.metaKey;
    // The send button says "Ctrl ⏎" and has the focus after "Use".
    if (event.target !== this.text && !(withModifier && event.target === this.button)) return;
    const plain = !event.shiftKey && !event.altKey && !withModifier;
    if (!withModifier && !(plain && this.dataset.sendWith === "enter")) return;
    event.preventDefault();
    if (this.text.value.trim() && !this.form.matches(".htmx-request")) this.button.click();
  }

  requestBegins(event) {
    if (event.target !== this.form) return;
    clearTimeout(this.timer);
    const entry = this.entry(this.kind);
    const { xhr } = event.detail;
    entry.sending = { text: this.text.value, stamp: this.nextStamp(entry), xhr };
    this.sent = { kind: this.kind, text: this.text.value };
    xhr.setRequestHeader("X-Draft-Stamp", String(entry.sending.stamp));
  }

  requestEnded(event) {
    if (event.target !== this.form || !this.sent) return;
    if (!event.detail.successful) return this.saveSoon(PAUSE);
    const { kind, text } = this.sent;
    const entry = this.entry(kind);
    if (kind === "reply") this.suggestionUsed = "";
    for (const said of this.querySelectorAll("#composer-warning, #composer-error")) said.remove();
    // Words typed while the others were on their way stay.
    entry.text = entry.text.startsWith(text) ? entry.text.slice(text.length).trimStart() : "";
    // A draft that was under way at that moment would bring the sent words back: it is taken out.
    if (!entry.saving) entry.saved = "";
    this.show();
    this.saveAll();
    this.text.focus();
  }

  useSuggestion(event) {
    const button = event.target.closest("[data-use-draft]");
    if (!button || !this.text) return;
    const source = document.getElementById(button.dataset.useDraft);
    this.write("reply", () => source.textContent.trim());
    this.suggestionUsed = button.closest("[data-suggestion]")?.dataset.suggestion ?? "";
    // Words that are right as they are need one more key; those to be changed, the caret.
    (button.dataset.then === "send" ? this.button : this.text).focus();
  }

  grow() {
    if (!this.text || CSS.supports("field-sizing", "content")) return;
    this.text.style.blockSize = "auto";
    this.text.style.blockSize = `${this.text.scrollHeight}px`;
  }
}

customElements.define("k-composer", Composer);
