// What was packed by LZMA (the file format `.lzma`): a third smaller than gzip for the engine, and browsers have no decoder of
// their own. After the specification by Igor Pavlov (public domain).

const LITERAL = 0x300;

/** The contexts of a run of bits: of one tree, or of several side by side. @param {number} size */
const even = (size) => new Uint16Array(size).fill(1024);

/** The contexts of a length. */
const lengths = () => ({ choice: even(2), low: even(16 << 3), middle: even(16 << 3), high: even(256) });

/** Unpack, and give what stands behind it too. @param {Uint8Array} packed @param {number} [expected] how long it will be, if that is known */
export function unpack(packed, expected = 4 * packed.length) {
  const lc = packed[0] % 9;
  const lp = Math.floor(packed[0] / 9) % 5;
  const pb = Math.floor(packed[0] / 45);
  let out = new Uint8Array(expected);
  let size = 0;
  let at = 18; // a head of 13 bytes, an empty one, and four that the coder begins with
  let range = 0xffffffff;
  let code = new DataView(packed.buffer, packed.byteOffset).getUint32(14);

  /** The next bit. @param {Uint16Array} contexts @param {number} k */
  const bit = (contexts, k) => {
    const chance = contexts[k];
    const bound = (range >>> 11) * chance;
    let found = 0;
    if (code < bound) {
      range = bound;
      contexts[k] = chance + ((2048 - chance) >>> 5);
    } else {
      range -= bound;
      code -= bound;
      contexts[k] = chance - (chance >>> 5);
      found = 1;
    }
    if (range < 0x1000000) {
      range *= 256;
      code = code * 256 + packed[at++];
    }
    return found;
  };
  /** A number of some bits, the highest first. @param {Uint16Array} contexts @param {number} first @param {number} bits */
  const tree = (contexts, first, bits) => {
    let node = 1;
    for (let k = 0; k < bits; k++) node = (node << 1) | bit(contexts, first + node);
    return node - (1 << bits);
  };
  /** A number of some bits, the lowest first. @param {Uint16Array} contexts @param {number} first @param {number} bits */
  const reversed = (contexts, first, bits) => {
    let node = 1;
    let found = 0;
    for (let k = 0; k < bits; k++) {
      const next = bit(contexts, first + node);
      node = (node << 1) | next;
      found |= next << k;
    }
    return found;
  };
  /** Bits that are 0 as often as 1. @param {number} bits */
  const plain = (bits) => {
    let found = 0;
    for (let k = 0; k < bits; k++) {
      range >>>= 1;
      const next = code >= range ? 1 : 0;
      if (next) code -= range;
      found = 2 * found + next;
      if (range < 0x1000000) {
        range *= 256;
        code = code * 256 + packed[at++];
      }
    }
    return found;
  };
  /** How long a match is. @param {ReturnType<typeof lengths>} of @param {number} place */
  const length = (of, place) => {
    if (bit(of.choice, 0) === 0) return 2 + tree(of.low, place << 3, 3);
    if (bit(of.choice, 1) === 0) return 10 + tree(of.middle, place << 3, 3);
    return 18 + tree(of.high, 0, 8);
  };

  const literals = even(LITERAL << (lc + lp));
  const [isMatch, isLong, isRepeat, isFirst, isSecond, isThird] = [192, 192, 12, 12, 12, 12].map(even);
  const slots = even(4 << 6);
  const special = even(115);
  const aligned = even(16);
  const [ofMatch, ofRepeat] = [lengths(), lengths()];
  let [near, second, third, fourth] = [0, 0, 0, 0]; // the last distances, less 1
  let state = 0;
  /** Have room for so many bytes more. @param {number} more */
  const grow = (more) => {
    if (size + more <= out.length) return;
    const larger = new Uint8Array(2 * (size + more));
    larger.set(out);
    out = larger;
  };
  for (;;) {
    const place = size & ((1 << pb) - 1);
    if (bit(isMatch, (state << 4) + place) === 0) {
      const before = size > 0 ? out[size - 1] : 0;
      const first = LITERAL * (((size & ((1 << lp) - 1)) << lc) + (before >> (8 - lc)));
      let node = 1;
      if (state >= 7) {
        let match = out[size - near - 1];
        while (node < 0x100) {
          const expected = (match >> 7) & 1;
          match <<= 1;
          const next = bit(literals, first + ((1 + expected) << 8) + node);
          node = (node << 1) | next;
          if (next !== expected) break;
        }
      }
      while (node < 0x100) node = (node << 1) | bit(literals, first + node);
      grow(1);
      out[size++] = node;
      state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      continue;
    }
    let count = 0;
    if (bit(isRepeat, state) === 1) {
      if (bit(isFirst, state) === 0) {
        if (bit(isLong, (state << 4) + place) === 0) {
          state = state < 7 ? 9 : 11;
          grow(1);
          out[size] = out[size - near - 1];
          size++;
          continue;
        }
      } else if (bit(isSecond, state) === 0) [near, second] = [second, near];
      else if (bit(isThird, state) === 0) [near, second, third] = [third, near, second];
      else [near, second, third, fourth] = [fourth, near, second, third];
      count = length(ofRepeat, place);
      state = state < 7 ? 8 : 11;
    } else {
      [second, third, fourth] = [near, second, third];
      count = length(ofMatch, place);
      state = state < 7 ? 7 : 10;
      near = tree(slots, Math.min(count - 2, 3) << 6, 6);
      if (near >= 4) {
        const slot = near;
        const bits = (slot >> 1) - 1;
        near = (2 | (slot & 1)) * 2 ** bits;
        if (slot < 14) near += reversed(special, near - slot, bits);
        else near += 16 * plain(bits - 4) + reversed(aligned, 0, 4);
        if (near === 0xffffffff) return { found: out.subarray(0, size), rest: packed.subarray(at) };
      }
    }
    if (near >= size || at > packed.length + 4) throw new RangeError("what is packed is damaged");
    grow(count);
    for (let k = 0; k < count; k++) out[size + k] = out[size + k - near - 1];
    size += count;
  }
}
