// <desk-keys>: letters that press the desk's buttons. On the list they act on the comment that has the focus, on a
// comment's page on that one. They can be switched off (WCAG 2.1.4), and never act while somebody writes.

const OFF = "desk-keys-off";
const ROW = "desk-keys-row";
const WRITES = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=submit])";

class DeskKeys extends HTMLElement {
  connectedCallback() {
    this.details = this.querySelector("details");
    this.box = this.querySelector("[type=checkbox]");
    try { this.box.checked = localStorage.getItem(OFF) !== "1"; } catch { /* no storage: they are on */ }
    this.box.addEventListener("change", () => {
      try {
        if (this.box.checked) localStorage.removeItem(OFF);
        else localStorage.setItem(OFF, "1");
      } catch { /* off until the page is left */ }
    });
    this.onKey = (event) => this.press(event);
    document.addEventListener("keydown", this.onKey);
    this.resume();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.onKey);
  }

  get rows() {
    return [...document.querySelectorAll("#result_list tbody tr")];
  }

  get row() {
    return this.rows.indexOf(document.activeElement?.closest("#result_list tbody tr"));
  }

  press(event) {
    if (!this.box.checked || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest(WRITES)) return;
    if (this.act(event.key)) event.preventDefault();
  }

  act(key) {
    if (key === "?") {
      this.details.open = !this.details.open;
      this.details.querySelector("summary").focus();
      return true;
    }
    if (this.rows.length && (key === "j" || key === "k")) return this.go(this.row + (key === "j" ? 1 : -1));
    const row = this.rows[this.row];
    if (row && key === "x") {
      row.querySelector("[name=_selected_action]").click();
      return true;
    }
    const action = row && this.dataset[key];
    if (action) return this.decide(row, action);
    const wanted = (row ?? document).querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!wanted) return false;
    if (wanted.matches("a, button, summary")) wanted.click();
    else wanted.querySelector("input, textarea").focus();
    return true;
  }

  go(number) {
    const row = this.rows[Math.max(0, Math.min(number, this.rows.length - 1))];
    row.tabIndex = -1;
    row.focus();
    row.scrollIntoView({ block: "nearest" });
    return true;
  }

  decide(row, action) {
    // Those that are ticked, or else this one.
    const boxes = [...document.querySelectorAll("#result_list [name=_selected_action]")];
    if (!boxes.some((box) => box.checked)) row.querySelector("[name=_selected_action]").checked = true;
    const form = document.getElementById("changelist-form");
    form.querySelector("select[name=action]").value = action;
    try { sessionStorage.setItem(ROW, this.rows.indexOf(row)); } catch { /* the focus begins anew */ }
    form.requestSubmit(form.querySelector("button[name=index]"));
    return true;
  }

  // After a decision the list is another one: the focus is where it was, on what has come there.
  resume() {
    let number = null;
    try {
      number = sessionStorage.getItem(ROW);
      sessionStorage.removeItem(ROW);
    } catch { /* no storage, nothing to resume */ }
    if (number !== null && this.rows.length) this.go(Number(number));
  }
}

customElements.define("desk-keys", DeskKeys);
