// The playground as it is started for a user, at the address that is the argument: every button is pressed.
// Thaw must answer every request throughout, but for the one write that may meet the former writer at a
// failover; the plain lane must not, or the comparison shows nothing.
import { strict as assert } from "node:assert";
import { assertAccessible, assertFits, withPage } from "./browser.js";

const NAMES = ["rotate", "long-rotation", "freeze", "kill", "silence", "fail-over", "fill", "snapshot", "cold-start"];
const LIMIT = 120_000;

const number = (page, lane, name) =>
  page.evaluate(
    ([of, count]) => document.querySelector(`.lane[data-lane="${of}"] [data-count="${count}"]`).textContent.replace(/\D/g, ""),
    [lane, name],
  ).then(Number);

async function answered(page, lane) {
  return (await number(page, lane, "ok")) + (await number(page, lane, "slow"));
}

// Until the counters show that both lanes have had further requests, each answered or failed.
async function moreRequests(page) {
  const done = (lane) => Promise.all([answered(page, lane), number(page, lane, "failed")]).then(([a, b]) => a + b);
  const before = [await done("thaw"), await done("plain")];
  await page.waitForFunction(
    (limits) =>
      ["thaw", "plain"].every((lane, index) => {
        const counts = ["ok", "slow", "failed"].map((name) =>
          Number(document.querySelector(`.lane[data-lane="${lane}"] [data-count="${name}"]`).textContent.replace(/\D/g, "")),
        );
        return counts.reduce((sum, count) => sum + count) >= limits[index] + 5;
      }),
    before,
    { timeout: LIMIT },
  );
}

await withPage({ url: process.argv[2] }, async (page) => {
  await page.locator(".mark").first().waitFor({ timeout: LIMIT });
  await page.waitForFunction(() => [...document.querySelectorAll('[data-count="ok"]')].every((shown) => /\d/.test(shown.textContent)));
  const offered = await page.locator("[data-action]").evaluateAll((all) => all.map((button) => button.dataset.action));
  assert.deepEqual([...offered].sort(), [...NAMES].sort(), "the buttons");
  const problems = [];
  let allowed = 0;
  for (const name of offered) {
    const before = { thaw: await number(page, "thaw", "failed"), plain: await number(page, "plain", "failed") };
    const button = page.locator(`[data-action="${name}"]`);
    const label = await button.locator(".label").textContent();
    await button.focus();
    await page.keyboard.press("Enter");
    const ended = page.locator('#news[data-state="finished"], #news[data-state="failed"]', { hasText: label });
    await ended.waitFor({ timeout: LIMIT });
    await moreRequests(page);
    const news = await ended.textContent();
    const failed = {
      thaw: (await number(page, "thaw", "failed")) - before.thaw,
      plain: (await number(page, "plain", "failed")) - before.plain,
    };
    console.log(`${label}: Thaw ${failed.thaw} failed, plain ${failed.plain} failed`);
    if ((await ended.getAttribute("data-state")) !== "finished") {
      problems.push(`${label} did not work: ${news}`);
    }
    const one = name === "fail-over" ? 1 : 0;
    allowed += one;
    if (failed.thaw > one) {
      const entries = await page.locator('#failures [data-lane="thaw"]').allTextContents();
      problems.push(`${label}: ${failed.thaw} requests of the Thaw lane failed: ${entries.join(" | ")}`);
    }
    if (name === "rotate" && failed.plain === 0) {
      problems.push(`${label}: no request of the plain lane failed`);
    }
  }
  assert.deepEqual(problems, []);
  const marks = await page.locator('.marks[data-lane="thaw"] .failed').count();
  assert.ok(marks <= allowed, `${marks} failed marks of the Thaw lane`);
  await assertAccessible(page);
  await assertFits(page);
});
console.log("All buttons pressed; the Thaw lane answered every request, but for one write at a failover at most");
