// The form in its place: under the thread, or under the comment that is answered.
// Without this script every link leads to the same form on a page of its own; when anything fails, they still do.

import { drafts } from "./drafts.js";
import "./form-comfort.js";

customElements.define("comment-form", class extends HTMLElement {
  connectedCallback() {
    this.thread = this.closest(".thread");
    this.status = this.thread.querySelector("[role=status]");
    this.link = this.querySelector("a");
    const near = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      near.disconnect();
      this.load().catch(() => {});
    }, { rootMargin: "600px" });
    near.observe(this);
    this.thread.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-reply]");
      if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      this.load().then(() => this.answer(link)).catch(() => location.assign(link.href));
    });
    // Back from the private page to this one as it was left: its ticket is used up, and the comment is missing.
    addEventListener("pageshow", (event) => { if (event.persisted && this.sent) location.reload(); });
  }

  load() {
    this.loading ??= this.fetchForm().catch((error) => {
      this.loading = null;
      throw error;
    });
    return this.loading;
  }

  async fetchForm() {
    const response = await fetch(this.link.href);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const section = page.querySelector(".comment-form");
    if (!response.ok || !section) throw new Error(`No form: ${response.status}`);
    const hadFocus = this.contains(document.activeElement);
    this.section = section;
    this.form = section.querySelector("form");
    this.heading = section.querySelector("h2");
    this.own = { address: this.form.getAttribute("action"), title: this.heading.textContent };
    this.cancelling = section.querySelector("[data-cancel]");
    this.cancelling.addEventListener("click", (event) => this.cancel(event));
    section.addEventListener("keydown", (event) => {
      // While an input method composes, Escape is its own.
      if (event.key === "Escape" && this.opener && !event.isComposing) this.cancel(event);
    });
    this.form.addEventListener("submit", () => { this.sent = true; });
    this.goHome();
    if (hadFocus) this.focusField();
  }

  get body() {
    return this.form.elements.namedItem("body");
  }

  // Turns the one form to the article or to a comment; what was written for the former is kept for it.
  turnTo(address, title, opener) {
    if (this.opener !== undefined) drafts.set(this.form.getAttribute("action"), this.body.value);
    this.opener = opener;
    this.form.setAttribute("action", address);
    this.heading.textContent = title;
    this.heading.ariaLevel = opener ? Number(opener.closest("article").querySelector("h3, h4, h5").tagName[1]) + 1 : 2;
    this.cancelling.parentElement.hidden = !opener;
    if (opener) this.cancelling.href = `#${opener.closest("article").id}`;
    this.body.value = drafts.get(address);
    // The counter and the draft's note follow.
    this.body.dispatchEvent(new Event("input", { bubbles: true }));
    // Consent is given for one comment.
    this.form.elements.namedItem("consent").checked = false;
  }

  goHome() {
    this.turnTo(this.own.address, this.own.title, null);
    this.replaceChildren(this.section);
  }

  answer(link) {
    if (link !== this.opener) {
      const kept = this.opener && this.body.value.trim();
      this.turnTo(link.getAttribute("href"), link.textContent.trim(), link);
      link.closest("p").after(this.section);
      this.say(kept ? this.dataset.kept : "");
    }
    this.focusField();
  }

  cancel(event) {
    if (!this.opener) return;
    event.preventDefault();
    const kept = this.body.value.trim();
    // First the focus: what holds it must not move or vanish.
    this.opener.focus();
    this.goHome();
    this.say(kept ? this.dataset.kept : this.dataset.cancelled);
  }

  focusField() {
    const name = this.form.elements.namedItem("name");
    (name.value ? this.body : name).focus();
  }

  // Emptied first: the same words twice would not be announced.
  say(words) {
    this.status.textContent = "";
    clearTimeout(this.saying);
    this.saying = setTimeout(() => {
      this.status.textContent = words;
      this.saying = setTimeout(() => { this.status.textContent = ""; }, 10_000);
    }, 150);
  }
});
