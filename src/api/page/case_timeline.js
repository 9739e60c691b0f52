// One trip in time: the subject above, the vehicle below, a line between the two reads of each camera.
import { clockOf, lagOf, lagShort, tripInWords } from "./case_words.js";
import { drawing, el, Labels } from "./svg.js";

const HEIGHT = 148;
const ABOVE = 58; // of the subject's line
const BELOW = 104; // of the vehicle's line
const EDGE = 26;
const MINUTE = 60_000;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1440].map((minutes) => minutes * MINUTE);

/** Marks on whole minutes, hours, … as many as fit. */
function ticks(from, to, width) {
  const step = STEPS.find((one) => ((to - from) / one) * 70 <= width) || STEPS[STEPS.length - 1];
  const marks = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) marks.push(at);
  return marks.length > 0 ? marks : [from]; // a trip of seconds
}

export function drawTrip(trip, about, width) {
  const times = trip.seen.flatMap((one) => [Date.parse(one.subject_at), Date.parse(one.vehicle_at)]);
  const least = MINUTE / 2;
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const span = Math.max(last - first, least);
  const x = (time) => EDGE + ((time - first) / span) * (width - 2 * EDGE);
  const labels = new Labels(width, HEIGHT);
  labels.block(0, ABOVE - 5, width, BELOW - ABOVE + 10); // names stay above the lines
  const parts = [
    el("path", { class: "lane", d: `M0 ${ABOVE}H${width}` }),
    el("path", { class: "lane", d: `M0 ${BELOW}H${width}` }),
    el("rect", { class: "session", x: x(first) - 10, y: ABOVE - 10, width: x(last) - x(first) + 20, height: BELOW - ABOVE + 20, rx: 10 }),
  ];
  for (const at of ticks(first, last, width - 2 * EDGE)) {
    const half = clockOf(at).length * 3.5;
    const middle = Math.min(Math.max(x(at), half + 2), width - half - 2);
    parts.push(el("path", { class: "tick", d: `M${x(at).toFixed(2)} ${BELOW + 14}v5` }),
      el("text", { class: "clock", x: middle, y: BELOW + 32, "text-anchor": "middle" }, clockOf(at)));
  }
  let free = 0; // lags stand beside each other, not on top
  for (const one of trip.seen) {
    const [s, v] = [x(Date.parse(one.subject_at)), x(Date.parse(one.vehicle_at))];
    const room = labels.beside(s, ABOVE, one.camera, 11) || labels.beside(s, ABOVE - 16, one.camera, 11);
    parts.push(el("path", { class: "between", d: `M${s.toFixed(2)} ${ABOVE}L${v.toFixed(2)} ${BELOW}` }),
      el("circle", { class: "read subject", cx: s, cy: ABOVE, r: 5 }),
      el("rect", { class: "read vehicle", x: v - 4.5, y: BELOW - 4.5, width: 9, height: 9 }));
    if (room) parts.push(el("text", { class: "name", x: room.x, y: room.y, "text-anchor": room.anchor }, one.camera));
    const text = lagShort(lagOf(one));
    const long = text.length * 7;
    const right = Math.max(s, v) + 6;
    const left = right + long <= width ? right : Math.min(s, v) - 6 - long;
    if (left < free) continue;
    parts.push(el("text", { class: "lag", x: left, y: (ABOVE + BELOW) / 2 + 4 }, text));
    free = left + long + 6;
  }
  return drawing(width, HEIGHT, tripInWords(trip, about), ...parts);
}
