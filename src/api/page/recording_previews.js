// Small pictures of what is recorded, for whoever points at the timeline.
import { get } from "./ask.js";

const MINUTE = 60_000;

export class Previews {
  #strips = new Map(); // beginning of a minute -> { has, image }
  #about = null;
  #asked = 0;

  /** Learns which there are. */
  async load(camera, from, to) {
    const number = ++this.#asked;
    const query = new URLSearchParams({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
    const about = await get(`recordings/${encodeURIComponent(camera)}/previews?${query}`);
    if (number !== this.#asked) return; // another camera or day meanwhile
    this.#about = about;
    this.#strips = new Map(about.strips.map((one) => [Date.parse(one.from), one]));
  }

  /** The picture of a time, or the one before it in its minute: { image, x, width, height, whole, at }; null if there is none. */
  at(time) {
    const minute = Math.floor(time / MINUTE) * MINUTE;
    const strip = this.#strips.get(minute);
    if (!strip) return null;
    const step = this.#about.step_s * 1000;
    let tile = Math.floor((time - minute) / step);
    while (tile >= 0 && !strip.has[tile]) --tile;
    if (tile < 0) return null;
    const { width_px: width, height_px: height } = this.#about;
    return { image: strip.image, x: tile * width, width, height, whole: strip.has.length * width, at: minute + tile * step };
  }

  clear() {
    ++this.#asked;
    this.#strips = new Map();
  }
}

/** Shows a picture of Previews.at() in an element above `left` pixels of what is around it; null hides it. */
export function showPreview(element, picture, left) {
  element.hidden = !picture;
  if (!picture) return;
  const room = element.parentElement.clientWidth - picture.width;
  Object.assign(element.style, {
    width: `${picture.width}px`, height: `${picture.height}px`, left: `${Math.min(Math.max(0, left - picture.width / 2), Math.max(0, room))}px`,
    backgroundImage: `url("${picture.image}")`, backgroundPosition: `-${picture.x}px 0`, backgroundSize: `${picture.whole}px ${picture.height}px`,
  });
  element.dataset.at = new Date(picture.at).toISOString();
}
