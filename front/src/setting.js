// A setting: what a reader moves. It is a scenario of the plan, and the text that is copied is the text that runs.

/**
 * @typedef {{name: string, parameter: string, now: number, keeps: boolean}} Lever
 * @typedef {{scenario: string, levers: Record<string, number>, parameters: Record<string, number>,
 *   bounds: Record<string, number>, actual: Record<string, number>}} Setting
 *   `actual` has actual values by what they are of, as in `gdp 2022`
 * @typedef {[string, string, string, string]} Row an actual value: what it is of, when it was known, its basis, its line
 */

/** @param {string} scenario @returns {Setting} */
export function nothingMoved(scenario) {
  return { scenario, levers: {}, parameters: {}, bounds: {}, actual: {} };
}

/** Whether levers, parameters, bounds or actual values are moved. @param {Setting} setting */
export function isMoved(setting) {
  return [setting.levers, setting.parameters, setting.bounds, setting.actual].some((part) => Object.keys(part).length > 0);
}

/** A text as TOML writes it. @param {string} text */
function quoted(text) {
  const escape = (/** @type {string} */ sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return `"${text.replace(/[\\"]/g, "\\$&").replace(/[\u0000-\u001f\u007f]/g, escape)}"`;
}

/**
 * The setting as a scenario for the plan file; empty where no lever and no parameter is moved.
 * @param {Setting} setting @param {Lever[]} levers @param {string} name
 */
export function asScenario(setting, levers, name) {
  const changes = [];
  for (const lever of levers) {
    const value = setting.levers[lever.name];
    if (value === undefined) continue;
    const how = lever.keeps ? `add = ${value - lever.now}` : `set = ${value}`;
    changes.push(`{ parameter = ${quoted(lever.parameter)}, ${how} }`);
  }
  for (const [parameter, value] of Object.entries(setting.parameters)) {
    changes.push(`{ parameter = ${quoted(parameter)}, set = ${value} }`);
  }
  if (changes.length === 0) return "";
  const from = setting.scenario === "baseline" ? "" : `extends = ${quoted(setting.scenario)}\n`;
  return `[scenarios.${quoted(name)}]\n${from}changes = [${changes.join(", ")}]\n`;
}

/**
 * The actual values that the plan is held to: those typed in beside those known. They are on the basis of the plan, known from the
 * day after the year of the latest, or from the day of the others where that is later; each takes the place of what was known of it.
 * @param {Setting} setting @param {string | null} known the table as it is @param {string | null} asOf @param {Row[]} rows the rows of it
 */
export function asOutturns(setting, known, asOf, rows) {
  const typed = Object.entries(setting.actual);
  if (typed.length === 0) return { outturns: known, as_of: asOf };
  const parts = (/** @type {string} */ cell) => /** @type {[string, string]} */ ([cell.slice(0, cell.lastIndexOf(" ")), cell.slice(cell.lastIndexOf(" ") + 1)]);
  const latest = Math.max(...typed.map(([cell]) => Number(parts(cell)[1].slice(0, 4))));
  const next = `${String(latest + 1).padStart(4, "0")}-01-01`;
  const day = asOf !== null && asOf > next ? asOf : next;
  const needed = "indicator,period,value,vintage";
  const head = known === null || rows.length === 0 ? needed : known.slice(0, known.indexOf("\n"));
  const rest = ",".repeat(head.split(",").length - needed.split(",").length);
  const kept = rows.filter(([about, vintage, basis]) => !(basis === "" && vintage === day && about in setting.actual));
  const lines = typed.map(([cell, value]) => `${parts(cell).join(",")},${value},${day}${rest}`);
  return { outturns: [head, ...kept.map((row) => row[3]), ...lines, ""].join("\n"), as_of: day };
}

/** What is copied: the scenario, and bounds as what to write in their targets.
 * @param {Setting} setting @param {Lever[]} levers @param {string} name @param {string | null} asOf the day of the values that are known */
export function asText(setting, levers, name, asOf) {
  const bounds = Object.entries(setting.bounds).map(([id, bound]) => `# targets ${quoted(id)}: ${bound}\n`);
  const { outturns, as_of: day } = asOutturns(setting, null, asOf, []);
  const actual = Object.keys(setting.actual).length === 0 || outturns === null ? "" : `# actual values, as of ${day}:\n${outturns.replace(/^(?=.)/gm, "# ")}`;
  return asScenario(setting, levers, name) + bounds.join("") + actual;
}

/** The setting as the end of a link. @param {Setting} setting */
export function asLink(setting) {
  const bytes = new TextEncoder().encode(JSON.stringify(setting));
  return `#set=${btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "")}`;
}

/**
 * Read the setting of a link; what the plan does not have, and what is no number, is not taken.
 * @param {string} hash
 * @param {{scenarios: string[], levers: string[], parameters: string[], targets: string[], indicators: string[], periods: string[]}} known
 * @returns {Setting | null}
 */
export function ofLink(hash, known) {
  const coded = /^#set=([\w-]+)$/.exec(hash)?.[1];
  if (!coded) return null;
  let read;
  try {
    const text = atob(coded.replace(/-/g, "+").replace(/_/g, "/"));
    read = JSON.parse(new TextDecoder().decode(Uint8Array.from(text, (sign) => sign.charCodeAt(0))));
  } catch {
    return null;
  }
  if (typeof read !== "object" || read === null || !known.scenarios.includes(read.scenario)) return null;
  const of = (/** @type {unknown} */ part, /** @type {string[]} */ names) => {
    const pairs = typeof part === "object" && part !== null ? Object.entries(part) : [];
    return Object.fromEntries(pairs.filter(([name, value]) => names.includes(name) && Number.isFinite(value)));
  };
  return {
    scenario: read.scenario,
    levers: of(read.levers, known.levers),
    parameters: of(read.parameters, known.parameters),
    bounds: of(read.bounds, known.targets),
    actual: of(read.actual, known.indicators.flatMap((one) => known.periods.map((period) => `${one} ${period}`))),
  };
}
