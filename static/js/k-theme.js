/* <k-theme> around the theme form: the choice shows at once, the form tells the server. */
class Theme extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", (event) => {
      document.documentElement.dataset.theme = event.target.value;
    });
  }
}

customElements.define("k-theme", Theme);
