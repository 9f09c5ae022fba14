// What the steps share: pages that remember their errors, themes, axe, and moving about.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
export class Failure extends Error {}

export function expect(isTrue, what) {
  if (!isTrue) throw new Failure(what);
}

/** A context with a theme of its own; each of its pages keeps what its console complains of. */
export async function openPage(browser, { width = 1280, height = 800, theme = "dark" } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, acceptDownloads: true, locale: "en-GB" });
  await context.addInitScript((chosen) => localStorage.setItem("netpulse-theme", chosen), theme);
  return openTab(context);
}

/** One more tab of a context. */
export async function openTab(context) {
  const page = await context.newPage();
  const complaints = [];
  // a busy machine's server may be late; the screen says so, asks again, and is checked for that
  const isFault = (message) => message.type() === "error" && !/status of 50[34]\b/.test(message.text());
  page.on("console", (message) => isFault(message) && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.setDefaultTimeout(30_000);
  return { page, context, complaints };
}

/** Go to a screen as a link would, without loading the page anew. */
export async function visit(page, path) {
  await page.evaluate((to) => {
    history.pushState({}, "", to);
    dispatchEvent(new PopStateEvent("popstate"));
  }, path);
  // the screen before stays until the next one's script is there
  await page.waitForSelector(`main[data-shown="${path.split("?")[0]}"]`);
  await page.waitForSelector("main h1");
  await settled(page);
}

/** Wait until nothing on the screen says that it is still loading. */
export async function settled(page) {
  await page.waitForFunction(() => !/\bLoading\b.*…/.test(document.querySelector("main")?.innerText ?? ""));
}

/** What axe finds on the screen, one line a rule. */
export async function axe(page) {
  // by the protocol, which a content security policy does not bind
  const session = await page.context().newCDPSession(page);
  await session.send("Runtime.evaluate", { expression: AXE });
  await session.detach();
  return page.evaluate(
    (tags) =>
      globalThis.axe
        .run({ runOnly: tags })
        .then(({ violations }) =>
          violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.target.join(" ")).join(", ")}`),
        ),
    TAGS,
  );
}

export const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

/** Press a key sequence such as `g p`. */
export async function keys(page, sequence) {
  await page.evaluate(() => document.activeElement?.blur());
  for (const key of sequence.split(" ")) await page.keyboard.press(key);
}
