// The meeting form without network: the online form's fields, filled from what was kept on this device.
{
  const form = document.getElementById("offline-meeting");
  const root = document.getElementById("offline");
  const words = JSON.parse(root.dataset.words);
  const field = (name) => form.elements.namedItem(name);
  const day = (at) => `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}-${String(at.getDate()).padStart(2, "0")}`;
  const GAP = /([\s,，、()（）|/+]+)/;
  const NUMBERS = /^(\d{1,4})(?:[-~–—至到](\d{1,4}))?号?$/;
  const STARTS = ["starts_at", "ends_at", "place", "title", "away", "chair", "recorder"];
  let kept = null;
  let given = {};

  const branch = () => kept.branches.find((each) => String(each.id) === field("branch").value) || kept.branches[0];
  const sittings = () => branch().sittings;
  const sitting = () => sittings().find((each) => keyOf(each) === field("sitting").value) || sittings()[0];
  const keyOf = (each) => `${each.kind}:${each.group || ""}`;
  const person = (id) => branch().people.find((each) => each.id === id);
  const seats = () => sitting().roster.map(person);

  const offer = (select, options, value) => {
    select.replaceChildren(...options.map(([key, label]) => new Option(label, key)));
    select.value = value === undefined || value === null ? "" : String(value);
    if (select.selectedIndex < 0) select.selectedIndex = 0;
  };

  // --- the roster

  const seat = (each, place) => {
    const row = document.getElementById("offline-seat").content.firstElementChild.cloneNode(true);
    row.querySelector(".roster__number").textContent = place + 1;
    row.querySelector("[data-name]").textContent = each.name;
    row.querySelector(".roster__note").hidden = each.votes;
    row.dataset.seat = each.id;
    for (const input of row.querySelectorAll("input")) input.name = `p-${each.id}`;
    return row;
  };
  const mark = (row) =>
    row.classList.toggle("roster__row--away", row.querySelector("input:checked").value !== "here");
  const drawRoster = () => {
    form.querySelector("[data-roster]").replaceChildren(...seats().map(seat));
    form.querySelector("[data-on-roster]").textContent = words.roster.replace("{n}", seats().length);
  };

  // Row numbers become names at once: a number means another person once the roster has changed.
  const named = (token, people) => {
    const span = token.match(NUMBERS);
    if (!span) return token;
    const first = Number(span[1]);
    const found = people.slice(first - 1, Number(span[2] || first));
    const isOnce = (each) => people.filter((one) => one.name === each.name).length === 1;
    const isWhole = first > 0 && found.length === Number(span[2] || first) - first + 1;
    return isWhole && found.every(isOnce) ? found.map((each) => each.name).join(" ") : token;
  };
  const withNames = (line, people) =>
    line
      .replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
      .split(/([;；。\n])/)
      .map((part) => {
        const [, who, remark] = part.match(/^([^:：]*)([^]*)$/);
        return who.split(GAP).map((token) => named(token, people)).join("") + remark;
      })
      .join("");
  const readAway = () => {
    const read = withNames(field("away").value, seats());
    const place = form.querySelector("[data-away-read]");
    place.textContent = read === field("away").value ? "" : words.read.replace("{names}", read);
  };

  // --- what a kind of meeting starts from

  const titled = (each, on) => each.title.replace("{month}", kept.months[on.slice(0, 7)] || on.slice(0, 7));
  // A plan becomes one record: what a meeting that waits was typed from is offered to no other. What an earlier
  // version of the page kept says nothing of plans.
  let taken = new Set();
  const plansOf = (each) => (each.plans || []).filter((plan) => !taken.has(plan.seen));
  const runs = (plan, on) => Boolean(plan.since) && plan.since <= on && on <= plan.until;
  const isOf = (plan, on) => !plan.is_postponed && plan.on === on;
  const away = (plan, on) => Math.abs(new Date(plan.on) - new Date(on));
  const nearest = (plans, on) => [...plans].sort((one, other) => away(one, on) - away(other, on))[0] || null;
  // The same choice the portal makes: the plan of that day, else the nearest of the period the day lies in.
  const planOf = (each, on) => plansOf(each).find((plan) => isOf(plan, on)) || nearest(plansOf(each).filter((plan) => runs(plan, on)), on);
  // Where no day is typed: the nearest whose day has come, or whose period runs.
  const planNext = (each, today) =>
    nearest(plansOf(each).filter((plan) => (!plan.is_postponed && plan.on <= today) || runs(plan, today)), today);
  const dayOf = (plan, today) => (plan && !plan.is_postponed && plan.on <= today ? plan.on : today);

  // What the form starts from: the plan where there is one, else as last time; leave counts for its day alone.
  const offered = (each, plan, on) => {
    const text = (name) => String((plan && plan[name]) || each[name] || "");
    const marks = plan && isOf(plan, on) ? plan.marks : {};
    const free = (id) => (id === null || marks[id] ? "" : String(id));
    return {
      starts_at: text("starts_at"), ends_at: text("ends_at"), place: text("place"), chair: free(each.chair),
      recorder: free(each.recorder), title: (plan && plan.title) || titled(each, on),
      away: plan && isOf(plan, on) ? plan.away : "", marks, plan, seen: plan ? plan.seen : "",
    };
  };
  const sayPlan = (on) => {
    const { plan } = given;
    const parts = [];
    if (plan) parts.push((plan.is_postponed ? words.postponed : words.planned).replace("{title}", plan.title).replace("{day}", plan.on));
    if (plan && isOf(plan, on) && plan.asked.length) parts.push(words.asked.replace("{names}", plan.asked.join("、")));
    form.querySelector("[data-from-plan]").textContent = parts.join(" ");
  };
  const markOf = (id) => (given.marks && given.marks[id]) || "here";
  const answer = (row) => row.querySelector("input:checked").value;
  // Only what nobody typed or ticked follows; `before` is what was offered until now.
  const follow = (next, before) => {
    for (const name of STARTS) {
      if (field(name).value === (before[name] || "")) field(name).value = next[name];
    }
    const was = before.marks || {};
    given = next;
    for (const row of form.querySelectorAll("[data-seat]")) {
      const id = row.dataset.seat;
      if (answer(row) !== (was[id] || "here")) continue;
      row.querySelector(`[value="${markOf(id)}"]`).checked = true;
      mark(row);
    }
    sayPlan(field("held_on").value);
    readAway();
  };
  const start = () => {
    const each = sitting();
    const today = day(new Date());
    const people = [["", words.choose], ...branch().people.map((one) => [one.id, one.name])];
    const isUntyped = !field("held_on").value || field("held_on").value === given.held_on;
    const plan = isUntyped ? planNext(each, today) : planOf(each, field("held_on").value);
    if (isUntyped) field("held_on").value = dayOf(plan, today);
    const on = field("held_on").value;
    offer(field("chair"), people, "");
    offer(field("recorder"), people, "");
    drawAlso(each);
    drawRoster();
    follow({ ...offered(each, plan, on), held_on: isUntyped ? on : "" }, { ...given, chair: "", recorder: "", marks: {} });
  };
  const drawAlso = (each) => {
    const box = form.querySelector("[data-also]");
    box.hidden = !each.also.length;
    box.querySelector(".field__choices").replaceChildren(
      ...each.also.map(([value, label]) => {
        const line = document.getElementById("offline-also").content.firstElementChild.cloneNode(true);
        line.querySelector("input").value = value;
        line.querySelector("span").textContent = label;
        return line;
      }),
    );
  };
  const drawSittings = (value) => {
    const label = (each) => (each.group ? `${each.label}（${each.group_name}）` : each.label);
    offer(field("sitting"), sittings().map((each) => [keyOf(each), label(each)]), value);
  };

  // --- in and out

  const fill = (data) => {
    const chosen = kept && { branch: field("branch").value, sitting: field("sitting").value };
    kept = data;
    offer(field("branch"), kept.branches.map((each) => [each.id, each.name]), chosen && chosen.branch);
    field("branch").closest(".field").hidden = kept.branches.length < 2;
    drawSittings(chosen && chosen.sitting);
  };
  const blank = () => {
    form.reset();
    given = {};
    start();
  };
  const values = () => {
    const left = new Set(["branch", "sitting"]);
    const typed = [...new FormData(form)].filter(([name]) => !left.has(name));
    const fields = typed.map(([name, value]) => [name, value.replace(/\r?\n/g, "\r\n")]);
    return [...fields, ["roster", sitting().roster.join(",")], ["plan_seen", given.seen || ""]];
  };
  const entry = () => {
    const each = sitting();
    const fields = values().map(([name, value]) => [name, name === "away" ? withNames(value, seats()) : value]);
    return {
      branch: branch().id, where: branch().name, kind: each.kind, group: each.group, label: each.label,
      title: field("title").value.trim(), held_on: field("held_on").value, fields,
    };
  };
  const holds = (saved) => {
    const found = kept.branches.find((each) => each.id === saved.branch);
    return Boolean(found && found.sittings.some((each) => each.kind === saved.kind && each.group === saved.group));
  };
  // Whoever is no longer on the roster drops out of the ticks; the portal compares what is sent in any case.
  const load = (saved) => {
    form.reset();
    offer(field("branch"), kept.branches.map((each) => [each.id, each.name]), saved.branch);
    drawSittings(`${saved.kind}:${saved.group || ""}`);
    given = {};
    start();
    // What was typed from an earlier plan is still of that one: the portal says what became of it.
    const seen = saved.fields.find(([name]) => name === "plan_seen");
    if (seen) given.seen = seen[1];
    for (const [name, value] of saved.fields) {
      const found = form.querySelectorAll(`[name="${CSS.escape(name)}"]`);
      for (const each of found) {
        if (/checkbox|radio/.test(each.type)) each.checked = each.checked || each.value === value;
        else each.value = value;
      }
    }
    form.querySelectorAll("[data-seat]").forEach(mark);
    form.querySelectorAll("details").forEach((each) => {
      each.open = [...each.querySelectorAll("textarea, input")].some((one) => (one.type === "checkbox" ? one.checked : one.value));
    });
    readAway();
  };
  const untouched = () => {
    const typed = ["guests", "items", "note"].some((name) => field(name).value.trim());
    const ticked = form.querySelector("[data-also] input:checked");
    const marked = [...form.querySelectorAll("[data-seat]")].some((row) => answer(row) !== markOf(row.dataset.seat));
    return !typed && !ticked && !marked && STARTS.every((name) => field(name).value === (given[name] || ""));
  };
  const leaveOut = (others) => {
    const seen = others.flatMap((one) => one.fields || []).filter(([name, value]) => name === "plan_seen" && value);
    const before = taken;
    taken = new Set(seen.map(([, value]) => value));
    if (taken.size !== before.size && kept && untouched()) start();
  };
  // The portal checks everything; these three would only make the person wait for its answer.
  const faults = () => {
    const found = ["held_on", "chair", "title"].filter((name) => !field(name).value.trim()).map((name) => [name, words.needed]);
    if (field("held_on").value > day(new Date())) found.push(["held_on", words.future]);
    return found;
  };

  form.addEventListener("change", (event) => {
    if (event.target.name === "branch") drawSittings();
    if (["branch", "sitting"].includes(event.target.name)) start();
    if (event.target.name === "held_on" && field("held_on").value) {
      const on = field("held_on").value;
      follow(offered(sitting(), planOf(sitting(), on), on), given);
    }
    const row = event.target.closest("[data-seat]");
    if (row) mark(row);
  });
  field("away").addEventListener("input", readAway);

  window.offlineForm = { form, field, fill, start, blank, entry, holds, load, untouched, leaveOut, faults };
}
