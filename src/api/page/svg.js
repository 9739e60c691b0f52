// Elements of SVG.

const NAMESPACE = "http://www.w3.org/2000/svg";

/** el("circle", { r: 5 }, children…) */
export function el(name, attributes = {}, ...children) {
  const made = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, typeof value === "number" ? +value.toFixed(2) : value);
  made.append(...children);
  return made;
}

/** A drawing of so many pixels that says in words what it shows. */
export function drawing(width, height, words, ...children) {
  return el("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": words }, ...children);
}

/** Places labels where they hide neither each other nor what was there before. */
export class Labels {
  constructor(width, height) {
    this.width = width;
    this.height = height;
    this.taken = [];
    this.crossed = []; // better not, but better than no label
  }

  block(left, top, width, height) {
    this.taken.push([left, top, left + width, top + height]);
  }

  /** Labels keep off the line if there is room elsewhere. */
  avoid(from, to, step = 8) {
    const pieces = Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / step);
    for (let i = 0; i <= pieces; ++i) {
      const [x, y] = [from.x + ((to.x - from.x) * i) / pieces, from.y + ((to.y - from.y) * i) / pieces];
      this.crossed.push([x - step / 2, y - step / 2, x + step / 2, y + step / 2]);
    }
  }

  /** Room for a text beside a point. @returns {{x: number, y: number, anchor: string} | null} */
  beside(x, y, text, gap = 9, size = 12) {
    const width = text.length * size * 0.58 + 2;
    const spots = [
      [x + gap, y - size / 2, "start"], [x - gap - width, y - size / 2, "end"],
      [x - width / 2, y - gap - size, "middle"], [x - width / 2, y + gap, "middle"],
      [x + gap, y - gap - size, "start"], [x + gap, y + gap, "start"],
      [x - gap - width, y - gap - size, "end"], [x - gap - width, y + gap, "end"],
    ];
    const isFree = (list) => ([left, top]) => !list.some(([l, t, r, b]) => left < r && left + width > l && top < b && top + size > t);
    const inside = ([left, top]) => left >= 2 && top >= 2 && left + width <= this.width - 2 && top + size <= this.height - 2;
    const free = spots.filter(inside).filter(isFree(this.taken));
    const best = free.find(isFree(this.crossed)) || free[0];
    if (!best) return null;
    const [left, top, anchor] = best;
    this.block(left, top, width, size);
    return { x: anchor === "start" ? left : anchor === "end" ? left + width : left + width / 2, y: top + size * 0.82, anchor };
  }
}
