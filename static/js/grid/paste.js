// Tables from a spreadsheet.

import { readCell, readKind, tidy } from "./reading.js";

// Lines and tabs, as Excel and LibreOffice write them: a cell with a line break in it stands in quotes, its own
// quotes doubled. A quote that is not closed before the next tab is only a quote.
export function parseTable(text) {
  const rows = [[]];
  const token = /(?:"((?:[^"]|"")*)"(?=\t|\r?\n|\r|$)|([^\t\r\n]*))(\t|\r\n|\n|\r|$)/gy;
  while (token.lastIndex <= text.length) {
    const [, quoted, bare, end] = token.exec(text);
    rows.at(-1).push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (!end) break;
    if (end !== "\t") rows.push([]);
  }
  while (rows.length && rows.at(-1).every((cell) => !cell.trim())) rows.pop();
  return rows;
}

// Fills the table from `start` on. Returns what was done, for the person to be told.
//
// On the corner, the first line and column are names: what has the name is filled, the rest is added. On a heading
// they rename. On an inner cell all is content; what lies beyond the table is added, without a name.
export function pasteTable(table, start, rows, { words, sources, limits, decimal }) {
  const report = { cells: 0, unsourced: 0, tooLong: [], added: { treatments: [], criteria: [] }, left: { treatments: [], criteria: [] } };
  const [y, x] = table.place(start);
  const names = y === 0 ? rows[0].slice(x === 0 ? 1 : 0) : [];
  const body = y === 0 ? rows.slice(1) : rows;
  const sides = x === 0 ? body.map((row) => row[0] ?? "") : [];
  const content = x === 0 ? body.map((row) => row.slice(1)) : body;
  const width = Math.max(names.length, ...content.map((row) => row.length));
  const column = (n) => content.map((row) => row[n] ?? "");
  const byName = y === 0 && x === 0;

  const find = (axis, from, count, titles, texts) => {
    const there = table.live(axis);
    const first = table.heads(axis).slice(0, Math.max(0, from - 1)).filter((head) => there.includes(head)).length;
    const targets = [];
    for (let n = 0; n < count; n += 1) {
      const title = tidy(titles[n] ?? "");
      let head = byName ? there.find((each) => same(table.value(each, "name"), title)) : there[first + n];
      if (!head && (title || texts(n).some(tidy))) {
        if (table.live(axis).length >= limits[axis]) report.left[axis].push(title || String(n + 1));
        else {
          head = table.add(axis);
          report.added[axis].push(head);
          if (axis === "criteria") {
            const { kind, unit } = readKind(texts(n), words);
            table.field(head, "kind").value = kind;
            table.field(head, "unit").value = unit.slice(0, 20);
          }
        }
      }
      if (head && title) table.field(head, "name").value = title;
      targets.push(head);
    }
    return targets;
  };
  const columns = find("criteria", x, width, names, column);
  const lines = find("treatments", y, content.length, sides, (n) => content[n]);

  lines.forEach((treatment, m) => columns.forEach((criterion, n) => {
    if (!treatment || !criterion) return;
    const kind = table.value(criterion, "kind");
    const said = readCell(content[m][n] ?? "", { kind, unit: table.value(criterion, "unit"), words, sources, decimal });
    if (said) fill(table, table.cellsOf(treatment)[criterion.cellIndex - 1], said, report);
  }));
  return report;
}

const same = (a, b) => Boolean(a) && tidy(a).toLocaleLowerCase() === tidy(b).toLocaleLowerCase();

function fill(table, cell, said, report) {
  const differs = ["state", "verdict", "value", "detail"].some((name) => table.value(cell, name) !== said[name]);
  if (!differs && !said.source_keys) return;
  for (const name of ["state", "verdict", "value", "detail"]) table.field(cell, name).value = said[name];
  // Sources and certainty belong to what the cell said before.
  if (differs && (table.value(cell, "source_keys") || table.value(cell, "certainty"))) {
    report.unsourced += 1;
    table.field(cell, "certainty").value = "";
    table.field(cell, "source_keys").value = "";
  }
  if (said.source_keys) table.field(cell, "source_keys").value = said.source_keys;
  if (said.detail.length > table.field(cell, "detail").maxLength) report.tooLong.push(cell);
  report.cells += 1;
}
