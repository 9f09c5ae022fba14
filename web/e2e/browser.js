// Finds a Chromium that starts here: the one from npm, else one that is installed.
import { existsSync } from "node:fs";
import process from "node:process";
import packed from "@sparticuz/chromium";
import { chromium } from "playwright-core";

const INSTALLED = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const ARGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"];

async function candidates() {
  const chosen = process.env["NETPULSE_CHROMIUM"];
  if (chosen) return [chosen];
  const fromNpm = await packed.executablePath().catch(() => null);
  return [...(fromNpm ? [fromNpm] : []), ...INSTALLED.filter((path) => existsSync(path))];
}

/** A running browser, or the reason why there is none. */
export async function launch() {
  const reasons = [];
  for (const executablePath of await candidates()) {
    try {
      return { browser: await chromium.launch({ executablePath, args: ARGS }) };
    } catch (error) {
      reasons.push(`${executablePath}: ${String(error.message).split("\n")[0]}`);
    }
  }
  return { reason: reasons.join("; ") || "no Chromium was found" };
}
