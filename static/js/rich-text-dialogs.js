// What the editors ask: the address of a link, sources, a language. Each gives null when nothing is to be done.

import { safeHref } from "./safe-href.js";

// «nothing»: there are no words that a link, or a language, could be given to.
export async function askLink(old, nothing) {
  const dialog = document.getElementById("rich-text-link");
  const { href, hreflang } = dialog.querySelector("form").elements;
  const error = document.getElementById("rich-text-href-error");
  const sayWrong = (wrong) => {
    error.hidden = !wrong;
    href.ariaInvalid = wrong ? "true" : null;
  };
  show(dialog, { none: nothing, some: !nothing, old: old.href });
  href.value = old.href ?? "";
  choose(hreflang, old.hreflang ?? "");
  sayWrong(false);
  const answer = await ask(dialog, () => {
    const wrong = safeHref(href.value) === null;
    sayWrong(wrong);
    if (wrong) href.focus();
    return !wrong;
  });
  if (answer === "remove") return { remove: true };
  return answer === "apply" ? { href: safeHref(href.value), hreflang: hreflang.value || null } : null;
}

export async function askLanguage(old, nothing) {
  const dialog = document.getElementById("rich-text-language");
  const { lang } = dialog.querySelector("form").elements;
  show(dialog, { none: nothing, some: !nothing });
  choose(lang, old);
  return (await ask(dialog)) === "apply" ? lang.value : null;
}

export async function askSources(cited) {
  const dialog = document.getElementById("rich-text-source");
  const sources = sourcesOnPage();
  show(dialog, { none: !sources.length, some: sources.length, many: sources.length > 8 });
  const rows = sources.map((source) => {
    const row = dialog.querySelector("template").content.firstElementChild.cloneNode(true);
    row.querySelector("input").checked = cited.includes(source.key);
    row.querySelector("span").textContent = source.text;
    return row;
  });
  dialog.querySelector("ul").replaceChildren(...rows);
  const filter = dialog.querySelector("form").elements.filter;
  filter.value = "";
  filter.oninput = () => {
    const words = fold(filter.value).split(" ");
    for (const row of rows) row.hidden = !words.every((word) => fold(row.textContent).includes(word));
  };
  if ((await ask(dialog)) !== "apply") return null;
  const chosen = sources.filter((_source, index) => rows[index].querySelector("input").checked).map(keyOf);
  // Those that were there keep their order.
  return [...cited.filter((key) => chosen.includes(key)), ...chosen.filter((key) => !cited.includes(key))];
}

// The rows of the sources as they stand on the page now, saved or not, but not those about to be deleted.
function sourcesOnPage() {
  const sources = [];
  for (const input of document.querySelectorAll("[name^=sources-][name$=-key]")) {
    const row = input.name.slice(0, -"key".length);
    if (row.includes("__prefix__") || document.getElementsByName(`${row}DELETE`)[0]?.checked) continue;
    const words = ["authors", "title", "year", "note"].map((name) => document.getElementsByName(row + name)[0]?.value.trim());
    const key = input.value.trim();
    const text = [...words.filter(Boolean), key && `[@${key}]`].filter(Boolean).join(" · ");
    if (text) sources.push({ input, key, text });
  }
  return sources;
}

// A new source without a key is given one here, as the server would: what cites it must know it.
function keyOf({ input, key }) {
  if (key) return key;
  const bytes = crypto.getRandomValues(new Uint8Array(4));
  input.value = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  input.dispatchEvent(new Event("input", { bubbles: true }));
  return input.value;
}

function ask(dialog, valid = () => true) {
  return new Promise((resolve) => {
    dialog.querySelector("form").onsubmit = (event) => {
      if (event.submitter?.value === "apply" && !valid()) event.preventDefault();
    };
    dialog.onclose = () => resolve(dialog.returnValue);
    // Escape leaves what the last answer was.
    dialog.returnValue = "";
    dialog.showModal();
  });
}

function show(dialog, shown) {
  for (const part of dialog.querySelectorAll("[data-if]")) part.hidden = !shown[part.dataset.if];
}

// A language that the list does not have joins it, so that it is not lost.
function choose(select, value) {
  if (![...select.options].some((option) => option.value === value)) select.add(new Option(value, value));
  select.value = value;
}

function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
}
