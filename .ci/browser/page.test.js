// The page alone, against the stand-in: what the real front cannot be made to do in a short time.
import { strict as assert } from "node:assert";
import { test } from "node:test";
import { assertAccessible, assertFits, withPage } from "./browser.js";
import { ACTIONS, startStandIn } from "./stand-in.js";

async function withStandIn(options, run) {
  const standIn = await startStandIn({ live: false, ...options });
  try {
    return await run(standIn);
  } finally {
    await standIn.stop();
  }
}

const failed = (error, more) => ({ lane: "plain", millis: 20, status: "failed", error, ...more });
const inspector = (page) => page.locator("#inspector").textContent();

test("shows each status as a mark, and text from the server as text", () =>
  withStandIn({}, (standIn) =>
    withPage({ url: standIn.url }, async (page) => {
      standIn.request({ lane: "thaw", millis: 4, status: "ok" });
      standIn.request({ lane: "thaw", millis: 900, status: "slow" });
      standIn.request(failed('<img src=x onerror="document.title=1">'));
      standIn.counters();
      await page.locator('.marks[data-lane="plain"] .failed').waitFor();
      assert.equal(await page.locator('.marks[data-lane="thaw"] .ok').count(), 1);
      assert.equal(await page.locator('.marks[data-lane="thaw"] .slow').count(), 1);
      assert.equal(await page.locator("img").count(), 0);
      assert.match(await page.locator("#failures").textContent(), /<img src=x/);
      const refused = '.lane[data-lane="plain"] [data-count="refusedLogins"]';
      await page.locator(refused, { hasText: "unknown" }).waitFor();
      await assertAccessible(page);
      await assertFits(page);
    }),
  ));

test("reads a failed request on hover and with the keyboard", () =>
  withStandIn({}, (standIn) =>
    withPage({ url: standIn.url }, async (page) => {
      standIn.request(failed("the older one", { at: Date.now() - 20_000 }));
      standIn.request(failed("the newer one", { at: Date.now() - 5_000 }));
      const marks = page.locator('.marks[data-lane="plain"] .failed');
      await marks.nth(1).waitFor();
      await page.keyboard.press("Tab"); // both lanes are one stop each, and Thaw's has nothing to stop at
      assert.match(await inspector(page), /the older one|the newer one/);
      await page.keyboard.press("Home");
      assert.match(await inspector(page), /the older one/);
      await page.keyboard.press("ArrowRight");
      assert.match(await inspector(page), /the newer one/);
      await page.evaluate(() => document.activeElement.blur());
      assert.doesNotMatch(await inspector(page), /the (older|newer) one/);
      const box = await marks.nth(0).boundingBox();
      await page.mouse.move(box.x + 1, box.y + 4);
      assert.match(await inspector(page), /the older one/);
    }),
  ));

test("runs every action from the keyboard, and says when one did not work", () =>
  withStandIn({}, (standIn) =>
    withPage({ url: standIn.url }, async (page) => {
      for (const { name, label } of ACTIONS) {
        await page.locator(`[data-action="${name}"]`).focus();
        await page.keyboard.press("Enter");
        const state = name === "fail-over" ? "failed" : "finished";
        await page.locator(`#news[data-state="${state}"]`, { hasText: label }).waitFor();
        assert.equal(await page.evaluate(() => document.activeElement.dataset.action), name, "the focus stays");
      }
      assert.deepEqual(standIn.pressed, ACTIONS.map(({ name }) => name));
      assert.equal(await page.locator(".band-label", { hasText: "Fail over (failed)" }).count(), 1);
    }),
  ));

test("shows a request that waits, and counts its late failure for the button that was pressed before it began", () =>
  withStandIn({}, (standIn) =>
    withPage({ url: standIn.url }, async (page) => {
      const result = (name) => page.locator("#actions li", { has: page.locator(`[data-action="${name}"]`) }).locator(".result");
      const press = async (name, label) => {
        await page.locator(`[data-action="${name}"]`).click();
        await page.locator('#news[data-state="finished"]', { hasText: label }).waitFor();
      };
      await press("silence", "Silence the network");
      const at = Date.now();
      standIn.counters(at);
      await page.locator('.lane[data-lane="plain"] [data-pending]', { hasText: /One request waits for \d/ }).waitFor();
      await result("silence").locator(".waits", { hasText: /Plain HikariCP: 0 of 0 failed, one waits for/ }).waitFor();
      await assertAccessible(page);
      await press("kill", "Kill the connections");
      standIn.request(failed("timed out", { at, millis: Date.now() - at }));
      await result("silence").locator(".bad", { hasText: "Plain HikariCP: 1 of 1 failed." }).waitFor();
      assert.equal(await page.locator('.lane[data-lane="plain"] [data-pending]', { hasText: "waits" }).count(), 0);
      assert.doesNotMatch(await result("kill").textContent(), /Plain/);
    }),
  ));

test("shows the labels of actions whole or not at all in a window of 400 px", () =>
  withStandIn({}, (standIn) =>
    withPage({ url: standIn.url, viewport: { width: 400, height: 800 } }, async (page) => {
      const start = Date.now();
      for (const [index, age] of [58_000, 40_000, 30_000, 20_000, 12_000, 2_000].entries()) {
        const { name } = ACTIONS[index];
        standIn.send("action", { name, state: "started", at: start - age, message: "" });
        standIn.send("action", { name, state: "finished", at: start - age + 1_000, message: "" });
      }
      const labels = page.locator(".band-label");
      await labels.nth(5).waitFor();
      const cut = () =>
        page.evaluate(() => {
          const plot = document.querySelector(".plot").getBoundingClientRect();
          const shown = [...document.querySelectorAll(".band-label")].filter((label) => label.style.visibility === "visible");
          const boxes = shown.map((label) => label.getBoundingClientRect());
          const outside = boxes.filter((box) => box.left < plot.left || box.right > plot.right + 1);
          const over = boxes.filter((a) => boxes.some((b) => a !== b && a.top === b.top && a.left < b.left && a.right > b.right + 2));
          return { shown: shown.length, outside: outside.length, over: over.length };
        });
      const newest = await labels.nth(5).evaluate((label) => label.style.visibility);
      assert.equal(newest, "visible");
      for (let look = 0; look < 3; look++) {
        const { shown, outside, over } = await cut();
        assert.ok(shown >= 2, `${shown} labels are shown`);
        assert.deepEqual({ outside, over }, { outside: 0, over: 0 });
        await page.waitForTimeout(1_000);
      }
    }),
  ));

test("says that the connection is lost, and goes on when the server is back", () =>
  withStandIn({}, (standIn) =>
    withPage({ url: standIn.url, expected: /Failed to load resource|ERR_/ }, async (page) => {
      standIn.request(failed("before"));
      await page.locator(".mark.failed").waitFor();
      standIn.reach(false);
      await page.locator("#lost", { hasText: "No connection to the server for" }).waitFor();
      assert.equal(await page.locator('[data-action="kill"]').getAttribute("aria-disabled"), "true");
      await assertAccessible(page);
      standIn.reach(true);
      await page.locator('.link[data-state="live"]').waitFor();
      await page.locator(".mark.failed").waitFor();
      assert.equal(await page.locator(".mark.failed").count(), 1, "the request that was sent twice");
      assert.equal(await page.locator("#lost").isVisible(), false);
    }),
  ));

test("keeps a bounded number of marks and entries, however many requests there were", () =>
  withStandIn({}, (standIn) =>
    withPage({ url: standIn.url }, async (page) => {
      for (let number = 0; number < 8_000; number++) {
        standIn.request(number % 2 ? failed(`kind ${"x".repeat(number % 60)}`) : { lane: "thaw", millis: 3, status: "ok" });
      }
      standIn.request(failed("the last one"));
      await page.locator("#failures", { hasText: "the last one" }).waitFor();
      assert.ok((await page.locator(".mark").count()) <= 3_000);
      assert.ok((await page.locator("#failures li").count()) <= 20);
    }),
  ));

test("moves once a second where less motion is asked for", () =>
  withStandIn({}, (standIn) =>
    withPage({ url: standIn.url, reducedMotion: "reduce" }, async (page) => {
      const moves = () => page.evaluate(() => document.querySelector(".strip").getAnimations().map((a) => a.playState));
      assert.deepEqual(await moves(), ["paused"]);
      await page.emulateMedia({ reducedMotion: "no-preference" });
      await page.waitForFunction(() => document.querySelector(".strip").getAnimations()[0].playState === "running");
    }),
  ));
