// One script for the page and for the thread of its engine, so that the policy of the page names one hash.

import { edit } from "./editor.js";
import { begin } from "./report.js";
import { serve } from "./worker.js";

export { render } from "./notebook.js";

// A notebook takes it as a module, and asks for `render`.
if (typeof document === "undefined") serve(globalThis);
else if (document.currentScript) {
  const script = document.currentScript.textContent ?? "";
  if (document.getElementById("plan")) edit(script);
  else begin(script);
}
