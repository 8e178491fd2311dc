// A setting: what a reader moves. It is a scenario of the plan, and the text that is copied is the text that runs.

/**
 * @typedef {{name: string, parameter: string, now: number, keeps: boolean}} Lever
 * @typedef {{scenario: string, levers: Record<string, number>, parameters: Record<string, number>,
 *   bounds: Record<string, number>}} Setting
 */

/** @param {string} scenario @returns {Setting} */
export function nothingMoved(scenario) {
  return { scenario, levers: {}, parameters: {}, bounds: {} };
}

/** Whether levers, parameters or bounds are moved. @param {Setting} setting */
export function isMoved(setting) {
  return [setting.levers, setting.parameters, setting.bounds].some((part) => Object.keys(part).length > 0);
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

/** What is copied: the scenario, and bounds as what to write in their targets.
 * @param {Setting} setting @param {Lever[]} levers @param {string} name */
export function asText(setting, levers, name) {
  const bounds = Object.entries(setting.bounds).map(([id, bound]) => `# targets ${quoted(id)}: ${bound}\n`);
  return asScenario(setting, levers, name) + bounds.join("");
}

/** The setting as the end of a link. @param {Setting} setting */
export function asLink(setting) {
  const bytes = new TextEncoder().encode(JSON.stringify(setting));
  return `#set=${btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "")}`;
}

/**
 * Read the setting of a link; what the plan does not have, and what is no number, is not taken.
 * @param {string} hash
 * @param {{scenarios: string[], levers: string[], parameters: string[], targets: string[]}} known
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
  };
}
