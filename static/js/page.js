/* Small manners of the page that need no element of their own. */

// The row that was clicked is the current one at once, before the server answers.
document.addEventListener("click", (event) => {
  const link = event.target.closest(".row-link");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  document.querySelectorAll(".row-link[aria-current]").forEach((row) => row.removeAttribute("aria-current"));
  link.setAttribute("aria-current", "true");
});

// A refreshed list does not know what is open; the page does.
document.addEventListener("htmx:afterSettle", () => {
  const open = document.querySelector(".conversation")?.id.replace("conversation-", "row-");
  document.querySelectorAll(".row").forEach((row) => {
    const link = row.querySelector(".row-link");
    if (row.id === open) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  });
});

// What was chosen in a menu closes it; what the menu fetches for itself when it opens does not.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.requestConfig?.triggeringEvent?.type === "toggle") return;
  event.detail.elt.closest?.("[popover]:popover-open")?.hidePopover();
});

// A drawer opens from its button, and closes with its own button, Escape, or a click beside it.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-drawer]");
  if (opener) {
    event.preventDefault();
    opener.closest("[popover]")?.hidePopover();
    showDrawer(document.getElementById(opener.dataset.drawer));
  } else if (event.target.closest("[data-drawer-close]")) {
    event.preventDefault();
    hideDrawer();
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !document.querySelector("dialog:modal, :popover-open")) hideDrawer();
});

function showDrawer(drawer) {
  if (!drawer) return;
  drawer.toggleAttribute("data-open", true);
  drawer.querySelector("button, a")?.focus();
}

function hideDrawer() {
  const drawer = document.querySelector("[data-open]");
  if (!drawer) return;
  drawer.removeAttribute("data-open");
  document.querySelector(`[data-drawer="${drawer.id}"]`)?.focus();
}

// A link that names a dialog opens it; HTMX fetches what it shows. What was there before goes.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-dialog]");
  const dialog = link && document.getElementById(link.dataset.dialog);
  if (!dialog || event.ctrlKey || event.metaKey || event.shiftKey) return;
  dialog.querySelector(".dialog-body").replaceChildren();
  dialog.showModal();
});

// A link to a message of the thread that is open goes there without loading the page anew.
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href*="#message-"]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || link.pathname !== location.pathname) return;
  const message = document.getElementById(link.hash.slice(1));
  if (!message) return;
  event.preventDefault();
  document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
  hideDrawer();
  history.replaceState(history.state, "", link.hash);
  message.scrollIntoView({ block: "center", behavior: "smooth" });
  document.querySelectorAll(".msg.linked").forEach((other) => other.classList.remove("linked"));
  message.classList.add("linked");
});

// `command` and `commandfor` for browsers that do not know them yet.
if (!("command" in HTMLButtonElement.prototype)) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[commandfor]");
    const dialog = button && document.getElementById(button.getAttribute("commandfor"));
    if (button?.getAttribute("command") === "show-modal") dialog?.showModal();
    if (button?.getAttribute("command") === "close") dialog?.close();
  });
}

// How many conversations wait, in the title of the tab.
const plainTitle = document.title;
function countInTitle() {
  const count = document.getElementById("inbox-count")?.textContent.trim();
  document.title = count && count !== "0" ? `(${count}) ${plainTitle}` : plainTitle;
}
document.addEventListener("htmx:afterSettle", countInTitle);
countInTitle();
