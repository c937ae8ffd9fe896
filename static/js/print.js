// The button that prints is there only where a script can do it; the browser's own menu prints without.

for (const button of document.querySelectorAll("[data-prints]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
