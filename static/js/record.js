// One record after the other by keyboard: j and k or the arrows, u for the list.

const KEYS = { j: "j", ArrowRight: "j", k: "k", ArrowLeft: "k", u: "u" };
const elsewhere = (element) => element.closest("input, textarea, select, [contenteditable], dialog, .table-region, [popover]") !== null;

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || elsewhere(event.target)) return;
  const link = KEYS[event.key] && document.querySelector(`a[data-key="${KEYS[event.key]}"]`);
  if (!link) return;
  event.preventDefault();
  link.click();
});
