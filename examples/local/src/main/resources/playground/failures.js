import { LANES, count, duration, element, time } from "./format.js";

// The failures as a list: the same error of the same lane, one after the other, is one entry.

const MOST = 20;

export class Failures {
  #list = document.querySelector("#failures");
  #none = document.querySelector("#no-failures");
  #runs = []; // newest first: { lane, kind, count, first, last, item, ... }

  add({ lane, at, millis, code, error }) {
    const text = error ?? `HTTP ${code}`;
    const kind = `${code} ${text.replace(/\d+/g, "0")}`; // a port or a number of milliseconds differs
    let run = this.#runs.find((candidate) => candidate.lane === lane);
    if (run?.kind !== kind) {
      run = { lane, kind, count: 0, first: at, last: at, item: element("li") };
      run.item.dataset.lane = lane;
      this.#runs.unshift(run);
      this.#list.prepend(run.item);
      this.#runs.splice(MOST).forEach(({ item }) => item.remove());
    }
    run.count++;
    run.first = Math.min(run.first, at);
    run.last = Math.max(run.last, at);
    const when = run.count === 1 ? time(at) : `${time(run.first)} to ${time(run.last)}`;
    const many = run.count === 1 ? "" : `, ${count(run.count)} times, the last`;
    const facts = element("p", "facts", `${LANES[lane] ?? lane}, ${when}${many} after ${duration(millis)}, HTTP ${code}`);
    run.item.replaceChildren(facts, element("p", "error", text));
    this.#none.hidden = true;
  }

  clear() {
    this.#runs = [];
    this.#list.replaceChildren();
    this.#none.hidden = false;
  }
}
