// What Word, Google Docs and LibreOffice put on the clipboard, as plain paragraphs, headings, lists, marks and links.
// HTML in, HTML out, and nothing else touched: the editor's own rules and the server's sanitiser still follow.

import { safeHref } from "./safe-href.js";

const GONE = "head, style, script, noscript, template, link, meta, title, xml, img, picture, svg, object, iframe, "
  + "video, audio, form, input, button, select, textarea, hr";
const KEPT = new Set(["P", "H3", "H4", "UL", "OL", "LI", "STRONG", "EM", "A", "BR", "SUB", "SUP"]);
const SAME = { B: "strong", I: "em" };
const BLOCKS = "p, h1, h2, h3, h4, h5, h6, ul, ol, li, div, table, tr, td, th, dl, dt, dd, blockquote, pre, section, "
  + "article, header, footer, main, aside, figure, address, center";

export function cleanPastedHTML(html) {
  // Copied from an editor of this site.
  if (html.includes("data-pm-slice")) return html;
  const numbered = numberedLists(html);
  const body = new DOMParser().parseFromString(withoutStyles(html), "text/html").body;
  for (const element of body.querySelectorAll(GONE)) element.remove();
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_COMMENT);
  const comments = [];
  while (walker.nextNode()) comments.push(walker.currentNode);
  for (const comment of comments) comment.remove();
  for (const element of body.querySelectorAll("[data-style]")) {
    if (styles(element).display === "none" || styles(element)["mso-hide"] === "all") element.remove();
  }
  buildLists(body, numbered);
  levelHeadings(body);
  for (const element of [...body.querySelectorAll("*")]) clean(element);
  for (const list of body.querySelectorAll("ul > ul, ul > ol, ol > ul, ol > ol")) {
    // Google Docs puts a list right into the list around it.
    list.previousElementSibling?.append(list);
  }
  for (const block of [...body.querySelectorAll("p, h3, h4, li")].reverse()) {
    if (block.textContent.trim()) trimEnd(block);
    else block.remove();
  }
  return body.innerHTML;
}

// Styles are read from another name. As what they are, the browser would hold each against the page's policy and
// report it, and drop what it does not know, such as Word's mso-list.
function withoutStyles(html) {
  return html
    .replace(/<(style|script)\b[\s\S]*?<\/\1\s*>/gi, "")
    .replace(/<[a-z](?:"[^"]*"|'[^']*'|[^'">])*>/gi, (tag) =>
      tag.replace(/([^\s"'<>/=]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)/g, (attribute, name) =>
        /^style$/i.test(name) ? `data-${attribute}` : /^on|^src/i.test(name) ? "" : attribute));
}

function styles(element) {
  const found = {};
  for (const declaration of (element.dataset.style ?? "").split(";")) {
    const colon = declaration.indexOf(":");
    if (colon > 0) found[declaration.slice(0, colon).trim().toLowerCase()] = declaration.slice(colon + 1).trim().toLowerCase();
  }
  return found;
}

// --- lists -------------------------------------------------------------------------------------------------------

// Word says in its style sheet which of its lists have numbers: a set of «l0 level1».
function numberedLists(html) {
  const numbered = new Set();
  for (const [, list, level, rule] of html.matchAll(/@list\s+(l\d+):(level\d+)[^{]*\{([^}]*)\}/gi)) {
    if (!/mso-level-number-format\s*:\s*(?:bullet|image)/i.test(rule)) numbered.add(`${list} ${level}`.toLowerCase());
  }
  return numbered;
}

// Word on the desk writes list items as paragraphs with mso-list, Word in the browser each as a list of its own.
function buildLists(body, numbered) {
  for (const paragraph of [...body.querySelectorAll("[data-style*='mso-list' i]")]) {
    const list = /^(l\d+)\s+level(\d+)/.exec(styles(paragraph)["mso-list"] ?? "");
    if (!list || !paragraph.matches("p, h1, h2, h3, h4, h5, h6, li, div")) continue;
    const mark = [...paragraph.querySelectorAll("[data-style]")].find((span) => styles(span)["mso-list"] === "ignore");
    const label = mark?.textContent.trim() ?? "";
    mark?.remove();
    // An «o» is the bullet of the second level; a number ends with a dot or a bracket.
    const ordered = label ? /^\(?\w{1,5}[.)]/.test(label) : numbered.has(`${list[1]} level${list[2]}`);
    makeItem(paragraph, Number(list[2]), ordered);
  }
  for (const wrapper of [...body.querySelectorAll(".ListContainerWrapper")]) {
    const items = [...wrapper.querySelectorAll("li")].map((item) =>
      makeItem(item, Number(item.dataset.ariaLevel ?? item.ariaLevel) || 1, item.parentElement.matches("ol")));
    wrapper.replaceWith(...items);
  }
  for (const first of [...body.querySelectorAll("[data-level]")]) {
    if (first.isConnected && !first.previousElementSibling?.matches("[data-level]")) nest(first);
  }
}

function makeItem(element, level, ordered) {
  const item = element.ownerDocument.createElement("li");
  item.append(...element.childNodes);
  item.dataset.level = level;
  item.dataset.list = ordered ? "ol" : "ul";
  if (element.isConnected) element.replaceWith(item);
  return item;
}

// The items that follow one another, as lists inside lists.
function nest(first) {
  const items = [];
  for (let item = first; item?.matches("[data-level]"); item = item.nextElementSibling) items.push(item);
  const open = [];
  for (const item of items) {
    const level = Number(item.dataset.level);
    while (open.length && open.at(-1).level > level) open.pop();
    // A list that only begins deeper than its first item goes back to where it began.
    if (open.length && open.at(-1).level === level && open.at(-1).name !== item.dataset.list) open.pop();
    if (!open.length || open.at(-1).level < level) {
      const list = item.ownerDocument.createElement(item.dataset.list);
      if (open.length) open.at(-1).list.lastElementChild.append(list);
      else item.before(list);
      open.push({ level, name: item.dataset.list, list });
    }
    open.at(-1).list.append(item);
  }
}

// --- blocks and marks --------------------------------------------------------------------------------------------

// The text's own highest heading becomes h3, since its section has the h2; what is below it, h4.
function levelHeadings(body) {
  const headings = [...body.querySelectorAll("h1, h2, h3, h4, h5, h6")];
  const highest = headings.map((heading) => heading.tagName).sort()[0];
  for (const heading of headings) rename(heading, heading.tagName === highest ? "h3" : "h4");
}

function clean(element) {
  const style = styles(element);
  const { tagName } = element;
  const marks = [];
  const weight = style["font-weight"];
  const plain = weight === "normal" || Number(weight) < 600;
  if (!element.matches("h3, h4")) {
    if (weight === "bold" || weight === "bolder" || Number(weight) >= 600) marks.push("strong");
    if (/^italic|^oblique/.test(style["font-style"] ?? "")) marks.push("em");
  }
  if (style["vertical-align"] === "sub") marks.push("sub");
  if (style["vertical-align"] === "super") marks.push("sup");
  for (const name of marks) if (!element.closest(name)) wrapContents(element, name);

  if (tagName === "A") {
    const address = realAddress(element);
    bare(element);
    if (address) element.setAttribute("href", address);
    else unwrap(element);
  } else if (SAME[tagName]) {
    // The <b style="font-weight: normal"> around everything that Google Docs copies.
    if ((tagName === "B" && plain) || element.closest("h3, h4, strong > b")) unwrap(element);
    else bare(rename(element, SAME[tagName]));
  } else if (KEPT.has(tagName)) {
    if (tagName === "STRONG" && plain) unwrap(element);
    else bare(element);
  } else if (element.matches(BLOCKS) && !element.querySelector(BLOCKS)) {
    bare(rename(element, "p"));
  } else {
    unwrap(element);
  }
}

// Word in the browser ends each paragraph with a no-break space.
function trimEnd(block) {
  const walker = block.ownerDocument.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const text of texts.reverse()) {
    if (text.parentElement.closest("p, h3, h4, li") !== block) continue;
    text.data = text.data.trimEnd();
    if (text.data) return;
  }
}

function realAddress(link) {
  let address = link.getAttribute("href") ?? "";
  // The way of Google Docs to write an address.
  const redirect = /^https?:\/\/www\.google\.[a-z.]+\/url\?/i.test(address) && new URL(address).searchParams.get("q");
  if (redirect) address = redirect;
  // A footnote or a place of the other document leads nowhere here.
  return address.startsWith("#") ? null : safeHref(address);
}

function wrapContents(element, name) {
  const blocks = element.querySelectorAll(BLOCKS);
  // A mark goes around text only.
  for (const each of blocks.length ? [...blocks].filter((block) => !block.querySelector(BLOCKS)) : [element]) {
    const mark = element.ownerDocument.createElement(name);
    mark.append(...each.childNodes);
    each.append(mark);
  }
}

function rename(element, name) {
  if (element.localName === name) return element;
  const renamed = element.ownerDocument.createElement(name);
  renamed.append(...element.childNodes);
  element.replaceWith(renamed);
  return renamed;
}

function bare(element) {
  for (const { name } of [...element.attributes]) element.removeAttribute(name);
}

function unwrap(element) {
  element.replaceWith(...element.childNodes);
}
