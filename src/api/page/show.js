// From what the server says to what people read. No requests here.

/** @returns {{text: string, unsure: boolean}} */
export function plateOf(event) {
  const plate = event.plate || event.plate_candidate;
  return { text: plate ? plate.resolved || plate.observed : "", unsure: !event.plate };
}

const REASONS = {
  no_plate_found: "no plate found",
  plate_too_small: "plate too small",
  plate_unreadable: "plate not readable",
  plate_too_short: "plate too short",
  duplicate: "seen a moment ago",
  too_brief: "too brief",
  too_weak: "too weak",
};

/** "car · 97 % · de" */
export function describe(event, plate) {
  const parts = [event.label];
  if (event.plate) parts.push(`${Math.round(event.plate.confidence * 100)} %`);
  const region = (event.plate || event.plate_candidate)?.regions?.[0]?.region;
  if (plate.text && region) parts.push(region);
  if (event.verdict !== "published" && REASONS[event.verdict]) parts.push(REASONS[event.verdict]);
  return parts.join(" · ");
}

const TAMPERED = { black: "black", uniform: "covered or washed out", blurred: "out of focus", moved: "turned or shifted" };

/** What is wrong with a camera and with those of its inputs that it goes on without. */
export function problemsOf(camera) {
  const problems = camera.problem ? [camera.problem] : [];
  for (const input of camera.inputs) {
    const use = input.roles.includes("detect") ? "analysed" : "recorded";
    if (input.on_fallback) problems.push(`fallback is ${use}: ${input.fallback_reason}`);
    else if (input.state === "offline" && use === "recorded") problems.push(`not recorded: ${input.problem}`);
  }
  if (camera.tamper.state === "tampered") problems.push(`${TAMPERED[camera.tamper.kind]} since ${timeOf(camera.tamper.since).full}`);
  return problems;
}

/** In the viewer's own time zone; the day only if it is another one. */
export function timeOf(text) {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) return { short: text, full: text };
  const clock = time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const today = time.toDateString() === new Date().toDateString();
  const day = time.toLocaleDateString([], { day: "numeric", month: "short" });
  return { short: today ? clock : `${day} ${clock}`, full: `${time.toLocaleString()} (${text})` };
}

/** One element per box, placed in percent of the picture. */
export function boxesOf(boxes) {
  const percent = (share) => `${(share * 100).toFixed(2)}%`;
  return boxes.map(({ box: [left, top, width, height], label, text }) => {
    const frame = document.createElement("div");
    frame.className = "box";
    if (label === "person") frame.classList.add("person");
    if (text) frame.classList.add("read");
    if (top < 0.06) frame.classList.add("low"); // no room above it
    Object.assign(frame.style, { left: percent(left), top: percent(top), width: percent(width), height: percent(height) });
    frame.append(Object.assign(document.createElement("span"), { textContent: text || label }));
    return frame;
  });
}
