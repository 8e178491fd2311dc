// tinbergen's engine in JavaScript: the conversation of engine/src/lib.rs.

/**
 * Make an engine of the bytes of the module, or of what was compiled of them.
 *
 * The engine is a function of a request (see `Request` in engine/src/request.rs). It gives what the
 * answer says, and `array(name)`: the numbers of an array, flat, the last axis running fastest. What is
 * wrong with a request is an Error with `problems`. After any other error (a trap) the engine is of no
 * use any more: make a new one.
 *
 * @param {BufferSource | WebAssembly.Module} code
 */
export async function load(code) {
  const module = code instanceof WebAssembly.Module ? code : await WebAssembly.compile(code);
  const { exports } = await WebAssembly.instantiate(module, {});
  const { memory, tinbergen_alloc: alloc, tinbergen_free: free, tinbergen_run: run } = /** @type {any} */ (exports);
  return (/** @type {object} */ request) => {
    const text = new TextEncoder().encode(JSON.stringify(request));
    const at = given(alloc(text.length));
    new Uint8Array(memory.buffer, at, text.length).set(text);
    const start = given(run(at, text.length));
    free(at, text.length);
    const [count, length] = new Uint32Array(memory.buffer, start, 2);
    const numbers = new Float64Array(memory.buffer, start + 8, count).slice();
    const said = new Uint8Array(memory.buffer, start + 8 + 8 * count, length);
    const answer = JSON.parse(new TextDecoder().decode(said));
    free(start, 8 + 8 * count + length);
    if (answer.problems) {
      const lines = answer.problems.map((/** @type {any} */ problem) => `${problem.address}: ${problem.message}`);
      throw Object.assign(new Error(lines.join("\n")), { problems: answer.problems });
    }
    const array = (/** @type {string} */ name) => {
      const { at, shape } = answer.arrays[name];
      return numbers.subarray(at, at + shape.reduce((/** @type {number} */ product, /** @type {number} */ size) => product * size, 1));
    };
    return { ...answer, numbers, array };
  };
}

/** An address, which may be above 2^31; 0 is none. @param {number} address */
function given(address) {
  if (address === 0) throw new RangeError("no memory is left");
  return address >>> 0;
}
