// What stands in an answer: its numbers by what they say.

/** What limits all targets, of an answer. @param {any} said @param {Float64Array} numbers @param {Record<string, string>} labels */
export function limitingOf(said, numbers, labels) {
  const { at: start, shape } = said.arrays.limiting;
  return said.limiting.map((/** @type {string} */ id, /** @type {number} */ k) => ({
    label: labels[id],
    numbers: numbers.subarray(start + k * shape[2], start + (k + 1) * shape[2]),
  }));
}

/** In which paths targets are met, of an answer. @param {any} said @param {Float64Array} numbers */
export function bitsOf(said, numbers) {
  const { at: start, shape } = said.arrays.met;
  const [, targets, words] = shape;
  return Array.from({ length: targets }, (_, k) => Uint32Array.from(numbers.subarray(start + k * words, start + (k + 1) * words)));
}
