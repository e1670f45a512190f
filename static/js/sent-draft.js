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

// «Forget on this device»: the pseudonym too (form-comfort.js).
document.addEventListener("submit", (event) => {
  if (!event.target.action.endsWith("/oublier/")) return;
  try { localStorage.removeItem("pseudonyme"); } catch { /* nothing was stored */ }
});
