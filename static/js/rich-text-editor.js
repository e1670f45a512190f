// The editor behind <rich-text>: its vocabulary is that of ldnportal/markup/sanitize.py, no element and no attribute
// more or less (tests/browser/test_rich_text.py compares them). Loaded by rich-text.js when the first one is needed.

import {
  Bold, BulletList, Document, Editor, HardBreak, Heading, History, Italic, Link, ListItem, Mark, OrderedList,
  Paragraph, pm, Subscript, Superscript, Text,
} from "../django_prose_editor/editor.js";
import { cleanPastedHTML } from "./paste.js";
import { addToolbar } from "./rich-text-toolbar.js";
import { askLanguage, askLink, askSources } from "./rich-text-dialogs.js";
import { safeHref } from "./safe-href.js";

const { Decoration, DecorationSet } = pm.view;

// As _LANGUAGE in ldnportal/markup/sanitize.py.
const LANGUAGE = /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}$/;
const language = (name) => ({
  default: null,
  parseHTML: (element) => (LANGUAGE.test(element.getAttribute(name)) ? element.getAttribute(name) : null),
});

// As SOURCE_MARK in ldnportal/markup/fragments.py.
const KEY = "@[a-z0-9][a-z0-9-]{0,39}";
const SOURCE_MARK = new RegExp(`\\[${KEY}(?:[ \\u00a0]?;[ \\u00a0]?${KEY})*\\]`, "g");

const SafeLink = Link.extend({
  addOptions() {
    return {
      ...this.parent?.(), HTMLAttributes: {}, autolink: false, isAllowedUri: (address) => safeHref(address) !== null,
    };
  },
  addAttributes() {
    return { href: { default: null }, hreflang: language("hreflang"), lang: language("lang") };
  },
  // A pasted address is no link by itself: its text would say nothing.
  addPasteRules: () => [],
  addKeyboardShortcuts() {
    return { "Mod-k": () => { openLink(this.editor); return true; } };
  },
});

// Words of another language (RGAA 8.7).
const Language = Mark.create({
  name: "language",
  addAttributes: () => ({ lang: language("lang") }),
  parseHTML: () => [{ tag: "span[lang]", getAttrs: (span) => LANGUAGE.test(span.getAttribute("lang")) && null }],
  renderHTML: ({ HTMLAttributes }) => ["span", HTMLAttributes, 0],
});

// Begins with 1 and counts in digits.
const PlainOrderedList = OrderedList.extend({
  addAttributes: () => ({}),
  addNodeView: null,
  renderHTML: () => ["ol", 0],
}).configure({ enableListAttributes: false });

// No headings inside; Tab belongs to the page, so that the keyboard is never trapped.
const PlainListItem = ListItem.extend({
  content: "paragraph (paragraph | bulletList | orderedList)*",
  addKeyboardShortcuts() {
    return {
      Enter: () => this.editor.commands.splitListItem(this.name),
      "Mod-]": () => this.editor.commands.sinkListItem(this.name),
      "Mod-[": () => this.editor.commands.liftListItem(this.name),
    };
  },
});

const EXTENSIONS = [
  Document, Text, Paragraph, Heading.configure({ levels: [3, 4] }), BulletList, PlainOrderedList, PlainListItem,
  HardBreak, SafeLink, Language, Bold, Italic, Subscript, Superscript, History,
];

const toggle = (mark) => ({
  run: (editor) => editor.chain().focus().toggleMark(mark).run(),
  pressed: (editor) => editor.isActive(mark),
  possible: (editor) => editor.can().toggleMark(mark),
});
const heading = (level) => ({
  run: (editor) => editor.chain().focus().toggleHeading({ level }).run(),
  pressed: (editor) => editor.isActive("heading", { level }),
  possible: (editor) => editor.can().toggleHeading({ level }),
});
const list = (name, command) => ({
  run: (editor) => editor.chain().focus()[command]().run(),
  pressed: (editor) => innermostList(editor.state.selection.$from) === name,
  possible: (editor) => editor.can()[command](),
});
const simple = (command, ...values) => ({
  run: (editor) => editor.chain().focus()[command](...values).run(),
  possible: (editor) => editor.can()[command](...values),
});

const COMMANDS = {
  heading3: heading(3),
  heading4: heading(4),
  bold: toggle("bold"),
  italic: toggle("italic"),
  subscript: toggle("subscript"),
  superscript: toggle("superscript"),
  bulletList: list("bulletList", "toggleBulletList"),
  orderedList: list("orderedList", "toggleOrderedList"),
  indent: simple("sinkListItem", "listItem"),
  outdent: simple("liftListItem", "listItem"),
  link: { run: openLink, pressed: (editor) => editor.isActive("link") },
  // A static page has no sources.
  source: {
    run: openSources,
    pressed: (editor) => Boolean(markAtCaret(editor)),
    missing: () => !document.querySelector("[name=sources-TOTAL_FORMS]"),
  },
  language: { run: openLanguage, pressed: (editor) => editor.isActive("language") },
  undo: simple("undo"),
  redo: simple("redo"),
};

export function createEditor(place, textarea) {
  const editable = !textarea.matches(":disabled");
  const box = document.createElement("div");
  box.className = "rich-text__editor";
  textarea.after(box);
  const editor = new Editor({
    element: box,
    extensions: EXTENSIONS,
    content: textarea.value,
    editable,
    // rich-text.css has them: the policy allows no style element.
    injectCSS: false,
    editorProps: {
      attributes: attributesOf(textarea),
      transformPastedHTML: cleanPastedHTML,
      decorations: ({ doc }) => DecorationSet.create(doc, sourceMarks(doc)),
      // The browser would leave the page to show the file.
      handleDrop: (_view, event) => event.dataTransfer?.files.length > 0 && (event.preventDefault(), true),
    },
    onUpdate() {
      textarea.value = editor.isEmpty ? "" : editor.getHTML();
      textarea.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
  if (editable) addToolbar(editor, box, COMMANDS);
  return editor;
}

// What a screen reader says of the textarea, it says of the editor.
function attributesOf(textarea) {
  const [label] = textarea.labels;
  if (label) label.id = `${textarea.id}_label`;
  const attributes = {
    class: "rich-text__text",
    role: "textbox",
    "aria-multiline": "true",
    "aria-labelledby": label?.id,
    "aria-label": label ? null : textarea.ariaLabel,
    "aria-describedby": textarea.getAttribute("aria-describedby"),
    "aria-invalid": textarea.ariaInvalid,
    "aria-readonly": textarea.matches(":disabled") ? "true" : null,
    lang: document.documentElement.lang,
    spellcheck: "true",
  };
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value));
}

function innermostList($position) {
  for (let depth = $position.depth; depth > 0; depth -= 1) {
    const { name } = $position.node(depth).type;
    if (name === "bulletList" || name === "orderedList") return name;
  }
  return null;
}

// --- source marks: plain text, shown as what they are -------------------------------------------------------

function sourceMarks(doc) {
  const found = [];
  doc.descendants((node, position) => {
    if (!node.isText) return;
    for (const match of node.text.matchAll(SOURCE_MARK)) {
      const start = position + match.index;
      found.push(Decoration.inline(start, start + match[0].length, { class: "rich-text__mark" }));
    }
  });
  return found;
}

// The mark that the caret stands in or at the end of, as { from, to, keys }.
function markAtCaret(editor) {
  const { $from } = editor.state.selection;
  if (!$from.parent.isTextblock) return null;
  const text = $from.parent.textBetween(0, $from.parent.content.size, null, "\ufffc");
  for (const match of text.matchAll(SOURCE_MARK)) {
    const end = match.index + match[0].length;
    if (match.index < $from.parentOffset && $from.parentOffset <= end) {
      const keys = match[0].match(new RegExp(KEY, "g")).map((key) => key.slice(1));
      return { from: $from.start() + match.index, to: $from.start() + end, keys };
    }
  }
  return null;
}

async function openSources(editor) {
  const mark = markAtCaret(editor);
  const { to } = editor.state.selection;
  const keys = await askSources(mark?.keys ?? []);
  editor.commands.focus();
  if (!keys || (!keys.length && !mark)) return;
  const range = mark ?? { from: to, to };
  let text = keys.length ? `[${keys.map((key) => `@${key}`).join("; ")}]` : "";
  const { doc } = editor.state;
  const before = doc.textBetween(Math.max(0, range.from - 1), range.from, "\n", "\n");
  if (!mark && /\S/.test(before)) text = ` ${text}`;
  if (!text && /[ \u00a0]/.test(before)) range.from -= 1;
  const { tr } = editor.state;
  // A link that went on would hold the mark, and the mark becomes a link itself.
  editor.view.dispatch(
    (text ? tr.insertText(text, range.from, range.to) : tr.delete(range.from, range.to))
      .removeMark(range.from, range.from + text.length, editor.schema.marks.link).scrollIntoView(),
  );
}

// --- links and languages -----------------------------------------------------------------------------------------

async function openLink(editor) {
  const old = editor.getAttributes("link");
  const nothing = editor.state.selection.empty && !editor.isActive("link");
  const link = await askLink(old, nothing);
  const chain = editor.chain().focus();
  if (link?.remove) chain.extendMarkRange("link").unsetLink();
  else if (link) (old.href ? chain.extendMarkRange("link") : chain).setLink({ ...old, ...link });
  chain.run();
}

async function openLanguage(editor) {
  const old = editor.getAttributes("language").lang ?? "";
  const nothing = editor.state.selection.empty && !old;
  const lang = await askLanguage(old, nothing);
  const chain = editor.chain().focus();
  if (lang !== null) {
    if (editor.state.selection.empty) chain.extendMarkRange("language");
    if (lang) chain.setMark("language", { lang });
    else chain.unsetMark("language");
  }
  chain.run();
}
