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
      handler(_, { bundle = {}, chunk }) {
        const entry = new Set(chunk ? [chunk.fileName, ...chunk.imports] : []);
        const wanted = FIRST.flatMap((module) => filesOf(bundle as OutputBundle, module));
        return [...new Set(wanted)]
          .filter((file) => !entry.has(file))
          .map((file) => ({ tag: "link", attrs: { rel: "modulepreload", crossorigin: true, href: `/${file}` } }));
      },
    },
  };
}

function filesOf(bundle: OutputBundle, module: string): string[] {
  const chunks = Object.values(bundle).filter((each): each is OutputChunk => each.type === "chunk");
  const found = chunks.find((chunk) => chunk.facadeModuleId?.endsWith(module));
  return found ? [found.fileName, ...found.imports] : [];
}
