// A fan that moves: the shapes of the sheet that `tinbergen.report.picture` laid out, with other points.

import { dotsOf, fill } from "./chances.js";

const HEIGHT = 270;
const TOP = 34;
const BOTTOM = 28;

/** Places in a row of a fan: the mean, then the quantiles 5, 10, 25, 50, 75, 90 and 95 %. */
const BANDS = [[1, 7], [2, 6], [3, 5]];
const MEDIAN = 4;

/** @param {number} number */
const short = (number) => number.toFixed(1).replace(/\.0$/, "");

/**
 * Draw actual values over a fan.
 * @param {Element} svg @param {[number, number][]} values the place of a period, and the value @param {number} periods how many there are
 */
export function dotFan(svg, values, periods) {
  for (const dot of svg.querySelectorAll(".typed")) dot.remove();
  const [low, high] = ["data-low", "data-high"].map((name) => Number(svg.getAttribute(name)));
  const times = (svg.getAttribute("data-times") ?? "").split(" ");
  for (const [place, value] of values) {
    const x = times[place - (periods - times.length)];
    if (x === undefined) continue;
    const inside = Math.min(Math.max((high - value) / (high - low), 0), 1);
    const dot = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    const shape = { class: "actual typed", cx: x, cy: short(TOP + (HEIGHT - TOP - BOTTOM) * inside), r: "4.2" };
    for (const [name, text] of Object.entries(shape)) dot.setAttribute(name, text);
    svg.append(dot);
  }
}

/**
 * Move the shapes of a fan.
 * @param {Element} svg @param {ArrayLike<number>} numbers rows of a mean and seven quantiles, a row a period
 */
export function moveFan(svg, numbers) {
  const [low, high] = ["data-low", "data-high"].map((name) => Number(svg.getAttribute(name)));
  const times = (svg.getAttribute("data-times") ?? "").split(" ");
  const start = svg.getAttribute("data-start")?.split(" ");
  const rows = numbers.length / 8;
  const first = rows - times.length; // periods before are known: the fan begins after them
  const y = (/** @type {number} */ value) => {
    const inside = Math.min(Math.max((high - value) / (high - low), 0), 1); // what leaves the field lies on its edge
    return short(TOP + (HEIGHT - TOP - BOTTOM) * inside);
  };
  const line = (/** @type {number} */ place) => {
    const points = times.map((x, k) => `${x},${y(numbers[8 * (first + k) + place])}`);
    return start ? [`${start[0]},${y(Number(start[1]))}`, ...points] : points;
  };
  const polygons = svg.querySelectorAll("polygon");
  BANDS.forEach(([a, b], k) => {
    polygons[k].setAttribute("points", [...line(a), ...line(b).reverse()].join(" "));
  });
  svg.querySelector(".centre")?.setAttribute("points", line(MEDIAN).join(" "));
}

/**
 * Let a hundred dots show a share, in the picture and in what is written beside it.
 * @param {ParentNode} root @param {number} share @param {Record<string, string>} words @param {boolean} one whether the plan has one target
 */
export function moveDots(root, share, words, one) {
  const { filled, on, off } = dotsOf(share);
  root.querySelectorAll(".dots circle").forEach((dot, k) => dot.classList.toggle("on", k < filled));
  root.querySelector(".dots")?.setAttribute("aria-label", fill(words.dots, { n: String(filled), label: words.all }));
  const [met, missed] = one ? [words.dots_on_one, words.dots_off_one] : [words.dots_on, words.dots_off];
  for (const [name, phrase, n] of [["met", met, on], ["missed", missed, off]]) {
    const place = root.querySelector(`.hundred .${name}`);
    if (place) place.textContent = fill(phrase, { n });
  }
}
