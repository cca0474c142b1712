// Debian's Chromium, and what every page must fulfil.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strict as assert } from "node:assert";
import { chromium } from "playwright-core";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

// Runs the test with a page whose console errors fail it; those that match "expected" do not.
export async function withPage({ url, expected = /^$/, ...options }, test) {
  const profile = await mkdtemp(join(tmpdir(), "playground-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: "/usr/bin/chromium",
    args: FLAGS,
    viewport: { width: 1280, height: 900 },
    ...options,
  });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    const errors = [];
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("pageerror", (error) => errors.push(String(error)));
    await page.goto(url);
    await page.locator('.link[data-state="live"]').waitFor();
    const result = await test(page);
    assert.deepEqual(
      errors.filter((error) => !expected.test(error)),
      [],
      "the page's console",
    );
    return result;
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

// No rule of axe is violated, in light and in dark.
export async function assertAccessible(page) {
  const source = await readFile(AXE, "utf8");
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(source); // not a script element: the page's own policy stays in force
    const { violations, passes } = await page.evaluate(() =>
      window.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
    );
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => `${node.html} ${node.failureSummary}`)}`);
    assert.deepEqual(found, [], `axe, ${colorScheme}`);
    assert.ok(passes.some(({ id }) => id === "color-contrast"), "axe judged no contrast");
  }
  await page.emulateMedia({ colorScheme: "light" });
}

// The page does not scroll sideways: in a narrow window, nor at 200 % zoom of a usual one.
export async function assertFits(page) {
  const before = page.viewportSize();
  for (const width of [320, 640, before.width]) {
    await page.setViewportSize({ width, height: 800 });
    const widest = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(widest <= width, `the page is ${widest} px wide in a window of ${width} px`);
  }
  await page.setViewportSize(before);
}
