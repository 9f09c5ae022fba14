// What the steps share: pages that remember their errors, themes, axe, and moving about.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** The policy that CloudFront sends; every screen must live with it. */
export const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self' ws: wss:",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types netpulse",
].join("; ");

export class Failure extends Error {}

export function expect(isTrue, what) {
  if (!isTrue) throw new Failure(what);
}

/** A page of a context of its own, under the strict policy, that keeps what its console complains of. */
export async function openPage(browser, url, { width = 1280, height = 800, theme = "dark", state, ...more } = {}) {
  const context = await browser.newContext({
    viewport: { width, height },
    acceptDownloads: true,
    locale: "en-GB",
    ...(state ? { storageState: state } : {}),
    ...more,
  });
  await context.addInitScript((chosen) => localStorage.setItem("netpulse-theme", chosen), theme);
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.route(
    (address) => address.origin === new URL(url).origin && !/^\/(api|ws|assets)\b/.test(address.pathname),
    async (route) => {
      if (route.request().resourceType() !== "document") return route.continue();
      const response = await route.fetch();
      return route.fulfill({ response, headers: { ...response.headers(), "content-security-policy": POLICY } });
    },
  );
  page.setDefaultTimeout(30_000);
  return { page, context, complaints };
}

/** Go to a screen as a link would, without loading the page anew. */
export async function visit(page, path) {
  await page.evaluate((to) => {
    history.pushState({}, "", to);
    dispatchEvent(new PopStateEvent("popstate"));
  }, path);
  await page.waitForFunction((to) => location.pathname === to.split("?")[0], path);
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
