// What is kept for use without network, sealed with a key this browser cannot hand out; one account at a time.
{
  const NAME = "offline";
  const MARKS = ["owner", "used", "waiting"].map((name) => `offline:${name}`);
  const bytes = new TextEncoder();
  const words = new TextDecoder();
  let base = null;

  const connect = () => {
    base =
      base ||
      new Promise((resolve, reject) => {
        const request = indexedDB.open(NAME, 1);
        request.onupgradeneeded = () => {
          request.result.createObjectStore("keys");
          request.result.createObjectStore("rows", { keyPath: "id" });
        };
        request.onerror = () => reject(request.error);
        request.onsuccess = () => {
          // Another tab signs out: do not stand in the way of the wiping.
          request.result.onversionchange = () => {
            request.result.close();
            base = null;
          };
          resolve(request.result);
        };
      });
    return base;
  };

  // Resolves once it is on the disk: a killed tab loses nothing that was said to be saved.
  const within = async (mode, act) => {
    const found = await connect();
    return new Promise((resolve, reject) => {
      const deal = found.transaction(["keys", "rows"], mode, { durability: "strict" });
      const request = act(deal.objectStore("rows"), deal.objectStore("keys"));
      deal.oncomplete = () => resolve(request.result);
      deal.onerror = () => reject(deal.error);
      deal.onabort = () => reject(deal.error);
    });
  };

  const owner = () => localStorage.getItem(MARKS[0]);
  const held = () => within("readonly", (rows, keys) => keys.get(owner()));
  const key = async () => {
    const found = await held();
    if (found) return found;
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    // Of two tabs that begin at once the first one's key counts.
    await within("readwrite", (rows, keys) => keys.add(made, owner())).catch(() => null);
    return held();
  };
  const manner = (id, iv) => ({ name: "AES-GCM", iv, additionalData: bytes.encode(`${owner()}:${id}`) });

  const put = async (id, state, content) => {
    if (!owner()) throw new Error("wiped");
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const box = await crypto.subtle.encrypt(manner(id, iv), await key(), bytes.encode(JSON.stringify(content)));
    await within("readwrite", (rows) => rows.put({ id, state, iv, box }));
  };
  const opened = async (row) => {
    const box = await crypto.subtle.decrypt(manner(row.id, row.iv), await key(), row.box);
    return { id: row.id, state: row.state, ...JSON.parse(words.decode(box)) };
  };
  const get = async (id) => {
    const row = await within("readonly", (rows) => rows.get(id));
    return row && opened(row);
  };
  const all = async () => Promise.all((await within("readonly", (rows) => rows.getAll())).map(opened));
  const remove = (id) => within("readwrite", (rows) => rows.delete(id));

  const wipe = async () => {
    await within("readwrite", (rows, keys) => {
      rows.clear();
      return keys.clear();
    });
    MARKS.forEach((name) => localStorage.removeItem(name));
    (await base).close();
    base = null;
    indexedDB.deleteDatabase(NAME);
  };
  const begin = (user) => {
    localStorage.setItem(MARKS[0], String(user));
    touch();
  };
  const touch = () => localStorage.setItem(MARKS[1], String(Date.now()));
  const count = (waiting) => localStorage.setItem(MARKS[2], String(waiting));

  window.offlineVault = { owner, begin, touch, count, put, get, all, remove, wipe };
}
