// The page: what a reader moves, what is asked for it, and what is shown again.

import { bitsOf, limitingOf } from "./answers.js";
import { countMet, readMet, wilson } from "./bits.js";
import { chanceText, count, fill, limitingText, local, shortText, sureText } from "./chances.js";
import { bytesOf, Engine } from "./engine.js";
import { unpack } from "./lzma.js";
import { dotFan, moveDots, moveFan } from "./picture.js";
import { asGoal, asOutturns, asScenario, asText, isMoved, nothingMoved } from "./setting.js";

/**
 * @typedef {{plan: string, known: import("./setting.js").Row[] | null, as_of: string | null, paths: number, few: number, seed: number, design: string,
 *   scenario: string, scenarios: string[], headline: string, headline_label: string, labels: Record<string, string>, scenario_labels: Record<string, string>,
 *   targets: string[], printed: [string, number, number, number][], ends: [string, number[]][], fans: string[], levers: import("./setting.js").Lever[],
 *   observed: string[], periods: string[], parameters: string[], bounds: Record<string, number>, met: string | null, name: string, weighted: boolean,
 *   words: import("./chances.js").Words & Record<string, string>}} Data
 */

const MEMORY = 400e6;

/** @typedef {import("./setting.js").Asked} Asked */
/** @typedef {(setting: import("./setting.js").Setting, paths: number, wish: Asked | null) => Promise<import("./engine.js").Answer>} Ask */

export class Page {
  /**
   * @param {Data} data @param {Document | ShadowRoot} root where its parts are
   * @param {HTMLElement} place the element that is told how it stands
   */
  constructor(data, root, place) {
    this.data = data;
    this.root = root;
    this.place = place;
    this.words = data.words;
    this.setting = nothingMoved(data.scenario);
    /** Who answers: the engine in a thread, or the kernel of a notebook. @type {Ask | undefined} */
    this.answer = undefined;
    /** Who is told when a reader moves something. @type {() => void} */
    this.heard = () => {};
    /** @type {import("./bits.js").Met | undefined} */
    this.met = undefined;
    /** What was last told of a combination whose paths do not weigh the same. @type {{wish: Asked, numbers: Float64Array} | undefined} */
    this.told = undefined;
    this.paths = data.paths;
    this.wanted = 0; // how many paths the newest wish is for; 0 when nothing is wanted
    this.busy = false;
    /** Where each lever stands in the scenario that is chosen, as its slider shows it. @type {Map<HTMLInputElement, string>} */
    this.stood = new Map();
    /** What was printed, to come back to. */
    this.first = [...root.querySelectorAll("[data-told], .target .chance, [data-chance] td, .hundred, .fan")].map(
      (element) => /** @type {const} */ ([element, element.innerHTML]),
    );
    this.stand(data.scenario);
  }

  /** @param {string} id @returns {HTMLElement} */
  at(id) {
    const found = this.root.getElementById(id);
    if (!found) throw new Error(`the page has no ${id}`);
    return found;
  }

  /** Show the controls, and count combinations, which need no engine. */
  async open() {
    const { data } = this;
    this.at("live").hidden = false;
    if (data.met !== null) {
      const { found } = unpack(bytesOf(data.met));
      this.bits = readMet(found, data.scenarios.length, data.targets.length, data.paths);
      this.met = this.bits[data.scenarios.indexOf(data.scenario)];
      this.listenToWishes();
    }
  }

  /** Let the controls move, once who answers has computed what is printed. @param {Ask} answer */
  async begin(answer) {
    this.answer = answer;
    await this.verify();
    this.listenToControls();
    if (this.data.met === null) this.listenToWishes();
  }

  /** Start an engine in a thread. @param {string} script @param {string} code @returns {Promise<Ask>} */
  async engine(script, code) {
    const engine = new Engine(script, code);
    await engine.start();
    return (setting, paths, wish) => engine.ask(this.request(setting, paths, wish));
  }

  /** Let the page stand at a setting. @param {import("./setting.js").Setting} setting */
  take(setting) {
    this.setting = setting;
    this.showControls();
    this.ask(this.data.paths);
  }

  /** Say how it stands. @param {string} text */
  tell(text) {
    this.at("state").textContent = text;
  }

  /** What the engine is asked for a setting. @param {import("./setting.js").Setting} setting @param {number} paths @param {Asked | null} wish */
  request(setting, paths, wish) {
    const { data } = this;
    const scenario = asScenario(setting, data.levers, data.name);
    const known = asOutturns(setting, data.known, data.as_of);
    return {
      plan: scenario ? `${data.plan}\n${scenario}` : data.plan,
      outturns: known.outturns ?? undefined,
      as_of: known.as_of ?? undefined,
      paths,
      seed: data.seed,
      design: data.design,
      scenarios: [scenario ? data.name : setting.scenario],
      fans: data.fans,
      levels: [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95],
      bounds: setting.bounds,
      limiting: data.targets.length > 0 ? "all" : undefined,
      met: data.targets.length > 0 && !data.weighted && Object.keys(setting.actual).length === 0,
      goals: wish ? [wish.goal] : [],
      given: wish?.given ?? undefined,
      memory_limit: MEMORY,
    };
  }

  /** Compute what is printed again, and say how much of it is the same to the last bit. */
  async verify() {
    const { data } = this;
    const { said, numbers } = await /** @type {Ask} */ (this.answer)(nothingMoved(data.scenario), data.paths, null);
    const same = (/** @type {number} */ at, /** @type {number[]} */ printed) => printed.every((number, k) => Object.is(numbers[at + k], number));
    const { attainment, fans } = said.arrays;
    const right = data.printed.filter(([id, ...printed]) => said.targets.includes(id) && same(attainment.at + 3 * said.targets.indexOf(id), printed));
    // Of a plan without targets: where each fan ends.
    const [size, width] = [fans.shape[2] * fans.shape[3], fans.shape[3]];
    const ends = data.ends.filter(([name, printed]) => {
      const k = said.indicators.indexOf(name);
      return k >= 0 && same(fans.at + (k + 1) * size - width, printed);
    });
    const [count, all] = [right.length + ends.length, data.printed.length + data.ends.length];
    this.place.dataset.verified = `${count}/${all}`;
    const words = data.ends.length > 0 ? this.words.verified_fans : this.words.verified;
    this.verified = fill(words, { same: String(count), all: String(all) });
    this.tell(this.verified);
  }

  listenToControls() {
    for (const element of this.at("live").querySelectorAll("select, input, button")) {
      /** @type {any} */ (element).disabled = false;
    }
    if (this.root.getElementById("actual-add")) this.listenToActual();
    this.at("scenario").addEventListener("change", () => this.moved(this.data.paths));
    for (const kind of ["lever", "parameter", "bound"]) {
      for (const input of this.root.querySelectorAll(`[data-${kind}]`)) {
        if (kind === "lever") input.addEventListener("input", () => this.moved(Math.min(this.data.few, this.data.paths)));
        input.addEventListener("change", () => this.moved(this.data.paths));
      }
    }
    for (const button of this.root.querySelectorAll(".reset")) {
      button.addEventListener("click", () => {
        this.take(nothingMoved(this.data.scenario));
        this.heard();
      });
    }
  }

  /** Read the controls, and ask for what they say. @param {number} paths */
  moved(paths) {
    const setting = nothingMoved(/** @type {HTMLSelectElement} */ (this.at("scenario")).value);
    this.stand(setting.scenario);
    /** @param {string} kind @param {(input: HTMLInputElement, name: string) => boolean} stands */
    const read = (kind, stands) => {
      /** @type {Record<string, number>} */
      const found = {};
      for (const element of this.root.querySelectorAll(`[data-${kind}]`)) {
        const input = /** @type {HTMLInputElement} */ (element);
        const name = input.getAttribute(`data-${kind}`) ?? "";
        if (input.value !== "" && Number.isFinite(Number(input.value)) && !stands(input, name)) {
          found[name] = Number(input.value);
        }
      }
      return found;
    };
    setting.levers = read("lever", (input) => input.value === this.stood.get(input));
    setting.parameters = read("parameter", () => false);
    setting.bounds = read("bound", (input, name) => Number(input.value) === this.data.bounds[name]);
    setting.actual = this.setting.actual;
    this.setting = setting;
    this.showControls();
    this.ask(paths);
    this.heard();
  }

  /** Listen to actual values that are typed in. */
  listenToActual() {
    const [indicator, period, value] = ["indicator", "period", "value"].map(
      (name) => /** @type {HTMLInputElement} */ (this.at(`actual-${name}`)),
    );
    this.at("actual-add").addEventListener("click", () => {
      if (value.value === "" || !Number.isFinite(Number(value.value))) return value.focus();
      this.known({ ...this.setting.actual, [`${indicator.value} ${period.value}`]: Number(value.value) });
      value.value = "";
    });
    value.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.at("actual-add").click();
    });
  }

  /** Let other actual values be known. @param {Record<string, number>} actual */
  known(actual) {
    this.setting = { ...this.setting, actual };
    this.showControls();
    this.ask(this.data.paths);
    this.heard();
  }

  /** List the actual values that were typed in, each with a way back. */
  showActual() {
    const labels = new Map([...this.at("actual-indicator").querySelectorAll("option")].map((one) => [one.value, one.textContent]));
    const rows = Object.entries(this.setting.actual).map(([cell, value]) => {
      const [name, period] = [cell.slice(0, cell.lastIndexOf(" ")), cell.slice(cell.lastIndexOf(" ") + 1)];
      const row = document.createElement("li");
      const gone = document.createElement("button");
      gone.type = "button";
      gone.textContent = fill(this.words.forget, { what: `${labels.get(name) ?? name} ${period}` });
      gone.addEventListener("click", () => {
        const { [cell]: _, ...rest } = this.setting.actual;
        this.known(rest);
        this.at("actual-value").focus();
      });
      row.append(`${labels.get(name) ?? name}, ${period}: ${value} `, gone);
      return row;
    });
    this.at("actual-list").replaceChildren(...rows);
  }

  /** Let levers that were not moved stand where a scenario has them. @param {string} scenario */
  stand(scenario) {
    for (const lever of this.data.levers) {
      const input = /** @type {HTMLInputElement | null} */ (this.root.querySelector(`[data-lever="${CSS.escape(lever.name)}"]`));
      if (!input) continue;
      const moved = this.stood.has(input) && input.value !== this.stood.get(input);
      const now = input.value;
      input.defaultValue = lever.in[scenario] ?? lever.text;
      input.value = input.defaultValue; // a slider takes the nearest of its steps
      this.stood.set(input, input.value);
      if (moved) input.value = now;
    }
  }

  /** Let the controls stand as the setting says. */
  showControls() {
    const { setting, data } = this;
    /** @type {HTMLSelectElement} */ (this.at("scenario")).value = setting.scenario;
    this.stand(setting.scenario);
    for (const element of this.root.querySelectorAll("[data-lever], [data-parameter], [data-bound]")) {
      const input = /** @type {HTMLInputElement} */ (element);
      const { lever, parameter, bound } = input.dataset;
      const value = lever ? setting.levers[lever] : parameter ? setting.parameters[parameter] : setting.bounds[bound ?? ""];
      input.value = value === undefined ? input.defaultValue : String(value);
      if (lever) {
        const shown = input.parentElement?.querySelector("output");
        if (shown) shown.textContent = local(value === undefined ? input.defaultValue : input.value, this.words);
      }
    }
    if (this.root.getElementById("actual-list")) this.showActual();
    /** @type {HTMLTextAreaElement} */ (this.at("setting")).value = asText(setting, data.levers, data.name, data.as_of);
  }

  /** Ask for the setting as it stands; of wishes that wait only the newest counts. @param {number} paths */
  async ask(paths) {
    this.wanted = paths;
    if (this.busy || !this.answer) return;
    this.busy = true;
    try {
      while (this.wanted > 0) {
        const [count, setting] = [this.wanted, this.setting];
        const weighted = this.data.weighted || Object.keys(setting.actual).length > 0;
        const wish = weighted ? asGoal(this.wishes()) : null;
        this.wanted = 0;
        const began = performance.now();
        const answer = await this.answer(setting, count, wish);
        if (this.wanted > 0 && this.wanted >= this.data.paths) continue;
        this.show(answer, setting, count, wish);
        this.place.dataset.took = `${Math.round(performance.now() - began)} ms for ${count}`;
      }
    } catch (error) {
      this.tell(/** @type {Error} */ (error).message);
    } finally {
      this.busy = false;
    }
  }

  /** Show an answer in the words and pictures of the page. @param {import("./engine.js").Answer} answer
   * @param {import("./setting.js").Setting} setting @param {number} paths @param {Asked | null} wish */
  show({ said, numbers }, setting, paths, wish) {
    const { data, words } = this;
    const moved = isMoved(setting) || setting.scenario !== data.scenario;
    this.at("moved").hidden = !moved;
    this.paths = paths;
    this.met = said.arrays.met ? bitsOf(said, numbers) : undefined;
    const goals = said.arrays.goals?.at;
    this.told = wish && goals !== undefined ? { wish, numbers: numbers.slice(goals, goals + 4) } : undefined;
    this.countWishes();
    if (!moved) {
      for (const [element, printed] of this.first) element.innerHTML = printed;
      return this.tell(this.verified ?? "");
    }
    const start = said.arrays.attainment.at;
    const chance = new Map(
      said.targets.map((/** @type {string} */ id, /** @type {number} */ k) => [id, numbers.slice(start + 3 * k, start + 3 * k + 3)]),
    );
    const some = data.targets.length > 0;
    const told = (/** @type {string} */ id) => {
      const [value, low, high] = chance.get(id) ?? [NaN, 0, 1];
      return chanceText(value, low, high, words);
    };
    const where = (/** @type {string} */ text) =>
      setting.scenario === "baseline"
        ? text
        : fill(words.where, { text, scenario: data.scenario_labels[setting.scenario] });
    const one = data.targets.length === 1 ? words.joint_one : words.joint;
    const joint = fill(one, { n: String(data.targets.length), chance: told("all") });
    const sentences = some && new Map([
      ["joint", setting.scenario === "baseline" ? joint : `${data.scenario_labels[setting.scenario]}: ${joint}`],
      ["limiting", limitingText(limitingOf(said, numbers, data.labels), words)],
      ["sure", sureText(chance.values(), paths, words)],
    ]);
    const printed = new Map(this.first);
    for (const element of sentences ? this.root.querySelectorAll("[data-told]") : []) {
      const sentence = /** @type {Map<string, string>} */ (sentences).get(element.getAttribute("data-told") ?? "");
      if (sentence !== undefined) element.textContent = sentence;
      else element.innerHTML = fill(words.as_printed, { text: printed.get(element) ?? "" });
    }
    for (const element of this.root.querySelectorAll("[data-target]")) {
      const id = element.getAttribute("data-target") ?? "";
      const line = element.querySelector(".chance");
      if (line) line.textContent = fill(words.probability, { label: where(data.labels[id]), chance: told(id) });
    }
    for (const row of this.root.querySelectorAll("[data-chance]")) {
      const [value, low, high] = chance.get(row.getAttribute("data-chance") ?? "") ?? [NaN, 0, 1];
      const span = row.querySelector("span");
      if (span) span.textContent = shortText(value, low, high, words);
      row.querySelector(".bar .on")?.setAttribute("width", (100 * value).toFixed(1));
    }
    moveDots(this.root, chance.get("all")?.[0] ?? 0, words, data.targets.length === 1);
    const { at: first, shape } = said.arrays.fans;
    const size = shape[2] * shape[3];
    for (const svg of this.root.querySelectorAll(".fan")) {
      const k = said.indicators.indexOf(svg.getAttribute("data-fan"));
      if (k < 0) continue;
      moveFan(svg, numbers.subarray(first + k * size, first + (k + 1) * size));
      const typed = Object.entries(setting.actual).filter(([cell]) => cell.startsWith(`${svg.getAttribute("data-fan")} `));
      dotFan(svg, typed.map(([cell, value]) => [data.periods.indexOf(cell.slice(cell.lastIndexOf(" ") + 1)), value]), data.periods.length);
    }
    if (!some) return this.tell(fill(words.now_fans, { paths: count(paths, words) }));
    const all = data.printed.find(([id]) => id === data.headline);
    const before = all ? shortText(all[1], all[2], all[3], words) : "";
    const now = fill(words.now, { label: data.headline_label, chance: told(data.headline), before, paths: count(paths, words) });
    const worth = numbers[said.arrays.effective_paths?.at ?? -1];
    this.tell(Object.keys(setting.actual).length > 0 && worth > 0 ? `${now} ${fill(words.worth, { worth: count(Math.round(worth), words) })}` : now);
  }

  listenToWishes() {
    for (const select of this.root.querySelectorAll("[data-wish]")) {
      /** @type {HTMLSelectElement} */ (select).disabled = false;
      select.addEventListener("change", () => this.countWishes());
    }
  }

  /** What is chosen for targets. */
  wishes() {
    const chosen = [...this.root.querySelectorAll("[data-wish]")].map((element) => {
      const { dataset, value } = /** @type {HTMLSelectElement} */ (element);
      return /** @type {[string, import("./bits.js").Wish]} */ ([dataset.wish ?? "", value]);
    });
    return chosen.filter(([, wish]) => wish);
  }

  /** Tell how likely it is what is chosen for each target: paths that weigh the same are counted, else who answers is asked. */
  countWishes() {
    const { words } = this;
    const wishes = this.wishes();
    const [combined, wish] = [this.at("combined"), asGoal(wishes)];
    combined.textContent = "";
    delete combined.dataset.met;
    if (!wish) return;
    if (!this.met) {
      if (this.told?.wish.goal !== wish.goal || this.told.wish.given !== wish.given) return void this.ask(this.data.paths);
      const [value, low, high, worth] = this.told.numbers;
      combined.textContent = fill(words.combined_worth, { chance: chanceText(value, low, high, words), worth: count(Math.round(worth), words) });
      combined.dataset.met = String(value);
      return;
    }
    const places = new Map(wishes.map(([id, one]) => [this.data.targets.indexOf(id), one]));
    const { met, of } = countMet(this.met, this.paths, places);
    const independent = this.data.design === "random";
    const [low, high] = wilson(met, of);
    const value = of === 0 ? NaN : met / of;
    const chance = independent ? chanceText(value, low, high, words) : shortText(value, low, high, words);
    combined.textContent = fill(words.combined, { chance, n: String(met), of: String(of) });
    combined.dataset.met = `${met}/${of}`;
  }
}
