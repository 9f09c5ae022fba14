import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

const ALWAYS = ["/", "/icon.svg", "/icon-192.png", "/manifest.webmanifest"];

/** Writes /sw.js with the list of what was built, so that each build has a shell of its own. */
export function offlineShell(): Plugin {
  return {
    name: "offline-shell",
    apply: "build",
    enforce: "post",
    generateBundle(_, bundle) {
      const built = Object.keys(bundle).filter((name) => /^assets\/.+\.(js|css)$/.test(name));
      const files = [...ALWAYS, ...built.sort().map((name) => `/${name}`)];
      const source = readFileSync(new URL("./sw.js", import.meta.url), "utf8");
      const page = readFileSync(new URL("../../index.html", import.meta.url), "utf8");
      const version = createHash("sha256").update(files.join("\n")).update(source).update(page).digest("hex");
      const written = source.replace("__VERSION__", version.slice(0, 12)).replace("__FILES__", JSON.stringify(files));
      this.emitFile({ type: "asset", fileName: "sw.js", source: written });
    },
  };
}
