// One press, one record: a guarded form shows that it is working and refuses a second send.
{
  const words = () => document.getElementById("messages");
  const held = new Set();

  const hold = (form, button) => {
    held.add(form);
    for (const each of form.querySelectorAll('button[type="submit"]')) each.setAttribute("aria-disabled", "true");
    if (!button) return;
    const label = button.querySelector("[data-label]") || button;
    button.setAttribute("aria-busy", "true");
    label.dataset.was = label.textContent;
    label.textContent = (words() && words().dataset.working) || label.textContent;
  };

  const release = (form) => {
    held.delete(form);
    for (const each of form.querySelectorAll('button[type="submit"]')) {
      each.removeAttribute("aria-disabled");
      each.removeAttribute("aria-busy");
    }
    for (const label of form.querySelectorAll("[data-was]")) {
      label.textContent = label.dataset.was;
      delete label.dataset.was;
    }
  };

  // A form that stays on the page after a swap is a new act next time: it needs a new key.
  const renew = (form) => {
    const key = form.elements.namedItem("idempotency_key");
    if (!key) return;
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    key.value = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!form.matches("form[data-guard]")) return;
      if (held.has(form)) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      // After this turn: a disabled button's name and value would not be sent.
      setTimeout(() => {
        if (!event.defaultPrevented || form.matches("[hx-post], [hx-put], [hx-patch], [hx-delete]")) {
          hold(form, event.submitter);
        }
      });
    },
    true,
  );

  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest && event.target.closest("form[data-guard]");
    if (!form) return;
    release(form);
    if (event.detail.successful) renew(form);
  });

  // The page may come back from the browser's memory with its buttons still held.
  window.addEventListener("pageshow", () => [...held].forEach(release));
}
