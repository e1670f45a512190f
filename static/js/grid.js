// The comparison as a grid: the cells show what readers will see, one at a time is opened and filled in place.
// Keys as in the ARIA pattern for grids. Without this script the page is the same form with all inputs in sight.

import { parseTable, pasteTable } from "./grid/paste.js";
import { plain } from "./grid/reading.js";
import { Table } from "./grid/table.js";
import { cellView, headView, phoneView } from "./grid/views.js";

const WORDS = ["yes", "no", "to_complete", "no_study", "no_effect", "not_applicable", "disputed"];
const CONTROLS = "input:not([type=hidden]), select, textarea, button, summary";
const VALUED = ["to_complete", "given", "disputed"];

customElements.define("comparison-grid", class extends HTMLElement {
  connectedCallback() {
    this.table = new Table(this);
    this.readonly = "readonly" in this.dataset;
    this.region = this.querySelector("[data-region]");
    this.status = this.querySelector("[data-status]");
    this.undoing = this.querySelector('[data-do="undo"]');
    this.words = Object.fromEntries(WORDS.map((name) => [name, this.dataset[name].split(";").map(plain)]));
    this.limits = { treatments: Number(this.dataset.maxTreatments), criteria: Number(this.dataset.maxCriteria) };
    this.decimal = new Intl.NumberFormat(document.documentElement.lang || "fr").formatToParts(1.5).find((part) => part.type === "decimal").value;
    const picker = this.querySelector('template[data-template="sources"]');
    this.sources = [...(picker?.content.querySelectorAll("[type=checkbox]") ?? [])].map((box) => box.value);

    // The empty rows are for those who have no script.
    for (const head of this.querySelectorAll("[data-blank]")) this.table.remove(head);
    this.table.element.setAttribute("role", "grid");
    this.table.element.setAttribute("aria-describedby", "grid-keys");
    this.region.removeAttribute("tabindex");
    this.refresh();
    this.activate(this.table.at(1, 1) ?? this.table.at(0, 0));
    this.listen();
    this.arrive();
  }

  listen() {
    this.addEventListener("click", (event) => this.onClick(event));
    this.addEventListener("keydown", (event) => this.onKey(event));
    this.addEventListener("focusin", (event) => {
      const cell = event.target.closest("td, th");
      if (!cell) return;
      this.activate(cell);
      // The focus alone may leave it half under the edge or under the headings.
      if (event.target === cell) cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    });
    this.addEventListener("input", (event) => this.onInput(event));
    this.addEventListener("change", (event) => this.onInput(event));
    this.addEventListener("paste", (event) => this.onPaste(event));
    addEventListener("hashchange", () => this.arrive());
    document.getElementById("grid-errors")?.addEventListener("click", (event) => {
      if (event.target.closest("a")?.hash === location.hash) this.arrive();
    });
  }

  // Back in the cell where one was, or at the place that an error names.
  arrive() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const cell = target?.closest("td, th");
    if (!cell || !this.contains(cell)) {
      document.getElementById("grid-errors")?.focus();
      return;
    }
    if (target === cell) cell.focus();
    else {
      this.open(cell);
      target.focus();
    }
  }

  // What is shown

  refresh() {
    for (const cell of this.table.element.querySelectorAll("td, th")) {
      if (!cell.hasAttribute("tabindex")) cell.tabIndex = -1;
      for (const button of cell.querySelectorAll(".head-tools button")) button.tabIndex = cell === this.opened ? 0 : -1;
      this.show(cell);
    }
    this.count();
  }

  show(cell) {
    if (cell.dataset.axis) {
      cell.setAttribute("aria-label", this.nameOf(cell));
      cell.querySelector("[data-view]").replaceChildren(...headView(this.table, cell, this.dataset));
      cell.classList.toggle("is-unnamed", !this.table.value(cell, "name"));
      this.mark(cell);
    } else if ("cell" in cell.dataset) {
      cell.querySelector("[data-view]").replaceChildren(...cellView(this.table, cell, this.dataset));
      cell.classList.toggle("is-open-question", this.table.value(cell, "state") === "to_complete");
    }
  }

  mark(head) {
    const deleted = this.table.isDeleted(head);
    head.classList.toggle("is-deleted", deleted);
    head.querySelector('[data-do="delete"]').setAttribute("aria-pressed", String(deleted));
    for (const cell of this.table.cellsOf(head)) {
      const gone = [this.table.treatmentOf(cell), this.table.criterionOf(cell)].some((each) => this.table.isDeleted(each));
      cell.classList.toggle("is-deleted", gone);
    }
  }

  count() {
    const cells = this.table.cells.filter((cell) => !cell.classList.contains("is-deleted"));
    const open = cells.filter((cell) => cell.classList.contains("is-open-question"));
    this.querySelector("[data-progress]").textContent = this.text("progress", { open: open.length, all: cells.length });
    this.phone();
  }

  phone() {
    const treatment = this.active && this.table.treatmentOf(this.active);
    const shown = treatment?.dataset.axis === "treatments" ? treatment : this.table.heads("treatments")[0];
    this.querySelector("[data-phone]").replaceChildren(...(shown ? phoneView(this.table, shown, this.dataset) : []));
  }

  nameOf(head) {
    return this.table.value(head, "name") || this.dataset.unnamed;
  }

  text(name, values = {}) {
    return Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), this.dataset[name]);
  }

  // Emptied first: the same words twice would not be announced.
  say(...sentences) {
    this.status.textContent = "";
    clearTimeout(this.saying);
    this.saying = setTimeout(() => { this.status.textContent = sentences.join(" "); }, 50);
  }

  // Where one is

  activate(cell) {
    if (this.active === cell) return;
    if (this.active) this.active.tabIndex = -1;
    cell.tabIndex = 0;
    this.active = cell;
    const at = this.querySelector("[name=_at]");
    if (at) at.value = cell.id;
    this.phone();
  }

  go(y, x) {
    const cell = this.table.at(y, x);
    if (cell) {
      this.close();
      cell.focus();
    }
    return Boolean(cell);
  }

  open(cell) {
    if (this.readonly || !(cell.dataset.axis || "cell" in cell.dataset)) return;
    this.close();
    this.opened = cell;
    cell.classList.add("is-open");
    if (cell.dataset.axis) {
      for (const button of cell.querySelectorAll(".head-tools button")) button.tabIndex = 0;
      this.table.field(cell, "name").focus();
      return;
    }
    const [treatment, criterion] = [this.table.treatmentOf(cell), this.table.criterionOf(cell)];
    cell.querySelector("legend").textContent = `${this.nameOf(treatment)}, ${this.nameOf(criterion)}`;
    cell.querySelector("[data-unit]").textContent = this.table.value(criterion, "unit");
    this.offerSources(cell);
    this.fit(cell);
    const main = { yes_no: "verdict", number: "value" }[this.table.value(criterion, "kind")] ?? "detail";
    const field = this.table.field(cell, VALUED.includes(this.table.value(cell, "state")) ? main : "state");
    field.focus();
    if (field.value && field.setSelectionRange) field.setSelectionRange(field.value.length, field.value.length);
  }

  close() {
    const cell = this.opened;
    if (!cell) return;
    this.opened = null;
    cell.classList.remove("is-open");
    cell.querySelector(".cell-sources")?.remove();
    for (const button of cell.querySelectorAll(".head-tools button")) button.tabIndex = -1;
    this.show(cell);
  }

  // Only the fields that the criterion and the state call for, and those that hold something.
  fit(cell) {
    const kind = this.table.value(this.table.criterionOf(cell), "kind");
    const state = this.table.value(cell, "state");
    const wanted = {
      verdict: kind === "yes_no" && VALUED.includes(state),
      value: kind === "number" && VALUED.includes(state),
      certainty: ["given", "disputed", "no_effect"].includes(state),
    };
    for (const [name, fits] of Object.entries(wanted)) {
      const field = this.table.field(cell, name);
      field.closest(".grid-field").hidden = !fits && !field.value && field !== document.activeElement;
    }
  }

  offerSources(cell) {
    const template = this.querySelector('template[data-template="sources"]');
    if (!template) return;
    const field = this.table.field(cell, "source_keys");
    field.closest(".grid-field").append(template.content.cloneNode(true));
    this.tick(cell);
  }

  // The boxes say what the keys say.
  tick(cell) {
    const keys = this.table.value(cell, "source_keys").split(/[\s,;]+/u).map((key) => key.replace(/^@/u, ""));
    for (const box of cell.querySelectorAll(".cell-sources [type=checkbox]")) box.checked = keys.includes(box.value);
  }

  // What is done

  onInput(event) {
    const cell = event.target.closest("td, th");
    if (!cell) return;
    if (event.target.type === "search") {
      const sought = event.target.value.trim().toLocaleLowerCase();
      for (const item of cell.querySelectorAll(".cell-sources li")) {
        item.hidden = !item.textContent.toLocaleLowerCase().includes(sought);
      }
      return;
    }
    if (event.target.closest(".cell-sources")) {
      const field = this.table.field(cell, "source_keys");
      const others = this.table.value(cell, "source_keys").split(/[\s,;]+/u).map((key) => key.replace(/^@/u, "")).filter((key) => key && key !== event.target.value);
      field.value = [...others, ...(event.target.checked ? [event.target.value] : [])].join(" ");
    }
    if ("cell" in cell.dataset) {
      const state = this.table.field(cell, "state");
      const says = ["verdict", "value", "detail"].some((name) => event.target === this.table.field(cell, name));
      if (says && event.target.value.trim() && state.value === "to_complete") state.value = "given";
      this.fit(cell);
      if (event.target === this.table.field(cell, "source_keys")) this.tick(cell);
      this.show(cell);
    } else {
      this.show(cell);
      for (const each of this.table.cellsOf(cell)) this.show(each);
    }
    this.count();
  }

  onClick(event) {
    const button = event.target.closest("[data-do]");
    const cell = event.target.closest("td, th");
    if (button) this.act(button, cell);
    else if (cell && cell !== this.opened) {
      this.activate(cell);
      this.open(cell);
      if (!cell.contains(document.activeElement)) cell.focus();
    }
  }

  act(button, head) {
    if (this.readonly) return;
    switch (button.dataset.do) {
      case "add-treatment": return this.add("treatments");
      case "add-criterion": return this.add("criteria");
      case "undo": return this.undo();
      case "back": return this.move(button, head, -1);
      case "forth": return this.move(button, head, 1);
      default: return this.delete(head);
    }
  }

  add(axis) {
    if (this.table.live(axis).length >= this.limits[axis]) {
      this.say(this.text(axis === "treatments" ? "fullTreatments" : "fullCriteria", { limit: this.limits[axis] }));
      return;
    }
    const head = this.table.add(axis);
    this.refresh();
    this.open(head);
  }

  move(button, head, step) {
    this.table.move(head, step);
    // What moves in the page loses the focus.
    button.focus();
    const heads = this.table.heads(head.dataset.axis);
    this.say(this.text("moved", { name: this.nameOf(head), place: heads.indexOf(head) + 1, count: heads.length }));
    this.count();
  }

  delete(head) {
    if (this.table.isBlank(head)) {
      const [y, x] = this.table.place(head);
      this.close();
      this.active = null;
      this.table.remove(head);
      this.refresh();
      (this.table.at(y, x) ?? this.table.at(0, 0)).focus();
      this.say(this.text("removed"));
      return;
    }
    const box = this.table.field(head, "DELETE");
    box.checked = !box.checked;
    this.mark(head);
    this.count();
    this.say(this.text(box.checked ? "deleted" : "restored", { name: this.nameOf(head) }));
  }

  clear(cell) {
    this.reversibly(() => {
      for (const name of ["verdict", "value", "detail", "certainty", "source_keys"]) this.table.field(cell, name).value = "";
      this.table.field(cell, "state").value = "to_complete";
      return [this.text("cleared")];
    });
  }

  onPaste(event) {
    const cell = document.activeElement;
    if (this.readonly || !cell?.matches("td, th")) return;
    const rows = parseTable(event.clipboardData.getData("text/plain"));
    if (!rows.length) return;
    event.preventDefault();
    this.reversibly(() => this.report(pasteTable(this.table, cell, rows, this)));
  }

  report({ cells, unsourced, tooLong, added, left }) {
    const said = [this.text("pasted", { cells })];
    for (const axis of ["treatments", "criteria"]) {
      const suffix = axis === "treatments" ? "Treatments" : "Criteria";
      if (added[axis].length) said.push(this.text(`added${suffix}`, { count: added[axis].length }));
      if (left[axis].length) said.push(this.text(`left${suffix}`, { limit: this.limits[axis], names: left[axis].join(", ") }));
    }
    if ([...added.treatments, ...added.criteria].some((head) => !this.table.value(head, "name"))) said.push(this.text("nameThem"));
    if (unsourced) said.push(this.text("unsourced", { count: unsourced }));
    if (tooLong.length) {
      const places = tooLong.map((cell) => `${this.nameOf(this.table.treatmentOf(cell))} / ${this.nameOf(this.table.criterionOf(cell))}`);
      said.push(this.text("tooLong", { names: places.join(", ") }));
    }
    return said;
  }

  reversibly(change) {
    const before = this.table.remember();
    const said = change();
    this.memory = [before, this.table.remember()];
    this.undoing.hidden = false;
    this.refresh();
    this.say(...said);
  }

  undo() {
    const [y, x] = this.table.place(this.active);
    this.table.recall(...this.memory);
    this.undoing.hidden = true;
    this.refresh();
    (this.table.at(y, x) ?? this.table.at(0, 0)).focus();
    this.say(this.text("undone"));
  }

  // Keys

  onKey(event) {
    if (event.isComposing) return;
    const cell = event.target.closest("td, th");
    if (!cell) return;
    if (event.target === cell) this.onCellKey(event, cell);
    else this.onFieldKey(event, cell);
  }

  onCellKey(event, cell) {
    const [y, x] = this.table.place(cell);
    const last = [this.table.body.rows.length, this.table.headRow.cells.length - 1];
    const control = event.ctrlKey || event.metaKey;
    const steps = {
      ArrowUp: [y - 1, x],
      ArrowDown: [y + 1, x],
      ArrowLeft: [y, x - 1],
      ArrowRight: [y, x + 1],
      Home: control ? [0, 0] : [y, 0],
      End: control ? last : [y, last[1]],
      PageUp: [Math.max(0, y - 5), x],
      PageDown: [Math.min(last[0], y + 5), x],
    };
    const step = steps[event.key];
    if (event.altKey || (control && !["Home", "End"].includes(event.key))) return;
    if (step) {
      event.preventDefault();
      this.go(...step);
    } else if (event.key === "Enter" || event.key === "F2") {
      event.preventDefault();
      this.open(cell);
    } else if ((event.key === "Delete" || event.key === "Backspace") && "cell" in cell.dataset && !this.readonly) {
      event.preventDefault();
      this.clear(cell);
    } else if (event.key.length === 1 && event.key.trim()) {
      // The letter itself goes into the field that now has the focus.
      this.open(cell);
    }
  }

  onFieldKey(event, cell) {
    const [y, x] = this.table.place(cell);
    const writing = event.target.matches("input:not([type=checkbox]), textarea");
    if (event.key === "Escape" || event.key === "F2") {
      event.preventDefault();
      this.close();
      cell.focus();
    } else if (event.key === "Enter" && writing) {
      event.preventDefault();
      if (!this.go(y + 1, x)) this.go(y, x);
    } else if (event.key === "Tab") {
      const controls = [...cell.querySelectorAll(CONTROLS)].filter((each) => each.checkVisibility());
      if (event.shiftKey && event.target === controls[0]) {
        event.preventDefault();
        this.close();
        cell.focus();
      } else if (!event.shiftKey && event.target === controls.at(-1)) {
        if (this.go(y, x + 1) || this.go(y + 1, 0)) event.preventDefault();
        else this.close();
      }
    }
  }
});
