/* <k-toast class="toast">: a short notice that leaves by itself, but never while it is read. */
const SECONDS = 6;

class Toast extends HTMLElement {
  connectedCallback() {
    this.querySelector("button")?.addEventListener("click", () => this.remove());
    this.addEventListener("pointerenter", () => clearTimeout(this.timer));
    this.addEventListener("focusin", () => clearTimeout(this.timer));
    this.addEventListener("pointerleave", () => this.leaveLater());
    this.addEventListener("focusout", () => this.leaveLater());
    this.leaveLater();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  leaveLater() {
    clearTimeout(this.timer);
    if (this.hasAttribute("data-stay")) return;
    this.timer = setTimeout(() => this.remove(), SECONDS * 1000);
  }
}

customElements.define("k-toast", Toast);

/** Show `text`; `kind` is "" or "error". `undo` is {url, token, label}: a button that posts it. */
export function toast(text, kind = "", undo = null) {
  const region = document.getElementById("toasts");
  const template = document.getElementById("toast-template");
  if (!region || !template || !text) return;
  const element = template.content.firstElementChild.cloneNode(true);
  element.querySelector("p").textContent = text;
  if (kind) element.classList.add(kind);
  if (undo) element.querySelector("p").after(undoing(element, undo));
  region.append(element);
}

function undoing(element, undo) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "toast-undo";
  button.textContent = undo.label;
  button.addEventListener("click", () => {
    htmx.ajax("POST", undo.url, { target: "#inbox-list", swap: "morph:outerHTML", source: "#inbox-list", values: { token: undo.token } });
    element.remove();
  });
  return button;
}

// A view can say so with the header HX-Trigger: {"toast": {"text": "...", "kind": ""}}.
document.addEventListener("toast", (event) => toast(event.detail.text, event.detail.kind, event.detail.undo));
