// One case. What comes from the server is only ever put into the page as text, never as markup.
import { get, post, snapshotUrl } from "./ask.js";
import { drawMap } from "./case_map.js";
import { drawTrip } from "./case_timeline.js";
import { chanceOf, clockOf, counted, dateOf, dayOf, lagInWords, lagOf, lagsInWords, oddsOf, percentOf, rare, stateOf, tripsOf } from "./case_words.js";
import { timeOf } from "./show.js";

const $ = (id) => document.getElementById(id);
const FIRST_TRIPS = 8;
const FIRST_PICTURES = 24;
const FIRST_READS = 200;
const SILENT = 0.05; // smaller parts of a score say nothing
const id = decodeURIComponent(location.pathname.split("/").pop());
const address = `cases/${encodeURIComponent(id)}`;

let about = null;
let trips = [];
let chosen = "all"; // trip on the map

const make = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

function notify(element, text) {
  element.textContent = text;
  element.hidden = !text;
}

function pairs(list, facts) {
  list.replaceChildren(...Object.entries(facts).filter(([, value]) => value !== undefined && value !== "").map(([name, value]) =>
    make("div", {}, make("dt", { textContent: name }), make("dd", { textContent: value }))));
}

/** Shows `items` up to `first`, and the rest when asked. */
function inParts(list, more, items, first, words) {
  list.replaceChildren(...items.slice(0, first).map((item) => item()));
  more.hidden = items.length <= first;
  if (words) more.textContent = words(items.length - first);
  more.onclick = () => {
    more.hidden = true;
    list.append(...items.slice(first).map((item) => item()));
    drawAll();
  };
}

// ---- head ----

function showHead() {
  document.title = `${about.vehicle} and ${about.subject} · Vedette`;
  $("vehicle").textContent = about.vehicle;
  $("subject").textContent = about.subject;
  $("state").textContent = stateOf(about.state);
  $("state").dataset.state = about.state;
  $("odds").textContent = oddsOf(about.score.llr);
  pairs($("figures"), {
    "that it follows": percentOf(about.chance.probability),
    "score": about.score.llr.toFixed(1),
    "reads that count": about.score.co_sightings,
    "trips": about.score.trips,
    "places": about.score.places,
    "first": dateOf(about.first),
    "last": dateOf(about.last),
  });
}

// ---- map and timeline ----

function chooseTrips() {
  const option = (value, text) => {
    const input = make("input", { type: "radio", name: "trip", value, checked: value === chosen });
    input.addEventListener("change", () => {
      chosen = value;
      drawAll();
    });
    return make("label", {}, input, make("span", { textContent: text }));
  };
  const shown = trips.slice(-FIRST_TRIPS);
  $("trips").replaceChildren($("trips").firstElementChild, option("all", "all"), ...shown.map((trip) => option(String(trip.number), String(trip.number))));
  $("trips").hidden = trips.length < 2;
}

function tripItem(trip) {
  const from = trip.seen[0].subject_at;
  const to = trip.seen[trip.seen.length - 1].subject_at;
  return make("li", {},
    make("h3", { textContent: `Trip ${trip.number}` }),
    make("p", { className: "soft", textContent:
      `${dayOf(from)}, ${clockOf(from)}${clockOf(to) === clockOf(from) ? "" : ` to ${clockOf(to)}`} · ${counted(trip.seen.length, "read")} together · ${lagsInWords(trip.seen)}` }),
    Object.assign(make("div", { className: "drawn" }), { trip }));
}

/** Drawings have the size of the window. */
function drawAll() {
  const onMap = trips.length < 2 || chosen === "all" ? trips : trips.filter((trip) => String(trip.number) === chosen);
  const known = about.places.length > 0;
  $("map").parentElement.hidden = !known;
  if (known) $("map").replaceChildren(drawMap(about, onMap, $("map").clientWidth || 600));
  for (const place of document.querySelectorAll(".timeline .drawn"))
    place.replaceChildren(drawTrip(place.trip, about, place.clientWidth || 600));
}

function showPlacesAndTimes() {
  trips = tripsOf(about.sightings);
  if (chosen !== "all" && !trips.some((trip) => String(trip.number) === chosen)) chosen = "all";
  chooseTrips();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  $("zone").textContent = zone === "UTC" ? "Times are UTC." : `Times are those of ${zone}; the evidence has UTC.`;
  const missing = new Set(about.sightings.map((one) => one.camera)).size - about.places.length;
  $("no-map").hidden = missing <= 0;
  $("no-map").textContent = about.places.length === 0
    ? "Nobody said where these cameras are, so there is no map."
    : `Nobody said where ${counted(missing, "more camera")} ${missing === 1 ? "is" : "are"}.`;
  inParts($("timeline"), $("more-trips"), [...trips].reverse().map((trip) => () => tripItem(trip)), FIRST_TRIPS,
    (rest) => `${counted(rest, "earlier trip")}`);
}

// ---- why, and what chance would give ----

function bar(words, value, text, share, kind) {
  const fill = make("span", { className: `fill ${kind}` });
  fill.style.width = `${Math.max(share * (kind === "plain" ? 100 : 50), 0.4)}%`;
  return make("li", {}, make("span", { className: "words", textContent: words }),
    make("span", { className: `track ${kind === "plain" ? "plain" : ""}`, ariaHidden: "true" }, fill), make("span", { className: "number", textContent: text }));
}

const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(1)}`;

function showTerms() {
  const terms = [...about.score.terms].sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const spoken = terms.filter((term) => Math.abs(term.value) >= SILENT);
  const silent = terms.filter((term) => Math.abs(term.value) < SILENT);
  const most = Math.max(...spoken.map((term) => Math.abs(term.value)), Math.abs(about.score.llr), 1);
  const row = (words, value) => bar(words, value, signed(value), Math.abs(value) / most, value < 0 ? "against" : "for");
  const sum = row("together: the score", about.score.llr);
  sum.className = "sum";
  $("terms").replaceChildren(...spoken.map((term) => row(term.words, term.value)), sum);
  $("silent").hidden = silent.length === 0;
  $("silent").querySelector("summary").textContent = `${counted(silent.length, "part")} that ${silent.length === 1 ? "says" : "say"} next to nothing here`;
  $("silent").querySelector("ul").replaceChildren(...silent.map((term) => make("li", { textContent: `${term.words}: ${term.value.toFixed(2)}` })));
}

function showChance() {
  const { expected_sightings: expected, false_alarms_per_month: alarms } = about.chance;
  const seen = about.sightings.length + about.sightings_dropped;
  const most = Math.max(seen, expected, 1);
  const list = make("ol", { className: "terms" }, bar("reads together that there were", seen, String(seen), seen / most, "plain"),
    bar("that a vehicle going its own way would have had at these cameras", expected, rare(expected), expected / most, "plain"));
  $("chance").replaceChildren(list);
  $("chance-words").textContent = `For one followed person, ${chanceOf(alarms)}. Only cameras that read both are counted, so the two `
    + "numbers are a comparison, not a test.";
}

// ---- pictures ----

function showPictures() {
  const shown = about.sightings.flatMap((one) => ["vehicle", "subject"].filter((who) => one[`${who}_snapshot`]).map((who) => ({ one, who })));
  const items = shown.map(({ one, who }) => () => {
    const time = timeOf(one[`${who}_at`]);
    const plate = about[who];
    const href = `../${snapshotUrl(one[`${who}_snapshot`])}`;
    return make("li", {}, make("a", { href, target: "_blank", rel: "noopener" },
      make("img", { src: href, alt: `${plate} at ${one.camera}, ${time.short}`, loading: "lazy", decoding: "async" })),
    make("span", { className: `plate small ${who}`, textContent: plate }),
    make("span", { className: "soft", textContent: `${one.camera} · ${time.short}`, title: time.full }));
  });
  $("no-pictures").hidden = items.length > 0;
  inParts($("pictures"), $("more-pictures"), items, FIRST_PICTURES);
}

// ---- table, history, versions ----

function readRow(one) {
  const events = ["subject", "vehicle"].filter((who) => one[`${who}_event`]).map((who) =>
    make("a", { href: `../events/${encodeURIComponent(one[`${who}_event`])}`, textContent: who === "subject" ? "followed" : "vehicle" }));
  const time = (text) => make("time", { dateTime: text, textContent: timeOf(text).short, title: text });
  const cell = (...children) => make("td", {}, ...children);
  return make("tr", {}, make("th", { scope: "row", textContent: one.trip + 1 }), cell(one.camera), cell(time(one.subject_at)), cell(time(one.vehicle_at)),
    cell(lagInWords(lagOf(one))), cell(`${Math.round(one.confidence * 100)} %${one.merged ? ", one character doubtful" : ""}`),
    cell(...events.flatMap((link, i) => (i ? [" ", link] : [link]))));
}

function showRest() {
  inParts($("reads"), $("more-reads"), about.sightings.map((one) => () => readRow(one)), FIRST_READS);
  notify($("dropped"), about.sightings_dropped > 0 ? `${about.sightings_dropped} older ones are not kept.` : "");
  $("history").replaceChildren(...[...about.history].reverse().map((change) => make("li", {},
    make("time", { dateTime: change.at, textContent: timeOf(change.at).full }),
    make("span", { textContent: ` ${stateOf(change.to)}, by ${change.who}${change.why ? `: ${change.why}` : ""}` }))));
  pairs($("versions"), {
    "Case": about.id,
    "Score": about.versions.score,
    "Rules of plates": about.versions.grammar,
    "Read by": about.versions.models.map((model) => `${model.id} (${model.task})`).join(", "),
    "Vedette": about.versions.program,
  });
}

// ---- judging ----

function showJudging() {
  const evidence = $("evidence");
  evidence.href = `${address}/evidence`;
  evidence.download = `${about.id}.tar`;
  for (const button of $("judge").querySelectorAll("button"))
    button.setAttribute("aria-pressed", String(about.state === { confirm: "confirmed", dismiss: "dismissed" }[button.value]));
}

async function judge(event) {
  event.preventDefault();
  const step = event.submitter?.value || "confirm";
  const buttons = [...$("judge").querySelectorAll("button")];
  buttons.forEach((button) => (button.disabled = true));
  try {
    show(await post(`${address}/${step}`, { why: $("why").value.trim(), revision: about.revision }));
    $("why").value = "";
    notify($("judged"), `Kept: ${stateOf(about.state)}.`);
  } catch (error) {
    if (error.status === 409) await load();
    notify($("judged"), error.status === 409 ? "The case changed while you looked at it. It is shown as it is now: please judge it again." : error.message);
  } finally {
    buttons.forEach((button) => (button.disabled = false));
    event.submitter?.focus();
  }
}

// ---- all of it ----

function show(fresh) {
  about = fresh;
  $("case").hidden = false;
  notify($("notice"), "");
  showHead();
  showPlacesAndTimes();
  showTerms();
  showChance();
  showPictures();
  showJudging();
  showRest();
  drawAll();
}

const load = () => get(address).then(show, (error) => notify($("notice"), error.message));

$("judge").addEventListener("submit", judge);
let drawnWidth = 0;
new ResizeObserver(([{ contentRect }]) => {
  if (!about || contentRect.width === drawnWidth) return;
  drawnWidth = contentRect.width;
  drawAll();
}).observe(document.querySelector("main"));
load();
