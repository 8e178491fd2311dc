// A fan drawn from its numbers: what `tinbergen.report.picture` lays out in Python, shape by shape.
// A test compares both over generated plans.

import { fixed, local } from "./chances.js";

const [WIDTH, HEIGHT] = [640, 270];
const [LEFT, RIGHT, TOP, BOTTOM] = [70, 14, 34, 28];
const ROOM = 0.05;
const LABELS = 9;
/** Places in a row of a fan: the mean, then the quantiles 5, 10, 25, 50, 75, 90 and 95 %. */
const BANDS = [[1, 7], [2, 6], [3, 5]];
const MEDIAN = 4;
const COLUMNS = 8;

/**
 * @typedef {{direction: string, first: string, last: string, low: number, high: number}} Mark
 * @typedef {{periods: string[], known: [string, number][], drawn: string[], numbers: ArrayLike<number>, marks: Mark[], share: boolean}} Fan
 *   `numbers` has a row of a mean and seven quantiles for each period
 * @typedef {{low: number, high: number, bands: string[], centre: string, history: string[], gaps: string[], dots: string[][], hollow: string[][],
 *   rows: string[][], columns: string[][], marks: {direction: string, x1: string, x2: string, x: string, y1: string, y2: string}[],
 *   start: [string, number] | null, times: string[]}} Picture
 */

/** @param {number} number */
const short = (number) => fixed(number, 1).replace(/\.0$/, "");

/** A period as a number that counts periods, and how many are in a year. @param {string} text @returns {[number, number]} */
function counted(text) {
  const [, year, quarter, part] = /^(-?\d+)(?:-(Q?)(\d+))?$/.exec(text) ?? [];
  const per = quarter ? 4 : part ? 12 : 1;
  return [Number(year) * per + (part ? Number(part) - 1 : 0), per];
}

/** Where a period stands on the axis: its year, plus the part of the year before it. @param {string} text */
function timeOf(text) {
  const [ordinal, per] = counted(text);
  return ordinal / per;
}

/** @param {number} a @param {number} b */
const floorDivided = (a, b) => Math.floor(a / b);

/** Ticks of an axis as matplotlib's MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]) gives them. @param {number} low @param {number} high */
export function ticks(low, high) {
  const bins = 5;
  const span = Math.abs(high - low);
  const middle = (high + low) / 2;
  const offset = Math.abs(middle) / span < 100 ? 0 : Math.sign(middle) * 10 ** Math.floor(Math.log10(Math.abs(middle)));
  const scale = 10 ** Math.floor(Math.log10(span / bins));
  const [from, to] = [low - offset, high - offset];
  const steps = [0.1, 0.2, 0.25, 0.5, 1, 2, 2.5, 5, 10, 20].map((step) => step * scale);
  const raw = (to - from) / bins;
  const at = steps.findIndex((step) => step >= raw);
  /** @type {number[]} */
  let found = [];
  for (const step of steps.slice(0, (at < 0 ? steps.length - 1 : at) + 1).reverse()) {
    const start = floorDivided(from, step) * step;
    // An edge that is a whole number of steps, but for rounding, is one.
    const whole = Math.max(1e-10, offset === 0 ? 0 : 10 ** (Math.log10(Math.abs(offset) / step) - 12));
    const close = Math.min(0.4999, whole);
    const parts = (/** @type {number} */ x) => [floorDivided(x, step), (x - floorDivided(x, step) * step) / step];
    const [lowest, over] = parts(from - start);
    const [highest, left] = parts(to - start);
    const first = Math.abs(over - 1) < close ? lowest + 1 : lowest;
    const last = Math.abs(left) < close ? highest : highest + 1;
    found = Array.from({ length: last - first + 1 }, (_, k) => (first + k) * step + start);
    if (found.filter((tick) => tick >= from && tick <= to).length >= 2) break;
  }
  return found.map((tick) => tick + offset).filter((tick) => low <= tick && tick <= high);
}

/** Texts of ticks: thousands apart, a true minus, no more decimals than needed. @param {number[]} values @param {boolean} share
 * @param {import("./chances.js").Words} words */
export function tickTexts(values, share, words) {
  let scaled = values.map((value) => (share ? 100 : 1) * value);
  const most = Math.max(0, ...scaled.map(Math.abs));
  let decimals = decimalsOf(scaled);
  let power = 0;
  if (most > 0 && most < 1 && (most < 1e-5 || decimals >= 9)) {
    power = Math.floor(Math.log10(most));
    scaled = scaled.map((value) => value / 10 ** power);
    decimals = decimalsOf(scaled);
  }
  return scaled.map((value) => {
    const [whole, part] = fixed(Math.abs(value), decimals).split(".");
    const sign = value < 0 ? "\u2212" : "";
    const text = `${sign}${whole.replace(/\B(?=(\d{3})+$)/g, ",")}${part ? `.${part}` : ""}`;
    return local(power ? `${text}e${power < 0 ? "\u2212" : ""}${Math.abs(power)}` : text, words) + (share ? words.percent : "");
  });
}

/** @param {number[]} values */
function decimalsOf(values) {
  const scale = Math.max(0, ...values.map(Math.abs)) || 1;
  const ordered = [...values].sort((a, b) => a - b);
  const apart = Math.min(...ordered.slice(1).map((value, k) => value - ordered[k]), ordered.length > 1 ? Infinity : scale);
  const close = Math.max(Math.min(1e-9 * scale, 1e-3 * apart), 1e-15 * scale);
  for (let decimals = 0; decimals < 9; decimals++) {
    if (values.every((value) => Math.abs(Number(fixed(value, decimals)) - value) <= close)) return decimals;
  }
  return 9;
}

/** Lay a fan out on a sheet of 640 by 270; null where a number of it is not finite.
 * @param {Fan} fan @param {import("./chances.js").Words} words @returns {Picture | null} */
export function layOut(fan, words) {
  const { periods, numbers, marks } = fan;
  const begin = counted(periods[0])[0];
  const known = fan.known.filter(([period, value]) => counted(period)[0] < begin && Number.isFinite(value));
  const column = (/** @type {number} */ place) => periods.map((_, k) => numbers[COLUMNS * k + place]);
  const ends = marks.flatMap((mark) => [mark.low, mark.high]);
  const values = [...known.map(([, value]) => value), ...column(1), ...column(7), ...column(MEDIAN), ...ends];
  if (!values.every(Number.isFinite)) return null;
  let [low, high] = [Math.min(...values), Math.max(...values)];
  const room = ROOM * (high - low) || 0.05 * Math.abs(high) || 1;
  [low, high] = [low - room, high + room];
  const shown = [...known.map(([period]) => period), ...periods];
  const [start, end] = [timeOf(shown[0]), timeOf(shown[shown.length - 1])];
  const beside = 0.02 * Math.max(end - start, 1);
  const [first, last] = [start - beside, end + beside];
  const x = (/** @type {number} */ time) =>
    short(LEFT + ((WIDTH - LEFT - RIGHT) * (time - first)) / Math.max(last - first, 1e-9));
  const y = (/** @type {number} */ value) => short(TOP + ((HEIGHT - TOP - BOTTOM) * (high - value)) / (high - low));
  const at = (/** @type {string} */ period, /** @type {number} */ value) => `${x(timeOf(period))},${y(value)}`;
  const tip = known[known.length - 1];
  const line = (/** @type {number} */ place) => [
    ...(tip ? [at(...tip)] : []),
    ...column(place).map((value, k) => at(periods[k], value)),
  ];
  /** @type {[string, number][][]} */
  const pieces = [];
  for (const one of known) {
    const piece = pieces[pieces.length - 1];
    if (piece && counted(one[0])[0] - counted(piece[piece.length - 1][0])[0] === 1) piece.push(one);
    else pieces.push([one]);
  }
  const gaps = pieces.slice(1).map((piece, k) => [pieces[k][pieces[k].length - 1], piece[0]]);
  const drawn = new Set(fan.drawn);
  const dot = (/** @type {[string, number]} */ [period, value]) => [x(timeOf(period)), y(value)];
  const places = ticks(low, high);
  const step = [1, 2, 5, 10, 20, 50, 100, 1000].find((step) => shown.length / step <= LABELS) ?? 1000;
  const texts = tickTexts(places, fan.share, words);
  return {
    low,
    high,
    bands: BANDS.map(([a, b]) => [...line(a), ...line(b).reverse()].join(" ")),
    centre: line(MEDIAN).join(" "),
    history: pieces.map((piece) => piece.map((one) => at(...one)).join(" ")),
    gaps: gaps.map((ends) => ends.map((one) => at(...one)).join(" ")),
    dots: known.filter(([period]) => !drawn.has(period)).map(dot),
    hollow: known.filter(([period]) => drawn.has(period)).map(dot),
    rows: places.map((place, k) => [y(place), texts[k]]),
    columns: shown.filter((period) => counted(period)[0] % step === 0).map((period) => [x(timeOf(period)), period]),
    marks: marks.map((mark) => {
      let [from, to] = [timeOf(mark.first), timeOf(mark.last)];
      if (mark.first === mark.last) {
        const reach = 0.035 * (last - first); // a line short enough to show which period is meant
        [from, to] = [from - reach, Math.min(to + reach, last)];
      }
      const [x1, x2] = [x(Math.max(from, first)), x(to)];
      const direction = mark.direction === "between" ? "between" : /at_least|above/.test(mark.direction) ? "up" : "down";
      return { direction, x1, x2, x: short((Number(x1) + Number(x2)) / 2), y1: y(mark.low), y2: y(mark.high) };
    }),
    start: tip ? [x(timeOf(tip[0])), tip[1]] : null,
    times: periods.map((period) => x(timeOf(period))),
  };
}

/** Make an element of SVG. @param {string} name @param {Record<string, string | number>} attributes @param {(Node | string)[]} inside */
function shape(name, attributes, ...inside) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...inside);
  return made;
}

/** Draw a picture, as the template of a report does. @param {Picture} picture @param {string} about @param {string} unit */
export function draw(picture, about, unit) {
  const all = (/** @type {string[]} */ lines, /** @type {string} */ kind) => lines.map((points) => shape("polyline", { class: kind, points }));
  const circles = (/** @type {string[][]} */ dots, /** @type {string} */ kind, /** @type {number} */ r) =>
    dots.map(([cx, cy]) => shape("circle", { class: kind, cx, cy, r }));
  const marks = picture.marks.map((mark) => {
    if (mark.direction === "between") {
      const [width, height] = [Number(mark.x2) - Number(mark.x1), Number(mark.y1) - Number(mark.y2)];
      return shape("rect", { class: "range", x: mark.x1, y: mark.y2, width: width.toFixed(1), height: height.toFixed(1) });
    }
    const arrow = mark.direction === "up" ? "-16m-4,5l4,-5l4,5" : "16m-4,-5l4,5l4,-5";
    return shape("path", { class: "bound", d: `M${mark.x1},${mark.y1}H${mark.x2}M${mark.x},${mark.y1}v${arrow}` });
  });
  const lines = picture.rows.map(([y]) => shape("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y, y2: y }));
  return shape(
    "svg",
    { class: "fan", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": about },
    shape("g", { class: "grid" }, ...lines),
    ...picture.bands.map((points, k) => shape("polygon", { class: `b${k + 1}`, points })),
    shape("polyline", { class: "centre", points: picture.centre }),
    ...all(picture.gaps, "gap"),
    ...all(picture.history, "history"),
    ...circles(picture.dots, "dot", 2.6),
    ...circles(picture.hollow, "hollow", 3.2),
    ...marks,
    shape(
      "g",
      { class: "axis", "aria-hidden": "true" },
      ...picture.rows.map(([y, text]) => shape("text", { x: 64, y: Number(y) + 4, "text-anchor": "end" }, text)),
      ...picture.columns.map(([x, text]) => shape("text", { x, y: HEIGHT - 9, "text-anchor": "middle" }, text)),
      shape("text", { x: 8, y: 14 }, unit),
    ),
  );
}
