// The palette: Ctrl-K or "/" opens it, typing asks the server, arrows choose, Enter goes there.
const dialog = document.getElementById("palette");
const input = dialog.querySelector("input");
const found = document.getElementById("palette-found");
let asked = 0;
let waiting;

const options = () => [...found.querySelectorAll("a[role=option]")];
const chosen = () => found.querySelector("[aria-selected=true]");

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  if (!option) return input.removeAttribute("aria-activedescendant");
  option.setAttribute("aria-selected", "true");
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

async function ask() {
  const number = ++asked;
  const address = `${dialog.dataset.address}?${new URLSearchParams({ q: input.value })}`;
  let words;
  try {
    const answer = await fetch(address, { headers: { "X-Palette": "true" }, redirect: "error" });
    words = answer.ok ? await answer.text() : null;
  } catch {
    words = null;
  }
  if (number !== asked) return;
  if (words === null) found.textContent = "No answer. Reload the page, or sign in again.";
  else found.innerHTML = words;
  choose(options()[0]);
}

function show() {
  if (dialog.open) return;
  input.value = "";
  found.replaceChildren();
  dialog.showModal();
  input.focus();
  ask();
}

input.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(ask, 120);
});

input.addEventListener("keydown", (event) => {
  const all = options();
  const at = all.indexOf(chosen());
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: input.value ? NaN : 0, End: input.value ? NaN : all.length - 1 };
  if (event.key in to && !Number.isNaN(to[event.key]) && all.length) {
    event.preventDefault();
    choose(all[(to[event.key] + all.length) % all.length]);
  } else if (event.key === "Enter" && !event.isComposing) {
    event.preventDefault();
    chosen()?.click();
  }
});

dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
});

const writing = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

addEventListener("keydown", (event) => {
  const control = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k";
  const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !writing(event.target);
  if (!control && !slash) return;
  event.preventDefault();
  show();
});

document.querySelector("[data-opens-palette]").addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show();
});
