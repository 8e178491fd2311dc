// A report: the page is the document, and the engine is in it.

import { Page } from "./page.js";
import { asLink, ofLink } from "./setting.js";

/** Begin when the page is there. @param {string} script */
export function begin(script) {
  const text = document.getElementById("data")?.textContent;
  if (!text) return;
  const page = new Page(JSON.parse(text), document, document.documentElement);
  start(page, script).catch((error) => page.tell(error.message));
}

/** @param {Page} page @param {string} script */
async function start(page, script) {
  const { data, words } = page;
  await page.open();
  const code = document.getElementById("engine")?.textContent;
  if (!code) return page.tell(words.missing);
  if (typeof WebAssembly === "undefined") return page.tell(words.none_here);
  page.tell(words.starting);
  let answer;
  try {
    answer = await page.engine(script, code);
  } catch {
    return page.tell(words.none_here);
  }
  await page.begin(answer);
  page.at("link").addEventListener("click", () => {
    history.replaceState(null, "", asLink(page.setting));
    /** @type {HTMLTextAreaElement} */ (page.at("setting")).value = location.href;
  });
  const linked = ofLink(location.hash, {
    scenarios: data.scenarios,
    levers: data.levers.map((lever) => lever.name),
    parameters: data.parameters,
    targets: Object.keys(data.bounds),
    indicators: data.observed,
    periods: data.periods,
  });
  if (linked) page.take(linked);
}
