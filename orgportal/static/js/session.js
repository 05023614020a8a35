// Two minutes before an idle session ends the reader is told, and one press keeps it.
{
  const seconds = Number(document.body.dataset.sessionSeconds || 0);
  const region = document.getElementById("messages");
  const NOTICE = 120;
  let warning = null;
  let timers = [];

  const tell = (text, act) => {
    if (warning) warning.remove();
    warning = document.createElement("div");
    warning.className = "alert alert--warning session-warning";
    warning.setAttribute("role", "alert");
    const line = document.createElement("p");
    line.className = "alert__text";
    line.textContent = text;
    warning.append(line);
    if (act) warning.append(act);
    document.body.append(warning);
  };

  const extend = async () => {
    const answer = await fetch(region.dataset.extendUrl, { credentials: "same-origin" }).catch(() => null);
    if (answer && answer.ok && !answer.redirected) restart();
    else tell(region.dataset.expired);
  };

  const warn = () => {
    let button = null;
    if (region.dataset.extendUrl) {
      button = document.createElement("button");
      button.type = "button";
      button.className = "button button--secondary";
      button.textContent = region.dataset.extend;
      button.addEventListener("click", extend);
    }
    tell(region.dataset.expiring, button);
  };

  const restart = () => {
    timers.forEach(clearTimeout);
    if (warning) warning.remove();
    warning = null;
    timers = [
      setTimeout(warn, Math.max(0, seconds - NOTICE) * 1000),
      setTimeout(() => tell(region.dataset.expired), seconds * 1000),
    ];
  };

  if (seconds) {
    restart();
    // Every answered swap renews the session on the server too.
    document.addEventListener("htmx:afterOnLoad", restart);
  }
}
