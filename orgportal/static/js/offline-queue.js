// Sends what was typed without network: each meeting under the key made when it was typed, so that it counts once.
{
  const vault = window.offlineVault;
  const root = document.getElementById("offline");
  const said = JSON.parse(root.dataset.words);
  const WAIT = 40_000;
  // The portal knows a key for sixty days; before that ends a person looks, instead of a program sending again.
  const KNOWN = 45 * 24 * 3600 * 1000;
  let isRunning = false;

  const address = (entry) => {
    const query = new URLSearchParams({ branch: entry.branch, kind: entry.kind });
    if (entry.group) query.set("group", entry.group);
    return `${root.dataset.create}?${query}`;
  };

  // What the portal tells this account; the reason where it does not.
  const ask = async () => {
    try {
      const answer = await fetch(root.dataset.kept, { redirect: "manual", cache: "no-store" });
      if (answer.type === "opaqueredirect") return { trouble: "signin" };
      if (answer.status === 403) return { trouble: "refused" };
      return answer.ok ? await answer.json() : { trouble: "later" };
    } catch {
      return { trouble: "offline" };
    }
  };

  const post = async (entry, token) => {
    const body = new URLSearchParams(entry.fields);
    body.set("idempotency_key", entry.id);
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), WAIT);
    try {
      const headers = { "X-CSRFToken": token };
      const answer = await fetch(address(entry), { method: "POST", body, headers, signal: stop.signal });
      return { status: answer.status, path: new URL(answer.url).pathname, html: await answer.text() };
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
    }
  };

  const sentences = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const errors = [...page.querySelectorAll(".error-summary__list li")];
    const found = errors.length ? errors : [...page.querySelectorAll("main h1, main .error-page__why")];
    return found.map((each) => each.textContent.trim());
  };

  // What an answer means for the entry, and whether the others must wait.
  const meaning = (entry, answer) => {
    if (!answer) return { state: entry.state, halt: "offline" };
    const recorded = answer.path.match(/^(.*\/activities\/\d+\/)saved\/$/);
    if (recorded) return { state: "sent", url: recorded[1] };
    if (answer.path === root.dataset.signIn) return { state: entry.state, halt: "signin" };
    if (answer.status >= 500 || answer.status === 429) return { state: entry.state, halt: "later" };
    // The key answered something else: what was put right in the ordinary form, or what was sent before an edit.
    if (answer.status === 409 && entry.state === "opened") return { state: "sent" };
    if (answer.status === 409) return { state: "conflict", said: [said.before] };
    return { state: "conflict", said: sentences(answer.html) };
  };

  const postAgain = async (entry) => {
    const { token } = await ask();
    return token ? post(entry, token) : null;
  };

  const sendOne = async (entry, token) => {
    const { id, state, ...content } = entry;
    if (content.tried_at && Date.now() - content.tried_at > KNOWN) {
      await vault.put(id, "conflict", { ...content, said: [said.old] });
      return null;
    }
    await vault.put(id, state, { ...content, tried_at: content.tried_at || Date.now() });
    let answer = await post(entry, token);
    // Signed in anew in another tab since: the token is another, the entry is not to blame.
    if (answer && answer.status === 403) answer = (await postAgain(entry)) || answer;
    const result = meaning(entry, answer);
    const { state: next, halt, ...changes } = result;
    const now = await vault.get(id);
    // Taken up for editing while it was on its way: only that it was recorded is news.
    if (now && (now.state === state || next === "sent")) {
      const { id: _id, state: _state, ...rest } = now;
      await vault.put(id, next, { ...rest, said: [], ...changes });
    }
    return halt || null;
  };

  const entries = async () => {
    const rows = (await vault.all()).filter((row) => row.id !== "kept");
    return rows.sort((one, other) => one.typed_at - other.typed_at);
  };

  const drain = async (token, redraw, states) => {
    for (const entry of await entries()) {
      // Edited, deleted or sent by another tab meanwhile.
      const now = await vault.get(entry.id);
      if (!now || !states.includes(now.state)) continue;
      const halt = await sendOne(now, token);
      await redraw();
      if (halt) return halt;
    }
    return null;
  };

  // One tab sends at a time; the portal would wait for the first and answer both alike, but the list stays calmer.
  const send = async (token, redraw, states) => {
    if (isRunning) return null;
    isRunning = true;
    try {
      if (!navigator.locks) return await drain(token, redraw, states);
      return await navigator.locks.request("offline-send", () => drain(token, redraw, states));
    } finally {
      isRunning = false;
    }
  };

  // As if it had been typed there: refused, it comes back with the portal's words and everything in its field.
  const ordinary = async (entry, token) => {
    const { id, state, ...content } = entry;
    await vault.put(id, "opened", { ...content, tried_at: content.tried_at || Date.now() });
    sessionStorage.setItem("offline:opened", id);
    const form = document.createElement("form");
    form.method = "post";
    form.action = address(entry);
    const pairs = [...entry.fields, ["idempotency_key", id], ["csrfmiddlewaretoken", token]];
    for (const [name, value] of pairs) {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      field.value = value;
      form.append(field);
    }
    document.body.append(form);
    form.submit();
  };

  window.offlineQueue = { ask, entries, send, ordinary, said };
}
