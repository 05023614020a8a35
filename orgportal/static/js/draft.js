// Typed text survives a killed tab and an expired session: kept on this computer, per person, wiped at sign-out.
{
  const PREFIX = "draft:";
  const PENDING = "draft-sent";
  const DELAY = 3000;
  const LIFETIME = 7 * 24 * 3600 * 1000;
  const user = document.body.dataset.user;
  const words = document.getElementById("messages") ? document.getElementById("messages").dataset : {};
  const skipped = new Set(["csrfmiddlewaretoken", "idempotency_key", "next", "version"]);

  const watched = new Set();

  const read = (key) => {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  };
  const write = (key, value) => {
    try {
      localStorage.setItem(key, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  };
  const all = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  const untyped = ["password", "file", "hidden", "submit", "button"];
  // What the typed text was typed over (which roster, which version) belongs to it: a page marks it so.
  const isKept = (each) => "draftKept" in each.dataset;
  const isTyped = (each) => !skipped.has(each.name) && !untyped.includes(each.type) && !("noDraft" in each.dataset);
  const fields = (form) => [...form.elements].filter((each) => each.name && (isKept(each) || isTyped(each)));
  const values = (form) =>
    fields(form).map((each) => [each.name, /checkbox|radio/.test(each.type) ? each.value : null, state(each)]);
  const state = (each) => {
    if (/checkbox|radio/.test(each.type)) return each.checked;
    return each.multiple ? [...each.options].filter((option) => option.selected).map((option) => option.value) : each.value;
  };
  const clock = (at) => new Date(at).toTimeString().slice(0, 5);

  const restore = (form, saved) => {
    // A page that draws more of a kind on demand draws them first.
    form.dispatchEvent(new CustomEvent("draft:restoring", { detail: saved.map(([name]) => name) }));
    const wanted = new Map();
    for (const [name, value, now] of saved) {
      const slot = JSON.stringify([name, value]);
      wanted.set(slot, [...(wanted.get(slot) || []), now]);
    }
    for (const each of fields(form)) {
      const slot = JSON.stringify([each.name, /checkbox|radio/.test(each.type) ? each.value : null]);
      const queue = wanted.get(slot);
      if (!queue || !queue.length) continue;
      const now = queue.shift();
      if (/checkbox|radio/.test(each.type)) each.checked = now;
      else if (each.multiple) for (const option of each.options) option.selected = now.includes(option.value);
      else each.value = now;
      each.dispatchEvent(new Event("change", { bubbles: true }));
    }
  };

  const offer = (form, key, status, given) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet";
    button.textContent = words.discard;
    button.addEventListener("click", () => {
      localStorage.removeItem(key);
      form.reset();
      for (const [each, value] of given) each.value = value;
      status.textContent = "";
    });
    status.replaceChildren(document.createTextNode(words.restored), button);
  };

  const watch = (form) => {
    const key = keyOf(form);
    watched.add(form);
    const status = form.querySelector("[data-draft-status]") || document.createElement("p");
    const blank = JSON.stringify(values(form));
    const saved = read(key);
    const given = fields(form).filter(isKept).map((each) => [each, each.value]);
    let timer = 0;
    const save = () => {
      timer = 0;
      const now = values(form);
      if (JSON.stringify(now) === blank) return;
      const at = Date.now();
      if (write(key, { at, values: now })) status.textContent = `${words.saved} ${clock(at)}`;
    };
    // A form that came back with errors already carries the newer text.
    if (saved && !document.querySelector(".error-summary") && JSON.stringify(saved.values) !== blank) {
      restore(form, saved.values);
      offer(form, key, status, given);
    }
    form.addEventListener("input", () => {
      if (!timer) timer = setTimeout(save, DELAY);
    });
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      save();
      sessionStorage.setItem(PENDING, JSON.stringify({ key }));
    });
    window.addEventListener("pagehide", () => timer && save());
  };

  // A sent draft goes away once the server has answered the signed-in person with something else than a refusal.
  const settle = () => {
    const sent = take();
    if (!sent || !user || document.querySelector(".error-page, .error-summary")) return;
    const [arrival] = performance.getEntriesByType("navigation");
    const sameForm = keys(document).includes(sent.key);
    if (!sameForm || (arrival && arrival.type === "navigate")) localStorage.removeItem(sent.key);
  };
  const take = () => {
    const sent = sessionStorage.getItem(PENDING);
    sessionStorage.removeItem(PENDING);
    return sent && JSON.parse(sent);
  };
  const keyOf = (form) => `${PREFIX}${user}:${form.dataset.draft}`;
  const keys = (root) => [...root.querySelectorAll("form[data-draft]")].map(keyOf);

  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-sign-out]")) all().forEach((key) => localStorage.removeItem(key));
  });
  for (const key of all()) {
    const saved = read(key);
    const others = user && !key.startsWith(`${PREFIX}${user}:`);
    if (others || !saved || Date.now() - saved.at > LIFETIME) localStorage.removeItem(key);
  }
  const watchAll = (root) => {
    for (const form of root.querySelectorAll("form[data-draft]")) if (user && !watched.has(form)) watch(form);
  };
  settle();
  // Once the page's own scripts listen.
  if (document.readyState === "complete") watchAll(document);
  else document.addEventListener("DOMContentLoaded", () => watchAll(document));
  document.addEventListener("htmx:afterRequest", (event) => {
    const sent = event.target.matches("form[data-draft]") && take();
    if (sent && event.detail.successful) localStorage.removeItem(sent.key);
  });
  document.addEventListener("htmx:afterSwap", () => watchAll(document));
}
