// Uses a deployed NetPulse in a real browser; one JSON object a line: {step, ok, error, seconds}.
// NETPULSE_BROWSER_TEST = {"url", "network_url", "sandbox_url", "device": {name, address, port, community},
//   "provider": {issuer, client_id, email}}
import process from "node:process";
import { launch } from "./browser.js";
import { api, STEPS } from "./steps.js";

const told = JSON.parse(process.env["NETPULSE_BROWSER_TEST"] ?? "null");
const tell = (line) => console.log(JSON.stringify(line));

async function main() {
  const { browser, how, reason } = await launch();
  if (!browser) return tell({ skipped: `no browser starts here: ${reason}` });
  tell({ browser: how.executablePath, version: browser.version() });
  const world = { browser, told, url: told.url.replace(/\/$/, ""), pages: [] };
  world.api = (...given) => api(world, ...given);
  try {
    for (const [step, run] of Object.entries(STEPS)) {
      const began = Date.now();
      const failed = await run(world).then(
        () => null,
        (error) => error,
      );
      const seconds = (Date.now() - began) / 1000;
      tell({ step, ok: !failed, error: failed ? String(failed.message ?? failed) : "", seconds });
      if (failed && process.env["NETPULSE_BROWSER_SHOTS"])
        await world.page?.screenshot({ path: `${process.env["NETPULSE_BROWSER_SHOTS"]}/${step.replaceAll(" ", "-")}.png` });
    }
  } finally {
    await browser.close();
  }
}

await main();
