// How numbers, times and requests read on the page.

export const LANES = { thaw: "Thaw", plain: "Plain HikariCP" };

const numbers = new Intl.NumberFormat("en");
const times = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

export const count = (value) => numbers.format(value);

export const time = (epochMillis) => times.format(epochMillis);

export function duration(millis) {
  if (millis < 1000) {
    return `${Math.round(millis)} ms`;
  }
  return millis < 60_000 ? `${(millis / 1000).toFixed(1)} s` : age(millis / 1000);
}

export function age(seconds) {
  const whole = Math.floor(seconds);
  if (whole < 60) {
    return `${whole} s`;
  }
  return whole < 3600
    ? `${Math.floor(whole / 60)} min ${whole % 60} s`
    : `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

// Rounded down: "100 %" must mean that nothing failed.
export function share(part, whole) {
  return whole === 0 ? "–" : `${Math.floor((part / whole) * 1000) / 10} %`;
}

export function request(entry) {
  const outcome = { ok: "Answered", slow: "Answered slowly", failed: "Failed" }[entry.status];
  const facts = `${outcome} after ${duration(entry.millis)}, ${LANES[entry.lane]}, at ${time(entry.at)}`;
  return `${facts}, HTTP ${entry.code}${entry.error ? `: ${entry.error}` : ""}`;
}

export function element(tag, className, text) {
  const created = document.createElement(tag);
  if (className) {
    created.className = className;
  }
  if (text !== undefined) {
    created.textContent = text;
  }
  return created;
}
