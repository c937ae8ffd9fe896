// The forms of the map: what stands in their fields, what is kept of it, and which step or hand-off they are about.

const TYPED = "input:not([type=hidden], [type=submit], [type=button]), textarea, select";

export const fieldsOf = (root) => [...root.querySelectorAll(TYPED)];

const ticked = (field) => field.matches("[type=checkbox], [type=radio]");
const chosen = (options) => options.map((option) => option.value).join("\n");

export function valueOf(field) {
  if (ticked(field)) return String(field.checked);
  return field.multiple && field.options ? chosen([...field.selectedOptions]) : field.value;
}

// What the server last said stands in a field: where Escape leads back to.
export function keptOf(field) {
  if (ticked(field)) return String(field.defaultChecked);
  if (!field.options) return field.defaultValue;
  const said = [...field.options].filter((option) => option.defaultSelected);
  if (field.multiple) return chosen(said);
  return (said.at(-1) ?? field.options[0])?.value ?? "";
}

export function put(field, value) {
  if (ticked(field)) field.checked = value === "true";
  else if (field.multiple && field.options) {
    const wanted = value.split("\n");
    for (const option of field.options) option.selected = wanted.includes(option.value);
  } else if (field.value !== value) field.value = value;
}

export const changed = (field) => valueOf(field) !== keptOf(field);
export const changedIn = (root) => fieldsOf(root).filter(changed);
export const restore = (field) => put(field, keptOf(field));

export const formOf = (node) => node?.closest?.("form[data-op]") ?? null;
export const said = (form, name) => form.querySelector(`input[type=hidden][name="${name}"]`)?.value ?? "";
export const does = (form) => said(form, "do");

// A form that adds something is kept when it is sent, not when one of its fields is left.
export const adds = (form) => /^(add|remove|move)/.test(does(form)) || form.matches("[data-on-submit]");

// "step create", "handoff mail create", or "" for the map as a whole.
export function placeOf(node) {
  const handoff = node?.closest?.("[id^=edit-handoff-]");
  const form = handoff?.querySelector("form[data-op]:has(input[name=source]):has(input[name=target])");
  if (form) return `handoff ${said(form, "source")} ${said(form, "target")}`;
  const step = node?.closest?.("[data-step]");
  return step ? `step ${step.dataset.step}` : "";
}

export function elementAt(place) {
  const [what, ...ids] = place.split(" ");
  if (what === "step") return document.getElementById(`edit-step-${ids[0]}`);
  return what === "handoff" ? document.getElementById(`edit-handoff-${ids.join("--")}`) : null;
}

const steps = () => [...document.querySelectorAll("#map-steps > [data-step]")];
const number = (id) => steps().findIndex((step) => step.dataset.step === id) + 1;

// The place in words: "Step 2", "The hand-off from step 1 to step 2".
export function wordsOf(place) {
  const [what, ...ids] = place.split(" ");
  if (what === "step") return `Step ${number(ids[0])}`;
  if (what === "handoff") return `The hand-off from step ${number(ids[0])} to step ${number(ids[1])}`;
  return "The map";
}
