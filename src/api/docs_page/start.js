"use strict";
// Beside the page, so that it works under /api/v1 and behind a proxy's prefix as well.
SwaggerUIBundle({
  url: new URL("../openapi.json", document.currentScript.src).href,
  dom_id: "#document",
  deepLinking: true,
  validatorUrl: null, // nothing leaves the machine
});
