// Serves the playground page with a made-up stream of events, so that the page alone is tested fast: every
// status, actions that work and that do not, a lost connection. "node stand-in.js PORT" serves it to look at.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PAGE = fileURLToPath(
  new URL("../../examples/local/src/main/resources/playground/", import.meta.url),
);
const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml" };
const KEEP = 60_000;

export const ACTIONS = [
  ["rotate", "Rotate the password", "The secret and the user's password change, as in a rotation."],
  ["long-rotation", "Open a long rotation window", "The server has the new password 5 s before the secret does."],
  ["freeze", "Freeze for 30 s", "The environment stands still, as between two invocations."],
  ["kill", "Kill the connections", "The server closes every connection of both lanes."],
  ["silence", "Silence the network", "Packets are swallowed for 10 s; nothing is closed."],
  ["fail-over", "Fail over", "The old writer becomes read-only, and the name points to another server."],
  ["fill", "Fill the server", "Others take all of the server's connections for 8 s."],
  ["snapshot", "Snapshot and restore", "As SnapStart does: a checkpoint, then a restore from it."],
  ["cold-start", "Cold start", "Both lanes start in a new environment."],
].map(([name, label, description]) => ({ name, label, description }));

const DENIED = "Access denied for user 'assets'@'localhost' (using password: YES)";
const TIMEOUT = "plain - Connection is not available, request timed out after 3001ms (total=5, active=5, idle=0, waiting=2)";

export async function startStandIn({ port = 0, live = true } = {}) {
  const streams = new Set();
  const recent = [];
  const totals = new Map(["thaw", "plain"].map((lane) => [lane, { opened: 5, reused: 0, ok: 0, slow: 0, failed: 0 }]));
  const timers = new Set();
  const pressed = [];
  let running = null;
  let reachable = true;

  const text = (type, data) => `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
  const send = (type, data) => streams.forEach((stream) => stream.write(text(type, data)));

  function request(entry) {
    const full = { at: Date.now() - entry.millis, code: entry.status === "failed" ? 503 : 200, error: null, ...entry };
    recent.push(full);
    while (recent[0].at < Date.now() - KEEP) {
      recent.shift();
    }
    const total = totals.get(full.lane);
    total[full.status]++;
    total.reused++;
    send("request", full);
  }

  function traffic() {
    const trouble = running && Math.random() < 0.7;
    const jitter = () => Math.round(2 + Math.random() * Math.random() * 30);
    if (running && Math.random() < 0.1) {
      request({ lane: "thaw", millis: 600 + Math.round(Math.random() * 900), status: "slow" });
    } else {
      request({ lane: "thaw", millis: jitter(), status: "ok" });
    }
    if (trouble) {
      const slow = running === "silence" || running === "fill";
      request({ lane: "plain", millis: slow ? 3001 : jitter() + 20, status: "failed", error: slow ? TIMEOUT : DENIED });
    } else {
      request({ lane: "plain", millis: jitter(), status: "ok" });
    }
  }

  // "pending": when the plain lane's request under way was begun.
  function counters(pending = null) {
    for (const [lane, total] of totals) {
      const plain = lane === "plain";
      const pendingSince = plain ? pending : null;
      send("counters", { lane, ...total, refusedLogins: plain ? null : 1, secretAgeSeconds: plain ? 4242 : 12, pendingSince });
    }
  }

  function act(name, { millis = 4000, works = true } = {}) {
    running = name;
    send("action", { name, state: "started", at: Date.now(), message: `${name} begins.` });
    timers.add(
      setTimeout(() => {
        running = null;
        const message = works ? `${name} is done.` : "The database did not answer <b>in time</b>.";
        send("action", { name, state: works ? "finished" : "failed", at: Date.now(), message });
      }, millis),
    );
  }

  const server = createServer(async (incoming, response) => {
    const { pathname } = new URL(incoming.url, "http://localhost");
    const action = /^\/playground\/actions\/([a-z-]+)$/.exec(pathname)?.[1];
    if (!reachable) {
      response.writeHead(503).end();
    } else if (pathname === "/playground/events") {
      response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
      response.write(text("hello", { actions: ACTIONS, running }));
      recent.forEach((entry) => response.write(text("request", entry)));
      streams.add(response);
      incoming.on("close", () => streams.delete(response));
    } else if (action && incoming.method === "POST") {
      const known = ACTIONS.some(({ name }) => name === action);
      response.writeHead(!known ? 404 : running ? 409 : 202).end();
      if (known && !running) {
        pressed.push(action);
        act(action, { works: action !== "fail-over", millis: live ? 4000 : 300 });
      }
    } else {
      try {
        const file = pathname === "/" ? "index.html" : pathname.slice(1).replaceAll("..", "");
        const content = await readFile(join(PAGE, file));
        response.writeHead(200, { "Content-Type": TYPES[extname(file)], "Content-Security-Policy": "default-src 'self'" });
        response.end(content);
      } catch {
        response.writeHead(404).end();
      }
    }
  });

  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  if (live) {
    timers.add(setInterval(traffic, 200));
    timers.add(setInterval(() => counters(), 1000));
  }
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    pressed,
    request,
    counters,
    send,
    // Ends every stream and answers 503, until it is called with true.
    reach(again) {
      reachable = again;
      if (!again) {
        streams.forEach((stream) => stream.destroy());
      }
    },
    stop() {
      timers.forEach((timer) => (clearInterval(timer), clearTimeout(timer)));
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log((await startStandIn({ port: Number(process.argv[2] ?? 0) })).url);
}
