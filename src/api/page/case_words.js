// A case in words and numbers that people read. No requests, no elements here.

export const counted = (number, one, many = one + "s") => `${number} ${number === 1 ? one : many}`;

const STATES = {
  open: "not judged",
  updated: "not judged, seen again",
  closed: "not judged, over",
  confirmed: "confirmed: it followed",
  dismissed: "dismissed: it did not",
};
export const stateOf = (state) => STATES[state] || state;

/** More digits would promise more than a model can keep. */
export function percentOf(share) {
  if (share > 0.999) return "more than 99.9 %";
  if (share > 0 && share < 0.001) return "less than 0.1 %";
  const percent = share * 100;
  return `${percent >= 10 && percent <= 99 ? percent.toFixed(0) : percent.toFixed(1).replace(/\.0$/, "")} %`;
}

/** Two digits, however small: 0.00042 */
export function rare(value) {
  if (value === 0) return "0";
  return value >= 10 ? value.toFixed(0) : Number(value.toPrecision(2)).toLocaleString("en", { maximumFractionDigits: 12 });
}

/** "one innocent vehicle in 4 years looks like this" */
export function chanceOf(alarmsPerMonth) {
  if (!(alarmsPerMonth > 0)) return "no innocent vehicle scores as high";
  if (alarmsPerMonth >= 1) return `${rare(alarmsPerMonth)} innocent vehicles a month score as high`;
  const months = 1 / alarmsPerMonth;
  if (months > 1200) return "fewer than one innocent vehicle in 100 years scores as high";
  return months >= 24 ? `one innocent vehicle in ${rare(months / 12)} years scores as high`
    : `one innocent vehicle in ${rare(months)} months scores as high`;
}

const NAMED = [[1e9, "thousand million"], [1e6, "million"], [1e3, "thousand"]];

/** What a log-likelihood ratio means. */
export function oddsOf(llr) {
  const times = Math.exp(Math.abs(llr));
  const which = llr < 0 ? "if it goes its own way" : "if it follows";
  if (times < 1.5) return "These reads say next to nothing either way.";
  if (times > 1e12) return `These reads are more than a million million times likelier ${which}.`;
  const [unit, name] = NAMED.find(([least]) => times >= least) || [1, ""];
  return `These reads are about ${rare(times / unit)}${name && ` ${name}`} times likelier ${which}.`;
}

export const lagOf = (sighting) => (new Date(sighting.vehicle_at) - new Date(sighting.subject_at)) / 1000;

/** "8 s behind", "1 min 35 s ahead" */
export function lagInWords(seconds) {
  const whole = Math.round(Math.abs(seconds));
  const text = whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min${whole % 60 ? ` ${whole % 60} s` : ""}`;
  return whole === 0 ? "at once" : `${text} ${seconds < 0 ? "ahead" : "behind"}`;
}
/** "+8 s": of the vehicle against the subject. */
export function lagShort(seconds) {
  const whole = Math.round(seconds);
  return Math.abs(whole) < 100 ? `${whole < 0 ? "−" : "+"}${Math.abs(whole)} s` : `${whole < 0 ? "−" : "+"}${Math.round(Math.abs(whole) / 60)} min`;
}

/** The sightings of each trip, in order of time. */
export function tripsOf(sightings) {
  const trips = new Map();
  for (const one of sightings) {
    if (!trips.has(one.trip)) trips.set(one.trip, []);
    trips.get(one.trip).push(one);
  }
  return [...trips].map(([trip, seen]) => ({ number: trip + 1, seen }));
}

const clock = (text) => new Date(text).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
export const clockOf = clock;
export const dayOf = (text) =>
  new Date(text).toLocaleDateString([], { weekday: "short", day: "numeric", month: "short", year: "numeric" });

export const dateOf = (text) => new Date(text).toLocaleDateString([], { day: "numeric", month: "short", year: "numeric" });

/** "8 to 14 s behind" */
export function lagsInWords(seen) {
  const lags = seen.map(lagOf);
  const [least, most] = [Math.min(...lags), Math.max(...lags)];
  if (lagInWords(least) === lagInWords(most)) return lagInWords(least);
  if (least < 0 !== most < 0) return `from ${lagInWords(least)} to ${lagInWords(most)}`;
  const [near, far] = Math.abs(least) < Math.abs(most) ? [least, most] : [most, least];
  return `${lagInWords(near).replace(/ (ahead|behind)$/, "")} to ${lagInWords(far)}`;
}

/** What a drawing of the trip shows, for those who do not see it. */
export function tripInWords({ number, seen }, { subject, vehicle }) {
  const stops = seen.map((one) => `${one.camera} at ${clock(one.subject_at)}, ${lagInWords(lagOf(one))}`);
  return `Trip ${number}, ${dayOf(seen[0].subject_at)}: ${vehicle} was read with ${subject} at ${stops.join("; ")}.`;
}
