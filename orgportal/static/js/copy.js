// The copy button works only where scripts do, so it is shown only then. Without the clipboard's interface
// (an intranet without TLS) the address is selected and copied the old way.
for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const label = button.querySelector("[data-label]");
  const said = document.createElement("span");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  button.after(said);
  const copied = () => {
    label.textContent = button.dataset.copied;
    said.textContent = button.dataset.copied;
  };
  const copyOldWay = () => document.execCommand("copy") && copied();
  button.hidden = false;
  button.addEventListener("click", () => {
    field.focus();
    field.select();
    if (navigator.clipboard) navigator.clipboard.writeText(field.value).then(copied, copyOldWay);
    else copyOldWay();
  });
}
