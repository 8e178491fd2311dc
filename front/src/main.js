// One script for the page and for the thread of its engine, so that the policy of the page names one hash.

import { begin } from "./page.js";
import { serve } from "./worker.js";

if (typeof document === "undefined") serve(globalThis);
else begin(document.currentScript?.textContent ?? "");
