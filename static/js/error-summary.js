// Takes the focus when a page comes back with errors, so that nobody has to look for what happened.
customElements.define("error-summary", class extends HTMLElement {
  connectedCallback() {
    this.focus();
  }
});
