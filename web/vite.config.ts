import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { offlineShell } from "./src/pwa/offline-shell";
import { preloadFirst } from "./src/pwa/preload";

// `npm run dev` talks to the edge that `make up` started.
const edge = process.env["NETPULSE_EDGE"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react(), tailwind(), offlineShell(), preloadFirst()],
  build: { manifest: true, target: "es2022", sourcemap: true },
  server: {
    proxy: {
      "/api": edge,
      "/ws": { target: edge, ws: true },
    },
  },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"], setupFiles: ["src/testing/setup.ts"], testTimeout: 60_000 },
});
