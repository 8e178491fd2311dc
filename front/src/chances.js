// Probabilities as people count them: what `tinbergen.questions.chance_words` says in Python, word for word.
// A test compares both over thousands of numbers in every language.

/**
 * @typedef {{decimal: string, thousands: string, percent: string, chance: string, under: string, over: string,
 *   none: string, sure: string, unknown: string, between: string}} Words
 */

const FINE = [100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];

/** Fill the gaps of a phrase. @param {string} text @param {Record<string, string>} values */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (gap, name) => values[name] ?? gap);
}

/** Round a number as Python does: halves to the even one. @param {number} number */
function whole(number) {
  const floor = Math.floor(number);
  const rest = number - floor;
  return rest === 0.5 ? floor + (floor % 2) : Math.round(number);
}

/** Print with so many decimals, as Python does. @param {number} number @param {number} decimals */
export function fixed(number, decimals) {
  const scale = 10 ** decimals;
  const moved = number * scale;
  const half = moved - Math.floor(moved) === 0.5 && Number.isInteger(number * 2 ** 30);
  return half ? (whole(moved) / scale).toFixed(decimals) : number.toFixed(decimals);
}

/** Write an English number as a language does. @param {string} text @param {Words} words */
export function local(text, words) {
  return text.replace(/[.,]/g, (sign) => (sign === "." ? words.decimal : words.thousands));
}

/** @param {number} number @param {Words} words */
export function count(number, words) {
  return local(String(number).replace(/\B(?=(\d{3})+$)/g, ","), words);
}

/** A share in percent, never rounded to nothing or all. @param {number} share @param {Words} words */
export function percentText(share, words) {
  const distance = Math.min(share, 1 - share);
  const digits = distance >= 0.095 || distance <= 0 ? 0 : distance >= 0.0095 ? 1 : 2;
  let text = fixed(100 * share, digits);
  if (share > 0 && share < 0.00005) text = "<0.01";
  else if (share > 0.99995 && share < 1) text = ">99.99";
  return local(text, words) + words.percent;
}

/** A probability without its interval. @param {number} value @param {Words} words */
export function aboutText(value, words) {
  const distance = Math.min(value, 1 - value);
  if (!Number.isFinite(value)) return words.unknown;
  if (distance <= 0) return value <= 0 ? words.none : words.sure;
  const of = FINE.find((n) => whole(distance * n) >= 1 && distance * n >= 0.95) ?? FINE[FINE.length - 1];
  return fill(words.chance, {
    percent: percentText(value, words),
    n: count(whole(value * of), words),
    of: count(of, words),
  });
}

/** What an interval says where no path, or every path, met a target. @param {"under" | "over"} side
 * @param {number} most @param {Words} words */
function rare(side, most, words) {
  const number = 1 / most;
  const scale = 10 ** Math.floor(Math.log10(Math.max(number, 1)) + 1e-9);
  const step = [5, 2, 1].find((k) => k * scale <= number * (1 + 1e-9)) ?? 1;
  const of = Math.trunc(step * scale);
  const share = side === "under" ? 1 / of : 1 - 1 / of;
  const digits = of > 1 ? Math.max(0, Math.ceil(-Math.log10(1 / of)) - 2) : 0;
  const percent = fixed(100 * share, digits + 2).replace(/0+$/, "").replace(/\.$/, "");
  return fill(words[side], {
    n: count(of - 1, words),
    of: count(of, words),
    percent: local(percent, words) + words.percent,
  });
}

/** A probability with the ends of its interval. @param {number} value @param {number} low
 * @param {number} high @param {Words} words */
export function chanceText(value, low, high, words) {
  if (!Number.isFinite(value)) return words.unknown;
  if (value <= 0) return high > 0 ? rare("under", high, words) : words.none;
  if (value >= 1) return low < 1 ? rare("over", 1 - low, words) : words.sure;
  return fill(words.between, {
    chance: aboutText(value, words),
    low: percentText(low, words),
    high: percentText(high, words),
  });
}

/**
 * What limits a set of targets: what its dropping gains and the error of that, the probability of the others, its own with
 * both ends of its interval, and the share of the failing paths that miss it.
 * @typedef {{label: string, numbers: ArrayLike<number>}} Limiting
 */

const SURE = 1.96;
const NAMED = 3;

/**
 * Tell which targets stand in the way: what `in_words().limiting()` says in Python, word for word.
 * @param {Limiting[]} rows @param {Words & Record<string, string>} words
 */
export function limitingText(rows, words) {
  const [GAIN, ERROR, WITHOUT, OWN, LOW, HIGH, MISSED] = [0, 1, 2, 3, 4, 5, 6];
  if (rows.every(({ numbers }) => !(numbers[MISSED] > 0))) return words.limiting_none;
  const gained = rows.filter(({ numbers }) => numbers[GAIN] > SURE * numbers[ERROR]);
  const most = (gained.length > 0 ? gained : rows).slice();
  most.sort((a, b) => (gained.length > 0 ? b.numbers[GAIN] - a.numbers[GAIN] : a.numbers[OWN] - b.numbers[OWN]));
  const parts = most.slice(0, NAMED).map(({ label, numbers }) =>
    gained.length > 0
      ? fill(words.limiting_part, {
          label,
          without: percentText(numbers[WITHOUT], words),
          both: percentText(numbers[WITHOUT] - numbers[GAIN], words),
        })
      : fill(words.limiting_own_part, { label, chance: shortText(numbers[OWN], numbers[LOW], numbers[HIGH], words) }),
  );
  return fill(gained.length > 0 ? words.limiting : words.limiting_own, { names: parts.join(words.semicolon) });
}

/** A probability in few words: the interval only where nothing or everything is met.
 * @param {number} value @param {number} low @param {number} high @param {Words} words */
export function shortText(value, low, high, words) {
  return value > 0 && value < 1 ? aboutText(value, words) : chanceText(value, low, high, words);
}

/** How many of a hundred dots are filled, and what is written beside the filled ones and the others. @param {number} share */
export function dotsOf(share) {
  const filled = Number.isFinite(share) ? whole(100 * share) : 0;
  if (share > 0 && filled === 0) return { filled, on: "<1", off: ">99" };
  if (share < 1 && filled === 100) return { filled, on: ">99", off: "<1" };
  return { filled, on: String(filled), off: String(100 - filled) };
}

/** How far chance may move any of some probabilities: what the first screen says in Python, word for word.
 * @param {Iterable<ArrayLike<number>>} chances value, low and high of each @param {number} paths @param {Words & Record<string, string>} words */
export function sureText(chances, paths, words) {
  const most = Math.max(0, ...Array.from(chances, (one) => one[2] - one[1]).filter(Number.isFinite)) / 2;
  return fill(words.sure_to, { points: local(fixed(100 * most, 1), words), paths: count(paths, words) });
}
