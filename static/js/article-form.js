// The article's form as a whole: where one was, what is wrong, what is not saved yet, the pictures of images.
customElements.define("article-form", class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.keepClearOfButtons();
    this.watchPlace();
    this.watchChanges();
    this.watchImages();
    this.form.addEventListener("submit", (event) => this.refuseTooMuch(event));
    addEventListener("hashchange", () => this.reveal(location.hash));
    // Last of all: the browser's own way to the part that the address names takes the focus from everything.
    if (document.readyState === "complete") this.arrive();
    else addEventListener("load", () => setTimeout(() => this.arrive()));
    this.addEventListener("click", (event) => {
      const link = event.target.closest(".problems a");
      if (link && this.reveal(link.hash)) event.preventDefault();
    });
  }

  // As high as the buttons are, whatever stands there: what gets the focus comes to lie above them.
  keepClearOfButtons() {
    const buttons = this.querySelector(".submit-row");
    new ResizeObserver(() => {
      document.documentElement.style.scrollPaddingBlockEnd = `${buttons.offsetHeight + 16}px`;
    }).observe(buttons);
  }

  arrive() {
    const problem = this.querySelector(".problems a");
    if (problem) problem.focus();
    else if (!this.reveal(location.hash) && "new" in this.dataset) this.form.elements.namedItem("title").focus();
  }

  // The row that one was in goes with the form: saved, the page comes back to it.
  watchPlace() {
    const place = this.form.elements.namedItem("_place");
    this.form.addEventListener("focusin", ({ target }) => {
      const row = target.closest("[data-row]");
      if (row) place.value = row.dataset.row;
      else if (!target.closest(".submit-row")) place.value = "";
    });
  }

  reveal(hash) {
    const target = hash && document.getElementById(decodeURIComponent(hash.slice(1)));
    if (!target || !this.contains(target)) return false;
    for (let details = target.closest("details"); details; details = details.parentElement.closest("details")) {
      details.open = true;
    }
    // An editor takes the place of its field: then the editor is what one writes in.
    const seen = target.checkVisibility() ? target : target.closest(".row-field")?.querySelector("[contenteditable]");
    const isField = target.matches("input, select, textarea");
    const focus = isField ? seen : target.closest("details")?.querySelector("summary") ?? target.querySelector("input:not([type=hidden]), select");
    (focus?.closest(".row") ?? target).scrollIntoView({ block: isField ? "nearest" : "start" });
    focus?.focus();
    return true;
  }

  watchChanges() {
    const before = this.written();
    let touched = false;
    const touch = () => { touched = true; };
    for (const event of ["input", "change", "form-rows:change"]) this.form.addEventListener(event, touch);
    this.form.addEventListener("submit", () => { this.leaving = true; });
    addEventListener("beforeunload", (event) => {
      if (this.leaving) return;
      if ("unsaved" in this.dataset || (touched && this.written() !== before)) event.preventDefault();
    });
    // Back on the page after a download or a refusal: what is there is unsaved again.
    addEventListener("pageshow", () => { this.leaving = false; });
  }

  written() {
    const data = new FormData(this.form);
    data.delete("_place");
    return JSON.stringify([...data]);
  }

  // The server would not read it at all, and the page would be gone.
  refuseTooMuch(event) {
    if ([...new FormData(this.form)].length <= Number(this.dataset.maxFields)) return;
    event.preventDefault();
    this.leaving = false;
    const warning = this.querySelector(".too-much");
    warning.hidden = false;
    warning.focus();
  }

  // Django's look-up says so by jQuery only.
  watchImages() {
    window.django?.jQuery(this.form).on("change", "input.vForeignKeyRawIdAdminField", ({ target }) => {
      const field = target.closest(".row-field, .form-row");
      this.form.dispatchEvent(new Event("change"));
      field.querySelector(".row-thumbnail, .thumbnail")?.replaceChildren();
      if (!/^\d+$/.test(target.value)) return;
      const picture = new Image();
      picture.alt = "";
      picture.className = "thumbnail";
      picture.src = this.dataset.thumbnail.replace("/0/", `/${target.value}/`);
      field.querySelector(".row-thumbnail")?.replaceChildren(picture);
    });
  }
});
