/* <k-thread> around the scrolling .thread: stays at the end while one reads there, keeps the
   place when older messages come in above, and counts what arrived below. */
const NEAR = 80;

class Thread extends HTMLElement {
  connectedCallback() {
    this.scroller = this.querySelector(".thread");
    this.jump = this.querySelector(".jump");
    this.unseen = 0;
    this.atEnd = true;
    this.known = new Set(this.messageIds());
    this.scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.jump?.addEventListener("click", () => this.toEnd("smooth"));
    this.addEventListener("htmx:beforeSwap", () => this.rememberPlace());
    this.addEventListener("htmx:afterSwap", () => this.changed());
    this.onSent = (event) => {
      if (event.detail.requestConfig?.elt.closest("k-composer")) this.toEnd();
    };
    document.addEventListener("htmx:afterSwap", this.onSent);
    this.changes = new MutationObserver(() => this.changed());
    this.changes.observe(this.scroller, { childList: true, subtree: true });
    this.sizes = new ResizeObserver(() => this.atEnd && this.toEnd());
    this.sizes.observe(this.scroller);
    this.start();
  }

  disconnectedCallback() {
    document.removeEventListener("htmx:afterSwap", this.onSent);
    this.changes?.disconnect();
    this.sizes?.disconnect();
  }

  start() {
    const linked = location.hash.startsWith("#message-") && document.getElementById(location.hash.slice(1));
    if (linked && this.contains(linked)) {
      linked.scrollIntoView({ block: "center" });
      return this.scrolled();
    }
    const divider = this.scroller.querySelector(".new-divider");
    const isFar = divider && this.scroller.scrollHeight - divider.offsetTop > this.scroller.clientHeight;
    if (!isFar) return this.toEnd();
    this.scroller.scrollTop = divider.offsetTop - this.scroller.offsetTop - NEAR;
    this.scrolled();
  }

  messages() {
    return [...this.scroller.querySelectorAll(".msg[id]")];
  }

  messageIds() {
    return this.messages().map((message) => message.id);
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    this.atEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.atEnd) this.unseen = 0;
    this.showJump();
    this.rememberPlace();
  }

  rememberPlace() {
    const top = this.scroller.getBoundingClientRect().top;
    const first = this.messages().find((message) => message.getBoundingClientRect().bottom > top);
    this.place = first && { id: first.id, offset: first.getBoundingClientRect().top - top };
  }

  changed() {
    const ids = this.messageIds();
    const arrived = ids.filter((id) => !this.known.has(id));
    const lastKnown = ids.findLastIndex((id) => this.known.has(id));
    this.known = new Set(ids);
    if (this.atEnd) return this.toEnd();
    this.unseen += arrived.filter((id) => ids.indexOf(id) > lastKnown).length;
    this.keepPlace();
    this.showJump();
  }

  keepPlace() {
    const message = this.place && document.getElementById(this.place.id);
    if (!message) return;
    const offset = message.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top;
    if (Math.abs(offset - this.place.offset) > 1) this.scroller.scrollTop += offset - this.place.offset;
  }

  toEnd(behavior = "instant") {
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior });
  }

  showJump() {
    if (!this.jump) return;
    this.jump.hidden = this.atEnd;
    const count = this.jump.querySelector("b");
    if (count) count.textContent = this.unseen || "";
  }
}

customElements.define("k-thread", Thread);
