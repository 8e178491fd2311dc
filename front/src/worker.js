// The engine in a thread of its own: one thread makes a module of what is packed, and is over; another has the engine and answers one
// request after the other.

import { load } from "../../engine/engine.mjs";
import { bytesOf } from "./engine.js";
import { unpack } from "./lzma.js";

/** @param {{packed?: string, module?: WebAssembly.Module, request?: unknown, id?: number}} asked */
async function answer(asked) {
  if (asked.packed !== undefined) {
    const [size, place, text] = asked.packed.split(":");
    const { found, rest } = unpack(bytesOf(text), Number(size));
    found.set(rest, Number(place));
    return { module: await WebAssembly.compile(found) };
  }
  if (asked.module) {
    engine = await load(asked.module);
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
