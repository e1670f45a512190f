// The line that readers will see under «What has changed», while it is being written.
class ChangePreview extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.form.addEventListener("input", () => this.show());
    this.form.addEventListener("change", () => this.show());
    this.show();
  }

  show() {
    const { change, note, empty } = this.dataset;
    const fields = this.form.elements;
    const minor = fields[change].value === "minor";
    this.querySelector("[data-words]").textContent = fields[note].value.trim() || empty;
    this.querySelector("[data-line]").hidden = minor;
    this.querySelector("[data-nothing]").hidden = !minor;
  }
}

customElements.define("change-preview", ChangePreview);
