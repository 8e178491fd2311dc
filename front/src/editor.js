// The live page: a plan as text, what is wrong in it, and what it comes to, computed while it is written.

import { limitingOf } from "./answers.js";
import { chanceText, count, fill, limitingText, shortText } from "./chances.js";
import { draw, layOut } from "./draw.js";
import { Engine } from "./engine.js";

/**
 * @typedef {string | Record<string, string> | null} Label
 * @typedef {{name: string, label: Label, description: string | null, periods: string[],
 *   indicators: {name: string, label: Label, unit: string | null, drawn: string[]}[],
 *   targets: {id: string, label: Label, indicator: string | null, wants: string, mark: import("./draw.js").Mark | null}[],
 *   target_sets: {name: string, label: Label}[], scenarios: {name: string, label: Label}[],
 *   findings: {kind: string, targets: string[], message: string, resolve: string}[]}} About
 * @typedef {{line: number | null, address: string, message: string}} Problem
 * @typedef {{plans: string[], paths: number, few: number, seed: number, language: string, shares: string[], units: Record<string, string>,
 *   words: import("./chances.js").Words & Record<string, string>}} Data
 */

const LEVELS = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95];
const HEADERS = ["5 %", "10 %", "25 %", "50 %", "75 %", "90 %", "95 %"];
const MEMORY = 400e6;
const REST = 250; // milliseconds without a key before the plan is read
const PATIENCE = 1500; // milliseconds of a run that what is typed waits for

/** Make an element. @param {string} name @param {Record<string, string>} attributes @param {(Node | string)[]} inside */
function made(name, attributes, ...inside) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...inside);
  return element;
}

class Editor {
  /** @param {Data} data */
  constructor(data) {
    this.data = data;
    this.words = data.words;
    this.plan = /** @type {HTMLTextAreaElement} */ (this.at("plan"));
    this.scenario = /** @type {HTMLSelectElement} */ (this.at("scenario"));
    this.other = /** @type {HTMLSelectElement} */ (this.at("other"));
    /** @type {Engine | undefined} */
    this.engine = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.clock = undefined;
    this.since = 0; // when what runs began; 0 while nothing runs
    this.stopping = false;
    this.wish = 0; // counts what was typed and chosen: an answer to an old wish is not shown
  }

  /** @param {string} id @returns {HTMLElement} */
  at(id) {
    const found = document.getElementById(id);
    if (!found) throw new Error(`the page has no ${id}`);
    return found;
  }

  /** @param {string} text */
  tell(text) {
    this.at("state").textContent = text;
  }

  /** @param {Label} label @param {string} name */
  text(label, name) {
    if (typeof label === "string") return label || name;
    return (label && (label[this.data.language] ?? Object.values(label)[0])) || name;
  }

  listen() {
    this.plan.addEventListener("input", () => {
      clearTimeout(this.clock);
      this.clock = setTimeout(() => this.changed(), REST);
    });
    this.scenario.addEventListener("change", () => this.changed());
    this.other.addEventListener("change", () => this.changed());
    const start = /** @type {HTMLSelectElement} */ (this.at("start"));
    const begin = () => {
      this.plan.value = this.data.plans[Number(start.value)];
      this.plan.scrollTop = 0;
      this.changed();
    };
    start.addEventListener("change", begin);
    this.at("again").addEventListener("click", begin);
    this.at("save").addEventListener("click", () => {
      const place = URL.createObjectURL(new Blob([this.plan.value], { type: "application/toml" }));
      made("a", { href: place, download: "plan.toml" }).click();
      setTimeout(() => URL.revokeObjectURL(place), 1000);
    });
    for (const element of document.querySelectorAll("main [disabled]")) element.removeAttribute("disabled");
  }

  /** Read the plan as it stands, and simulate it. */
  async changed() {
    this.wish++;
    if (this.since > 0) {
      if (performance.now() - this.since > PATIENCE && !this.stopping) {
        this.stopping = true;
        await this.engine?.stop();
        this.stopping = false;
      }
      return; // what runs sees that it is old, and begins anew
    }
    let done = 0;
    while (done !== this.wish) {
      done = this.wish;
      this.since = performance.now();
      try {
        await this.answer(done);
      } catch (error) {
        const { problems, stopped, message } = /** @type {any} */ (error);
        if (stopped || done !== this.wish) continue;
        this.wrong(problems ?? [{ line: null, address: "", message }]);
      } finally {
        this.since = 0;
      }
    }
  }

  /** @param {number} wish */
  async answer(wish) {
    const engine = /** @type {Engine} */ (this.engine);
    const plan = this.plan.value;
    const base = { plan, seed: this.data.seed, memory_limit: MEMORY };
    const { about } = (await engine.ask({ ...base, paths: 1, check: true })).said;
    if (wish !== this.wish) return;
    this.wrong([]);
    this.showAbout(about);
    const scenario = this.scenario.value;
    const fans = [...new Set([...about.targets.map((/** @type {any} */ one) => one.indicator), this.other.value])].filter(Boolean);
    for (const paths of [this.data.few, this.data.paths]) {
      const began = performance.now();
      const request = { ...base, paths, scenarios: [scenario], fans, levels: LEVELS, history: true };
      const answer = await engine.ask(about.targets.length > 0 ? { ...request, limiting: "all" } : request);
      if (wish !== this.wish) return;
      this.show(about, answer, scenario, paths);
      document.documentElement.dataset.took = `${Math.round(performance.now() - began)} ms for ${paths}`;
    }
    document.documentElement.dataset.shown = String(wish);
  }

  /** Say what is wrong, each with its place. @param {Problem[]} problems */
  wrong(problems) {
    const { words } = this;
    this.at("results").classList.toggle("old", problems.length > 0);
    if (problems.length > 0) this.tell(fill(words.wrong, { n: String(problems.length) }));
    this.plan.setAttribute("aria-invalid", String(problems.length > 0));
    this.at("problems").replaceChildren(
      ...problems.map(({ line, address, message }) => {
        const text = made("span", { lang: "en" }, address ? `${address}: ${message}` : message);
        if (line === null) return made("li", {}, text);
        const go = made("button", { type: "button" }, fill(words.line, { n: String(line) }));
        go.addEventListener("click", () => this.goTo(line));
        return made("li", {}, go, " ", text);
      }),
    );
    document.documentElement.dataset.problems = String(problems.length);
  }

  /** Put the cursor on a line of the plan. @param {number} line */
  goTo(line) {
    const lines = this.plan.value.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
    this.plan.focus();
    this.plan.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
    const height = this.plan.scrollHeight / Math.max(lines.length, 1);
    this.plan.scrollTop = Math.max(0, (line - 4) * height);
  }

  /** Show what a plan is made of. @param {About} about */
  showAbout(about) {
    const { words } = this;
    this.at("title").textContent = this.text(about.label, about.name);
    /** @param {HTMLSelectElement} select @param {[string, string][]} options */
    const choose = (select, options) => {
      const now = select.value;
      select.replaceChildren(...options.map(([value, text]) => made("option", { value }, text)));
      select.value = options.some(([value]) => value === now) ? now : options[0][0];
    };
    const scenarios = about.scenarios.map((one) => /** @type {[string, string]} */ ([one.name, this.text(one.label, one.name)]));
    const declared = about.scenarios.some(({ name }) => name === "baseline");
    choose(this.scenario, declared ? scenarios : [["baseline", words.baseline], ...scenarios]);
    const without = about.indicators.filter(({ name }) => !about.targets.some(({ indicator }) => indicator === name));
    choose(this.other, [["", words.none_chosen], ...without.map((one) => /** @type {[string, string]} */ ([one.name, this.text(one.label, one.name)]))]);
    if (about.targets.length === 0 && this.other.value === "") this.other.value = without[0]?.name ?? "";
    const found = about.findings.map(({ message, resolve }) => made("li", { lang: "en" }, resolve ? `${message}. ${resolve}` : message));
    this.at("findings").replaceChildren(...(found.length > 0 ? found : [made("li", {}, words.fits)]));
  }

  /** Show what a run says. @param {About} about @param {import("./engine.js").Answer} answer @param {string} scenario @param {number} paths */
  show(about, { said, numbers }, scenario, paths) {
    const { words } = this;
    /** @type {Map<string, ArrayLike<number>>} */
    const chances = new Map();
    const start = said.arrays.attainment.at;
    said.targets.forEach((/** @type {string} */ id, /** @type {number} */ k) => chances.set(id, numbers.subarray(start + 3 * k, start + 3 * k + 3)));
    const three = (/** @type {string} */ id) => /** @type {[number, number, number]} */ (Array.from(chances.get(id) ?? [NaN, 0, 1]));
    const labels = Object.fromEntries(about.targets.map((one) => [one.id, this.text(one.label, one.id)]));
    const some = about.targets.length > 0;
    const joint = fill(about.targets.length === 1 ? words.joint_one : words.joint, {
      n: String(about.targets.length),
      chance: chanceText(...three("all"), words),
    });
    const where = this.scenario.selectedOptions[0]?.textContent ?? scenario;
    this.at("joint").textContent = some ? (scenario === "baseline" ? joint : `${where}: ${joint}`) : words.no_targets;
    this.at("limiting").textContent = some ? limitingText(limitingOf(said, numbers, labels), words) : "";
    const sets = about.target_sets.map((one) => /** @type {[string, string]} */ ([one.name, this.text(one.label, one.name)]));
    const rows = [...sets, ...about.targets.map(({ id }) => /** @type {[string, string]} */ ([id, labels[id]]))];
    this.at("chances").replaceChildren(
      ...rows.map(([id, label]) => {
        const bar = document.createElementNS("http://www.w3.org/2000/svg", "svg");
        for (const [key, value] of Object.entries({ class: "bar", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" })) {
          bar.setAttribute(key, value);
        }
        for (const [kind, width] of /** @type {[string, number][]} */ ([["all", 100], ["on", 100 * (three(id)[0] || 0)]])) {
          const part = document.createElementNS("http://www.w3.org/2000/svg", "rect");
          for (const [key, value] of Object.entries({ class: kind, width: width.toFixed(1), height: "10" })) part.setAttribute(key, value);
          bar.append(part);
        }
        const text = made("span", {}, shortText(...three(id), words));
        return made("tr", { "data-chance": id }, made("th", { scope: "row" }, label), made("td", { class: "likely" }, bar, text));
      }),
    );
    this.at("table").hidden = !some;
    const open = new Set([...document.querySelectorAll("#fans details[open]")].map((one) => one.parentElement?.dataset.fan));
    const { at: first, shape } = said.arrays.fans;
    const size = shape[2] * shape[3];
    this.at("fans").replaceChildren(
      ...said.indicators.map((/** @type {string} */ name, /** @type {number} */ k) => {
        const values = numbers.subarray(first + k * size, first + (k + 1) * size);
        return this.figure(about, name, said.periods, said.history[k], values, chances, paths, open.has(name));
      }),
    );
    this.tell(fill(words.computed, { paths: count(paths, words), scenario: where }));
  }

  /** One indicator: its targets in words, its fan, its numbers. @param {About} about @param {string} name @param {string[]} periods
   * @param {[string, number][]} known @param {ArrayLike<number>} numbers @param {Map<string, ArrayLike<number>>} chances @param {number} paths @param {boolean} open */
  figure(about, name, periods, known, numbers, chances, paths, open) {
    const { words } = this;
    const indicator = about.indicators.find((one) => one.name === name) ?? { name, label: null, unit: null, drawn: [] };
    const label = this.text(indicator.label, name);
    const targets = about.targets.filter((target) => target.indicator === name);
    const share = this.data.shares.includes((indicator.unit ?? "").toLowerCase());
    const marks = targets.flatMap(({ mark }) => (mark ? [mark] : []));
    const picture = layOut({ periods, known, drawn: indicator.drawn, numbers, marks, share }, words);
    const about_it = fill(words.fan, { label, paths: count(paths, words), scenario: this.scenario.selectedOptions[0]?.textContent ?? "" });
    const unit = share ? "" : (this.data.units[(indicator.unit ?? "").toLowerCase()] ?? indicator.unit ?? "");
    const lines = targets.flatMap((target) => {
      const [value, low, high] = Array.from(chances.get(target.id) ?? [NaN, 0, 1]);
      const text = fill(words.probability, { label: this.text(target.label, target.id), chance: chanceText(value, low, high, words) });
      return [made("p", { class: "chance" }, text), made("p", { class: "small", lang: "en" }, target.wants)];
    });
    const head = ["", words.mean, ...HEADERS].map((text) => made("th", { scope: "col", class: "n" }, text));
    const cells = periods.map((period, k) => {
      const row = Array.from({ length: 8 }, (_, place) => made("td", { class: "n" }, Number(numbers[8 * k + place]).toPrecision(6)));
      return made("tr", {}, made("th", { scope: "row" }, period), ...row);
    });
    const table = made("table", {}, made("caption", { class: "unseen" }, label), made("thead", {}, made("tr", {}, ...head)), made("tbody", {}, ...cells));
    const behind = made("details", {}, made("summary", {}, words.table), made("div", { class: "sheet", tabindex: "0", role: "group", "aria-label": `${words.table}: ${label}` }, table));
    /** @type {HTMLDetailsElement} */ (behind).open = open;
    const figure = picture ? [made("figure", {}, draw(picture, about_it, unit))] : [];
    return made("article", { "data-fan": name }, made("h3", {}, label), ...lines, ...figure, behind);
  }
}

/** Begin when the page is there. @param {string} script */
export function edit(script) {
  const data = JSON.parse(document.getElementById("data")?.textContent ?? "{}");
  const editor = new Editor(data);
  const begin = async () => {
    const code = document.getElementById("engine")?.textContent;
    if (!code || typeof WebAssembly === "undefined") return editor.tell(editor.words.none_here);
    editor.tell(editor.words.starting);
    const engine = new Engine(script, code);
    await engine.start();
    editor.engine = engine;
    editor.listen();
    await editor.changed();
  };
  begin().catch((error) => editor.tell(error.message));
}
