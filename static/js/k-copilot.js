/* <k-copilot id="copilot" data-url="where its panel is"> above the composer, opened by
   [data-copilot-toggle]. It hands the composer's words to the server with each request and puts
   what came back into the composer, where it can be undone. It never sends: that is the composer's
   own button, pressed by a person. Whatever fails, the composer's words stay. */

class Copilot extends HTMLElement {
  connectedCallback() {
    this.on(document, "click", (event) => this.toggled(event));
    this.on(this, "click", (event) => this.pressed(event));
    this.on(this, "keydown", (event) => this.keyPressed(event));
    this.on(this, "htmx:configRequest", (event) => this.hand(event));
    this.on(this, "htmx:beforeRequest", (event) => this.begins(event));
    this.on(this, "htmx:afterRequest", (event) => this.ended(event));
    this.on(this, "htmx:afterSwap", () => this.shown());
    // The composer may have been drawn anew, with a button that knows nothing of this.
    this.on(document, "htmx:afterSettle", () => this.tell());
  }

  disconnectedCallback() {
    this.stops.forEach((stop) => stop());
    this.stops = [];
  }

  on(target, name, act) {
    target.addEventListener(name, act);
    this.stops = [...(this.stops ?? []), () => target.removeEventListener(name, act)];
  }

  get composer() {
    return document.querySelector("k-composer");
  }

  get button() {
    return document.querySelector("[data-copilot-toggle]");
  }

  get made() {
    return this.querySelector("#copilot-made");
  }

  // Open and close

  toggled(event) {
    if (!event.target.closest("[data-copilot-toggle]")) return;
    if (this.hidden) this.open();
    else this.close();
  }

  async open() {
    this.hidden = false;
    this.tell();
    // What it offers may have changed since; what it made is still of use.
    if (!this.made?.childElementCount) {
      await htmx.ajax("GET", this.dataset.url, { target: this, swap: "innerHTML", source: this });
    }
    if (!this.hidden) this.querySelector("[data-makes]")?.focus();
  }

  close() {
    this.hidden = true;
    this.tell();
    this.composer?.text?.focus();
  }

  tell() {
    this.button?.setAttribute("aria-expanded", String(!this.hidden));
  }

  keyPressed(event) {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.close();
  }

  // Ask the server

  hand(event) {
    const words = this.composer?.words;
    if (!words || event.detail.verb === "get") return;
    event.detail.parameters.text = words.text;
  }

  begins(event) {
    if (!event.target.matches("form")) return;
    const { submitter } = event.detail.requestConfig.triggeringEvent ?? {};
    this.last = { form: event.target, submitter };
    this.given = this.composer?.words;
    this.isBusy = true;
    this.wait(true);
    this.made.replaceChildren();
  }

  ended(event) {
    if (!event.target.matches("form")) return;
    this.isBusy = false;
    this.wait(false);
    const isStopped = this.isStopped;
    this.isStopped = false;
    if (event.detail.successful || isStopped) return;
    const failed = this.querySelector("template[data-copilot-failed]").content.cloneNode(true);
    this.made.replaceChildren(failed);
    this.shown();
  }

  wait(isWaiting) {
    const line = this.querySelector(".copilot-wait");
    if (line) line.hidden = !isWaiting;
  }

  shown() {
    const found = this.made?.firstElementChild;
    if (!found) return;
    const copy = found.querySelector("[data-copilot-copy]");
    if (copy) copy.hidden = !navigator.clipboard;
    found.focus({ preventScroll: true });
    found.scrollIntoView({ block: "nearest" });
  }

  stop() {
    this.isStopped = true;
    htmx.trigger(this, "htmx:abort"); // both forms' requests are kept with what they sync on
  }

  again() {
    // A click and not `requestSubmit`, for HTMX sends the value of the button that was clicked.
    if (!this.isBusy) this.last?.submitter?.click();
  }

  // Use what came back

  pressed(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const { copilotInsert } = button.dataset;
    if (copilotInsert) this.insert(copilotInsert);
    else if (button.matches("[data-copilot-undo]")) this.undo(button);
    else if (button.matches("[data-copilot-copy]")) this.copy(button);
    else if (button.matches("[data-copilot-again]")) this.again();
    else if (button.matches("[data-copilot-stop]")) this.stop();
    else if (button.matches("[data-copilot-close]")) this.close();
    else if (button.matches("[data-copilot-dismiss]")) this.dismiss();
  }

  insert(how) {
    const { composer } = this;
    const result = this.querySelector("[data-copilot-result]");
    const text = result?.querySelector("[data-copilot-text]").textContent.trim();
    if (!composer?.text || !text) return;
    // A draft is written to the customer; the rest goes where the words stood that were handed over.
    const kind = result.dataset.task === "draft" ? "reply" : this.given.kind;
    const replaced = how === "replace" ? this.given.text : "";
    this.before = composer.write(kind, (there) => joined(there, replaced, text));
    result.querySelector(".copilot-use").hidden = true;
    const done = result.querySelector(".copilot-inserted");
    done.hidden = false;
    const undo = done.querySelector("[data-copilot-undo]");
    undo.textContent = undo.dataset.undo;
    composer.text.focus();
  }

  /* Back and forth, so that neither what stood there nor what was changed since is lost. */
  undo(button) {
    if (!this.composer?.text || !this.before) return;
    const { kind, text } = this.before;
    this.before = this.composer.write(kind, () => text);
    const { undo, redo } = button.dataset;
    button.textContent = button.textContent === undo ? redo : undo;
  }

  async copy(button) {
    const label = button.textContent;
    await navigator.clipboard.writeText(this.querySelector("[data-copilot-text]").textContent.trim());
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = label), 2000);
  }

  dismiss() {
    this.made.replaceChildren();
    this.composer?.text?.focus();
  }
}

/* The words with the new ones: in place of those they were made of, where these still stand. */
function joined(there, replaced, text) {
  if (replaced?.trim() && there.includes(replaced)) return there.replace(replaced, () => text);
  return there.trim() ? `${there.trimEnd()}\n\n${text}` : text;
}

customElements.define("k-copilot", Copilot);
