// A table wider than its place scrolls in its own box; any other keeps its head in sight while the page scrolls.
{
  const fit = (box) => {
    const table = box.querySelector("table");
    box.classList.toggle("table-box--wide", Boolean(table) && table.offsetWidth > box.clientWidth + 1);
  };
  const sizes = new ResizeObserver((entries) => entries.forEach((entry) => fit(entry.target.closest(".table-box"))));
  const watch = () => {
    for (const box of document.querySelectorAll(".table-box:not(.table-box--scroll)")) {
      for (const each of [box, box.querySelector("table")]) if (each) sizes.observe(each);
    }
  };
  watch();
  document.addEventListener("htmx:afterSwap", watch);
}
