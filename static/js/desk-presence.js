// <desk-presence>: says every minute that this form is open, and shows who else has it open.

const EVERY = 60_000;

class DeskPresence extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector("ul");
    this.token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
    this.timer = setInterval(() => this.call(), EVERY);
    addEventListener("pagehide", () => this.leave());
    // A tab that was asleep asks at once when it is looked at again.
    document.addEventListener("visibilitychange", () => document.hidden || this.call());
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  body(fields = {}) {
    const data = new FormData();
    data.set("csrfmiddlewaretoken", this.token);
    for (const [name, value] of Object.entries(fields)) data.set(name, value);
    return data;
  }

  async call() {
    let said;
    try {
      const response = await fetch(this.dataset.url, { method: "POST", body: this.body() });
      if (!response.ok || response.redirected) return;
      said = await response.json();
    } catch {
      return; // No network, no notice: the next minute asks again.
    }
    const texts = [...said.others];
    if (said.draft && this.dataset.draft && said.draft > Number(this.dataset.draft)) texts.push(this.dataset.newer);
    // Only what changed is announced.
    if (texts.join() === [...this.list.children].map((item) => item.textContent).join()) return;
    this.list.replaceChildren(...texts.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  }

  leave() {
    navigator.sendBeacon(this.dataset.url, this.body({ leave: "1" }));
  }
}

customElements.define("desk-presence", DeskPresence);
