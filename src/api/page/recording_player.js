// Plays recordings: asks for a playlist and gives its pieces to the browser as they are needed, so that gaps take no time.
import { mediaOf, pieceAt, readPlaylist, wallOf } from "./recording_playlist.js";

const WINDOW = 30 * 60_000; // of one playlist
const AHEAD = 20; // seconds that are loaded before they are played
const BEHIND = 40; // seconds that stay loaded
const LONGEST_GAP = 24 * 3_600_000; // that playback steps over
const EDGE = 0.002; // seconds: a seek to where a picture begins must not show the one before
const SMALL_HOLE = 0.6; // seconds that are stepped over

async function ask(url, signal) {
  const response = await fetch(url, { signal });
  if (response.ok) return response;
  const body = await response.json().catch(() => ({}));
  throw Object.assign(new Error(body.detail || `${response.status} ${response.statusText}`), { status: response.status });
}

const isAborted = (error) => error.name === "AbortError";

function throwIfAborted(signal) {
  if (signal.aborted) throw new DOMException("", "AbortError");
}

export class Player {
  /**
   * @param {HTMLVideoElement} video
   * @param {{time: Function, problem: Function, over: Function}} tell  called with the time (ms) of the picture that is shown;
   *   with what went wrong; when no more is recorded
   */
  constructor(video, tell) {
    Object.assign(this, { video, tell, pieces: [], end: 0, camera: null });
    video.addEventListener("timeupdate", () => this.#shown());
    video.addEventListener("seeked", () => this.#shown());
    video.addEventListener("waiting", () => this.#stepOver());
    video.addEventListener("error", () => video.error && this.tell.problem(new Error(`This browser can't play it: ${video.error.message}`)));
    video.addEventListener("ended", () => this.tell.over());
  }

  get playing() {
    return !this.video.paused && !this.video.ended;
  }

  /** When the picture was recorded that is shown, in ms; null before the first one. */
  get wall() {
    return this.pieces.length > 0 ? wallOf(this.pieces, this.video.currentTime) : null;
  }

  /** Shows the picture of that time, and plays on if it played. */
  async seek(camera, wall) {
    const known = camera === this.camera && this.pieces.length > 0 && wall >= this.pieces[0].wall ? mediaOf(this.pieces, wall) : null;
    if (known !== null && this.source?.readyState !== "closed") {
      this.video.currentTime = known + EDGE;
      return this.#restart(known);
    }
    return this.#open(camera, wall);
  }

  async play() {
    await this.video.play().catch((error) => !isAborted(error) && this.tell.problem(error));
  }

  stop() {
    this.loading?.abort();
    this.video.pause();
    this.video.removeAttribute("src");
    this.video.load();
    Object.assign(this, { pieces: [], end: 0, camera: null, source: null, buffer: null });
  }

  async #playlist(camera, from, media) {
    const span = new URLSearchParams({ from: new Date(from).toISOString(), to: new Date(from + WINDOW).toISOString() });
    const url = new URL(`recordings/${encodeURIComponent(camera)}/playlist.m3u8?${span}`, document.baseURI).href;
    return readPlaylist(await (await ask(url, this.loading.signal)).text(), url, media);
  }

  async #open(camera, wall) {
    const wasPlaying = this.playing;
    this.stop();
    this.loading = new AbortController();
    const { signal } = this.loading;
    try {
      const begins = await this.#goesOn(camera, wall, signal);
      if (begins === null) throw new Error("Nothing is recorded from here on, nor on the day after.");
      const { pieces, end } = await this.#playlist(camera, begins, 0);
      Object.assign(this, { camera, pieces, end, next: 0, head: null, type: null, complete: false });
      const source = new MediaSource();
      const opened = new Promise((resolve) => source.addEventListener("sourceopen", resolve, { once: true }));
      this.source = source;
      this.video.src = URL.createObjectURL(source);
      await opened;
      throwIfAborted(signal); // another seek took the video over
      URL.revokeObjectURL(this.video.src);
      source.duration = end; // else it is what has been loaded, and no seek goes beyond it
      const begin = mediaOf(pieces, wall) ?? 0;
      this.#pump(signal, begin);
      this.video.currentTime = begin + EDGE;
      if (wasPlaying) await this.play();
    } catch (error) {
      if (!isAborted(error)) this.tell.problem(error);
    }
  }

  /** What is loaded stays; loading goes on where it is needed now. */
  #restart(media) {
    const loaded = this.#loadedUntil(media);
    this.loading.abort();
    this.loading = new AbortController();
    this.next = pieceAt(this.pieces, loaded ?? media);
    this.#pump(this.loading.signal, media);
  }

  /** The end of what is loaded around that time; null if nothing is. */
  #loadedUntil(media) {
    const ranges = this.buffer?.buffered;
    for (let i = 0; i < (ranges?.length ?? 0); ++i) if (ranges.start(i) <= media + SMALL_HOLE && ranges.end(i) > media) return ranges.end(i);
    return null;
  }

  /** Loads piece after piece, as long as there is need. */
  async #pump(signal, begin) {
    try {
      await this.#settled();
      if (this.buffer && this.source.readyState === "open") this.buffer.abort(); // forgets a half piece of what loaded before
      for (let at = begin; !signal.aborted; at = this.video.currentTime) {
        const piece = this.pieces[this.next];
        const ahead = AHEAD * Math.max(1, this.video.playbackRate);
        if (!piece) {
          if (!(await this.#extend(signal))) return;
        } else if (piece.media > at + ahead) {
          await this.#soon(signal);
        } else {
          await this.#load(piece, signal);
          throwIfAborted(signal);
          this.next += 1;
          await this.#forget();
        }
      }
    } catch (error) {
      if (!isAborted(error) && !signal.aborted) this.tell.problem(error);
    }
  }

  /** Goes on with the recordings behind the last piece. @returns whether there are any */
  async #extend(signal) {
    const last = this.pieces.at(-1);
    const from = Math.ceil(last.wall + last.duration * 1000);
    const begins = await this.#goesOn(this.camera, from, signal);
    if (begins !== null) {
      const { pieces, end } = await this.#playlist(this.camera, begins, this.end);
      await this.#settled();
      throwIfAborted(signal);
      this.pieces.push(...pieces);
      this.end = end;
      if (this.source.duration < end) this.source.duration = end;
      return true;
    }
    if (!signal.aborted && this.source.readyState === "open") this.source.endOfStream();
    return false;
  }

  /** When there is something to be played again, from `from` on; null if there is nothing within a day. */
  async #goesOn(camera, from, signal) {
    const span = new URLSearchParams({ from: new Date(from).toISOString(), to: new Date(from + LONGEST_GAP).toISOString(), step: 60 });
    const url = new URL(`recordings/${encodeURIComponent(camera)}/timeline?${span}`, document.baseURI).href;
    const { stretches } = await (await ask(url, signal)).json();
    const next = stretches.find((one) => one.playable && Date.parse(one.to) > from + 1);
    return next ? Math.max(from, Date.parse(next.from)) : null;
  }

  async #load(piece, signal) {
    if (piece.head !== this.head) await this.#begin(piece, signal);
    if (this.buffer.timestampOffset !== piece.offset) {
      this.buffer.abort();
      this.buffer.timestampOffset = piece.offset;
    }
    const reader = (await ask(piece.url, signal)).body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      await this.#append(value, signal);
    }
  }

  /** Other codecs, or the first ones. */
  async #begin(piece, signal) {
    const response = await ask(piece.head, signal);
    const type = response.headers.get("Content-Type");
    if (!MediaSource.isTypeSupported(type)) throw Object.assign(new Error(`This browser can't play ${type}.`), { unsupported: true });
    if (!this.buffer) this.buffer = this.source.addSourceBuffer(type);
    else if (type !== this.type) this.buffer.changeType(type);
    this.type = type;
    this.buffer.abort();
    await this.#append(new Uint8Array(await response.arrayBuffer()), signal);
    this.head = piece.head;
  }

  async #append(bytes, signal) {
    for (let tries = 0; ; ++tries) {
      await this.#settled();
      throwIfAborted(signal);
      try {
        this.buffer.appendBuffer(bytes);
        return await this.#settled();
      } catch (error) {
        if (error.name !== "QuotaExceededError" || tries > 20) throw error;
        await this.#forget(5);
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  }

  async #forget(behind = BEHIND) {
    const until = this.video.currentTime - behind;
    const ranges = this.buffer.buffered;
    if (ranges.length === 0 || ranges.start(0) >= until - 10) return;
    await this.#settled();
    this.buffer.remove(0, until);
    await this.#settled();
  }

  #settled() {
    if (!this.buffer?.updating) return Promise.resolve();
    return new Promise((resolve) => this.buffer.addEventListener("updateend", resolve, { once: true }));
  }

  #soon(signal) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, 400);
      signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
    });
  }

  /** Where a piece of sound or a picture is missing playback would wait for ever. */
  #stepOver() {
    const at = this.video.currentTime;
    const ranges = this.video.buffered;
    for (let i = 0; i < ranges.length; ++i)
      if (ranges.start(i) > at && ranges.start(i) < at + SMALL_HOLE) this.video.currentTime = ranges.start(i) + 0.01;
  }

  #shown() {
    if (this.wall !== null && this.video.readyState > 0) this.tell.time(this.wall);
  }
}
