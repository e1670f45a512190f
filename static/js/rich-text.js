// A textarea of HTML as an editor. It begins when it is about to be seen, so that a form of a hundred texts opens at
// once; rows added, copied or moved later need no word to anybody. If anything fails, the textarea stays.

const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) target.start();
}, { rootMargin: "400px" });

customElements.define("rich-text", class extends HTMLElement {
  connectedCallback() {
    // Moved in the page: the editor goes on.
    if (this.editor) return;
    this.textarea = this.querySelector("textarea");
    // A copy of a row whose editor was open came with its image.
    this.querySelector(".rich-text__editor")?.remove();
    this.textarea.removeAttribute("aria-hidden");
    this.textarea.removeAttribute("tabindex");
    this.textarea.addEventListener("focus", () => this.start());
    near.observe(this);
  }

  disconnectedCallback() {
    near.unobserve(this);
  }

  start() {
    near.unobserve(this);
    this.starting ??= this.load().catch(() => {});
  }

  async load() {
    if (!document.getElementById("rich-text-toolbar")) return;
    const { createEditor } = await import("./rich-text-editor.js");
    const focused = this.textarea === document.activeElement;
    this.editor = createEditor(this, this.textarea);
    // Kept for those who look for it: its label, an error summary or an address with its id lead on to the editor.
    this.textarea.ariaHidden = "true";
    this.textarea.tabIndex = -1;
    this.textarea.addEventListener("focus", () => this.editor.commands.focus());
    // Somebody's script put another text into it.
    this.textarea.addEventListener("change", () => {
      this.editor.commands.setContent(this.textarea.value, { emitUpdate: false });
    });
    if (focused) this.editor.commands.focus();
    this.dispatchEvent(new CustomEvent("rich-text:ready", { bubbles: true }));
  }
});
