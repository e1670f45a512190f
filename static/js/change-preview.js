// The line that readers will see under «What has changed», while it is being written.
class ChangePreview extends HTMLElement {
  connectedCallback() {
    this.today = this.part("day").textContent;
    this.fields = this.closest("form").elements;
    this.closest("form").addEventListener("input", () => this.show());
    this.show();
  }

  part(name) {
    return this.querySelector(`[data-${name}]`);
  }

  show() {
    const { change, note, when, at } = this.fields;
    const minor = change.value === "minor";
    this.part("line").hidden = minor;
    this.part("nothing").hidden = !minor;
    this.part("words").textContent = note.value.trim() || this.dataset.empty;
    this.part("day").textContent = when.value === "later" && at.value ? inWords(new Date(at.value)) : this.today;
  }
}

function inWords(moment) {
  return moment.toLocaleDateString(document.documentElement.lang, { dateStyle: "long" });
}

customElements.define("change-preview", ChangePreview);
