// The keyboard row cursor (j, k, Enter, x) and the selection of tables. A table reads and works without any of it.

const writing = (element) => element.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog") !== null;
const rowsOf = (table) => [...table.tBodies[0].rows];
let cursor = null;

function move(row) {
  cursor?.classList.remove("cursor");
  cursor?.removeAttribute("tabindex");
  cursor = row;
  row.classList.add("cursor");
  row.tabIndex = -1;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const table = cursor?.isConnected ? cursor.closest("table") : document.querySelector("table[data-rows]");
  if (!table) return;
  const rows = rowsOf(table);
  const to = cursor?.isConnected ? rows.indexOf(cursor) + by : by > 0 ? 0 : rows.length - 1;
  if (rows[to]) move(rows[to]);
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || writing(event.target)) return;
  if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (document.activeElement === cursor && cursor && event.key === "Enter") cursor.querySelector("td:not(.pick) a[href]")?.click();
  else if (document.activeElement === cursor && cursor && event.key === "x") cursor.querySelector(".pick input")?.click();
  else return;
  event.preventDefault();
});

// What is picked: the box in the head stands for the page, "all that match" for the rest too.
function recount(form) {
  const boxes = [...form.querySelectorAll("input[name=selected]")];
  const picked = boxes.filter((box) => box.checked).length;
  const all = form.querySelector("input[name=all]");
  if (picked < boxes.length) all.checked = false;
  const head = form.querySelector("[data-pick-all]");
  head.checked = picked > 0 && picked === boxes.length;
  head.indeterminate = picked > 0 && picked < boxes.length;
  const words = form.querySelector("[data-picked]");
  words.textContent = all.checked ? `${words.dataset.picked} selected` : picked ? `${picked} selected` : "";
}

addEventListener("change", (event) => {
  const box = event.target;
  const form = box.form;
  if (!form?.querySelector("[data-pick-all]")) return;
  if (box.matches("[data-pick-all]") || (box.name === "all" && box.checked)) {
    for (const one of form.querySelectorAll("input[name=selected]")) one.checked = box.checked;
  }
  recount(form);
});
