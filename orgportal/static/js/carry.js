// All earlier follow-ups onto the agenda in one press; each is still a tick of its own.
{
  const list = document.getElementById("carried");
  const all = list && list.querySelector("[data-carry-all]");
  if (all) {
    all.hidden = false;
    all.addEventListener("click", () => {
      const ticks = [...list.querySelectorAll('[type="checkbox"]')];
      for (const tick of ticks) tick.checked = true;
      ticks[0].dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
}
