import { LANES, age, element } from "./format.js";

// The buttons, what their last run did to each lane, and the sentence that is read out.

const AFTER = 30_000; // requests that start within this time after an action still count for it
const LONGEST = 150_000;

export class Actions {
  #list = document.querySelector("#actions");
  #news = document.querySelector("#news");
  #buttons = new Map(); // name -> { label, button, state, result }
  #now;
  #running = null; // { name, since }
  #counted = null; // { name, from, until }
  #connected = false;

  constructor(now) {
    this.#now = now;
  }

  // At each (re)connect. Buttons are kept where the names are the same, so that focus is not lost.
  offer(actions, running) {
    if (actions.map((action) => action.name).join() !== [...this.#buttons.keys()].join()) {
      this.#buttons.clear();
      this.#list.replaceChildren(...actions.map((action) => this.#item(action)));
    }
    this.#connected = true;
    if (running !== this.#running?.name) {
      this.#running = running && { name: running, since: this.#now() };
    }
    this.#refresh();
  }

  disconnected() {
    this.#connected = false;
    this.#refresh();
  }

  label(name) {
    return this.#buttons.get(name)?.label ?? name;
  }

  started({ name, at, message }) {
    if (this.#counted) {
      this.#counted.until = Math.min(this.#counted.until, at);
    }
    this.#counted = { name, from: at, until: at + LONGEST };
    this.#running = { name, since: at };
    this.#say(`${this.label(name)}: ${message || "started."}`, "running");
    this.#refresh();
  }

  ended({ name, at, state, message }, requests) {
    this.#running = null;
    if (this.#counted?.name === name) {
      this.#counted.until = Math.min(this.#counted.until, at + AFTER);
    }
    this.count(requests);
    const failed = state === "failed" ? " did not work" : "";
    const result = this.#buttons.get(name)?.result.textContent;
    this.#say(`${this.label(name)}${failed}: ${message} ${result ? `So far: ${result}` : ""}`, state);
    this.#refresh();
  }

  // Once a second: what the last action did to the requests since.
  count(requests) {
    this.#refresh();
    const counted = this.#counted;
    const parts = counted && this.#buttons.get(counted.name);
    if (!parts || this.#now() > counted.until + AFTER) {
      return;
    }
    const since = requests.filter((entry) => entry.at >= counted.from && entry.at < counted.until);
    const lines = Object.entries(LANES).map(([lane, title]) => {
      const meant = since.filter((entry) => entry.lane === lane);
      const failed = meant.filter((entry) => entry.status === "failed").length;
      const line = element("span", failed > 0 ? "bad" : "good", `${title}: ${failed} of ${meant.length} failed. `);
      line.dataset.lane = lane;
      return line;
    });
    parts.result.replaceChildren(...(since.length > 0 ? lines : []));
  }

  #item({ name, label, description }) {
    const button = element("button", "action");
    button.type = "button";
    button.dataset.action = name;
    const title = element("span", "label", label);
    const state = element("span", "state");
    const text = element("span", "description", description);
    state.ariaHidden = "true"; // it changes every second
    button.append(title, state, text);
    button.addEventListener("click", () => this.#press(name));
    const result = element("p", "result");
    const item = element("li");
    item.append(button, result);
    this.#buttons.set(name, { label, button, state, result });
    return item;
  }

  async #press(name) {
    if (!this.#connected || this.#running) {
      const why = this.#connected ? `${this.label(this.#running.name)} still runs` : "The server cannot be reached";
      this.#say(`${why}: wait a moment, then press again.`, "refused");
      return;
    }
    this.#running = { name, since: this.#now() };
    this.#refresh();
    try {
      const response = await fetch(`playground/actions/${encodeURIComponent(name)}`, { method: "POST" });
      if (!response.ok) {
        const reason = response.status === 409 ? "another action is running" : `the server answered ${response.status}`;
        this.#notStarted(name, reason);
      }
    } catch {
      this.#notStarted(name, "the server cannot be reached");
    }
  }

  #notStarted(name, reason) {
    this.#running = null;
    this.#say(`${this.label(name)} was not started: ${reason}.`, "failed");
    this.#refresh();
  }

  #say(text, state) {
    this.#news.textContent = text.trim();
    this.#news.dataset.state = state;
  }

  // aria-disabled instead of disabled: a button that has the focus keeps it.
  #refresh() {
    for (const [name, { button, state }] of this.#buttons) {
      const running = this.#running?.name === name;
      button.setAttribute("aria-disabled", String(!this.#connected || this.#running !== null));
      button.classList.toggle("running", running);
      const since = running ? Math.max(0, this.#now() - this.#running.since) : 0;
      state.textContent = running ? `Running, ${age(since / 1000)}` : "";
    }
  }
}
