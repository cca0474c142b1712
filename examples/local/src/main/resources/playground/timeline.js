import { element, request as describe } from "./format.js";

// Two lanes of marks on one strip. A mark stays where it is on the strip; one animation, which the
// browser runs off the main thread, moves the strip. So a second costs the new marks, not all of them.

export const WINDOW = 60_000;
const SPAN = 10 * WINDOW; // how far the strip moves before its marks are placed anew
const KEEP = 2_000; // marks leave the document after they have left the plot
const MOST = 3_000; // bound of the marks, should the timers of a hidden page stand still
const REACH = 8; // pixels from a mark within which the pointer finds it
const HINT =
  "Point at a bar to read its request. With the keyboard: Tab to the slow and failed ones, then the arrow keys.";
const WEIGHT = { failed: 2, slow: 1, ok: 0 };

export class Timeline {
  #plot = document.querySelector(".plot");
  #strip = document.querySelector(".strip");
  #bands = document.querySelector(".bands");
  #inspector = document.querySelector("#inspector");
  #groups = new Map();
  #marks = []; // { entry, mark }
  #actions = []; // { start, end, band, text, row }
  #calm = matchMedia("(prefers-reduced-motion: reduce)");
  #now;
  #base;
  #animation;
  #shown = null;

  constructor(now) {
    this.#now = now;
    this.#base = now();
    for (const group of document.querySelectorAll(".marks")) {
      this.#groups.set(group.dataset.lane, group);
      group.addEventListener("keydown", (event) => this.#moveFocus(event, group));
    }
    this.#animation = this.#strip.animate(
      [{ transform: "translateX(0)" }, { transform: `translateX(${(-SPAN / WINDOW) * 100}%)` }],
      { duration: SPAN, fill: "both" },
    );
    this.#calm.addEventListener("change", () => this.tick());
    this.#plot.addEventListener("pointermove", (event) => this.#point(event));
    this.#plot.addEventListener("pointerleave", () => this.#show(this.#focused()));
    this.#plot.addEventListener("focusin", () => this.#show(this.#focused()));
    this.#plot.addEventListener("focusout", () => this.#show(null));
    this.#show(null);
    this.tick();
  }

  addRequest(entry) {
    const group = this.#groups.get(entry.lane);
    if (!group || entry.at < this.#now() - WINDOW - KEEP) {
      return;
    }
    const mark = element(entry.status === "ok" ? "i" : "button", `mark ${entry.status}`);
    if (entry.status !== "ok") {
      mark.type = "button";
      mark.tabIndex = -1;
      mark.setAttribute("aria-label", describe(entry));
    } else {
      mark.setAttribute("aria-hidden", "true");
    }
    // 1 ms to 20 s, logarithmic: the lines of the grid are 10 ms, 100 ms, 1 s and 10 s.
    const length = Math.log10(Math.max(entry.millis, 1)) / Math.log10(20_000);
    mark.style.setProperty("--length", Math.min(Math.max(length, 0.06), 1).toFixed(3));
    mark.style.left = this.#left(entry.at);
    group.append(mark);
    this.#marks.push({ entry, mark });
    if (this.#marks.length > MOST) {
      this.#remove(this.#marks.shift());
    }
    this.#keepTabStop(group);
  }

  actionStarted(label, at) {
    this.actionEnded(at, false); // the end of an earlier one may have been missed
    const band = element("div", "band");
    const row = this.#actions.length % 2;
    const text = element("span", `band-label row${row}`, label);
    const action = { start: at, end: null, band, text, row };
    this.#bands.append(band, text);
    this.#actions.push(action);
    this.#placeAction(action);
    this.#placeLabels();
  }

  get actionRuns() {
    return this.#actions.at(-1)?.end === null;
  }

  actionEnded(at, failed) {
    const action = this.#actions.at(-1);
    if (action && action.end === null) {
      action.end = at;
      if (failed) {
        action.text.textContent += " (failed)";
      }
      this.#placeAction(action);
      this.#placeLabels();
    }
  }

  // Removes the requests from a time on: the server is about to send them again.
  forgetFrom(at) {
    this.#marks = this.#marks.filter((drawn) => drawn.entry.at < at || this.#remove(drawn));
  }

  // Once a second: what has left the plot is removed, and the strip follows the clock.
  tick() {
    const now = this.#now();
    const oldest = now - WINDOW - KEEP;
    this.#marks = this.#marks.filter((drawn) => drawn.entry.at >= oldest || this.#remove(drawn));
    while (this.#actions.length > 2 && (this.#actions[0].end ?? now) < oldest) {
      const gone = this.#actions.splice(0, 2); // two, so that the rows still alternate
      gone.forEach(({ band, text }) => (band.remove(), text.remove()));
    }
    if (now - this.#base > SPAN - WINDOW || now < this.#base) {
      this.#base = now;
      this.#marks.forEach(({ entry, mark }) => (mark.style.left = this.#left(entry.at)));
      this.#actions.forEach((action) => this.#placeAction(action));
    }
    this.#placeLabels();
    const moved = now - this.#base;
    if (this.#calm.matches) {
      this.#animation.pause();
      this.#animation.currentTime = moved;
    } else {
      this.#animation.play();
      if (Math.abs(this.#animation.currentTime - moved) > 50) {
        this.#animation.currentTime = moved;
      }
    }
  }

  #left(at) {
    return `${(100 + ((at - this.#base) / WINDOW) * 100).toFixed(3)}%`;
  }

  #placeAction({ start, end, band }) {
    band.style.left = this.#left(start);
    band.style.width = `${(((end ?? start + 2 * SPAN) - start) / WINDOW) * 100}%`;
  }

  // A label stands before its line, since behind it, it would be out of the plot at first; behind it
  // where there is no room before it. It is shown whole or not at all, the newest first.
  #placeLabels() {
    const { width } = this.#plot.getBoundingClientRect();
    const second = (width * 1000) / WINDOW; // how far it moves until the next look
    const free = [width, width]; // in each row, where the next newer label begins
    for (const { start, text, row } of [...this.#actions].reverse()) {
      const line = width * (1 - (this.#now() - start) / WINDOW);
      const { offsetWidth: length } = text;
      const before = line - length > second;
      const left = before ? line - length : line;
      const shown = line > second && left + length <= free[row] + 1;
      text.style.left = before ? "auto" : this.#left(start);
      text.style.right = before ? `calc(100% - ${this.#left(start)})` : "auto";
      text.style.visibility = shown ? "visible" : "hidden";
      free[row] = shown ? left : free[row];
    }
  }

  #remove({ mark }) {
    const group = mark.parentElement;
    const next = mark === document.activeElement ? this.#neighbours(group)[1] : null;
    mark.remove();
    next?.focus({ preventScroll: true });
    this.#keepTabStop(group);
    if (this.#shown === mark) {
      this.#show(null);
    }
    return false;
  }

  // One stop of the Tab key for each lane; the arrow keys move within it.
  #keepTabStop(group) {
    if (!group.querySelector("button[tabindex='0']")) {
      const last = group.querySelector("button:last-of-type");
      if (last) {
        last.tabIndex = 0;
      }
    }
  }

  #neighbours(group) {
    return [...group.querySelectorAll("button")].sort((a, b) => parseFloat(a.style.left) - parseFloat(b.style.left));
  }

  #moveFocus(event, group) {
    const buttons = this.#neighbours(group);
    const here = buttons.indexOf(document.activeElement);
    const next = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (next === undefined) {
      return;
    }
    event.preventDefault();
    const target = buttons[next];
    if (target) {
      buttons.forEach((button) => (button.tabIndex = -1));
      target.tabIndex = 0;
      target.focus({ preventScroll: true });
    }
  }

  #focused() {
    return this.#plot.contains(document.activeElement) ? document.activeElement : null;
  }

  #point(event) {
    const plot = this.#plot.getBoundingClientRect();
    const group = [...this.#groups.values()].find((candidate) => {
      const box = candidate.getBoundingClientRect();
      return event.clientY >= box.top && event.clientY < box.bottom;
    });
    const middle = this.#now() - WINDOW * (1 - (event.clientX - plot.left) / plot.width);
    const reach = (WINDOW * REACH) / plot.width;
    let best = null;
    for (const drawn of this.#marks) {
      const distance = Math.abs(drawn.entry.at - middle);
      if (drawn.mark.parentElement === group && distance <= reach) {
        const rank = distance - 2 * reach * WEIGHT[drawn.entry.status]; // a failure before all else
        best = best && best.rank <= rank ? best : { rank, mark: drawn.mark };
      }
    }
    this.#show(best?.mark ?? this.#focused());
  }

  #show(mark) {
    this.#shown?.classList.remove("shown");
    const drawn = mark && this.#marks.find((candidate) => candidate.mark === mark);
    this.#shown = drawn ? mark : null;
    this.#shown?.classList.add("shown");
    this.#inspector.textContent = drawn ? describe(drawn.entry) : HINT;
    this.#inspector.dataset.status = drawn ? drawn.entry.status : "";
  }
}
