// Half-written texts by the address that their form sends to: in this page's memory, and in the tab's storage if it
// may be used, so that they outlive a reload.
export const drafts = {
  memory: {},
  get(key) {
    try { return this.memory[key] ?? sessionStorage.getItem(`brouillon:${key}`) ?? ""; } catch { return ""; }
  },
  set(key, text) {
    this.memory[key] = text;
    try {
      sessionStorage.removeItem(`brouillon:${key}:envoyé`);
      if (text.trim()) sessionStorage.setItem(`brouillon:${key}`, text);
      else sessionStorage.removeItem(`brouillon:${key}`);
    } catch { /* storage is full or refused: memory has it */ }
  },
  // Whether it arrives is for the private page to say (sent-draft.js).
  send(key) {
    try { sessionStorage.setItem(`brouillon:${key}:envoyé`, "1"); } catch { /* nothing was stored */ }
  },
};
