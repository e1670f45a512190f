// The table as rows, columns and cells: finding, adding, moving. Knows nothing of keys pressed or of the clipboard.

// As articles/models/keys.py makes them.
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(4));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Table {
  constructor(root) {
    this.root = root;
    this.element = root.querySelector("table");
    this.body = this.element.tBodies[0];
    this.headRow = this.element.tHead.rows[0];
  }

  heads(axis) {
    return axis === "criteria"
      ? [...this.headRow.cells].slice(1)
      : [...this.body.rows].map((row) => row.cells[0]);
  }

  // Those that will still be there after saving.
  live(axis) {
    return this.heads(axis).filter((head) => !this.isDeleted(head));
  }

  get cells() {
    return [...this.body.querySelectorAll("[data-cell]")];
  }

  at(y, x) {
    return (y === 0 ? this.headRow : this.body.rows[y - 1])?.cells[x] ?? null;
  }

  place(cell) {
    const row = cell.parentElement;
    return [row === this.headRow ? 0 : row.sectionRowIndex + 1, cell.cellIndex];
  }

  treatmentOf(cell) {
    return cell.parentElement.cells[0];
  }

  criterionOf(cell) {
    return this.headRow.cells[cell.cellIndex];
  }

  cellsOf(head) {
    return head.dataset.axis === "treatments"
      ? [...head.parentElement.cells].slice(1)
      : [...this.body.rows].map((row) => row.cells[head.cellIndex]);
  }

  field(cell, name) {
    return cell.querySelector(`[data-field="${name}"] [name]`);
  }

  value(cell, name) {
    return this.field(cell, name).value.trim();
  }

  isDeleted(head) {
    return this.field(head, "DELETE").checked;
  }

  isBlank(head) {
    const cells = this.cellsOf(head);
    const written = ["name", head.dataset.axis === "treatments" ? "detail" : "help"].some((name) => this.value(head, name));
    return "new" in head.dataset && !written && cells.every((cell) =>
      this.value(cell, "state") === "to_complete" && !this.value(cell, "detail") && !this.value(cell, "source_keys"));
  }

  add(axis, name = "") {
    const key = newKey();
    const head = this.#make(axis === "treatments" ? "treatment" : "criterion", { __key__: key, __prefix__: this.#nextNumber(axis) });
    this.field(head, "name").value = name;
    if (axis === "treatments") {
      const row = this.body.insertRow();
      row.append(head, ...this.heads("criteria").map((criterion) => this.#makeCell(key, criterion.dataset.key)));
    } else {
      this.headRow.append(head);
      for (const row of this.body.rows) row.append(this.#makeCell(row.cells[0].dataset.key, key));
    }
    return head;
  }

  #nextNumber(axis) {
    const total = this.root.querySelector(`[name="${axis}-TOTAL_FORMS"]`);
    total.value = Number(total.value) + 1;
    return Number(total.value) - 1;
  }

  #makeCell(treatment, criterion) {
    return this.#make("cell", { __treatment__: treatment, __criterion__: criterion });
  }

  #make(name, replacements) {
    let html = this.root.querySelector(`template[data-template="${name}"]`).innerHTML;
    for (const [placeholder, text] of Object.entries(replacements)) html = html.replaceAll(placeholder, text);
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content.firstElementChild;
  }

  // Its number stays used: a formset may have gaps.
  remove(head) {
    if (head.dataset.axis === "treatments") head.parentElement.remove();
    else for (const each of [...this.cellsOf(head), head]) each.remove();
  }

  // One place back (-1) or forth (1); false at the end of the line.
  move(head, step) {
    const axis = head.dataset.axis;
    const heads = this.heads(axis);
    const from = heads.indexOf(head);
    if (!heads[from + step]) return false;
    const rows = axis === "treatments" ? [this.body] : [this.headRow, ...this.body.rows];
    const index = axis === "treatments" ? from : head.cellIndex;
    for (const row of rows) {
      const moving = row.children[index];
      const other = row.children[index + step];
      if (step > 0) other.after(moving);
      else other.before(moving);
    }
    this.heads(axis).forEach((each, place) => { this.field(each, "position").value = place; });
    return true;
  }

  // What all inputs hold now, to tell later what changed.
  remember() {
    const fields = this.element.querySelectorAll("input[name], select[name], textarea[name]");
    return new Map([...fields].map((field) => [field, field.type === "checkbox" ? field.checked : field.value]));
  }

  // Puts back what changed between the two memories, except what was changed again since.
  recall(before, after) {
    const untouched = (field) => after.get(field) === (field.type === "checkbox" ? field.checked : field.value);
    const added = (head) => !before.has(this.field(head, "name"));
    for (const axis of ["treatments", "criteria"]) {
      for (const head of this.heads(axis).filter(added)) {
        const inputs = [head, ...this.cellsOf(head)].flatMap((cell) => [...cell.querySelectorAll("[name]")]);
        if (inputs.every(untouched)) this.remove(head);
      }
    }
    for (const [field, value] of before) {
      if (!untouched(field)) continue;
      if (field.type === "checkbox") field.checked = value;
      else field.value = value;
    }
  }
}
