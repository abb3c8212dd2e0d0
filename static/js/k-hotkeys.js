/* <k-hotkeys> around the help sheet. A key presses the visible element that names it in
   data-hotkey; j and k walk the rows. Never while typing, and each browser can switch it off.
   Letters go by their place on the keyboard, so that they work with a Greek or Arabic layout. */
const OFF = "katikn-hotkeys-off";

class Hotkeys extends HTMLElement {
  connectedCallback() {
    this.onKey = (event) => this.keyPressed(event);
    document.addEventListener("keydown", this.onKey);
    this.toggle = this.querySelector("[data-hotkeys-toggle]");
    if (!this.toggle) return;
    this.toggle.checked = !localStorage.getItem(OFF);
    this.toggle.addEventListener("change", () => {
      if (this.toggle.checked) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "1");
    });
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.onKey);
  }

  keyPressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return;
    if (isTyping(event.target) || document.querySelector("dialog:modal")) return;
    const key = keyOf(event);
    if (key !== "?" && localStorage.getItem(OFF)) return;
    if (this.act(key)) event.preventDefault();
  }

  act(key) {
    if (key === "?") return this.showSheet();
    if (key === "j" || key === "k") return walk(key === "j" ? 1 : -1);
    return press(key);
  }

  showSheet() {
    this.querySelector("dialog")?.showModal();
    return true;
  }
}

function isTyping(target) {
  return target.isContentEditable || target.matches?.("input:not([type=radio], [type=checkbox]), textarea, select");
}

function keyOf(event) {
  if (/^Key[A-Z]$/.test(event.code)) return event.code.slice(3).toLowerCase();
  return event.key;
}

function press(key) {
  const found = [...document.querySelectorAll(`[data-hotkey="${CSS.escape(key)}"]`)];
  const element =
    found.find((candidate) => candidate.checkVisibility()) ??
    found.find((candidate) => candidate.closest("[popover]"));
  if (!element) return false;
  if (element.matches("input:not([type=radio], [type=checkbox]), textarea")) element.focus();
  else element.click();
  return true;
}

function walk(step) {
  const rows = [...document.querySelectorAll(".rows .row-link")];
  if (!rows.length) return false;
  const here = rows.findIndex((row) => row === document.activeElement || row.getAttribute("aria-current") === "true");
  const next = rows[Math.min(rows.length - 1, Math.max(0, here + step))];
  next.focus();
  next.click();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

customElements.define("k-hotkeys", Hotkeys);
