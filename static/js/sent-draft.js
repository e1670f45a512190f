// The private page of a comment: the draft that became it has served. One that was begun since stays.
customElements.define("sent-draft", class extends HTMLElement {
  connectedCallback() {
    const key = `brouillon:${this.dataset.key}`;
    try {
      if (sessionStorage.getItem(`${key}:envoyé`)) {
        sessionStorage.removeItem(key);
        sessionStorage.removeItem(`${key}:envoyé`);
      }
    } catch { /* no storage, no draft */ }
  }
});
