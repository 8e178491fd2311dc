// A notebook: the kernel answers; where there is none, as in a notebook that is only viewed, the engine in the page.

import { Page } from "./page.js";

/**
 * What a widget shares with Python, as anywidget hands it over.
 * @typedef {{get: (name: string) => any, set: (name: string, value: any) => void, save_changes: () => void,
 *   on: (event: string, listener: (...told: any[]) => void) => void, off: (event: string, listener: (...told: any[]) => void) => void,
 *   send: (content: object) => void}} Shared
 */

/** The kernel as a page asks it. Every answer has the number of what was asked, since all views of a widget hear it. */
export class Kernel {
  #view = Math.random().toString(36).slice(2);
  #count = 0;
  /** What was asked and not answered. @type {Map<string, {done: (answer: any) => void, failed: (error: Error) => void}>} */
  #asked = new Map();

  /** @param {Shared} model @param {number} patience milliseconds */
  constructor(model, patience) {
    this.model = model;
    this.patience = patience;
    /** Who answers where the kernel is silent. @type {() => Promise<import("./page.js").Ask> | undefined} */
    this.spare = () => undefined;
    /** @type {Promise<import("./page.js").Ask> | undefined} */
    this.started = undefined;
    /** Who answered last: a person may want to know. @type {"kernel" | "page"} */
    this.by = "kernel";
    this.hear = this.hear.bind(this);
    model.on("msg:custom", this.hear);
  }

  /** @param {{id?: string, said?: any, wrong?: string}} told @param {DataView[]} [buffers] */
  hear(told, buffers) {
    const asked = this.#asked.get(told.id ?? "");
    if (!asked) return;
    this.#asked.delete(told.id ?? "");
    if (told.wrong !== undefined) return asked.failed(new Error(told.wrong));
    const view = /** @type {DataView[]} */ (buffers)[0];
    const bytes = view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
    asked.done({ said: told.said, numbers: new Float64Array(bytes) });
  }

  /** Ask for a setting; while an old question is open, the kernel is busy or gone. @type {import("./page.js").Ask} */
  async ask(setting, paths, wish) {
    if (this.#asked.size > 0 && this.started) return this.#instead(setting, paths, wish);
    const id = `${this.#view}-${++this.#count}`;
    const answered = new Promise((done, failed) => {
      this.#asked.set(id, { done, failed });
      this.model.send({ id, setting, paths, wish });
    });
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let clock;
    const late = new Promise((done) => {
      clock = setTimeout(() => done(undefined), this.patience);
    });
    const answer = await Promise.race([answered, late]);
    clearTimeout(clock);
    if (answer !== undefined) {
      this.by = "kernel";
      return answer;
    }
    this.started ??= this.spare();
    if (!this.started) return answered; // nobody else can: wait
    answered.catch(() => {});
    return this.#instead(setting, paths, wish);
  }

  /** @type {import("./page.js").Ask} */
  async #instead(setting, paths, wish) {
    const answer = await /** @type {Promise<import("./page.js").Ask>} */ (this.started);
    this.by = "page";
    return answer(setting, paths, wish);
  }
}

const PATIENCE = 3000;

/** Draw a view of a widget. @param {{model: Shared, el: HTMLElement}} view */
export function render({ model, el }) {
  const place = document.createElement("div");
  el.append(place);
  const root = place.attachShadow({ mode: "open" });
  root.innerHTML = model.get("_page");
  const page = new Page(JSON.parse(model.get("_data")), root, place);
  const kernel = new Kernel(model, model.get("_patience") ?? PATIENCE);
  const code = model.get("_engine");
  kernel.spare = () => (code && typeof WebAssembly !== "undefined" ? page.engine(model.get("_script"), code) : undefined);
  const same = () => JSON.stringify(model.get("setting")) === JSON.stringify(page.setting);
  page.heard = () => {
    if (same()) return;
    model.set("setting", page.setting);
    model.save_changes();
  };
  const moved = () => {
    if (!same()) page.take(model.get("setting"));
  };
  /** @type {import("./page.js").Ask} */
  const ask = async (setting, paths, wish) => {
    const answer = await kernel.ask(setting, paths, wish);
    place.dataset.by = kernel.by;
    return answer;
  };
  const begin = async () => {
    await page.open();
    page.tell(page.words.starting);
    await page.begin(ask);
    page.at("keep").addEventListener("click", () => {
      page.heard();
      model.send({ keep: page.setting });
      page.tell(page.words.kept);
    });
    model.on("change:setting", moved);
    moved();
  };
  begin().catch((error) => page.tell(error.message));
  return () => {
    model.off("change:setting", moved);
    model.off("msg:custom", kernel.hear);
  };
}
