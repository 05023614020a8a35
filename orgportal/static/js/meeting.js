// The roster counts itself while it is ticked, and follows the line above it once the server has read that.
{
  const form = document.getElementById("meeting");
  const line = form.elements.namedItem("away");
  const seats = () => [...form.querySelectorAll("[data-seat]")];
  const answer = (seat) => (seat.querySelector("input:checked") || { value: "here" }).value;

  const choose = (seat, value) => {
    const input = seat.querySelector(`input[value="${value}"]`);
    if (input) input.checked = true;
  };

  const recount = () => {
    const counts = { expected: 0, present: 0, leave: 0, absent: 0, voters: 0 };
    for (const seat of seats()) {
      const mark = answer(seat);
      const kind = mark === "here" ? "present" : mark === "absent" ? "absent" : "leave";
      counts.expected += 1;
      counts[kind] += 1;
      if (kind === "present" && "vote" in seat.dataset) counts.voters += 1;
      seat.classList.toggle("roster__row--away", kind !== "present");
    }
    for (const [name, count] of Object.entries(counts)) {
      for (const place of form.querySelectorAll(`[data-count="${name}"]`)) place.textContent = count;
    }
    const quorum = form.querySelector("[data-needed]");
    if (!quorum) return;
    const reached = counts.voters >= Number(quorum.dataset.needed) && counts.voters > 0;
    quorum.querySelector('[data-quorum="yes"]').hidden = !reached;
    quorum.querySelector('[data-quorum="no"]').hidden = reached;
  };

  // What the line set, the line takes back.
  const release = () => {
    for (const seat of seats()) {
      if (!("fromLine" in seat.dataset)) continue;
      delete seat.dataset.fromLine;
      choose(seat, "here");
    }
  };

  const follow = () => {
    const check = document.getElementById("check");
    const marks = JSON.parse(check.dataset.marks || "{}");
    const basis = document.getElementById("left-out");
    if (basis && check.querySelector("[data-left-out]")) basis.open = true;
    release();
    for (const seat of seats()) {
      if (!(seat.dataset.seat in marks)) continue;
      choose(seat, marks[seat.dataset.seat]);
      seat.dataset.fromLine = "";
    }
    recount();
  };

  form.addEventListener("change", (event) => {
    const seat = event.target.closest("[data-seat]");
    if (!seat) return;
    delete seat.dataset.fromLine;
    recount();
    // Votes are held against who was there: have them read again.
    if (form.querySelector("[data-ruled]")) {
      document.getElementById("id_items").dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
  line.addEventListener("input", () => {
    release();
    recount();
  });
  document.addEventListener("htmx:afterSettle", follow);

  const add = form.querySelector("[data-add-row]");
  if (add) {
    add.hidden = false;
    const more = () => {
      const rows = form.querySelectorAll("[data-row]");
      const last = rows[rows.length - 1];
      const next = last.cloneNode(true);
      for (const each of next.querySelectorAll("[name], [id], [for]")) {
        for (const key of ["name", "id", "htmlFor"]) {
          if (each[key]) each[key] = each[key].replace(/row-\d+/, `row-${rows.length}`);
        }
        if ("value" in each) each.value = "";
      }
      last.after(next);
      return next;
    };
    add.addEventListener("click", () => more().querySelector("input").focus());
    form.addEventListener("draft:restoring", (event) => {
      const wanted = event.detail.map((name) => Number((name.match(/^row-(\d+)-/) || [])[1] || 0));
      const count = Math.min(Math.max(0, ...wanted) + 1, 40);
      while (form.querySelectorAll("[data-row]").length < count) more();
    });
  }
  follow();
}
