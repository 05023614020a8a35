// Meetings typed without network: pages say that they wait; sign-out, another account or a month unused wipe them.
{
  const UNUSED = 30 * 24 * 3600 * 1000;
  const mark = (name) => localStorage.getItem(`offline:${name}`);
  const user = document.body.dataset.user;
  const region = document.getElementById("messages");
  let isAgreed = false;

  const wipe = () => {
    for (const name of ["owner", "used", "waiting"]) localStorage.removeItem(`offline:${name}`);
    indexedDB.deleteDatabase("offline");
  };
  const tell = (tone, text, ...acts) => {
    const box = document.createElement("div");
    const line = document.createElement("p");
    const row = document.createElement("div");
    box.className = `alert alert--${tone} alert--waiting`;
    line.className = "alert__text";
    line.textContent = text.replace("{n}", mark("waiting"));
    row.className = "buttons";
    row.append(...acts);
    box.append(line, row);
    region.querySelectorAll(".alert--waiting").forEach((each) => each.remove());
    region.append(box);
    box.scrollIntoView({ block: "nearest" });
  };
  const link = () => {
    const made = document.createElement("a");
    made.className = "button button--secondary";
    made.href = region.dataset.waitingUrl;
    made.textContent = region.dataset.waitingSee;
    return made;
  };
  const leave = (form) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button button--danger";
    made.textContent = region.dataset.leave;
    made.addEventListener("click", () => {
      isAgreed = true;
      form.requestSubmit();
    });
    return made;
  };
  const waits = () => Number(mark("waiting")) > 0 && region && region.dataset.waitingUrl;

  if (mark("owner")) {
    const isStranger = user && user !== mark("owner");
    if (isStranger || Date.now() - Number(mark("used")) > UNUSED) wipe();
    else if (user && waits()) tell("info", region.dataset.waiting, link());
  }
  document.addEventListener(
    "submit",
    (event) => {
      if (!event.target.matches("form[data-sign-out]") || !mark("owner")) return;
      if (!waits() || isAgreed) {
        wipe();
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      tell("warning", region.dataset.leaving, link(), leave(event.target));
    },
    true,
  );
}
