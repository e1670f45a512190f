// The address as a link may hold it, or null: the rule of safe_href in ldnportal/markup/sanitize.py. A test compares the
// two.
const INVISIBLE =
  /[\x00-\x1f\x7f-\xa0\xad\u034f\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ud800-\udfff]/gu;
const REFUSED = /[<>"`\\]/;
const SAFE = new RegExp(
  [
    String.raw`https?://[\p{L}\p{N}_][\p{L}\p{N}_.\-]*(?::[0-9]{1,5})?(?:[/?#].*)?`,
    "mailto:[^@?,;:/%&]+@[^@?,;:/%&]+",
    "#.+",
    "/(?!/).*",
  ].map((kind) => `^(?:${kind})$`).join("|"),
  "iu",
);

export function safeHref(address) {
  const tidy = (address ?? "").replace(INVISIBLE, "").trim().normalize("NFC").replaceAll(" ", "%20");
  return tidy.length <= 2000 && !REFUSED.test(tidy) && SAFE.test(tidy) ? tidy : null;
}
