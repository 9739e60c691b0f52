// The places of a case and the ways between them, drawn from positions alone: no tile of any map is fetched.
import { lagOf, lagShort, tripInWords } from "./case_words.js";
import { drawing, el, Labels } from "./svg.js";

const METRES_PER_DEGREE = 111_195; // of a great circle, mean radius 6 371 km
const EDGE = 56; // pixels around the places
const LEAST_SPAN_M = 200;
const BESIDE = 3.5; // pixels between a way and the line from camera to camera
const LONG_WAY_DEGREES = 180;

/** East and north of the middle in metres. Good for a region: it takes the earth for flat. */
function onPlane(places) {
  const first = places[0].lon;
  const east = (lon) => first + ((((lon - first) % 360) + 540) % 360) - LONG_WAY_DEGREES; // also across the date line
  const lats = places.map((place) => place.lat);
  const lons = places.map((place) => east(place.lon));
  const middle = (values) => (Math.min(...values) + Math.max(...values)) / 2;
  const [lat0, lon0] = [middle(lats), middle(lons)];
  const shrink = Math.cos((lat0 * Math.PI) / 180);
  return places.map((place, i) => ({
    ...place,
    east_m: (lons[i] - lon0) * METRES_PER_DEGREE * shrink,
    north_m: (place.lat - lat0) * METRES_PER_DEGREE,
  }));
}

/** @returns {{width, height, metresPerPixel, spots: Map<string, object>}} */
export function layOut(places, width) {
  const plane = onPlane(places);
  const span = (key) => Math.max(...plane.map((one) => one[key])) - Math.min(...plane.map((one) => one[key]));
  const [spanEast, spanNorth] = [Math.max(span("east_m"), LEAST_SPAN_M), Math.max(span("north_m"), LEAST_SPAN_M)];
  const inner = Math.max(width - 2 * EDGE, 80);
  const highest = Math.min(520, Math.max(300, width * 0.75));
  const metresPerPixel = Math.max(spanEast / inner, spanNorth / (highest - 2 * EDGE));
  const height = Math.max(260, Math.min(highest, spanNorth / metresPerPixel + 2 * EDGE));
  const spots = new Map(plane.map((one) =>
    [one.camera, { ...one, x: width / 2 + one.east_m / metresPerPixel, y: height / 2 - one.north_m / metresPerPixel }]));
  return { width, height, metresPerPixel, spots };
}

/** The largest of 1, 2, 5 times a power of ten that is not longer than `most`. */
export function roundLength(most) {
  const power = 10 ** Math.floor(Math.log10(most));
  return [5, 2, 1].map((step) => step * power).find((length) => length <= most * 1.000001);
}

function scaleBar({ height, metresPerPixel }) {
  const metres = roundLength(130 * metresPerPixel);
  const long = metres / metresPerPixel;
  const words = metres >= 1000 ? `${metres / 1000} km` : `${metres} m`;
  return el("g", { class: "scale", transform: `translate(14 ${height - 16})` },
    el("path", { d: `M0 -6V0H${long.toFixed(2)}V-6` }), el("text", { x: long / 2, y: -8, "text-anchor": "middle" }, words));
}

const northArrow = ({ width }) =>
  el("g", { class: "north", transform: `translate(${width - 24} 34)` },
    el("path", { d: "M0 -20 L6 2 L0 -3 L-6 2 Z" }), el("text", { x: 0, y: 16, "text-anchor": "middle" }, "N"));

function bearing({ x, y, bearing: degrees }) {
  if (degrees === undefined) return "";
  return el("path", { class: "bearing", transform: `translate(${x.toFixed(2)} ${y.toFixed(2)}) rotate(${degrees})`, d: "M0 0 L-13 -26 A30 30 0 0 1 13 -26 Z" });
}

/** A line from stop to stop, a little to one side, with an arrow in the middle of each stretch. */
function way(stops, side, name) {
  const group = el("g", { class: `way ${name}` });
  for (let i = 1; i < stops.length; ++i) {
    const [from, to] = [stops[i - 1], stops[i]];
    const long = Math.hypot(to.x - from.x, to.y - from.y);
    if (long < 1) continue;
    const [dx, dy] = [(to.x - from.x) / long, (to.y - from.y) / long];
    const [ox, oy] = [-dy * side * BESIDE, dx * side * BESIDE];
    const at = (share) => `${(from.x + (to.x - from.x) * share + ox).toFixed(2)} ${(from.y + (to.y - from.y) * share + oy).toFixed(2)}`;
    group.append(el("path", { d: `M${at(0)} L${at(1)}` }));
    if (long > 36)
      group.append(el("path", { class: "arrow", d: "M5 0 L-4 -4 L-4 4 Z",
        transform: `translate(${at(name === "subject" ? 0.46 : 0.58)}) rotate(${(Math.atan2(dy, dx) * 180) / Math.PI})` }));
  }
  return group;
}

function names(spots, labels) {
  return [...spots.values()].flatMap((spot) => {
    const room = labels.beside(spot.x, spot.y, spot.camera);
    return room ? [el("text", { class: "name", x: room.x, y: room.y, "text-anchor": room.anchor }, spot.camera)] : [];
  });
}

/** Of one trip: the order of its cameras and how far behind the vehicle was. */
function lags({ seen }, spots, labels) {
  return seen.flatMap((one, i) => {
    const spot = spots.get(one.camera);
    const text = `${i + 1}: ${lagShort(lagOf(one))}`;
    const room = spot && labels.beside(spot.x, spot.y, text, 9, 12);
    return room ? [el("text", { class: "lag", x: room.x, y: room.y, "text-anchor": room.anchor }, text)] : [];
  });
}

/** @param trips  those to draw; of a single one the lags are written to its cameras */
export function drawMap(about, trips, width) {
  const map = layOut(about.places, width);
  const { spots } = map;
  const labels = new Labels(map.width, map.height);
  labels.block(map.width - 40, 8, 32, 46);
  labels.block(8, map.height - 36, 150, 30);
  for (const spot of spots.values()) labels.block(spot.x - 6, spot.y - 6, 12, 12);
  const drawn = trips.map((trip) => trip.seen.map((one) => spots.get(one.camera)).filter(Boolean));
  for (const stops of drawn) stops.slice(1).forEach((stop, i) => labels.avoid(stops[i], stop));
  const visited = new Set(trips.flatMap((trip) => trip.seen.map((one) => one.camera)));
  const dots = [...spots.values()].map((spot) =>
    el("circle", { class: visited.has(spot.camera) ? "place" : "place idle", cx: spot.x, cy: spot.y, r: 5 }));
  const words = `Map. ${trips.slice(0, 5).map((trip) => tripInWords(trip, about)).join(" ")}`;
  return drawing(map.width, map.height, words,
    ...[...spots.values()].map(bearing),
    ...drawn.map((stops) => way(stops, -1, "subject")), ...drawn.map((stops) => way(stops, 1, "vehicle")), ...dots,
    ...(trips.length === 1 ? lags(trips[0], spots, labels) : []), ...names(spots, labels), scaleBar(map), northArrow(map));
}
