// The timeline of recordings as a drawing. No requests here.
import { el } from "./svg.js";

const HEIGHT = 86;
const [EVENTS, BARS, BAND] = [26, 56, 60]; // from above: marks of events, foot of the bars, band of recordings
const BAND_HEIGHT = 18;
const SECOND = 1000;
const STEPS = [1, 5, 10, 30, 60, 300, 600, 1800, 3600, 7200, 14400, 21600].map((seconds) => seconds * SECOND);

const clock = (time, seconds) =>
  new Date(time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", ...(seconds ? { second: "2-digit" } : {}) });

function ticks(from, to, width) {
  const step = STEPS.find((one) => ((to - from) / one) * 64 <= width) || STEPS.at(-1);
  const midnight = new Date(from).setHours(0, 0, 0, 0);
  const marks = [];
  for (let at = midnight + Math.ceil((from - midnight) / step) * step; at < to; at += step) marks.push(at);
  return { marks, seconds: step < 60 * SECOND };
}

/**
 * @param {{from: number, to: number, coverage: object, events: number[], marked: {from: ?number, to: ?number}}} view  times in ms
 * @returns an SVG element
 */
export function drawStrip(view, width) {
  const scale = width / (view.to - view.from);
  const x = (time) => (time - view.from) * scale;
  const box = (from, to, y, height, name) => {
    const left = Math.max(0, x(from));
    return el("rect", { class: name, x: left, y, width: Math.max(Math.min(width, x(to)) - left, 1), height });
  };
  const parts = [el("defs", {}, el("pattern", { id: "hatched", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    el("rect", { width: 6, height: 6, class: "covered" }), el("rect", { width: 2, height: 6, fill: "var(--hole)" })))];
  const { marks, seconds } = ticks(view.from, view.to, width);
  for (const at of marks)
    parts.push(el("path", { class: "tick", d: `M${x(at).toFixed(1)} 16V${HEIGHT}` }), el("text", { x: x(at) + 3, y: 12 }, clock(at, seconds)));
  for (const gap of view.coverage.gaps)
    parts.push(box(Date.parse(gap.from), Date.parse(gap.to), BAND + 1, BAND_HEIGHT - 2, "gap"));
  for (const one of view.coverage.stretches) {
    parts.push(box(Date.parse(one.from), Date.parse(one.to), BAND, BAND_HEIGHT, one.playable ? "covered" : "unplayable"));
    if (one.kept) parts.push(box(Date.parse(one.from), Date.parse(one.to), BAND + BAND_HEIGHT, 3, "kept"));
  }
  const step = view.coverage.step_s * SECOND;
  for (const one of view.coverage.activity) {
    const score = Math.max(one.object, Math.min(1, Math.sqrt(one.motion)) * 0.6, 0.12);
    const at = Date.parse(one.from);
    parts.push(box(at, at + step, BARS - score * 28, score * 28, one.object > 0 ? "object" : "motion"));
  }
  for (const at of view.events) parts.push(el("path", { class: "event", d: `M${x(at).toFixed(1)} ${EVENTS}l-3.5 -7h7z` }));
  if (view.marked.from !== null && view.marked.to !== null) parts.push(box(view.marked.from, view.marked.to, 16, HEIGHT - 17, "marked"));
  const lines = { now: el("path", { class: "now", d: "" }), pointer: el("path", { class: "pointer", d: "" }) };
  parts.push(lines.pointer, lines.now);
  const svg = el("svg", { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, "aria-hidden": "true" }, ...parts);
  const line = (name, time) => {
    const inside = time !== null && time >= view.from && time <= view.to;
    lines[name].setAttribute("d", inside ? `M${x(time).toFixed(1)} 14V${HEIGHT}` : "");
  };
  return { svg, line };
}

/** What is at a time: { stretch } or { gap } or neither. */
export function whatIsAt(coverage, time) {
  const covers = (one) => Date.parse(one.from) <= time && time < Date.parse(one.to);
  return { stretch: coverage.stretches.find(covers), gap: coverage.gaps.find(covers) };
}

const lasting = (seconds) =>
  seconds < 90 ? `${Math.round(seconds)} s` : seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;

export const gapInWords = (gap) => `${lasting(gap.seconds)} without recording: ${gap.cause || "nobody knows why"}`;

export function inWords(coverage, time) {
  const { stretch, gap } = whatIsAt(coverage, time);
  if (gap) return gapInWords(gap);
  if (!stretch) return "nothing is recorded";
  const sound = stretch.audio_codec ? ` with sound (${stretch.audio_codec}${stretch.whole || !stretch.playable ? "" : ", which browsers don't play"})` : "";
  const kept = stretch.kept ? ", kept" : "";
  const note = stretch.playable ? "" : "; browsers can't play it, players can: take the files away";
  return `recorded, ${stretch.width_px}×${stretch.height_px} ${stretch.codec}${sound}${kept}${note}`;
}
