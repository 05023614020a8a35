// After a refused form, the reader lands on the list of errors.
{
  const focusFirst = (root) => {
    const summary = root.querySelector("[data-focus]");
    if (summary) summary.focus();
  };
  focusFirst(document);
  document.addEventListener("htmx:afterSwap", (event) => focusFirst(event.target));

  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest(".error-summary a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    (document.querySelector(`label[for="${field.id}"]`) || field).scrollIntoView({ block: "center" });
    field.focus({ preventScroll: true });
  });
}
