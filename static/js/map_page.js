// A tag in the picture opens what it is about in the words below: the browser goes to the hand-off, this opens the
// field, or the awkward cases. The words of a hand-off itself open all its fields.

const words = (text) => text.replace(/\s+/g, " ").trim();

const about = (tag) => {
  const lines = [...tag.querySelectorAll("text, tspan")].map((one) => one.textContent);
  return words(tag.querySelector("title")?.textContent ?? lines.join(" "));
};

const details = (place, tag) => {
  const fields = [...place.querySelectorAll("details.told-field")];
  if (!tag) return fields;
  if (tag.classList.contains("undecided")) return [...place.querySelectorAll("details.told-cases")];
  const said = about(tag);
  const meant = fields.filter((one) => words(one.dataset.tag) === said);
  return meant.length ? meant : fields;
};

const opened = (place, tag) => {
  const found = details(place, tag);
  for (const one of found) one.open = true;
  return found[0];
};

const placeOf = (address) => document.getElementById(decodeURIComponent(address.slice(1)));

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.map-said");
  const place = link && placeOf(link.getAttribute("href"));
  if (!place) return;
  const first = opened(place, event.target.closest(".map-tag:not(.flag)"));
  // After the browser went there itself: who goes by keyboard is at what opened.
  if (first) setTimeout(() => first.querySelector("summary").focus());
});

const here = location.hash ? placeOf(location.hash) : null;
if (here?.matches(".told-handoff")) opened(here);

// On paper nothing opens: what says something is open there, and as it was afterwards.
const PRINTED = "details:is(.told-field, .told-decided, .map-more):not([open])";
const closed = new Set();
addEventListener("beforeprint", () => {
  for (const one of document.querySelectorAll(PRINTED)) {
    closed.add(one);
    one.open = true;
  }
});
addEventListener("afterprint", () => {
  for (const one of closed) one.open = false;
  closed.clear();
});
