/* <k-composer data-conversation="code" data-send-with="enter|mod-enter"> around the form.
   What one has typed stays in this tab's memory (never in storage) until it is sent. */
const drafts = new Map();

class Composer extends HTMLElement {
  connectedCallback() {
    this.addEventListener("input", () => this.remember());
    this.addEventListener("keydown", (event) => this.keyPressed(event));
    this.addEventListener("click", (event) => this.tabChosen(event));
    this.addEventListener("htmx:afterRequest", (event) => this.requestEnded(event));
    this.onSettle = () => this.restore();
    this.onClick = (event) => this.useSuggestion(event);
    document.addEventListener("htmx:afterSettle", this.onSettle);
    document.addEventListener("click", this.onClick);
    this.restore();
  }

  disconnectedCallback() {
    document.removeEventListener("htmx:afterSettle", this.onSettle);
    document.removeEventListener("click", this.onClick);
  }

  get form() {
    return this.querySelector("form");
  }

  get text() {
    return this.querySelector("textarea");
  }

  get button() {
    return [...this.form.querySelectorAll("button")].find((button) => button.checkVisibility());
  }

  get kind() {
    return this.querySelector("[name=kind]:checked")?.value ?? "reply";
  }

  get key() {
    return `${this.dataset.conversation} ${this.kind}`;
  }

  remember() {
    if (!this.text) return;
    if (this.text.value.trim()) drafts.set(this.key, this.text.value);
    else drafts.delete(this.key);
    this.grow();
  }

  restore() {
    if (!this.text) return;
    const draft = drafts.get(this.key);
    if (draft && !this.text.value) this.text.value = draft;
    this.grow();
  }

  tabChosen(event) {
    if (event.target.name !== "kind" || !this.text) return;
    const { placeholderReply, placeholderNote } = this.dataset;
    this.text.placeholder = (this.kind === "note" ? placeholderNote : placeholderReply) ?? "";
    this.text.value = drafts.get(this.key) ?? "";
    this.grow();
    this.text.focus();
  }

  keyPressed(event) {
    if (event.key !== "Enter" || event.isComposing || event.target !== this.text) return;
    const withModifier = event.ctrlKey || event.metaKey;
    const plain = !event.shiftKey && !event.altKey && !withModifier;
    if (!withModifier && !(plain && this.dataset.sendWith === "enter")) return;
    event.preventDefault();
    if (this.text.value.trim() && !this.form.matches(".htmx-request")) this.button.click();
  }

  requestEnded(event) {
    if (event.target !== this.form || !event.detail.successful) return;
    drafts.delete(this.key);
    this.text.value = "";
    this.grow();
    this.text.focus();
  }

  useSuggestion(event) {
    const button = event.target.closest("[data-use-draft]");
    if (!button || !this.text) return;
    const source = document.getElementById(button.dataset.useDraft);
    this.querySelector("[name=kind][value=reply]")?.click();
    this.text.value = source.textContent.trim();
    this.remember();
    this.text.focus();
  }

  grow() {
    if (!this.text || CSS.supports("field-sizing", "content")) return;
    this.text.style.blockSize = "auto";
    this.text.style.blockSize = `${this.text.scrollHeight}px`;
  }
}

customElements.define("k-composer", Composer);
