// The engine as the page sees it: it starts in a thread, is asked one thing at a time, and starts again after a trap.

/** @typedef {{said: any, numbers: Float64Array}} Answer */

/** The bytes of what was written as base64 of gzip. @param {string} text */
export async function unpacked(text) {
  const packed = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export class Engine {
  /** @type {Worker | undefined} */
  #thread;
  /** @type {{id: number, done: (answer: Answer) => void, failed: (error: Error) => void} | undefined} */
  #asked;
  #id = 0;

  /** @param {string} script the script of the page, which is that of the thread too @param {Uint8Array} bytes */
  constructor(script, bytes) {
    this.script = script;
    this.bytes = bytes;
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
      thread.postMessage({ bytes: this.bytes });
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
