// A setting: what a reader moves. It is a scenario of the plan, and the text that is copied is the text that runs.

/**
 * @typedef {{name: string, parameter: string, now: number, keeps: boolean, text: string, in: Record<string, string>}} Lever
 *   `text` is where it stands in the plan, `in` where it stands in scenarios that move it
 * @typedef {{scenario: string, levers: Record<string, number>, parameters: Record<string, number>,
 *   bounds: Record<string, number>, actual: Record<string, number>}} Setting
 *   `actual` has actual values by what they are of, as in `gdp 2022`
 * @typedef {[string, string, number, string, string | null, number | null, string | null]} Row an actual value: indicator, period,
 *   value, the day it was known, basis, standard deviation of its error, source
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

/** Rows as the text of a table. @param {(string | number | null)[][]} rows */
function asCsv(rows) {
  const cell = (/** @type {string | number | null} */ value) => {
    const text = String(value ?? "");
    return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  };
  return rows.map((row) => `${row.map(cell).join(",")}\n`).join("");
}

const COLUMNS = ["indicator", "period", "value", "vintage", "basis", "sd", "source"];

/**
 * The actual values that the plan is held to: those typed in beside those known. They are on the basis of the plan, known from the
 * day after the year of the latest, or from the day of the others where that is later; each takes the place of what was known of it.
 * @param {Setting} setting @param {Row[] | null} known what is known without them @param {string | null} asOf
 */
export function asOutturns(setting, known, asOf) {
  const { rows, day } = withTyped(setting, known, asOf);
  return { outturns: rows === null ? null : asCsv([COLUMNS, ...rows]), as_of: day };
}

/** @param {Setting} setting @param {Row[] | null} known @param {string | null} asOf @returns {{rows: Row[] | null, day: string | null}} */
function withTyped({ actual }, known, asOf) {
  const cells = Object.keys(actual).map((cell) => /** @type {const} */ ([cell.slice(0, cell.lastIndexOf(" ")), cell.slice(cell.lastIndexOf(" ") + 1)]));
  if (cells.length === 0) return { rows: known, day: asOf };
  const latest = Math.max(...cells.map(([, period]) => Number(period.slice(0, 4))));
  const next = `${String(latest + 1).padStart(4, "0")}-01-01`;
  const day = asOf !== null && asOf > next ? asOf : next;
  const kept = (known ?? []).filter(([name, period, , vintage, basis]) => !(basis === null && vintage === day && `${name} ${period}` in actual));
  const typed = cells.map(([name, period]) => /** @type {Row} */ ([name, period, actual[`${name} ${period}`], day, null, null, null]));
  return { rows: [...kept, ...typed], day };
}

/** What is copied: the scenario, and bounds as what to write in their targets.
 * @param {Setting} setting @param {Lever[]} levers @param {string} name @param {string | null} asOf the day of the values that are known */
export function asText(setting, levers, name, asOf) {
  const bounds = Object.entries(setting.bounds).map(([id, bound]) => `# targets ${quoted(id)}: ${bound}\n`);
  const { rows, day } = withTyped(setting, null, asOf);
  const table = rows && asCsv([COLUMNS, ...rows].map((row) => row.slice(0, 4)));
  const actual = table ? `# actual values, as of ${day}:\n${table.replace(/^(?=.)/gm, "# ")}` : "";
  return asScenario(setting, levers, name) + bounds.join("") + actual;
}

/** The name of a target as a goal has it; what needs no signs stands plain. @param {string} id */
function named(id) {
  const plain = /^[\p{L}\p{N}_.-]+$/u.test(id) && !/^(and|or|not|at_least)$/i.test(id);
  return plain ? id : id.includes('"') ? `'${id}'` : `"${id}"`;
}

/**
 * What is wished of targets as a goal, and what it is conditional on.
 * @typedef {{goal: string, given: string | null}} Asked
 * @param {[string, import("./bits.js").Wish][]} wishes @returns {Asked | null}
 */
export function asGoal(wishes) {
  if (wishes.length === 0) return null;
  const goal = wishes.map(([id, wish]) => (wish === "missed" ? `not ${named(id)}` : named(id)));
  const given = wishes.filter(([, wish]) => wish === "given").map(([id]) => named(id));
  return { goal: goal.join(" and "), given: given.length > 0 ? given.join(" and ") : null };
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
