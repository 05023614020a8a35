// Keeps one page, the same for everybody, and its parts. SHELL (version, page, parts) is written above by the server.
// Nothing else is ever kept: no page with anybody's data, no answer of the API.
const NAME = `offline-${SHELL.version}`;
const PATIENCE = 4000;

const isShell = (answer) =>
  answer.ok && !answer.redirected && answer.headers.get("X-Offline-Shell") === SHELL.version;
const kept = async (path) => (await caches.open(NAME)).match(path);

const fill = async () => {
  const cache = await caches.open(NAME);
  await cache.addAll(SHELL.parts.map((part) => new Request(part, { cache: "reload" })));
  const page = await fetch(SHELL.page, { cache: "reload" });
  if (!isShell(page)) throw new Error("another version of the page");
  await cache.put(SHELL.page, page);
  await self.skipWaiting();
};

const tidy = async () => {
  const old = (await caches.keys()).filter((name) => name.startsWith("offline-") && name !== NAME);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
};

// The network's page where it comes in time, in the language last chosen; else the kept one.
const page = async (request) => {
  const fresh = fetch(request).then(async (answer) => {
    if (isShell(answer)) await (await caches.open(NAME)).put(SHELL.page, answer.clone());
    return answer;
  });
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE)).then(() => kept(SHELL.page));
  try {
    return (await Promise.race([fresh, late])) || (await fresh);
  } catch {
    return (await kept(SHELL.page)) || Response.error();
  }
};

// Any other page needs the network: without it the reader is led to the one that does not.
const elsewhere = async (request) => {
  try {
    return await fetch(request);
  } catch {
    const wanted = new URL(request.url);
    return Response.redirect(`${SHELL.page}?wanted=${encodeURIComponent(wanted.pathname + wanted.search)}`);
  }
};

self.addEventListener("install", (event) => event.waitUntil(fill()));
self.addEventListener("activate", (event) => event.waitUntil(tidy()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (SHELL.parts.includes(url.pathname)) {
    event.respondWith(kept(url.pathname).then((answer) => answer || fetch(request)));
  } else if (request.mode === "navigate") {
    event.respondWith(url.pathname === SHELL.page ? page(request) : elsewhere(request));
  }
});
