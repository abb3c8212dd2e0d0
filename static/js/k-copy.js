/* <k-copy><code>text</code> <button type="button" hidden data-done="Copied">Copy</button></k-copy>
   The button shows itself only where the browser can copy. */
const STAYS = 2000;

class Copy extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    if (!button || !navigator.clipboard) return;
    button.hidden = false;
    const label = button.textContent;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(this.querySelector("code").textContent);
      button.textContent = button.dataset.done;
      setTimeout(() => (button.textContent = label), STAYS);
    });
  }
}

customElements.define("k-copy", Copy);
