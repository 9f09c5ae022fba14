const WORKER = "/sw.js";
const AFTER_MS = 3_000;

interface TrustedTypes {
  createPolicy: (name: string, rules: { createScriptURL: (url: string) => string }) => {
    createScriptURL: (url: string) => string;
  };
}

/** The worker's address as Trusted Types ask for it: this one script and no other. */
function workerUrl(): string {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  if (!types) return WORKER;
  const policy = types.createPolicy("netpulse", {
    createScriptURL: (url) => {
      if (url !== WORKER) throw new TypeError(`${url} is not our service worker`);
      return url;
    },
  });
  return policy.createScriptURL(WORKER);
}

/** Install the service worker that keeps the shell for when there is no network. */
export function registerWorker(): void {
  if (!("serviceWorker" in navigator)) return;
  const register = () =>
    navigator.serviceWorker.register(workerUrl()).catch((error: unknown) => console.warn("no offline shell:", error));
  // what it keeps must not hold up what the screen needs
  if (document.readyState === "complete") setTimeout(register, AFTER_MS);
  else addEventListener("load", () => setTimeout(register, AFTER_MS));
}
