// Measures the dashboard in a real browser; one JSON object a line: {measure, round, value, …}.
// NETPULSE_BENCH = {"url", "device", "rounds", "seconds", "rates", "parts"}
import process from "node:process";
import { launch } from "../e2e/browser.js";
import { audit } from "./audit.js";

const told = JSON.parse(process.env["NETPULSE_BENCH"] ?? "null");
const isAsked = (part) => told.parts.includes(part);
const tell = (line) => console.log(JSON.stringify(line));
const KBIT_400 = { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 };
const OPENED = "netpulse-session-opened";

/** A page of somebody who has been here before. */
async function signedIn(browser) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB" });
  await context.addInitScript((key) => localStorage.setItem(key, "yes"), OPENED);
  const page = await context.newPage();
  const protocol = await context.newCDPSession(page);
  await protocol.send("Performance.enable");
  return { context, page, protocol };
}

async function spent(protocol) {
  const { metrics } = await protocol.send("Performance.getMetrics");
  const of = (name) => metrics.find((each) => each.name === name)?.value ?? 0;
  const style = of("RecalcStyleDuration") + of("LayoutDuration");
  return { script: of("ScriptDuration"), style, task: of("TaskDuration") };
}

const setRate = (rate) => fetch(`${told.url}/bench/rate/${rate}`, { method: "POST" });
const live = (page) => page.getByText("● Live").waitFor();

/** Frames of the wall while so many changes a second come in; what a frame costs the main thread. */
async function wall(browser, rate) {
  const { context, page, protocol } = await signedIn(browser);
  await page.goto(told.url);
  await live(page);
  await setRate(rate);
  await page.waitForTimeout(1_000);
  const before = await spent(protocol);
  const frames = await page.evaluate(
    (ms) =>
      new Promise((resolve) => {
        const times = [];
        const frame = (at) => {
          times.push(at);
          if (at - times[0] < ms) requestAnimationFrame(frame);
          else resolve(times);
        };
        requestAnimationFrame(frame);
      }),
    told.seconds * 1_000,
  );
  const after = await spent(protocol);
  await setRate(0);
  await context.close();
  const gaps = frames.slice(1).map((at, index) => at - frames[index]);
  gaps.sort((a, b) => a - b);
  const count = gaps.length;
  return {
    fps: (count * 1_000) / (frames.at(-1) - frames[0]),
    p95_ms: gaps[Math.floor(count * 0.95)],
    longest_ms: gaps.at(-1),
    main_thread_ms_a_frame: ((after.task - before.task) * 1_000) / count,
    script_ms_a_frame: ((after.script - before.script) * 1_000) / count,
    style_and_layout_ms_a_frame: ((after.style - before.style) * 1_000) / count,
  };
}

/** From the click on a range to the curve with a point each six seconds. */
async function chart(browser) {
  const { context, page, protocol } = await signedIn(browser);
  await page.goto(`${told.url}/devices/${told.device}`);
  await page.locator(".u-over").first().waitFor();
  await live(page);
  await page.waitForTimeout(1_000);
  const before = await spent(protocol);
  const answered = page.waitForResponse((response) => response.url().includes("from=-7d"));
  await page.getByRole("button", { name: "7 days" }).click();
  await answered;
  await page.waitForTimeout(1_500);
  const after = await spent(protocol);
  await context.close();
  return { task_ms: (after.task - before.task) * 1_000, script_ms: (after.script - before.script) * 1_000 };
}

/** Watches, from the first script on, when there is text and when there is a wall. */
const WATCH = () => {
  globalThis.seen = {};
  const look = () => {
    const text = document.body?.innerText ?? "";
    const hasWall = document.querySelector("canvas") !== null && /(Online|was Online)\s*\d+/.test(text);
    if (hasWall && /Not live/.test(text)) globalThis.seen.stale ??= performance.now();
    if (hasWall && !/Not live/.test(text)) globalThis.seen.wall ??= performance.now();
    if (/● Live/.test(text)) globalThis.seen.live ??= performance.now();
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
};

const paint = (page) =>
  page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null);

/** The first visit over 400 kbit/s with 400 ms, and a second one. */
async function visits(browser) {
  const { context, page, protocol } = await signedIn(browser);
  await page.addInitScript(WATCH);
  await protocol.send("Network.enable");
  await protocol.send("Network.emulateNetworkConditions", KBIT_400);
  await page.goto(told.url, { waitUntil: "commit" });
  await page.waitForFunction(() => globalThis.seen?.wall, null, { timeout: 30_000 });
  const cold = { text_ms: await paint(page), ...(await page.evaluate(() => globalThis.seen)) };
  await live(page);
  await page.waitForFunction(() => navigator.serviceWorker.controller, null, { timeout: 60_000 });
  await page.waitForTimeout(1_000);
  await page.reload({ waitUntil: "commit" });
  await page.waitForFunction(() => globalThis.seen?.live, null, { timeout: 30_000 });
  const warm = { text_ms: await paint(page), ...(await page.evaluate(() => globalThis.seen)) };
  await context.close();
  return { cold, warm };
}

async function main() {
  const { browser, how, reason } = await launch();
  if (!browser) return tell({ skipped: reason });
  tell({ browser: browser.version() });
  try {
    for (let round = 0; round < told.rounds; round += 1) {
      if (isAsked("wall"))
        for (const rate of told.rates) tell({ measure: `wall ${rate}`, round, ...(await wall(browser, rate)) });
      if (isAsked("chart")) tell({ measure: "chart", round, ...(await chart(browser)) });
      if (isAsked("visits")) tell({ measure: "visits", round, ...(await visits(browser)) });
    }
  } finally {
    await browser.close();
  }
  if (!isAsked("lighthouse")) return;
  for (let round = 0; round < told.rounds; round += 1)
    for (const [screen, isKnown] of [["log-in", false], ["wall", true]])
      tell({ measure: "lighthouse", screen, round, ...(await audit(how, told.url, isKnown ? OPENED : null)) });
}

await main();
