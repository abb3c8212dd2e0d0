/* <k-rows> around the rows of the list. A refresh asks for as many rows as there are, and leaves the
   reader where they were: the row on top of the pane stays there, and so does the focus. */
class Rows extends HTMLElement {
  connectedCallback() {
    this.pane = this.closest("#inbox-list");
    if (!this.pane || this.pane.watched) return;
    // The pane outlives a refresh, and so do what listens on it and the request's own address.
    this.pane.watched = true;
    this.pane.addEventListener("htmx:configRequest", (event) => {
      if (event.detail.target !== this.pane) return;
      const rows = this.pane.querySelectorAll(".row").length;
      if (rows) event.detail.parameters.rows = rows;
    });
    this.pane.addEventListener("htmx:beforeSwap", (event) => {
      if (event.detail.target !== this.pane) return;
      this.pane.place = placeIn(this.pane);
      if (event.detail.requestConfig.verb === "post") {
        this.pane.querySelectorAll(".row-pick").forEach((pick) => (pick.checked = false));
      }
    });
    this.pane.addEventListener("htmx:afterSwap", () => {
      putBack(this.pane, this.pane.place);
      this.pane.place = null;
      countPicked(this.pane);
    });
    for (const name of ["change", "reset"]) {
      this.pane.addEventListener(name, () => setTimeout(() => countPicked(this.pane)));
    }
  }
}

function placeIn(pane) {
  const list = pane.querySelector(".rows");
  if (!list) return null;
  const top = list.getBoundingClientRect().top;
  const first = [...list.querySelectorAll(".row")].find((row) => row.getBoundingClientRect().bottom > top + 1);
  const focused = document.activeElement?.closest?.(".row");
  return {
    // On top of the list one wants to see what comes in.
    anchor: list.scrollTop > 0 && first ? first.id : "",
    offset: first ? first.getBoundingClientRect().top - top : 0,
    focused: focused && pane.contains(focused) ? focused.id : "",
    element: focused ? [...focused.querySelectorAll("a, input")].indexOf(document.activeElement) : -1,
  };
}

function putBack(pane, place) {
  const list = pane.querySelector(".rows");
  if (!list || !place) return;
  const anchor = place.anchor && document.getElementById(place.anchor);
  if (anchor) {
    list.scrollTop += anchor.getBoundingClientRect().top - list.getBoundingClientRect().top - place.offset;
  } else if (!place.anchor) {
    list.scrollTop = 0;
  }
  const row = place.focused && document.getElementById(place.focused);
  if (row && !row.contains(document.activeElement)) {
    [...row.querySelectorAll("a, input")][place.element]?.focus({ preventScroll: true });
  }
}

function countPicked(pane) {
  const count = pane.querySelector(".bulk-count");
  if (count) count.textContent = pane.querySelectorAll(".row-pick:checked").length;
}

customElements.define("k-rows", Rows);
