// The conditions editor: rows added, moved and removed where they stand; what is odd about them said while one types.
// Without this, the same buttons post the page and it comes back with the row added, moved or removed.

const form = document.getElementById("conditions-form");
const list = form.querySelector("[data-rows-of]");
const blank = document.getElementById("blank-condition");
const rows = () => [...list.querySelectorAll("[data-row]")];
const changed = () => document.body.dispatchEvent(new Event("conditions-changed"));
const say = (words) => {
  document.getElementById("said").textContent = words;
};
let made = 0;

// Labels belong to boxes by id, so each row of a template gets ids of its own.
const add = () => {
  const row = blank.content.cloneNode(true).querySelector("[data-row]");
  made += 1;
  for (const one of row.querySelectorAll("[id], [for]")) {
    if (one.id) one.id = one.id.replace("-new", `-new${made}`);
    if (one.htmlFor) one.htmlFor = one.htmlFor.replace("-new", `-new${made}`);
  }
  list.append(row);
  row.querySelector("textarea").focus();
};

const move = (row, by) => {
  const all = rows();
  const to = all.indexOf(row) + by;
  if (to < 0 || to >= all.length) return;
  if (by < 0) all[to].before(row);
  else all[to].after(row);
  say(`Now condition ${to + 1} of ${all.length}.`);
  changed();
};

const remove = (row) => {
  const next = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  (next?.querySelector("[data-remove]") ?? form.querySelector("[data-add]")).focus();
  say("Removed. It is gone once you save.");
  changed();
};

form.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const row = button.closest("[data-row]");
  if (button.matches("[data-add]")) add();
  else if (button.matches("[data-remove]")) remove(row);
  else if (button.matches("[data-move]")) {
    move(row, Number(button.dataset.move));
    button.focus();
  } else return;
  event.preventDefault();
});

form.addEventListener("keydown", (event) => {
  if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  const row = event.target.closest("[data-row]");
  if (!row) return;
  event.preventDefault();
  const focused = document.activeElement;
  move(row, event.key === "ArrowUp" ? -1 : 1);
  focused.focus();
});

// The columns offered are those of the system the row names.
const offer = (row) => {
  const system = row.querySelector("[name=condition_system]").value.trim().toLowerCase();
  const known = [...document.querySelectorAll("[data-columns-of]")];
  const own = known.find((one) => one.dataset.columnsOf.toLowerCase() === system);
  row.querySelector("[name=condition_column]").setAttribute("list", own?.id ?? "columns");
};
for (const row of rows()) offer(row);

form.addEventListener("input", (event) => {
  const row = event.target.closest("[data-row]");
  if (row) offer(row);
  changed();
});

document.getElementById("preview").addEventListener("htmx:afterSwap", (event) => {
  const all = rows();
  for (const found of event.currentTarget.querySelectorAll("[data-odd-of]")) {
    const place = all[Number(found.dataset.oddOf)]?.querySelector("[data-odd]");
    if (place && place.textContent.trim() !== found.textContent.trim()) place.replaceChildren(...found.childNodes);
  }
});

// What was written is not lost by going away without thinking.
let saved = true;
form.addEventListener("input", () => {
  saved = false;
});
document.body.addEventListener("conditions-changed", () => {
  saved = false;
});
form.addEventListener("submit", () => {
  saved = true;
});
form.querySelector("[data-leave]").addEventListener("click", () => {
  saved = true;
});
addEventListener("beforeunload", (event) => {
  if (!saved) event.preventDefault();
});
