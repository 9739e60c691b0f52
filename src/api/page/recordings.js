// The page of recordings: choose, look, play, take away.
import { get } from "./ask.js";
import { Player } from "./recording_player.js";
import { Previews, showPreview } from "./recording_previews.js";
import { drawStrip, gapInWords, inWords, whatIsAt } from "./recording_strip.js";

const $ = (id) => document.getElementById(id);
const SECOND = 1000;
const MOST_EVENTS = 2000;
const LOOK_PAUSE = 4 * SECOND;

const state = {
  camera: null, cameras: [], view: { from: 0, to: 0 }, coverage: { stretches: [], gaps: [], activity: [], step_s: 1 }, events: [],
  marked: { from: null, to: null }, at: null, pointer: null, strip: null, asked: 0, looked: 0,
};

const iso = (time) => new Date(time).toISOString();
const day = (time) => { const at = new Date(time); return new Date(at - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 10); };
const clockOf = (time) => new Date(time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const whole = (time) => `${new Date(time).toLocaleDateString([], { day: "numeric", month: "short" })} ${clockOf(time)}`;
const of = (part, query = {}) => `recordings/${encodeURIComponent(state.camera)}/${part}?${new URLSearchParams(query)}`;

function notify(text) {
  $("notice").textContent = text;
  $("notice").hidden = !text;
}

function say(text) {
  $("overlay").textContent = text;
  $("overlay").hidden = !text;
}

// ---- the picture ----

const player = new Player($("video"), {
  time: (wall) => show(wall),
  problem: (error) => {
    say(error.message);
    if (error.unsupported && state.at !== null) showStill(state.at);
  },
  over: () => say("No more is recorded from here on."),
});

function show(wall) {
  state.at = wall;
  $("clock").textContent = clockOf(wall);
  state.strip?.line("now", wall);
  const strip = $("strip");
  strip.setAttribute("aria-valuenow", Math.round(wall / SECOND));
  strip.setAttribute("aria-valuetext", `${whole(wall)}, ${inWords(state.coverage, wall)}`);
  if (state.pointer === null) $("hint").textContent = `${clockOf(wall)} · ${inWords(state.coverage, wall)}`;
  $("picture").href = of("picture", { at: iso(wall), size: 4096 });
  if (!player.playing) return;
  say("");
  lookAgain(wall);
}

/** What is being recorded while somebody looks. */
function lookAgain(wall) {
  const { stretch, gap } = whatIsAt(state.coverage, wall);
  if (stretch || gap || Date.now() - state.looked < LOOK_PAUSE) return;
  look(state.view.from, state.view.to).catch((error) => notify(error.message));
  loadPreviews();
}

/** The server decodes what this browser can't. */
function showStill(wall) {
  $("still").src = of("picture", { at: iso(wall) });
  $("still").alt = `The picture of ${whole(wall)}`;
  $("still").hidden = false;
}

async function go(wall) {
  const { stretch, gap } = whatIsAt(state.coverage, wall);
  say(gap ? gapInWords(gap) : "");
  $("still").hidden = true;
  show(wall);
  remember();
  if (wall < state.view.from || wall > state.view.to) await look(wall - (state.view.to - state.view.from) / 2);
  if (stretch && !stretch.playable) {
    player.stop();
    showStill(wall);
    return say(`${inWords(state.coverage, wall)}.`);
  }
  await player.seek(state.camera, wall);
}

function remember() {
  const query = new URLSearchParams({ camera: state.camera, ...(state.at === null ? {} : { at: iso(state.at) }) });
  history.replaceState(null, "", `${location.pathname}?${query}`);
}

async function toggle() {
  if (player.playing) return player.video.pause();
  if (player.wall === null && state.at !== null) await player.seek(state.camera, state.at);
  await player.play();
}

const step = (seconds) => state.at !== null && go(state.at + seconds * SECOND);

/** A little before it, so that it is seen to come. */
function toEvent(direction) {
  if (state.at === null) return;
  const lead = 2 * SECOND;
  const times = state.events.map((at) => at - lead);
  const found = direction > 0 ? times.find((at) => at > state.at + SECOND / 2) : times.findLast((at) => at < state.at - 3 * SECOND);
  if (found === undefined) say(direction > 0 ? "No later event on this day." : "No earlier event on this day.");
  else go(found);
}

// ---- the timeline ----

function redraw() {
  const width = Math.max(280, $("strip").clientWidth);
  state.strip = drawStrip({ ...state.view, coverage: state.coverage, events: state.events, marked: state.marked }, width);
  $("strip").replaceChildren(state.strip.svg);
  $("strip").setAttribute("aria-valuemin", Math.round(state.view.from / SECOND));
  $("strip").setAttribute("aria-valuemax", Math.round(state.view.to / SECOND));
  state.strip.line("now", state.at);
}

function listGaps() {
  const items = state.coverage.gaps.slice(0, 200).map((gap) => {
    const item = document.createElement("li");
    item.textContent = `${whole(Date.parse(gap.from))}: ${gapInWords(gap)}`;
    return item;
  });
  if (items.length === 0) items.push(Object.assign(document.createElement("li"), { textContent: "none" }));
  $("gaps").replaceChildren(...items);
}

/** Shows another part of the timeline. */
async function look(from, to = from + (state.view.to - state.view.from)) {
  const number = ++state.asked;
  state.looked = Date.now();
  state.view = { from: Math.round(from), to: Math.round(to) };
  redraw();
  const step = Math.max(1, Math.ceil((state.view.to - state.view.from) / SECOND / 1000));
  const coverage = await get(of("timeline", { from: iso(state.view.from), to: iso(state.view.to), step }));
  if (number !== state.asked) return; // somewhere else meanwhile
  state.coverage = coverage;
  redraw();
  listGaps();
}

function zoom(factor) {
  const { from, to } = state.view;
  const [begins, ends] = [dayStart(), dayEnd()];
  const span = Math.min(Math.max((to - from) * factor, 60 * SECOND), ends - begins);
  const middle = state.at !== null && state.at >= from && state.at <= to ? state.at : (from + to) / 2;
  const start = Math.min(Math.max(middle - ((middle - from) / (to - from)) * span, begins), ends - span);
  look(start, start + span).catch((error) => notify(error.message));
}

const timeAt = (event) => {
  const { left, width } = $("strip").getBoundingClientRect();
  return state.view.from + ((event.clientX - left) / width) * (state.view.to - state.view.from);
};

const previews = new Previews();

function hover(event) {
  state.pointer = timeAt(event);
  showPreview($("peek"), previews.at(state.pointer), event.clientX - $("strip").getBoundingClientRect().left);
  state.strip?.line("pointer", state.pointer);
  $("hint").textContent = `${clockOf(state.pointer)} · ${inWords(state.coverage, state.pointer)}`;
}

function leave() {
  state.pointer = null;
  showPreview($("peek"), null);
  state.strip?.line("pointer", null);
  if (state.at !== null) show(state.at);
}

/** Of the whole day. Without them there is none to see, and everything else goes on. */
const loadPreviews = () => previews.load(state.camera, dayStart(), dayEnd()).catch(() => {});

/** Where something went on, if events are not known any more. */
function activeTimes() {
  const steps = state.coverage.activity.filter((one) => one.object > 0).map((one) => Date.parse(one.from));
  return steps.filter((at, i) => i === 0 || at - steps[i - 1] > 1.5 * state.coverage.step_s * SECOND);
}

async function loadEvents(from, to) {
  const times = [];
  let next = `events/camera/${encodeURIComponent(state.camera)}?${new URLSearchParams({ from: iso(from), to: iso(to), limit: 500 })}`;
  while (next && times.length < MOST_EVENTS) {
    const page = await get(next);
    times.push(...page.events.map((one) => Date.parse(one.first_seen)));
    next = page.next;
  }
  state.events = times.length > 0 ? times.sort((a, b) => a - b) : activeTimes();
  redraw();
}

// ---- choosing ----

const dayStart = () => new Date(`${$("choose").elements.day.value}T00:00:00`).getTime();
const dayEnd = () => new Date(dayStart()).setHours(24, 0, 0, 0); // where clocks are changed a day has 23 or 25 hours

/** The first moment of the day that can be looked at: before the last thing that was seen, or where recordings begin. */
function interesting() {
  const { stretches } = state.coverage;
  const seen = state.events.at(-1);
  if (seen !== undefined && whatIsAt(state.coverage, seen).stretch) return seen - 2 * SECOND;
  return stretches.length > 0 ? Math.max(Date.parse(stretches.at(-1).from), Date.parse(stretches.at(-1).to) - 60 * SECOND) : null;
}

async function showDay(at = null) {
  notify("");
  player.stop();
  say("");
  Object.assign(state, { at: null, events: [], marked: { from: null, to: null } });
  const [from, to] = [dayStart(), dayEnd()];
  previews.clear();
  loadPreviews();
  await look(from, to);
  const empty = state.coverage.stretches.length === 0;
  for (const id of ["player", "timeline", "take"]) $(id).hidden = false;
  $("mask").hidden = !state.cameras.find((one) => one.id === state.camera)?.privacy_mask;
  $("nothing").hidden = !empty;
  $("nothing").textContent = empty ? `Nothing is recorded of ${state.camera} on this day.` : "";
  redraw();
  showMarked();
  await loadEvents(from, to).catch((error) => notify(error.message));
  const start = at ?? interesting();
  if (start !== null) await go(start);
  remember();
}

async function turn(days) {
  const field = $("choose").elements.day;
  field.value = day(new Date(dayStart()).setHours(24 * days));
  await showDay();
}

async function begin() {
  const { cameras } = await get("recordings");
  state.cameras = cameras.filter((one) => one.segments > 0);
  if (state.cameras.length === 0) {
    $("choose").hidden = true;
    $("nothing").hidden = false;
    $("nothing").textContent = "Nothing is recorded yet: a recording shows here some ten seconds after it began.";
    return;
  }
  const wanted = new URLSearchParams(location.search);
  const at = Date.parse(wanted.get("at") ?? "");
  const known = state.cameras.find((one) => one.id === wanted.get("camera"));
  const chosen = known ?? state.cameras[0];
  const form = $("choose").elements;
  form.camera.replaceChildren(...state.cameras.map((one) => new Option(one.recording ? one.id : `${one.id} (not recording)`, one.id)));
  form.camera.value = state.camera = chosen.id;
  form.day.value = day(Number.isNaN(at) ? Date.parse(chosen.newest) : at);
  form.day.min = day(Date.parse(state.cameras.map((one) => one.oldest).sort()[0]));
  form.day.max = day(Date.now());
  await showDay(Number.isNaN(at) ? null : at);
  if (wanted.get("camera") && !known) notify(`There are no recordings of ${wanted.get("camera")}.`);
}

// ---- taking away ----

function mark(which) {
  if (state.at === null) return;
  state.marked[which] = state.at;
  const { from, to } = state.marked;
  if (from !== null && to !== null && from >= to) state.marked[which === "from" ? "to" : "from"] = null;
  redraw();
  showMarked();
}

function showMarked() {
  const { from, to } = state.marked;
  const both = from !== null && to !== null;
  $("marked").textContent = both ? `From ${whole(from)} to ${whole(to)} (${Math.round((to - from) / SECOND)} s).`
    : from !== null ? `From ${whole(from)} to …` : to !== null ? `From … to ${whole(to)}` : "Nothing is marked: set the beginning and the end while you look.";
  for (const id of ["export", "download", "keep", "let-go"]) $(id).hidden = !both;
  $("taken").textContent = "";
  if (!both) return;
  $("export").href = of("export", { from: iso(from), to: iso(to) });
  $("download").href = of("video.mp4", { from: iso(from), to: iso(to) });
}

async function keep(method) {
  const { from, to } = state.marked;
  const response = await fetch(of("keep", { from: iso(from), to: iso(to) }), { method, headers: { Accept: "application/json" } });
  const said = await response.json().catch(() => ({}));
  $("taken").textContent = !response.ok ? said.detail || `${response.status}`
    : said.kept ? `Kept: ${said.segments} files will not be deleted.` : `${said.segments} files go when their time has come.`;
  await look(state.view.from, state.view.to);
}

// ---- hands ----

const KEYS = {
  ArrowLeft: (event) => step(event.shiftKey ? -60 : -10), ArrowRight: (event) => step(event.shiftKey ? 60 : 10),
  PageUp: () => step(600), PageDown: () => step(-600), Home: () => go(state.view.from), End: () => step((state.view.to - state.at) / SECOND - 60),
  " ": toggle, n: () => toEvent(1), p: () => toEvent(-1), i: () => mark("from"), o: () => mark("to"), "+": () => zoom(0.5), "-": () => zoom(2),
};

$("strip").addEventListener("keydown", (event) => {
  const action = KEYS[event.key] ?? KEYS[event.key.toLowerCase()];
  if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  action(event);
});
$("strip").addEventListener("click", (event) => go(timeAt(event)).then(() => player.play()));
$("strip").addEventListener("pointermove", hover);
$("strip").addEventListener("pointerleave", leave);
$("strip").addEventListener("wheel", (event) => {
  event.preventDefault();
  zoom(event.deltaY > 0 ? 1.5 : 1 / 1.5);
}, { passive: false });
$("play").addEventListener("click", toggle);
for (const name of ["play", "playing", "pause", "ended"])
  $("video").addEventListener(name, () => ($("play").textContent = player.playing ? "Pause" : "Play"));
$("video").addEventListener("click", toggle);
$("back").addEventListener("click", () => step(-10));
$("forward").addEventListener("click", () => step(10));
$("event-before").addEventListener("click", () => toEvent(-1));
$("event-after").addEventListener("click", () => toEvent(1));
$("speed").addEventListener("change", () => ($("video").playbackRate = $("video").defaultPlaybackRate = Number($("speed").value)));
$("sound").addEventListener("change", () => ($("video").muted = !$("sound").checked));
$("zoom-in").addEventListener("click", () => zoom(0.5));
$("zoom-out").addEventListener("click", () => zoom(2));
$("mark-from").addEventListener("click", () => mark("from"));
$("mark-to").addEventListener("click", () => mark("to"));
$("keep").addEventListener("click", () => keep("PUT"));
$("let-go").addEventListener("click", () => keep("DELETE"));
$("day-before").addEventListener("click", () => turn(-1));
$("day-after").addEventListener("click", () => turn(1));
$("choose").addEventListener("submit", (event) => event.preventDefault());
$("choose").addEventListener("change", () => {
  state.camera = $("choose").elements.camera.value;
  if ($("choose").elements.day.value) showDay().catch((error) => notify(error.message));
});
addEventListener("resize", () => state.camera && redraw());

$("video").muted = true;
begin().catch((error) => notify(error.message));
