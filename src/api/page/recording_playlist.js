// What a playlist of the server says: pieces of video, one after the other, and when each was recorded. No requests here.

/**
 * @param {string} text  as of recordings/CAMERA/playlist.m3u8
 * @param {string} base  the address that it came from
 * @param {number} media  seconds at which the first piece is to be played
 * @returns {{pieces: object[], end: number}} pieces: { url, head, offset, media, duration, wall, breaks }; times in seconds but
 *   `wall`, in ms; `offset`: what is to be added to the times in the file
 */
export function readPlaylist(text, base, media = 0) {
  const pieces = [];
  let [head, offset, wall, duration, breaks, first] = [null, media, 0, 0, false, true];
  let end = media;
  for (const line of text.split("\n")) {
    const value = line.slice(line.indexOf(":") + 1);
    if (line.startsWith("#EXT-X-MAP:")) {
      head = new URL(/URI="([^"]*)"/.exec(value)[1], base).href;
      offset = end;
      first = true;
    } else if (line === "#EXT-X-DISCONTINUITY") {
      breaks = true;
    } else if (line.startsWith("#EXT-X-PROGRAM-DATE-TIME:")) {
      wall = Date.parse(value);
    } else if (line.startsWith("#EXTINF:")) {
      duration = Number.parseFloat(value);
    } else if (line && !line.startsWith("#")) {
      const url = new URL(line, base);
      const at = Number(url.searchParams.get("at")) / 1e6;
      pieces.push({ url: url.href, head, offset, media: offset + at, duration, wall, breaks: breaks || first });
      end = offset + at + duration;
      [breaks, first] = [false, false];
    }
  }
  return { pieces, end };
}

/** The index of the piece that is played at that time of the media, or the last before it. */
export function pieceAt(pieces, media) {
  let [low, high] = [0, pieces.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (pieces[middle].media <= media + 1e-3) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** When the picture was recorded that is played then: ms. */
export function wallOf(pieces, media) {
  const piece = pieces[pieceAt(pieces, media)];
  return piece.wall + Math.min(Math.max(media - piece.media, 0), piece.duration) * 1000;
}

/** Where in the media a moment is; in a gap: where it ends. Null behind the last piece. */
export function mediaOf(pieces, wall) {
  const piece = pieces.find((one) => wall < one.wall + one.duration * 1000);
  return piece ? piece.media + Math.max(wall - piece.wall, 0) / 1000 : null;
}
