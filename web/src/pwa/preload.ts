import type { OutputBundle, OutputChunk } from "rolldown";
import type { Plugin } from "vite";

/** What nearly every visit needs; fetched beside the first script instead of one after the other. */
const FIRST = ["src/main.tsx", "src/features/wall/wall.tsx"];

/** Has index.html ask for the application and its first screen at once. */
export function preloadFirst(): Plugin {
  return {
    name: "preload-first",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(html, { bundle = {}, chunk }) {
        const entry = new Set(chunk ? [chunk.fileName, ...chunk.imports] : []);
        const wanted = FIRST.flatMap((module) => filesOf(bundle as OutputBundle, module));
        const tags = [...new Set(wanted)]
          .filter((file) => !entry.has(file))
          .map((file) => ({ tag: "link", attrs: { rel: "modulepreload", crossorigin: true, href: `/${file}` } }));
        return { html: withTextFirst(html), tags };
      },
    },
  };
}

/** A style sheet after the first words does not keep them from being shown. */
function withTextFirst(html: string): string {
  const sheet = /\s*<link rel="stylesheet"[^>]*>/.exec(html)?.[0];
  return sheet ? html.replace(sheet, "").replace("</div>", `</div>${sheet}`) : html;
}

/** The files of a module and of all that it imports, however far down. */
function filesOf(bundle: OutputBundle, module: string): string[] {
  const chunks = Object.values(bundle).filter((each): each is OutputChunk => each.type === "chunk");
  const found = new Set<string>();
  const take = (chunk: OutputChunk | undefined): void => {
    if (!chunk || found.has(chunk.fileName)) return;
    found.add(chunk.fileName);
    chunk.imports.forEach((name) => take(chunks.find((each) => each.fileName === name)));
  };
  take(chunks.find((chunk) => chunk.facadeModuleId?.endsWith(module)));
  return [...found];
}
