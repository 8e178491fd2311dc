// The engine as the page sees it: it starts in a thread, is asked one thing at a time, and starts again after a trap.

/** @typedef {{said: any, numbers: Float64Array}} Answer */

/** The bytes of what was written as base64. @param {string} text */
export function bytesOf(text) {
  const signs = atob(text);
  const bytes = new Uint8Array(signs.length);
  for (let k = 0; k < signs.length; k++) bytes[k] = signs.charCodeAt(k);
  return bytes;
}

/** The first that a thread says to what it is sent. @param {Worker} thread @param {object} sent @returns {Promise<any>} */
function toldBy(thread, sent) {
  return new Promise((done, failed) => {
    thread.onerror = (event) => failed(new Error(event.message || "no thread"));
    thread.onmessage = ({ data }) => (data.wrong === undefined ? done(data) : failed(new Error(data.wrong)));
    thread.postMessage(sent);
  });
}

export class Engine {
  /** @type {Worker | undefined} */
  #thread;
  /** @type {{id: number, done: (answer: Answer) => void, failed: (error: Error) => void} | undefined} */
  #asked;
  #id = 0;
  /** What was compiled: another thread begins with it at once. @type {WebAssembly.Module | undefined} */
  #module;

  /**
   * @param {string} script the script of the page, which is that of the thread too
   * @param {string} code how long the module is, where the table of Sobol' numbers belongs in it, and base64 of the packed module
   *   and the table
   */
  constructor(script, code) {
    this.script = script;
    this.code = code;
  }

  /** Start a thread with the engine. @returns {Promise<void>} */
  async start() {
    const thread = this.#newThread();
    this.#thread = thread;
    try {
      this.#module ??= await this.#compiled();
      await toldBy(thread, { module: this.#module });
    } catch (error) {
      thread.terminate();
      throw error;
    }
    thread.onmessage = (answer) => this.#answered(answer.data);
  }

  /** Compile what is packed: in a thread with which all is gone that it took. */
  async #compiled() {
    const thread = this.#newThread();
    try {
      return (await toldBy(thread, { packed: this.code })).module;
    } finally {
      thread.terminate();
      this.code = "";
    }
  }

  #newThread() {
    const place = URL.createObjectURL(new Blob([this.script], { type: "text/javascript" }));
    const thread = new Worker(place);
    thread.addEventListener("message", () => URL.revokeObjectURL(place), { once: true });
    return thread;
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
