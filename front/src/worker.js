// The engine in a thread of its own: it answers the newest request, and one after the other.

import { load } from "../../engine/engine.mjs";
import { unpack } from "./lzma.js";

/** @param {{packed?: {size: number, place: number, bytes: Uint8Array<ArrayBuffer>}, request?: unknown, id?: number}} asked */
async function answer(asked) {
  if (asked.packed) {
    const { bytes, size, place } = asked.packed;
    const { found, rest } = unpack(bytes, size);
    found.set(rest, place);
    engine = await load(found);
    return { ready: true };
  }
  if (!engine) throw new Error("the engine has not started");
  const { array, numbers, ...said } = engine(/** @type {any} */ (asked.request));
  return { id: asked.id, said, numbers };
}

/** @type {Awaited<ReturnType<typeof load>> | undefined} */
let engine;

/** Answer what is asked from the page. @param {any} thread */
export function serve(thread) {
  thread.onmessage = async (/** @type {MessageEvent} */ event) => {
    try {
      const told = await answer(event.data);
      thread.postMessage(told, told.numbers ? [told.numbers.buffer] : []); // handed over, not copied
    } catch (error) {
      const { problems, message } = /** @type {any} */ (error);
      thread.postMessage({ id: event.data.id, wrong: String(message), problems, trap: problems === undefined });
    }
  };
}
