// What readers will see of the table: in its cells, and of one treatment as a list on a phone.

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

const chosen = (select) => select.selectedOptions[0]?.textContent.trim() ?? "";

const hidden = (text) => {
  const mark = element("span", "", text);
  mark.setAttribute("aria-hidden", "true");
  return mark;
};

// In the order of templates/articles/_cell.html.
export function cellView(table, cell, texts) {
  const parts = [];
  const state = table.field(cell, "state");
  const verdict = table.field(cell, "verdict");
  const value = table.value(cell, "value");
  const detail = table.value(cell, "detail");
  if (state.value !== "given") {
    const badge = element("span", `seen-state seen-state--${state.value}`);
    if (state.value === "to_complete") badge.append(hidden("✎ "));
    badge.append(chosen(state));
    parts.push(badge);
  }
  if (verdict.value) {
    const shown = element("span", "seen-verdict");
    shown.append(hidden(verdict.value === "yes" ? "✓ " : "✕ "), chosen(verdict));
    parts.push(shown);
  }
  if (value) parts.push(element("span", "seen-value", `${value} ${table.value(table.criterionOf(cell), "unit")}`.trim()));
  if (detail) parts.push(element("span", "seen-detail", verdict.value ? `(${detail})` : detail));
  const certainty = table.field(cell, "certainty");
  if (certainty.value) parts.push(element("small", "seen-certainty", texts.certainty.replace("{level}", chosen(certainty))));
  const sources = table.value(cell, "source_keys");
  if (sources) parts.push(element("small", "seen-sources", `[${sources.split(/[\s,;]+/u).join("; ")}]`));
  return parts.flatMap((part) => [part, " "]);
}

export function headView(table, head, texts) {
  const name = table.value(head, "name");
  const title = element("span", name ? "seen-name" : "seen-name seen-state--to_complete", name || texts.unnamed);
  const notes = head.dataset.axis === "treatments"
    ? [table.value(head, "detail")]
    : [[chosen(table.field(head, "kind")), table.value(head, "unit")].filter(Boolean).join(", "), table.value(head, "help")];
  return [title, ...notes.filter(Boolean).map((note) => element("small", "seen-note", note))];
}

export function phoneView(table, treatment, texts) {
  const list = element("dl");
  for (const cell of table.cellsOf(treatment)) {
    const criterion = table.criterionOf(cell);
    if (table.isDeleted(criterion)) continue;
    const term = element("dt", "", table.value(criterion, "name") || texts.unnamed);
    const help = table.value(criterion, "help");
    if (help) term.append(" ", element("small", "", help));
    const description = element("dd");
    description.append(...cellView(table, cell, texts));
    list.append(term, description);
  }
  const detail = table.value(treatment, "detail");
  const title = element("h4", "", table.value(treatment, "name") || texts.unnamed);
  return [title, ...(detail ? [element("p", "", detail)] : []), ...(list.children.length ? [list] : [])];
}
