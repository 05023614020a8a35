// Draws the interface's description; to read, not to send: unsafe calls need keys of their own.
{
  const place = document.getElementById("api-docs");
  window.SwaggerUIBundle({
    domNode: place,
    url: place.dataset.schema,
    deepLinking: false,
    docExpansion: "list",
    supportedSubmitMethods: [],
    validatorUrl: null,
    // The page has a main landmark already.
    onComplete: () => place.querySelectorAll("main, section").forEach((each) => each.setAttribute("role", "presentation")),
  });
}
