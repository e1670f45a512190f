// The rows of a form: opened and closed, added, inserted, doubled, deleted with a way back, moved by buttons and by
// a handle. Lists may stand inside rows. Without this script the rows are there too, with a position to fill in and a
// box to tick for deletion. Every word comes from the templates of _row_templates.html.
const EDGE = 120;

const tools = () => document.getElementById("row-tools");

function copyOf(selector) {
  return tools().content.querySelector(selector).cloneNode(true);
}

function say(sentence, values) {
  const status = document.getElementById("rows-status");
  const words = tools().dataset[sentence].replace(/\{(\w+)\}/g, (_whole, name) => values[name]);
  // Emptied first: the same words twice would not be announced.
  status.textContent = "";
  clearTimeout(say.waiting);
  say.waiting = setTimeout(() => { status.textContent = words; }, 100);
  return words;
}

const shown = (field) => (field?.tagName === "SELECT"
  ? (field.value && field.selectedOptions[0].textContent) : field?.value)?.trim() ?? "";

customElements.define("form-rows", class extends HTMLElement {
  connectedCallback() {
    // Whoever is moved with the row that it stands in is no newcomer.
    if (this.list) return;
    this.list = this.querySelector(":scope > .rows-list");
    this.total = this.querySelector(":scope > [name$=-TOTAL_FORMS]");
    this.form = this.closest("form");
    if (this.closest("fieldset")?.disabled) return;
    this.dataset.live = "";
    const { template } = this;
    if (template) {
      const adding = copyOf(".rows-add");
      adding.querySelector("button").textContent = template.dataset.add;
      this.append(adding);
    }
    if (this.list.querySelector(":scope > .row > details") || template?.content.querySelector(".row > details")) {
      this.querySelector(":scope > .rows-head").append(copyOf(".rows-fold"));
    }
    for (const row of this.rows) this.equip(row);
    this.addEventListener("click", (event) => this.onClick(event));
    this.addEventListener("input", (event) => this.onInput(event));
    this.addEventListener("pointerdown", (event) => this.onPointerDown(event));
    this.form.addEventListener("submit", () => this.number());
    this.label();
  }

  get template() {
    return document.getElementById(this.dataset.template);
  }

  get rows() {
    return [...this.list.querySelectorAll(":scope > .row")];
  }

  get staying() {
    return this.rows.filter((row) => !this.isGone(row));
  }

  field(row, name) {
    return row.querySelector(`[name="${row.dataset.row}-${name}"]`);
  }

  isGone(row) {
    return this.field(row, "DELETE")?.checked ?? false;
  }

  // Lists inside a row answer for their own.
  isMine(element) {
    return element.closest("form-rows") === this;
  }

  equip(row) {
    const actions = copyOf(".row-actions");
    if (!this.field(row, "DELETE")) actions.querySelector("[data-act=delete]").remove();
    row.prepend(copyOf(".row-move"));
    row.append(actions);
    if (this.isGone(row)) this.showGone(row);
  }

  onClick(event) {
    const button = event.target.closest("[data-act]");
    if (!button || !this.isMine(button)) return;
    const row = button.closest(".row");
    const act = {
      up: () => this.move(row, -1),
      down: () => this.move(row, 1),
      insert: () => this.add({ after: row }),
      double: () => this.add({ after: row, like: row }),
      delete: () => this.remove(row),
      undo: () => this.restore(row),
      add: () => this.add(),
      open: () => this.fold(true),
      close: () => this.fold(false),
    };
    act[button.dataset.act]();
  }

  onInput(event) {
    const row = event.target.closest(".row");
    if (!row || !this.isMine(row) || row.parentElement !== this.list) return;
    const number = row.querySelector(".row-number").textContent;
    this.name(row, number);
  }

  name(row, number) {
    const titles = this.dataset.titles.split(" ").map((name) => shown(this.field(row, name)));
    row.querySelector(".row-number").textContent = number;
    row.querySelector(".row-title").textContent = titles.find(Boolean) ?? "";
    if (this.dataset.note) row.querySelector(".row-note").textContent = shown(this.field(row, this.dataset.note));
  }

  spoken(row) {
    const [kind, number, title] = ["kind", "number", "title"].map(
      (part) => row.querySelector(`.row-${part}`).textContent.trim());
    const pattern = title ? tools().dataset.named : tools().dataset.unnamed;
    return pattern.replace("{kind}", kind).replace("{title}", title).replace("{number}", number);
  }

  label() {
    this.staying.forEach((row, index, all) => {
      this.name(row, index + 1);
      // Told apart, not switched off: the button that has the focus must keep it.
      row.querySelector("[data-act=up]").setAttribute("aria-disabled", index === 0);
      row.querySelector("[data-act=down]").setAttribute("aria-disabled", index === all.length - 1);
    });
  }

  // The order on the page becomes the positions; those that say it already stay as they are.
  number() {
    const places = this.staying.map((row) => this.field(row, "position"));
    const inOrder = places.every((place, index) => place.value !== ""
      && (index === 0 || Number(place.value) > Number(places[index - 1].value)));
    if (!inOrder) places.forEach((place, index) => { place.value = index; });
    this.label();
  }

  changed() {
    this.number();
    this.dispatchEvent(new CustomEvent("form-rows:change", { bubbles: true }));
  }

  place(row, sentence) {
    const all = this.staying;
    say(sentence, { name: this.spoken(row), number: all.indexOf(row) + 1, total: all.length });
  }

  move(row, by) {
    const all = this.staying;
    const other = all[all.indexOf(row) + by];
    if (!other) {
      this.place(row, by < 0 ? "first" : "last");
      return;
    }
    // The neighbour moves and not the row: what has the focus stays where it is in the document.
    if (by < 0) row.after(other);
    else row.before(other);
    this.changed();
    row.scrollIntoView({ block: "nearest" });
    this.place(row, "moved");
  }

  add({ after = null, like = null, quietly = false } = {}) {
    const { template } = this;
    const max = Number(this.dataset.max);
    if (this.staying.length >= max) {
      say("full", { max });
      return null;
    }
    const number = Number(this.total.value);
    const holder = document.createElement("template");
    holder.innerHTML = template.innerHTML.replaceAll(template.dataset.placeholder, `${this.dataset.prefix}-${number}`);
    const row = holder.content.querySelector(".row");
    if (like) this.copyFields(like, row);
    this.total.value = number + 1;
    if (after) after.after(row);
    else this.list.append(row);
    this.equip(row);
    if (like) this.copyInside(like, row);
    const details = row.querySelector(":scope > details");
    if (details) details.open = true;
    this.changed();
    // As Django's own script says it, for editors that start with a row.
    row.dispatchEvent(new CustomEvent("formset:added", { bubbles: true, detail: { formsetName: this.dataset.prefix } }));
    if (!quietly) {
      row.querySelector(".row-body :is(input:not([type=hidden]), select, textarea)").focus();
      this.place(row, "added");
    }
    return row;
  }

  copyFields(from, to) {
    const once = ["id", "position", "DELETE", ...this.dataset.once.split(" ")];
    const list = from.closest("form-rows");
    for (const field of from.querySelectorAll("[name]")) {
      const name = field.name.slice(from.dataset.row.length + 1);
      const own = !once.includes(name) && list.isMine(field) && to.querySelector(`[name="${to.dataset.row}-${name}"]`);
      if (own && own.type === "checkbox") own.checked = field.checked;
      else if (own) own.value = field.value;
    }
    const picture = from.querySelector(".row-thumbnail");
    if (picture && list.isMine(picture)) to.querySelector(".row-thumbnail").replaceChildren(...picture.cloneNode(true).children);
  }

  copyInside(from, to) {
    const [there, here] = [from, to].map((row) => row.querySelector("form-rows"));
    for (const row of there?.staying ?? []) here.add({ like: row, quietly: true });
  }

  remove(row) {
    this.field(row, "DELETE").checked = true;
    this.showGone(row);
    this.changed();
    row.querySelector(":scope > .row-gone button").focus();
  }

  showGone(row) {
    const gone = copyOf(".row-gone");
    gone.firstElementChild.textContent = say("deleted", { name: this.spoken(row) });
    row.classList.add("row--gone");
    row.append(gone);
  }

  restore(row) {
    this.field(row, "DELETE").checked = false;
    row.classList.remove("row--gone");
    row.querySelector(":scope > .row-gone").remove();
    this.changed();
    row.querySelector(":scope > .row-actions [data-act=delete]").focus();
    say("restored", { name: this.spoken(row) });
  }

  fold(open) {
    for (const details of this.list.querySelectorAll(":scope > .row > details")) details.open = open;
  }

  onPointerDown(event) {
    const row = event.target.closest(".row-handle")?.closest(".row");
    if (!row || row.parentElement !== this.list || event.button) return;
    event.preventDefault();
    new Drag(this, row, event);
  }
});

// One row on its way from its handle to another place.
class Drag {
  constructor(rows, row, event) {
    this.rows = rows;
    this.row = row;
    this.y = event.clientY;
    this.mark = document.createElement("div");
    this.mark.className = "rows-mark";
    row.classList.add("row--dragged");
    this.stopping = new AbortController();
    const { signal } = this.stopping;
    const handle = event.target;
    handle.setPointerCapture(event.pointerId);
    handle.addEventListener("pointermove", (moved) => this.follow(moved.clientY), { signal });
    handle.addEventListener("pointerup", () => this.drop(), { signal });
    handle.addEventListener("pointercancel", () => this.end(), { signal });
    addEventListener("keydown", (key) => { if (key.key === "Escape") this.end(); }, { signal });
    this.scroll();
  }

  follow(y) {
    this.y = y;
    const others = this.rows.staying.filter((row) => row !== this.row);
    const next = others.find((row) => {
      const { top, height } = row.getBoundingClientRect();
      return y < top + height / 2;
    });
    if (next) next.before(this.mark);
    else this.rows.list.append(this.mark);
  }

  scroll() {
    const by = this.y < EDGE ? -12 : this.y > innerHeight - EDGE ? 12 : 0;
    if (by && this.mark.isConnected) {
      scrollBy({ top: by, behavior: "instant" });
      this.follow(this.y);
    }
    this.frame = requestAnimationFrame(() => this.scroll());
  }

  drop() {
    const moves = this.mark.isConnected && this.mark.previousElementSibling !== this.row
      && this.mark.nextElementSibling !== this.row;
    if (moves) this.mark.replaceWith(this.row);
    this.end();
    if (moves) {
      this.rows.changed();
      this.rows.place(this.row, "moved");
    }
  }

  end() {
    this.stopping.abort();
    cancelAnimationFrame(this.frame);
    this.mark.remove();
    this.row.classList.remove("row--dragged");
  }
}
