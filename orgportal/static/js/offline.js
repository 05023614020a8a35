// The page without network: what is kept, what is being typed, what waits; and the going through once there is one.
{
  const root = document.getElementById("offline");
  const vault = window.offlineVault;
  const queue = window.offlineQueue;
  const paper = window.offlineForm;
  const { said } = queue;
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const show = (name, is) => {
    part(name).hidden = !is;
  };
  const SAVE_AFTER = 1500;
  const RETRY = 60_000;
  const COMING = [0, 2000, 5000, 15_000];
  const READY_WITHIN = 30_000;
  const WAITS = ["waiting", "conflict", "opened", "typing"];
  let portal = {};
  let kept = null;
  let current = null;
  let timer = 0;
  let written = Promise.resolve();

  const tell = (text) => {
    part("said").textContent = text;
  };
  const fresh = () => ({ id: crypto.randomUUID(), typed_at: Date.now() });

  // --- the list

  const look = (entry) => {
    const row = document.getElementById("offline-entry").content.firstElementChild.cloneNode(true);
    row.dataset.entry = entry.id;
    row.dataset.state = entry.state;
    row.querySelector("[data-title]").textContent = entry.title || entry.label;
    row.querySelector("[data-state-word]").textContent = said[`state_${entry.state}`];
    row.querySelector("[data-note]").textContent = [entry.held_on, entry.where, renamed(entry)].filter(Boolean).join(" · ");
    row.querySelector("[data-said]").replaceChildren(
      ...(entry.said || []).map((text) => Object.assign(document.createElement("li"), { textContent: text })),
    );
    for (const each of row.querySelectorAll("[data-act]")) {
      each.hidden = !each.dataset.states.split(" ").includes(entry.state);
      each.setAttribute("aria-label", said.about.replace("{act}", each.textContent.trim()).replace("{title}", entry.title || entry.label));
    }
    const link = row.querySelector("a[data-act]");
    if (entry.url) link.href = entry.url;
    else link.hidden = true;
    return row;
  };
  const renamed = (entry) => {
    if (!kept || entry.state === "deleted") return "";
    const now = kept.branches.find((each) => each.id === entry.branch);
    if (!now) return said.gone;
    return now.name === entry.where ? "" : said.renamed.replace("{name}", now.name);
  };
  const redraw = async () => {
    const all = await queue.entries();
    paper.leaveOut(all.filter((row) => row.id !== (current && current.id) && row.state !== "deleted"));
    const rows = all.filter((row) => row.id !== (current && current.id) || row.state !== "typing");
    const waiting = rows.filter((row) => WAITS.includes(row.state)).length;
    vault.count(waiting + (paper.untouched() ? 0 : 1));
    part("list").replaceChildren(...rows.map(look));
    show("queue", rows.length > 0);
    const left = rows.filter((row) => ["waiting", "opened"].includes(row.state)).length;
    show("send", left > 0);
    part("count").textContent = left ? said.count.replace("{n}", left) : said.listed;
  };

  // --- typing

  // One after another: what was typed first must not lie over what was saved last.
  const save = (state) => {
    clearTimeout(timer);
    timer = 0;
    const { id, state: _state, ...rest } = { ...current, ...paper.entry(), said: [] };
    written = written.then(() => vault.put(id, state, rest));
    return written.then(() => {
      part("draft").textContent = said.saved.replace("{time}", new Date().toTimeString().slice(0, 5));
    });
  };
  const typed = () => {
    if (!timer) timer = setTimeout(() => current && save("typing"), SAVE_AFTER);
  };
  const begin = () => {
    current = fresh();
    paper.blank();
    part("draft").textContent = "";
  };
  const complain = (faults) => {
    const list = part("errors").querySelector("ul");
    list.replaceChildren(
      ...faults.map(([name, text]) => {
        const label = paper.form.querySelector(`label[for="${paper.field(name).id}"]`).firstChild.textContent.trim();
        const link = Object.assign(document.createElement("a"), { href: `#${paper.field(name).id}`, textContent: said.about.replace("{act}", label).replace("{title}", text) });
        return document.createElement("li").appendChild(link).parentNode;
      }),
    );
    show("errors", faults.length > 0);
    if (faults.length) part("errors").focus();
  };
  const submit = async (event) => {
    event.preventDefault();
    const faults = paper.faults();
    complain(faults);
    if (faults.length || !current) return;
    await save("waiting");
    begin();
    await redraw();
    tell(said.queued);
    part("queue").querySelector("h2").focus();
    await go(["waiting"]);
  };

  // --- one entry

  const change = async (entry, state, changes = {}) => {
    const { id, state: before, ...content } = entry;
    await vault.put(id, state, { ...content, before, ...changes });
  };
  const acts = {
    edit: async (entry) => {
      if (!paper.holds(entry)) {
        tell(said.gone);
        return;
      }
      if (!paper.untouched()) await save("typing");
      current = entry;
      await change(entry, "typing");
      paper.load(entry);
      paper.field("held_on").focus();
    },
    remove: async (entry) => change(entry, "deleted"),
    undo: async (entry) => change(entry, entry.before === "typing" ? "typing" : entry.before),
    again: async (entry) => {
      await change(entry, "waiting", { said: [] });
      await go(["waiting"]);
    },
    ordinary: async (entry) => {
      portal = await queue.ask();
      if (portal.token) await queue.ordinary(entry, portal.token);
      else await settle();
    },
  };
  const act = async (event) => {
    const button = event.target.closest("button[data-act]");
    if (!button) return;
    const entry = await vault.get(button.closest("[data-entry]").dataset.entry);
    await acts[button.dataset.act](entry);
    await redraw();
    const next = root.querySelector(`[data-entry="${entry.id}"] button:not([hidden])`);
    if (button.dataset.act !== "edit" && next) next.focus();
  };

  // --- with the portal

  const settle = async () => {
    const trouble = portal.trouble || "";
    // Who has nothing here yet has only to sign in.
    const isNobody = !vault.owner() && trouble === "signin";
    part("net").textContent = isNobody ? "" : said[`net_${trouble || "online"}`];
    root.dataset.net = trouble || "online";
    show("signin", trouble === "signin");
    show("ask", !vault.owner() && !trouble);
    show("nothing", !vault.owner() && !["", "asking", "signin"].includes(trouble));
    show("work", Boolean(vault.owner() && kept));
    show("about", Boolean(vault.owner()));
    part("ask").querySelector("[data-person]").textContent = portal.name || "";
  };
  const takeIn = async () => {
    const { token, trouble, ...data } = portal;
    if (trouble) return;
    if (vault.owner() && String(data.user) !== vault.owner()) {
      await vault.wipe();
      kept = current = null;
      tell(said.stranger);
    }
    if (!vault.owner()) return;
    if (!data.branches.length) {
      portal = { trouble: "refused" };
      return;
    }
    await vault.put("kept", "kept", data);
    const first = !kept;
    kept = data;
    if (first) {
      paper.fill(kept);
      begin();
    } else if (paper.untouched()) {
      // The kind chosen and the day stay: only what nobody typed follows the news.
      paper.fill(kept);
      paper.start();
    }
  };
  const go = async (states) => {
    portal = await queue.ask();
    await takeIn();
    await settle();
    if (!vault.owner() || !kept) return;
    if (portal.token) {
      const halt = await queue.send(portal.token, redraw, states);
      if (halt) portal = { trouble: halt };
      await settle();
    }
    await redraw();
    const left = (await queue.entries()).filter((row) => row.state === "conflict").length;
    if (left) tell(said.conflicts.replace("{n}", left));
  };
  const keep = async () => {
    vault.begin(portal.user);
    if (navigator.storage && navigator.storage.persist) await navigator.storage.persist();
    await navigator.serviceWorker.register(root.dataset.worker, { scope: "/" });
    await go(["waiting"]);
    const late = new Promise((resolve) => setTimeout(resolve, READY_WITHIN));
    tell((await Promise.race([navigator.serviceWorker.ready, late])) ? said.ready : said.not_ready);
  };

  const resume = async () => {
    kept = (await vault.get("kept")) || null;
    if (!kept) return;
    paper.fill(kept);
    const rows = await queue.entries();
    await Promise.all(rows.filter((row) => ["sent", "deleted"].includes(row.state)).map((row) => vault.remove(row.id)));
    const unfinished = rows.filter((row) => row.state === "typing" && paper.holds(row)).pop();
    paper.leaveOut(rows.filter((row) => row !== unfinished && row.state !== "deleted"));
    begin();
    if (!unfinished) return;
    current = unfinished;
    paper.load(unfinished);
    part("draft").textContent = said.restored;
  };
  const begun = async () => {
    if (!window.isSecureContext || !crypto.subtle || !navigator.serviceWorker) {
      show("unable", true);
      return;
    }
    if (vault.owner()) {
      vault.touch();
      await navigator.serviceWorker.register(root.dataset.worker, { scope: "/" }).catch(() => null);
      await resume();
    }
    const wanted = new URLSearchParams(location.search).get("wanted");
    if (wanted && wanted.startsWith("/") && !wanted.startsWith("//")) {
      part("wanted").querySelector("a").href = wanted;
      show("wanted", true);
    }
    portal = { trouble: navigator.onLine ? "asking" : "offline" };
    await settle();
    if (vault.owner()) await redraw();
    await go(["waiting", "opened"]);
  };

  paper.form.addEventListener("input", typed);
  paper.form.addEventListener("change", typed);
  paper.form.addEventListener("submit", submit);
  part("list").addEventListener("click", act);
  part("send").addEventListener("click", () => go(["waiting", "opened"]));
  root.querySelector('[data-do="keep"]').addEventListener("click", keep);
  root.querySelector('[data-do="wipe"]').addEventListener("click", async () => {
    await vault.wipe();
    location.reload();
  });
  // A network is announced before it carries anything.
  const comeBack = async () => {
    for (const pause of COMING) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      await go(["waiting"]);
      if (portal.trouble !== "offline") return;
    }
  };
  window.addEventListener("online", comeBack);
  window.addEventListener("offline", () => {
    portal = { trouble: "offline" };
    settle();
  });
  // Signed out in another tab: nothing of it stays on this one.
  window.addEventListener("storage", (event) => event.key === "offline:owner" && !event.newValue && location.reload());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && timer) save("typing");
    else if (!document.hidden && vault.owner()) go(["waiting"]);
  });
  setInterval(() => vault.owner() && !document.hidden && !part("send").hidden && go(["waiting"]), RETRY);
  begun();
}
