// The offline shell: the application's own files, kept at install; never an answer of the API,
// because an old state must not look like the present one.
const VERSION = "__VERSION__";
const FILES = JSON.parse('__FILES__');
const SCREENS = /^\/(?:$|(?:alerts|audit|checks|devices|discovery|escalation|explore|incidents|invitation|log-in|maintenance|notifications|on-call|people|pollers|problems|profile|reports|reset-password|roles|rules|silences|start|topology)(?:\/|$))/;
const CACHE = `netpulse-${VERSION}`;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(FILES))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("netpulse-") && name !== CACHE;
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    // every address of the application is the same page; others, such as /docs, are the server's
    if (SCREENS.test(url.pathname)) event.respondWith(caches.match("/").then((kept) => kept ?? fetch(request)));
  } else if (FILES.includes(url.pathname)) {
    event.respondWith(caches.match(url.pathname).then((kept) => kept ?? fetch(request)));
  }
});
