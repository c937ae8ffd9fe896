// Notes lead to what they are about: the form opens, and the first field that says nothing yet has the focus.

import { fieldsOf } from "./map_form.js";

// How near the edge of the picture a step may stand.
const MARGIN = 24;

const shown = (node) => node.checkVisibility?.() ?? true;

// Goes to the element of that id; false if there is none. `inside` is asked for what is folded of a hand-off.
function go(id, inside) {
  const target = id && document.getElementById(id);
  if (!target) return false;
  for (let at = target.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
  const fields = fieldsOf(target).filter((field) => shown(field) && !field.disabled);
  const empty = fields.find((field) => !field.value && field.type !== "checkbox");
  const rest = target.querySelector(":scope > details[data-rest]");
  target.scrollIntoView({ block: "start" });
  // What stands on the line of a hand-off comes first.
  if (rest && !empty?.closest(".edit-handoff-line")) {
    inside.open(rest);
    return true;
  }
  if (rest) rest.open = true;
  const first = empty ?? fields[0];
  (first ?? target.querySelector("summary, button"))?.focus({ preventScroll: true });
  first?.scrollIntoView({ block: "nearest" });
  return true;
}

// A place of the picture or the text has its form beside it.
function goTo(hash, inside) {
  const id = decodeURIComponent(hash.slice(1));
  return go(`edit-${id}`, inside) || go(id, inside);
}

export function follow(editor, inside) {
  editor.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey) return;
    const address = event.target.closest('a[href^="#"]')?.getAttribute("href");
    if (address && goTo(address, inside)) {
      event.preventDefault();
      history.replaceState(null, "", address);
    } else if (!address) go(`edit-step-${event.target.closest(".map-step[data-step]")?.dataset.step}`, inside);
  });
  if (location.hash && goTo(location.hash, inside)) return;
  // On an empty map the first key is the first word of the story.
  if (!document.querySelector("#map-steps > [data-step]")) document.getElementById("add-step-does")?.focus();
}

// The picture follows: the step one is at is in sight, and marked.
export function show(picture, step) {
  const box = step && picture?.querySelector(`.map-step[data-step="${CSS.escape(step)}"]`);
  for (const one of picture?.querySelectorAll("[data-active]") ?? []) if (one !== box) delete one.dataset.active;
  if (!box) return;
  box.dataset.active = "yes";
  const view = picture.parentElement;
  const [place, frame] = [box.getBoundingClientRect(), view.getBoundingClientRect()];
  const [above, below] = [frame.top + MARGIN - place.top, place.bottom - (frame.bottom - MARGIN)];
  if (above > 0) view.scrollTop -= above;
  else if (below > 0) view.scrollTop += below;
}
