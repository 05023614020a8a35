// When a swap fails, say so in words and keep what was typed; what the server says comes into sight.
{
  const show = (text, code) => {
    const region = document.getElementById("messages");
    const box = document.createElement("div");
    const line = document.createElement("p");
    box.className = "alert alert--danger";
    line.className = "alert__text";
    line.textContent = code ? `${text} (${code})` : text;
    box.append(line);
    region.replaceChildren(box);
    region.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("htmx:responseError", (event) => {
    const answer = event.detail.xhr;
    if (answer.status === 401) return;
    show(document.getElementById("messages").dataset.failed, answer.getResponseHeader("X-Request-ID") || answer.status);
  });
  document.addEventListener("htmx:oobAfterSwap", (event) => event.detail.target.scrollIntoView({ block: "nearest" }));
  document.addEventListener("htmx:sendError", () => show(document.getElementById("messages").dataset.offline));
}
