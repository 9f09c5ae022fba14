// Lighthouse, with the browser that the other measures use.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const CATEGORIES = ["performance", "accessibility", "best-practices"];

/** The scores of a page, 0 to 100, and what cost points; or why there are none. */
export async function audit(how, url, opened) {
  const lighthouse = await import("lighthouse").then(
    (module) => module.default,
    (error) => String(error.message),
  );
  if (typeof lighthouse === "string") return { missing: lighthouse };
  const profile = await mkdtemp(join(tmpdir(), "netpulse-lighthouse-"));
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const args = [...how.args, `--remote-debugging-port=${port}`];
  const context = await chromium.launchPersistentContext(profile, { ...how, args, locale: "en-GB" });
  try {
    const page = await context.newPage();
    await page.goto(`${url}/icon.svg`);
    if (opened) await page.evaluate((key) => localStorage.setItem(key, "yes"), opened);
    await page.close();
    const options = { port, output: "json", logLevel: "silent", onlyCategories: CATEGORIES, disableStorageReset: true };
    const { lhr } = await lighthouse(url, options);
    const lost = Object.values(lhr.audits).filter((each) => each.score !== null && each.score < 0.9);
    return {
      ...Object.fromEntries(CATEGORIES.map((name) => [name, Math.round(lhr.categories[name].score * 100)])),
      lost: lost.map((each) => `${each.id} ${each.displayValue ?? ""}`.trim()),
    };
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  }
}
