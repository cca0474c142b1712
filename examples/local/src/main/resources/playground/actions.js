import { LANES, age, element } from "./format.js";

// The buttons, what their last run did to each lane, and the sentence that is read out.

const AFTER = 30_000; // requests that start within this time after an action still count for it
const LONGEST = 150_000;
export const NOTED = 1_000; // a request that is under way for longer is shown as one that waits

export class Actions {
  #list = document.querySelector("#actions");
  #news = document.querySelector("#news");
  #buttons = new Map(); // name -> { label, button, state, result }
  #now;
  #running = null; // { name, since }
  #counted = []; // { name, from, until }, the newest last: what has begun in time counts whenever it ends
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
    this.#endLast(at);
    this.#counted = this.#counted.filter((counted) => counted.name !== name);
    this.#counted.push({ name, from: at, until: at + LONGEST });
    this.#running = { name, since: at };
    this.#say(`${this.label(name)}: ${message || "started."}`, "running");
    this.#refresh();
  }

  ended({ name, at, state, message }, requests, pending) {
    this.#running = null;
    if (this.#counted.at(-1)?.name === name) {
      this.#endLast(at + AFTER);
    }
    this.count(requests, pending);
    const failed = state === "failed" ? " did not work" : "";
    const result = this.#buttons.get(name)?.result.textContent;
    this.#say(`${this.label(name)}${failed}: ${message} ${result ? `So far: ${result}` : ""}`, state);
    this.#refresh();
  }

  #endLast(at) {
    const last = this.#counted.at(-1);
    if (last) {
      last.until = Math.min(last.until, at);
    }
  }

  // Once a second: what each of the last actions did to the requests since.
  count(requests, pending) {
    this.#refresh();
    this.#counted = this.#counted.filter((counted) => this.#now() <= counted.until + AFTER);
    for (const counted of this.#counted) {
      const lines = Object.keys(LANES).flatMap((lane) => this.#line(lane, counted, requests, pending.get(lane)));
      this.#buttons.get(counted.name)?.result.replaceChildren(...lines);
    }
  }

  // What an action did to a lane: nothing yet, or one line.
  #line(lane, { from, until }, requests, since) {
    const counts = (at) => at >= from && at < until;
    const meant = requests.filter((entry) => entry.lane === lane && counts(entry.at));
    const failed = meant.filter((entry) => entry.status === "failed").length;
    const waited = since !== undefined && counts(since) ? this.#now() - since : 0;
    const waits = waited > NOTED;
    if (meant.length === 0 && !waits) {
      return [];
    }
    const sum = `${LANES[lane]}: ${failed} of ${meant.length} failed`;
    const state = failed > 0 ? "bad" : waits ? "waits" : "good";
    const line = element("span", state, `${sum}${waits ? `, one waits for ${age(waited / 1000)}` : ""}. `);
    line.dataset.lane = lane;
    return [line];
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
