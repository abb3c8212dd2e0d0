/* One place for what holds of every HTMX request. */
import { toast } from "./k-toast.js";

// A refresh leaves alone what the reader is in the middle of: a field with the caret in it, what
// carries the same data-keep as before, times that k-time has already put into words, and the words
// in a composer, which looks after them itself. A button that was pressed has the focus too, and
// must still say what it does now, and a message that a link led to stays marked.
Idiomorph.defaults.ignoreActiveValue = true;
Idiomorph.defaults.callbacks.beforeNodeMorphed = (before, after) => {
  if (!(before instanceof Element) || !(after instanceof Element)) return true;
  const kept = before.dataset.keep;
  if (kept !== undefined && kept === after.dataset.keep) return false;
  if (before.matches("k-composer textarea, k-composer [name=suggestion]")) return false;
  if (before.matches(".msg.linked")) after.classList.add("linked");
  if (before instanceof HTMLButtonElement && before === document.activeElement) {
    before.replaceChildren(...after.cloneNode(true).childNodes);
  }
  if (before.tagName !== "K-TIME" || after.tagName !== "K-TIME") return true;
  if (before.getAttribute("datetime") !== after.getAttribute("datetime")) {
    before.setAttribute("datetime", after.getAttribute("datetime"));
  }
  return false;
};

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") {
    event.detail.headers["X-CSRFToken"] = document.querySelector("meta[name=csrf-token]").content;
  }
});

// A form that is not valid comes back whole, with 422, and takes its own place.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (xhr.status !== 422) return;
  const form = requestConfig.elt.closest("[data-form]") ?? requestConfig.elt.closest("form");
  event.detail.shouldSwap = true;
  event.detail.isError = false;
  event.detail.swapOverride = "outerHTML";
  event.detail.selectOverride = "unset";
  if (form) event.detail.target = form;
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.xhr?.status === 422) {
    document.querySelector("[data-form] [aria-invalid=true], form [aria-invalid=true]")?.focus();
  }
});

document.addEventListener("htmx:responseError", (event) => {
  if (isBackground(event)) return;
  const texts = document.body.dataset;
  toast(event.detail.xhr.status === 403 ? texts.textForbidden : texts.textFailed, "error");
});
document.addEventListener("htmx:sendError", (event) => {
  if (!isBackground(event)) toast(document.body.dataset.textOffline, "error");
});

// A refresh that nobody asked for fails in silence; the bar of k-events tells about the line.
function isBackground(event) {
  return event.detail.requestConfig?.triggeringEvent?.type?.startsWith("katikn:") ?? false;
}
