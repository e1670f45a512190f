// The comment form in its place: under the thread, or under the comment that is answered.
// Without this script every link leads to the same form on a page of its own.

const DRAFT = "brouillon:";

const store = {
  get(key) { try { return sessionStorage.getItem(DRAFT + key); } catch { return null; } },
  set(key, text) { try { sessionStorage.setItem(DRAFT + key, text); } catch { /* storage is full or refused */ } },
  drop(key) { try { sessionStorage.removeItem(DRAFT + key); } catch { /* nothing was kept */ } },
};

// Whoever reached the private page has sent the text: the draft has served.
for (const sent of document.querySelectorAll("[data-sent]")) store.drop(sent.dataset.sent);

function watch(section) {
  const body = section.querySelector("textarea[name=body]");
  const key = section.dataset.draft;
  const draft = store.get(key);
  if (draft && !body.value) body.value = draft;
  body.addEventListener("input", () => (body.value ? store.set(key, body.value) : store.drop(key)));
  const summary = section.querySelector(".error-summary");
  if (summary) summary.focus();
}

// A page of its own: nothing to fetch.
const standing = document.querySelector(".page > .comment-form");
if (standing) watch(standing);

// One after the other: two first answers at once would each set a cookie, and make the other's form useless.
let last = Promise.resolve();

function fetchForm(address) {
  const next = last.then(() => fetchNow(address));
  last = next.catch(() => {});
  return next;
}

async function fetchNow(address) {
  const response = await fetch(address, { headers: { Accept: "text/html" } });
  if (!response.ok || response.redirected) throw new Error(response.status);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const section = page.querySelector(".comment-form");
  if (!section) throw new Error("no form");
  return document.importNode(section, true);
}

// Inside a comment the form's heading is one level below the comment's own, so that headings stay in order.
function lowerHeading(section, comment) {
  const heading = section.querySelector("h2");
  const level = Number(comment.querySelector("h3, h4, h5").tagName[1]) + 1;
  const lower = document.createElement(`h${level}`);
  lower.id = heading.id;
  lower.append(...heading.childNodes);
  heading.replaceWith(lower);
}

customElements.define("comment-form", class extends HTMLElement {
  #reply = null;
  #busy = false;

  connectedCallback() {
    this.fallback = this.firstElementChild;
    this.thread = this.closest(".thread");
    this.said = this.thread.querySelector("[role=status]");
    this.thread.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-reply]");
      if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      this.answer(link);
    });
    const near = new IntersectionObserver(([entry]) => {
      if (!entry.isIntersecting) return;
      near.disconnect();
      this.load();
    }, { rootMargin: "400px" });
    near.observe(this);
  }

  // The form to everybody, once; a failure leaves the link that was here.
  async load() {
    try {
      const section = await fetchForm(this.fallback.querySelector("a").href);
      this.root = section;
      if (!this.#reply) this.replaceChildren(section);
      watch(section);
    } catch { /* the link still leads to the form */ }
  }

  async answer(link) {
    if (this.#reply?.link === link) return this.#reply.section.querySelector("textarea").focus();
    if (this.#busy) return;
    this.#busy = true;
    try {
      const section = await fetchForm(link.href);
      this.close();
      // Two forms would share their ids: the one under the thread steps aside, with what is written in it.
      this.replaceChildren();
      lowerHeading(section, link.closest(".comment"));
      link.closest(".comment__actions").after(section);
      this.#reply = { link, section };
      watch(section);
      section.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && !event.isComposing) this.cancel(event);
      });
      section.querySelector("[data-cancel]").addEventListener("click", (event) => this.cancel(event));
      const name = section.querySelector("[name=name]");
      (name.value ? section.querySelector("[name=body]") : name).focus();
    } catch {
      location.assign(link.href);
    } finally {
      this.#busy = false;
    }
  }

  cancel(event) {
    event.preventDefault();
    const { link, section } = this.#reply;
    const kept = section.querySelector("[name=body]").value !== "";
    // The focus first: never remove the element that holds it.
    link.focus();
    this.close();
    this.said.textContent = kept ? this.thread.dataset.kept : this.thread.dataset.cancelled;
  }

  close() {
    this.said.textContent = "";
    if (!this.#reply) return;
    this.#reply.section.remove();
    this.#reply = null;
    this.replaceChildren(this.root ?? this.fallback);
  }

});
