// The engine as the page sees it: it starts in a thread, is asked one thing at a time, and starts again after a trap.

/** @typedef {{said: any, numbers: Float64Array}} Answer */

/** The bytes of what was written as base64. @param {string} text */
export function bytesOf(text) {
  const signs = atob(text);
  const bytes = new Uint8Array(signs.length);
  for (let k = 0; k < signs.length; k++) bytes[k] = signs.charCodeAt(k);
  return bytes;
}

export class Engine {
  /** @type {Worker | undefined} */
  #thread;
  /** @type {{id: number, done: (answer: Answer) => void, failed: (error: Error) => void} | undefined} */
  #asked;
  #id = 0;

  /**
   * @param {string} script the script of the page, which is that of the thread too
   * @param {string} code how long the module is, where the table of Sobol' numbers belongs in it, and base64 of the packed module
   *   and the table
   */
  constructor(script, code) {
    this.script = script;
    const [size, place, text] = code.split(":");
    this.packed = { size: Number(size), place: Number(place), bytes: bytesOf(text) };
  }

  /** Start a thread with the engine. @returns {Promise<void>} */
  start() {
    const place = URL.createObjectURL(new Blob([this.script], { type: "text/javascript" }));
    const thread = new Worker(place);
    this.#thread = thread;
    return new Promise((done, failed) => {
      thread.onerror = (event) => failed(new Error(event.message || "no thread"));
      thread.onmessage = (event) => {
        URL.revokeObjectURL(place);
        if (event.data.ready) {
          thread.onmessage = (answer) => this.#answered(answer.data);
          done();
        } else failed(new Error(event.data.wrong));
      };
      thread.postMessage({ packed: this.packed });
    });
  }

  /** Give up what is being computed; the thread is another one then. @returns {Promise<void>} */
  async stop() {
    const asked = this.#asked;
    this.#asked = undefined;
    this.#thread?.terminate();
    await this.start();
    asked?.failed(Object.assign(new Error("stopped"), { stopped: true }));
  }

  /** @param {any} data */
  #answered(data) {
    const asked = this.#asked;
    if (!asked || data.id !== asked.id) return;
    this.#asked = undefined;
    if (data.wrong === undefined) asked.done(data);
    else asked.failed(Object.assign(new Error(data.wrong), { trap: data.trap, problems: data.problems }));
  }

  /** Ask the engine; a trap throws the thread away and starts another. @param {object} request @returns {Promise<Answer>} */
  async ask(request) {
    const id = ++this.#id;
    try {
      return await new Promise((done, failed) => {
        this.#asked = { id, done, failed };
        this.#thread?.postMessage({ id, request });
      });
    } catch (error) {
      if (/** @type {any} */ (error).trap) {
        this.#thread?.terminate();
        await this.start();
      }
      throw error;
    }
  }
}
