// One script for the page and for the thread of its engine, so that the policy of the page names one hash.

import { begin } from "./report.js";
import { serve } from "./worker.js";

export { render } from "./notebook.js";

// A notebook takes it as a module, and asks for `render`.
if (typeof document === "undefined") serve(globalThis);
else if (document.currentScript) begin(document.currentScript.textContent ?? "");
