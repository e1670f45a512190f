// Comfort for who writes: drafts, the pseudonym of this device, a counter, Ctrl+Enter. Without it the form is the same.
import { drafts } from "./drafts.js";

const NAME = "pseudonyme";

customElements.define("form-comfort", class extends HTMLElement {
  connectedCallback() {
    // Moved to another comment: all is in place.
    if (this.form) return;
    this.form = this.querySelector("form");
    this.body = this.form.elements.namedItem("body");
    this.body.value ||= drafts.get(this.address);
    this.recallName();
    this.form.addEventListener("input", () => this.keep());
    this.form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
      event.preventDefault();
      this.form.requestSubmit();
    });
    this.form.addEventListener("submit", (event) => {
      // The buttons with a name send nothing (preview, masking), but for «publish as it stands».
      if (event.submitter?.name && event.submitter.value !== "keep") return;
      drafts.send(this.address);
      this.rememberName();
    });
    this.keep();
  }

  get address() {
    return this.form.getAttribute("action");
  }

  keep() {
    drafts.set(this.address, this.body.value);
    this.querySelector("[data-draft]").hidden = !this.body.value.trim();
  }

  recallName() {
    const name = this.form.elements.namedItem("name");
    try {
      const kept = localStorage.getItem(NAME);
      this.form.elements.namedItem("remember").checked ||= Boolean(kept);
      name.value ||= kept ?? "";
    } catch { /* no storage, nothing to recall */ }
  }

  rememberName() {
    const { checked } = this.form.elements.namedItem("remember");
    try {
      if (checked) localStorage.setItem(NAME, this.form.elements.namedItem("name").value);
      else localStorage.removeItem(NAME);
    } catch { /* it is typed again the next time */ }
  }
});

customElements.define("text-counter", class extends HTMLElement {
  connectedCallback() {
    if (this.field) return;
    this.field = this.previousElementSibling.querySelector("textarea");
    this.field.addEventListener("input", () => this.count());
    this.hidden = false;
    this.count();
  }

  // As the server counts: characters, not the halves of which JavaScript makes some.
  count() {
    const { lang } = document.documentElement;
    const left = this.dataset.limit - [...this.field.value.normalize("NFC").trim()].length;
    const form = `${left < 0 ? "over" : "left"}${new Intl.PluralRules(lang).select(Math.abs(left)) === "one" ? "One" : "Other"}`;
    const words = this.dataset[form].replace("{n}", Math.abs(left).toLocaleString(lang));
    this.firstElementChild.textContent = words;
    this.classList.toggle("text-counter--over", left < 0);
    // Said in a pause, and only towards the end: a number at each key would drown the text.
    clearTimeout(this.saying);
    this.saying = setTimeout(() => { this.lastElementChild.textContent = left < 500 ? words : ""; }, 1000);
  }
});
