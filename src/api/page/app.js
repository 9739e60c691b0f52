// The live page. What comes from the server is only ever put into the page as text, never as markup.
import { get, recordingUrl, snapshotUrl } from "./ask.js";
import { boxesOf, describe, plateOf, problemsOf, timeOf } from "./show.js";

const $ = (id) => document.getElementById(id);
const LONGEST_FEED = 100;
const FIRST_PAGE = 30;
const PICTURE_PAUSE_MS = 400; // between two pictures of one camera
const STATE_PAUSE_MS = 3000;
const LONGEST_WAIT_MS = 15000;

const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const whenVisible = () =>
  document.hidden ? new Promise((done) => document.addEventListener("visibilitychange", done, { once: true })) : null;

function notify(text) {
  $("notice").textContent = text;
  $("notice").hidden = !text;
}

// ---- cameras ----

class CameraCard {
  constructor(id) {
    this.id = id;
    this.card = $("camera-template").content.cloneNode(true).firstElementChild;
    this.image = this.card.querySelector("img");
    this.boxes = this.card.querySelector(".boxes");
    this.image.alt = `Latest picture of ${id}`;
    this.card.querySelector("h3").textContent = id;
    const recorded = this.card.querySelector(".recorded");
    recorded.href = recordingUrl(id);
    recorded.setAttribute("aria-label", `Recordings of ${id}`);
    this.onScreen = false;
    this.watcher = new IntersectionObserver(([entry]) => (this.onScreen = entry.isIntersecting));
    this.watcher.observe(this.card);
    this.alive = true;
    this.follow();
  }

  remove() {
    this.alive = false;
    this.watcher.disconnect();
    this.card.remove();
  }

  show(camera) {
    const state = this.card.querySelector(".state");
    state.textContent = camera.state;
    state.dataset.state = camera.state;
    state.title = `since ${timeOf(camera.since).full}`;
    this.card.toggleAttribute("data-stale", camera.state === "offline");
    const problem = this.card.querySelector(".problem");
    const problems = problemsOf(camera);
    problem.hidden = problems.length === 0;
    problem.textContent = problems.join("\n");
    this.hasPicture = Boolean(camera.last_picture); // of one that has given none there is nothing to ask for
    const size = camera.width_px ? `${camera.width_px}×${camera.height_px} · ` : "";
    this.card.querySelector(".figures").textContent =
      `${size}${camera.frames_per_second.toFixed(0)} fps · ${camera.looks_per_second.toFixed(1)} looks/s`;
  }

  async follow() {
    for (let pause = PICTURE_PAUSE_MS; this.alive; await wait(pause)) {
      await whenVisible();
      if (!this.onScreen || !this.hasPicture) continue;
      pause = (await this.refresh().catch(() => false)) ? PICTURE_PAUSE_MS : STATE_PAUSE_MS;
    }
  }

  /** @returns whether there was a picture */
  async refresh() {
    const wanted = Math.ceil((this.image.clientWidth * (window.devicePixelRatio || 1)) / 160) * 160;
    const size = Math.min(Math.max(wanted, 320), 1920);
    const response = await fetch(`cameras/${encodeURIComponent(this.id)}/latest.jpg?size=${size}`);
    if (!response.ok) return false;
    const about = JSON.parse(response.headers.get("Vedette-Picture") || "{}");
    const url = URL.createObjectURL(await response.blob());
    const before = this.image.src;
    this.image.src = url;
    await this.image.decode().catch(() => {});
    if (before) URL.revokeObjectURL(before);
    this.draw(about);
    return true;
  }

  /** The picture keeps its shape inside the card, so the boxes lie in a frame of the same shape. */
  draw(about) {
    const card = this.boxes.parentElement;
    const scale = Math.min(card.clientWidth / (about.width_px || 16), card.clientHeight / (about.height_px || 9));
    this.boxes.style.width = `${(about.width_px || 16) * scale}px`;
    this.boxes.style.height = `${(about.height_px || 9) * scale}px`;
    this.boxes.replaceChildren(...boxesOf(about.boxes || []));
  }
}

const cards = new Map();

function showCameras(cameras) {
  const known = new Set(cameras.map((camera) => camera.id));
  for (const [id, card] of cards) {
    if (known.has(id)) continue;
    card.remove();
    cards.delete(id);
  }
  for (const camera of cameras) {
    if (!cards.has(camera.id)) {
      cards.set(camera.id, new CameraCard(camera.id));
      $("cameras").append(cards.get(camera.id).card);
      $("search").elements.camera.append(new Option(camera.id, camera.id));
    }
    cards.get(camera.id).show(camera);
  }
  $("no-cameras").hidden = cameras.length > 0;
}

async function followCameras() {
  for (;; await wait(STATE_PAUSE_MS)) {
    await whenVisible();
    await get("cameras").then(({ cameras }) => showCameras(cameras), () => {});
  }
}

// ---- events ----

function eventItem(event) {
  const item = $("event-template").content.cloneNode(true).firstElementChild;
  const image = item.querySelector("img");
  const key = event.snapshot || event.plate?.snapshot;
  if (key) image.src = snapshotUrl(key);
  const plate = plateOf(event);
  const chip = item.querySelector(".plate");
  chip.textContent = plate.text;
  chip.classList.toggle("unsure", plate.unsure);
  item.querySelector(".label").textContent = describe(event, plate);
  item.querySelector(".reason").textContent = event.reason || "";
  const time = timeOf(event.first_seen);
  Object.assign(item.querySelector("time"), { dateTime: event.first_seen, textContent: time.short, title: time.full });
  item.querySelector(".where").textContent = event.camera;
  item.dataset.id = event.event_id;
  item.querySelector("button").addEventListener("click", () => showDetails(event));
  return item;
}

function showDetails(event) {
  const plate = plateOf(event);
  $("details-title").textContent = plate.text || event.label;
  const picture = $("details-picture");
  picture.hidden = !event.snapshot;
  if (event.snapshot) picture.src = snapshotUrl(event.snapshot);
  picture.alt = `${event.label} at ${event.camera}`;
  const text = event.plate || event.plate_candidate;
  const facts = {
    Camera: event.camera,
    Class: `${event.label}, ${Math.round(event.score * 100)} %`,
    Plate: text && `${text.resolved} (seen as ${text.observed}, ${Math.round(text.confidence * 100)} %, ${text.reads} reads)`,
    Region: text?.regions?.map((one) => one.region).join(", "),
    "Found because": event.reason,
    Verdict: event.verdict.replaceAll("_", " "),
    "First seen": timeOf(event.first_seen).full,
    "Last seen": timeOf(event.last_seen).full,
    Id: event.event_id,
  };
  const rows = Object.entries(facts).filter(([, value]) => value);
  $("details-recorded").href = recordingUrl(event.camera, event.first_seen);
  $("details-list").replaceChildren(
    ...rows.flatMap(([name, value]) => [
      Object.assign(document.createElement("dt"), { textContent: name }),
      Object.assign(document.createElement("dd"), { textContent: value }),
    ]));
  $("details").showModal();
}

// Live events at the top, or the pages of a search.
const feed = { searching: false, next: null };

function showPage({ events, next }, where) {
  const items = events.map(eventItem);
  where === "after" ? $("events").append(...items) : $("events").replaceChildren(...items);
  feed.next = next;
  $("more").hidden = !next;
  $("no-events").hidden = $("events").childElementCount > 0;
  $("no-events").textContent = feed.searching ? "Nothing was found." : "Nothing was seen yet.";
}

function showLive(event) {
  if (feed.searching || $("events").querySelector(`[data-id="${CSS.escape(event.event_id)}"]`)) return;
  const item = eventItem(event);
  item.firstElementChild.classList.add("fresh");
  $("events").prepend(item);
  while ($("events").childElementCount > LONGEST_FEED) $("events").lastElementChild.remove();
  $("no-events").hidden = true;
}

const newestEvents = () =>
  get(`events/recent?limit=${FIRST_PAGE}`).then((page) => feed.searching || showPage(page), (error) => notify(error.message));

async function search(form) {
  const wanted = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  if (!wanted.has("plate")) wanted.delete("match");
  if ([...wanted].length === 0) return backToLive();
  feed.searching = true;
  $("back").hidden = false;
  $("events-title").textContent = "Found";
  notify("");
  await get(`events/search?${wanted}`).then(showPage, (error) => {
    showPage({ events: [], next: null });
    notify(error.message);
  });
}

function backToLive() {
  feed.searching = false;
  $("back").hidden = true;
  $("search").reset();
  $("events-title").textContent = "Sightings";
  notify("");
  newestEvents();
}

// ---- the live line ----

function onMessage(message) {
  if (message.lost) {
    notify(`${message.lost} events came faster than this page could show them; the newest were fetched again.`);
    newestEvents();
  } else if (message.kind === "sighting" && message.event) {
    showLive(message.event);
  } else if (message.kind.startsWith("camera.")) {
    get("cameras").then(({ cameras }) => showCameras(cameras), () => {});
  }
}

function lineState(state, text) {
  $("link").dataset.state = state;
  $("link").textContent = text;
}

function listen(attempt = 0) {
  const socket = new WebSocket(new URL("ws/events", document.baseURI).href.replace(/^http/, "ws"));
  socket.addEventListener("open", () => {
    attempt = 0;
    lineState("live", "live");
    if (!feed.searching) newestEvents(); // what happened while nobody listened
  });
  socket.addEventListener("message", ({ data }) => onMessage(JSON.parse(data)));
  socket.addEventListener("close", async () => {
    lineState("away", "no connection");
    await wait(Math.min(LONGEST_WAIT_MS, 500 * 2 ** attempt) * (0.5 + Math.random()));
    listen(attempt + 1);
  });
}

$("search").addEventListener("submit", (event) => {
  event.preventDefault();
  search(event.target);
});
$("back").addEventListener("click", backToLive);
$("more").addEventListener("click", () =>
  feed.next && get(feed.next).then((page) => showPage(page, "after"), (error) => notify(error.message)));

newestEvents();
followCameras();
listen();
