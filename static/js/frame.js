// What every page does: menus close, suggestions fill, changes are said. Everything here only adds to pages that work without.

const open = () => document.querySelectorAll("details.menu[open]");

// A menu closes on Escape (and gives the focus back) and on a click elsewhere.
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    menu.open = false;
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  }
});
addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;

  const suggestion = event.target.closest("[data-fill]");
  if (suggestion) {
    const box = document.getElementById(suggestion.dataset.fill);
    box.value = suggestion.textContent.trim();
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  }
});

// Whatever came in with data-say="…" is said to a screen reader once, and again only when its words change.
const said = new Map();
const say = (element) => {
  const key = element.dataset.sayAs ?? element.className;
  const words = element.dataset.say;
  if (said.get(key) === words) return;
  const first = !said.has(key);
  said.set(key, words);
  if (!first) document.getElementById("said").textContent = words;
};
const sayAll = (root) => {
  if (root.matches?.("[data-say]")) say(root);
  for (const element of root.querySelectorAll("[data-say]")) say(element);
};
sayAll(document);
document.addEventListener("htmx:load", (event) => sayAll(event.target));

// A part of a page that could not be fetched is never silent: signed out meanwhile leads to sign-in and back here, the
// rest is said until something is answered again.
const unanswered = document.getElementById("no-answer");
const tell = (words) => {
  if (unanswered.textContent === words) return;
  unanswered.textContent = words;
  unanswered.hidden = words === "";
};
document.addEventListener("htmx:beforeSwap", (event) => {
  const address = event.detail.xhr.responseURL;
  if (!address || new URL(address).pathname !== document.body.dataset.signIn) return;
  event.detail.shouldSwap = false;
  location.reload();
});
document.addEventListener("htmx:afterOnLoad", (event) => {
  if (event.detail.successful) tell("");
});
document.addEventListener("htmx:responseError", (event) => {
  tell(
    event.detail.xhr.status === 404
      ? "This is not there any more. Reload the page to see what is."
      : "The server could not answer. Nothing was changed. Reload the page, or try again in a moment.",
  );
});
document.addEventListener("htmx:sendError", () => {
  tell("The server does not answer. What is on this page stays; it goes on when the connection is back.");
});
