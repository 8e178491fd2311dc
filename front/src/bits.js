// In which paths targets are met, a bit a path: combinations are counted at once, without the engine.

/** @typedef {Uint32Array[]} Met for each target its words of 32 paths, the first in the lowest bit */
/** @typedef {"met" | "missed" | "given"} Wish */

/** How many bits of a word are 1. @param {number} word */
function ones(word) {
  word -= (word >>> 1) & 0x55555555;
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
  return (((word + (word >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

/**
 * Count the paths that meet a combination, and those that meet what it is conditional on.
 * @param {Met} met @param {number} paths @param {Map<number, Wish>} wishes by the place of the target
 * @returns {{met: number, of: number}}
 */
export function countMet(met, paths, wishes) {
  let both = 0;
  let of = 0;
  for (let k = 0; k * 32 < paths; k++) {
    const left = paths - 32 * k;
    let given = left >= 32 ? 0xffffffff : 2 ** left - 1;
    let all = given;
    for (const [target, wish] of wishes) {
      const word = met[target][k];
      if (wish === "given") given &= word;
      all &= wish === "missed" ? ~word : word;
    }
    of += ones(given);
    both += ones(all & given);
  }
  return { met: both, of };
}

/**
 * Wilson's 95 % interval of a share of independent paths.
 * E. B. Wilson (1927), Probable inference, the law of succession, and statistical inference.
 * @param {number} met @param {number} of @returns {[number, number]}
 */
export function wilson(met, of) {
  if (of === 0) return [0, 1];
  const z = 1.959963984540054;
  const share = met / of;
  const spread = (z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of))) / (1 + (z * z) / of);
  const centre = (share + (z * z) / (2 * of)) / (1 + (z * z) / of);
  return [met === 0 ? 0 : Math.max(0, centre - spread), met === of ? 1 : Math.min(1, centre + spread)];
}

/**
 * Read the bits of all scenarios: each is written as its difference from the first.
 * @param {Uint8Array} bytes @param {number} scenarios @param {number} targets @param {number} paths
 * @returns {Met[]}
 */
export function readMet(bytes, scenarios, targets, paths) {
  const each = Math.ceil(paths / 8);
  const words = Math.ceil(paths / 32);
  /** @type {Met[]} */
  const found = [];
  for (let s = 0; s < scenarios; s++) {
    const of = [];
    for (let t = 0; t < targets; t++) {
      const start = (s * targets + t) * each;
      const word = new Uint32Array(words);
      for (let k = 0; k < each; k++) word[k >> 2] |= bytes[start + k] << (8 * (k & 3));
      if (s > 0) for (let k = 0; k < words; k++) word[k] ^= found[0][t][k];
      of.push(word);
    }
    found.push(of);
  }
  return found;
}
