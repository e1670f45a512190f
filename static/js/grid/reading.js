// Reads what a spreadsheet says of one place of the table. Pure: texts in, the fields of a cell out.
//
// words: { yes: [...], no: [...], no_study: [...], … }, small letters, the language's own (they come with the page).
//
// 1. One of the words, alone or followed by an explanation («no study (2024)», «disputed: two trials»), is that state;
//    «yes» and «no» are a given cell with that verdict, and may also go on after a comma («yes, after 4 weeks»).
// 2. A dash or a question mark is among the words of «to be completed»: it may mean «nothing known» or «not
//    applicable», and only the editor can tell.
// 3. A number without a unit or with the criterion's own is a value, if the criterion is of that kind.
// 4. Source marks at the end, [@key; @key], are sources if the article has them all.
// 5. Everything else is a given cell with a detail.

const EMPTY = { state: "given", verdict: "", value: "", detail: "", source_keys: "" };
const NUMBER = /^([+\-−]?\d{1,3}(?:[ \u00a0\u202f]\d{3})+|[+\-−]?\d+)(?:[.,](\d{1,4}))?(?:\s*([^\s\d].*))?$/u;

export const tidy = (text) => text.replace(/\s+/gu, " ").trim();
export const plain = (text) => tidy(text).toLocaleLowerCase().replace(/[’]/gu, "'");

export function readNumber(text) {
  const found = NUMBER.exec(tidy(text));
  if (!found) return null;
  const [, whole, decimals, unit = ""] = found;
  const sign = /^[-−]/u.test(whole) ? "-" : "";
  const digits = whole.replace(/\D/gu, "");
  return { sign, whole: digits, decimals: decimals ?? "", unit: tidy(unit) };
}

const sameUnit = (a, b) => plain(a).replaceAll(" ", "") === plain(b).replaceAll(" ", "");

function readWord(text, words) {
  const low = plain(text).replace(/[.!]$/u, "");
  for (const [meaning, list] of Object.entries(words)) {
    if (list.includes(low)) return { meaning, rest: "" };
  }
  // The whole of it was no word: is its beginning one, with an explanation set apart?
  const parts = /^([^(:,]+?)\s*(?:\(([^()]*)\)|(:|,)\s*(.+))$/su.exec(tidy(text));
  if (!parts) return null;
  const [, head, inBrackets, mark, after] = parts;
  for (const [meaning, list] of Object.entries(words)) {
    if (meaning === "to_complete" || !list.includes(plain(head))) continue;
    if (mark === "," && meaning !== "yes" && meaning !== "no") continue;
    return { meaning, rest: tidy(inBrackets ?? after) };
  }
  return null;
}

function takeSources(text, known) {
  const found = /^(.*?)\s*\[\s*(@[^[\]]+)\]$/su.exec(text);
  if (!found) return { text, keys: "" };
  const keys = found[2].split(/[\s;,]+/u).filter(Boolean).map((key) => key.replace(/^@/u, ""));
  return keys.every((key) => known.includes(key)) ? { text: found[1], keys: keys.join(" ") } : { text, keys: "" };
}

// The fields of a cell, or null for an empty text, which changes nothing.
export function readCell(typed, { kind = "text", unit = "", words = {}, sources = [], decimal = "," } = {}) {
  const { text, keys } = takeSources(tidy(typed), sources);
  if (!text) return null;
  const said = { ...EMPTY, source_keys: keys };
  const word = readWord(text, words);
  if (word?.meaning === "yes" || word?.meaning === "no") {
    return { ...said, verdict: word.meaning, detail: word.rest };
  }
  if (word) return { ...said, state: word.meaning, detail: word.rest };
  const number = kind === "number" ? readNumber(text) : null;
  if (number && (!number.unit || sameUnit(number.unit, unit))) {
    const value = number.sign + number.whole + (number.decimals ? decimal + number.decimals : "");
    return { ...said, value };
  }
  return { ...said, detail: text };
}

// Which kind a new criterion is, from all that its column says.
export function readKind(texts, words) {
  const said = texts.map(tidy).filter(Boolean);
  const open = said.filter((text) => !readWord(text, words));
  const numbers = open.map(readNumber);
  if (numbers.length && numbers.every((number) => number && sameUnit(number.unit, numbers[0].unit))) {
    return { kind: "number", unit: numbers[0].unit };
  }
  const verdicts = said.filter((text) => ["yes", "no"].includes(readWord(text, words)?.meaning));
  return { kind: verdicts.length && !open.length ? "yes_no" : "text", unit: "" };
}
