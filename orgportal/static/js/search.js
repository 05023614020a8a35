// The search box as a combobox: what the server found is decorated as options while it hangs under the box.
{
  const dress = (list) => {
    const options = [...list.querySelectorAll("a[href]")];
    options.forEach((link, place) => {
      link.id = `found-${place}`;
      link.tabIndex = -1;
      link.setAttribute("role", "option");
      link.setAttribute("aria-selected", "false");
      link.closest("li")?.setAttribute("role", "none");
      link.closest("ul")?.setAttribute("role", "none");
    });
    list.querySelectorAll("section").forEach((group, place) => {
      const title = group.querySelector("h2");
      title.id = `found-group-${place}`;
      title.setAttribute("role", "presentation");
      group.setAttribute("role", "group");
      group.setAttribute("aria-labelledby", title.id);
    });
    if (options.length) list.setAttribute("role", "listbox");
    else list.removeAttribute("role");
    return options;
  };

  const bind = (form) => {
    const box = form.querySelector("input[type=search]");
    const list = document.getElementById(box.getAttribute("hx-target").slice(1));
    const status = form.querySelector("[data-suggest-status]");
    let options = [];
    let active = -1;

    const mark = (place) => {
      options[active]?.setAttribute("aria-selected", "false");
      active = place;
      const option = options[active];
      if (!option) {
        box.removeAttribute("aria-activedescendant");
        return;
      }
      option.setAttribute("aria-selected", "true");
      box.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    };
    const show = (open) => {
      list.hidden = !open;
      box.setAttribute("aria-expanded", String(open && options.length > 0));
      if (!open) mark(-1);
    };
    const step = (by) => {
      if (list.hidden && options.length) show(true);
      const count = options.length + 1;
      mark(((active + 1 + by + count) % count) - 1);
    };
    const seek = () => {
      if (box.value.trim()) box.dispatchEvent(new CustomEvent("seek", { bubbles: true }));
      else show(false);
    };

    box.setAttribute("role", "combobox");
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-controls", list.id);
    show(false);

    // Pinyin still being turned into characters is not searched for.
    box.addEventListener("input", (event) => event.isComposing || seek());
    box.addEventListener("compositionend", seek);
    list.addEventListener("htmx:afterSwap", () => {
      options = dress(list);
      active = -1;
      status.textContent = list.firstElementChild?.dataset.found ?? "";
      show(document.activeElement === box && box.value.trim() !== "");
    });
    box.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        step(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Enter" && options[active] && !list.hidden) {
        event.preventDefault();
        options[active].click();
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        show(false);
      }
    });
    form.addEventListener("focusout", (event) => form.contains(event.relatedTarget) || show(false));
    form.addEventListener("submit", () => show(false));
  };

  document.querySelectorAll("form[data-suggest]").forEach(bind);
}
