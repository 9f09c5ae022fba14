// Finds a Chromium that starts here: the one from npm, which brings its libraries along, else one
// that is installed.
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const BUILD = fileURLToPath(new URL("../../build/", import.meta.url));
const INSTALLED = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const ARGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"];

/** The folder of the npm package's Chromium, unpacked once into build/ by whoever is first. */
async function unpacked() {
  const entry = createRequire(import.meta.url).resolve("@sparticuz/chromium");
  const { version } = JSON.parse(await readFile(join(dirname(entry), "../../package.json"), "utf8"));
  const folder = join(BUILD, `chromium-${version}`);
  if (existsSync(folder)) return folder;
  await mkdir(BUILD, { recursive: true });
  const aside = await mkdtemp(`${folder}-`);
  // the package unpacks into the temporary folder, and its libraries only where it believes to be in a Lambda
  const kept = { ...process.env };
  Object.assign(process.env, { TMPDIR: aside, AWS_LAMBDA_JS_RUNTIME: "nodejs20.x" });
  try {
    const { default: packed } = await import("@sparticuz/chromium");
    await packed.executablePath();
    await rename(aside, folder).catch((error) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    for (const name of ["TMPDIR", "AWS_LAMBDA_JS_RUNTIME", "LD_LIBRARY_PATH", "FONTCONFIG_PATH", "HOME"])
      if (kept[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = kept[name];
    await rm(aside, { recursive: true, force: true });
  }
  return folder;
}

async function fromNpm() {
  const folder = await unpacked();
  const env = { ...process.env, LD_LIBRARY_PATH: join(folder, "al2023", "lib"), FONTCONFIG_PATH: join(folder, "fonts") };
  return { executablePath: join(folder, "chromium"), env };
}

function candidates() {
  const chosen = process.env["NETPULSE_CHROMIUM"];
  const installed = INSTALLED.filter((path) => existsSync(path));
  const at = (executablePath) => async () => ({ executablePath });
  return chosen ? [at(chosen)] : [fromNpm, ...installed.map(at)];
}

/** A running browser and how it was started, or the reasons why none starts here. */
export async function launch(args = []) {
  const reasons = [];
  for (const candidate of candidates()) {
    try {
      const how = { ...(await candidate()), args: [...ARGS, ...args] };
      return { browser: await chromium.launch(how), how };
    } catch (error) {
      reasons.push(String(error.message).split("\n")[0]);
    }
  }
  return { reason: reasons.join("; ") };
}
