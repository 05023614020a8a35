// The whole row opens its record; the link inside stays the way in for keyboard and screen readers.
document.addEventListener("click", (event) => {
  const row = event.target.closest && event.target.closest("table[data-row-link] tbody tr");
  if (!row || event.target.closest("a, button, input, select, label, summary, details")) return;
  if (String(window.getSelection())) return;
  const link = row.querySelector("a[data-row], td a[href], th a[href]");
  if (link) link.click();
});
