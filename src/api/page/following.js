// The list of cases.
import { get } from "./ask.js";
import { chanceOf, counted, percentOf, stateOf } from "./case_words.js";
import { timeOf } from "./show.js";

const $ = (id) => document.getElementById(id);
let next = null;

function notify(text) {
  $("notice").textContent = text;
  $("notice").hidden = !text;
}

function caseItem(one) {
  const item = $("case-template").content.cloneNode(true).firstElementChild;
  const part = (name) => item.querySelector(name);
  part("a").href = `following/${encodeURIComponent(one.id)}`;
  part(".vehicle").textContent = one.vehicle;
  part(".subject").textContent = one.subject;
  part(".badge").textContent = stateOf(one.state);
  part(".badge").dataset.state = one.state;
  if (one.problem) {
    part(".facts").textContent = one.problem;
  } else {
    part(".facts").textContent =
      `${counted(one.co_sightings, "read")} together on ${counted(one.trips, "trip")} at ${counted(one.places, "place")}`;
    part(".chance").textContent = `${percentOf(one.probability)} that it follows · ${chanceOf(one.false_alarms_per_month)}`;
  }
  const time = timeOf(one.last || one.updated);
  Object.assign(part("time"), { dateTime: one.last || one.updated, textContent: time.short, title: time.full });
  return item;
}

function showPage(page, where) {
  const items = page.cases.map(caseItem);
  where === "after" ? $("cases").append(...items) : $("cases").replaceChildren(...items);
  next = page.next;
  $("more").hidden = !next;
  $("no-cases").hidden = $("cases").childElementCount > 0;
  $("no-cases").textContent = "No case fits.";
}

/** No case was ever made: the server says what makes them. */
function showNone(error) {
  showPage({ cases: [], next: null });
  if (error.status === 404) $("no-cases").textContent = error.message;
  else notify(error.message);
}

function precisionRow(one) {
  const row = document.createElement("tr");
  const right = one.precision === null ? "nobody judged yet"
    : `${percentOf(one.precision)} (${percentOf(one.low)} to ${percentOf(one.high)})`;
  const cells = [one.model, one.cases, one.confirmed, one.dismissed, right];
  row.append(...cells.map((text, i) => Object.assign(document.createElement(i ? "td" : "th"), { textContent: text, scope: i ? "" : "row" })));
  return row;
}

function show() {
  notify("");
  const wanted = new URLSearchParams([...new FormData($("filter"))].filter(([, value]) => value.trim()));
  get(`following/cases?${wanted}`).then(showPage, showNone);
}

$("filter").addEventListener("submit", (event) => {
  event.preventDefault();
  show();
});
$("filter").elements.state.addEventListener("change", show);
$("more").addEventListener("click", () => next && get(next).then((page) => showPage(page, "after"), (error) => notify(error.message)));

show();
get("following/subjects").then(({ precision }) => {
  $("right").hidden = precision.length === 0;
  $("precision").replaceChildren(...precision.map(precisionRow));
}, () => {}); // the list says why
