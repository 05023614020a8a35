// A disclosure marked data-dialog opens as a modal: focus stays inside, Escape closes and gives it back.
{
  const words = () => document.getElementById("messages").dataset;

  const openModal = (details) => {
    const panel = details.querySelector(".dialog__panel");
    const modal = document.createElement("dialog");
    modal.className = "modal";
    modal.setAttribute("aria-labelledby", panel.querySelector(".dialog__title").id);
    const close = document.createElement("button");
    close.type = "button";
    close.className = "button modal__close";
    close.textContent = words().close;
    close.addEventListener("click", () => modal.close());
    modal.append(panel);
    (panel.querySelector(".buttons") || modal).append(close);
    const back = () => modal.open && modal.close();
    modal.addEventListener("close", () => {
      window.removeEventListener("popstate", back);
      if (history.state && history.state.dialog === details.id) history.back();
      close.remove();
      details.append(panel);
      modal.remove();
      details.querySelector("summary").focus();
    });
    document.body.append(modal);
    modal.showModal();
    // The question is read first; the act is not one stray Enter away.
    const title = panel.querySelector(".dialog__title");
    title.tabIndex = -1;
    title.focus();
    // The browser's Back closes the dialog instead of leaving the page.
    history.pushState({ dialog: details.id }, "");
    window.addEventListener("popstate", back);
  };

  const arm = (root) => {
    for (const details of root.querySelectorAll("details[data-dialog]")) {
      const summary = details.querySelector("summary");
      if (summary.hasAttribute("aria-haspopup")) continue;
      summary.setAttribute("aria-haspopup", "dialog");
      summary.addEventListener("click", (event) => {
        event.preventDefault();
        openModal(details);
      });
      // A panel that came back with errors in it is shown at once.
      if (details.querySelector("[data-focus]")) openModal(details);
    }
  };

  if (typeof HTMLDialogElement === "function") {
    arm(document);
    document.addEventListener("htmx:afterSwap", (event) => arm(event.target));
  }
}
