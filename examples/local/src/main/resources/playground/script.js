import { Actions, NOTED } from "./actions.js";
import { Failures } from "./failures.js";
import { age, count, element, share } from "./format.js";
import { Timeline, WINDOW } from "./timeline.js";

// Reads the server's events and hands each to the part of the page that shows it.

const SILENCE = 6_000; // counters come every second; without them the connection is lost
const RETRY = 2_000;
const REMEMBER = 3 * WINDOW;

const link = document.querySelector("#link");
const lost = document.querySelector("#lost");
let offset = 0; // of the server's clock
let requests = [];
const pending = new Map(); // lane -> when its request under way was begun
let source = null;
let heard = Date.now();
let lostSince = null;

const now = () => Date.now() + offset;
const timeline = new Timeline(now);
const actions = new Actions(now);
const failures = new Failures();

function connect() {
  source?.close();
  source = new EventSource("playground/events");
  heard = Date.now();
  source.addEventListener("error", disconnected);
  listen("hello", hello);
  listen("request", request);
  listen("counters", counters);
  listen("action", action);
}

function listen(type, handler) {
  source.addEventListener(type, (event) => {
    heard = Date.now();
    handler(JSON.parse(event.data));
  });
}

// The server sends the last minute again after each hello.
function hello(message) {
  const resent = now() - WINDOW;
  requests = requests.filter((entry) => entry.at < resent);
  timeline.forgetFrom(resent);
  failures.clear();
  lostSince = null;
  actions.offer(message.actions, message.running);
  if (message.running === null) {
    timeline.actionEnded(now(), false);
  } else if (!timeline.actionRuns) {
    timeline.actionStarted(actions.label(message.running), now());
  }
  state("live", "Live");
}

function request(entry) {
  // No request can end later than now: then the clocks differ, and the server's counts.
  const ahead = entry.at + entry.millis - now();
  if (ahead > 500) {
    offset += ahead;
  }
  requests.push(entry);
  if (pending.get(entry.lane) === entry.at) {
    pending.delete(entry.lane);
  }
  timeline.addRequest(entry);
  if (entry.status === "failed") {
    failures.add(entry);
  }
}

function counters(values) {
  if (values.pendingSince === null || values.pendingSince === undefined) {
    pending.delete(values.lane);
  } else {
    pending.set(values.lane, values.pendingSince);
  }
  const card = document.querySelector(`.lane[data-lane="${CSS.escape(values.lane)}"]`);
  for (const shown of card?.querySelectorAll("[data-count]") ?? []) {
    const value = values[shown.dataset.count] ?? null;
    if (value === null) {
      shown.replaceChildren(element("span", "unknown", "unknown"));
    } else {
      shown.textContent = shown.dataset.count === "secretAgeSeconds" ? age(value) : count(value);
    }
  }
}

function action(event) {
  if (event.state === "started") {
    timeline.actionStarted(actions.label(event.name), event.at);
    actions.started(event);
  } else {
    timeline.actionEnded(event.at, event.state === "failed");
    actions.ended(event, requests, pending);
  }
}

function disconnected() {
  if (lostSince === null) {
    lostSince = Date.now();
    state("lost", "Connection lost");
    actions.disconnected();
  }
}

function state(name, text) {
  document.querySelector(".link").dataset.state = name;
  document.querySelector(".timeline").classList.toggle("stale", name === "lost");
  link.textContent = text;
  lost.hidden = name !== "lost";
}

function everySecond() {
  const since = now();
  requests = requests.filter((entry) => entry.at >= since - REMEMBER);
  for (const card of document.querySelectorAll(".lane")) {
    const recent = requests.filter((entry) => entry.lane === card.dataset.lane && entry.at >= since - WINDOW);
    const answered = recent.filter((entry) => entry.status !== "failed").length;
    card.querySelector("[data-share]").textContent = share(answered, recent.length);
    card.dataset.failing = String(answered < recent.length);
    const waited = pending.has(card.dataset.lane) ? since - pending.get(card.dataset.lane) : 0;
    card.querySelector("[data-pending]").textContent =
      waited > NOTED ? `One request waits for ${age(waited / 1000)}` : "";
  }
  timeline.tick();
  actions.count(requests, pending);
  if (lostSince !== null) {
    const waited = age((Date.now() - lostSince) / 1000);
    lost.textContent = `No connection to the server for ${waited}. Nothing below is current; this page tries again by itself.`;
  }
  // The browser tries again itself after a broken connection, not after an HTTP error or silence.
  const silent = Date.now() - heard > SILENCE;
  if (source.readyState === EventSource.CLOSED ? Date.now() - heard > RETRY : silent) {
    disconnected();
    connect();
  }
}

connect();
setInterval(everySecond, 1000);
