// A meeting typed without network and refused is put right here under its own key, so that it counts once.
{
  const form = document.getElementById("meeting");
  const id = sessionStorage.getItem("offline:opened");
  sessionStorage.removeItem("offline:opened");
  if (form && id && document.querySelector(".error-summary")) {
    form.elements.namedItem("idempotency_key").value = id;
    form.addEventListener("submit", () => sessionStorage.setItem("offline:opened", id));
  }
}
