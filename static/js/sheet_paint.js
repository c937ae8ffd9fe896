// What cells look like: as the server drew them, or as somebody typed meanwhile, with what became of it in words.

const FROM_SERVER = ["class", "data-problem", "data-suggestions", "title"];
const WORDS = {
  saving: "",
  waiting: "Not saved yet: the server does not answer. It is sent again with the next key.",
};

const boxOf = (cell) => cell.querySelector(":scope > .editor-box");

// Put `nodes` into a cell. A box that is open there stays where it is: taken out, it would lose the focus.
function fill(cell, nodes) {
  const box = boxOf(cell);
  for (const node of [...cell.childNodes]) if (node !== box) node.remove();
  cell.prepend(...nodes);
}

function drawing(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const link of template.content.querySelectorAll("a")) link.tabIndex = -1;
  return template.content;
}

function span(name, text) {
  const one = document.createElement("span");
  one.className = name;
  one.textContent = text;
  return one;
}

// Paint `text` over a cell at once; the server's own drawing of it stays with the cell until it is drawn anew.
export function mine(cell, text, state, sentence = WORDS[state] ?? "") {
  if (cell.dataset.text === undefined) cell.dataset.text = cell.textContent;
  cell._drawn ??= [...cell.childNodes].filter((node) => node !== boxOf(cell));
  cell.dataset.mine = text;
  cell.dataset.state = state;
  if (state === "refused") cell.setAttribute("aria-invalid", "true");
  else cell.removeAttribute("aria-invalid");
  fill(cell, [span("typed", text), ...(sentence.trim() ? [span("said", sentence)] : [])]);
}

// Give a cell back what the server said of it last.
export function theirs(cell) {
  if (cell.dataset.mine === undefined) return;
  fill(cell, cell._drawn ?? []);
  delete cell._drawn;
  delete cell.dataset.mine;
  delete cell.dataset.state;
  cell.removeAttribute("aria-invalid");
}

// A row as the server draws it now. Cells for which `busy` holds keep what is painted over them.
export function row(grid, tr, drawn, busy) {
  tr.dataset.field = String(drawn.field);
  tr.dataset.may = drawn.may ?? tr.dataset.may ?? "";
  tr.dataset.address = drawn.address ?? "";
  tr.classList.remove("new");
  grid.columns.forEach((column, at) => {
    const cell = tr.cells[at];
    const fresh = from(drawn.html[column]);
    cell.dataset.text = drawn.texts[column] ?? "";
    for (const name of FROM_SERVER) {
      const value = fresh.getAttribute(name);
      if (value === null) cell.removeAttribute(name);
      else cell.setAttribute(name, value);
    }
    if (boxOf(cell)) cell.classList.add("editing");
    if (busy(cell, column)) {
      cell._drawn = [...drawing(fresh.innerHTML).childNodes];
      return;
    }
    if (cell.dataset.mine !== undefined) theirs(cell);
    fill(cell, drawing(fresh.innerHTML).childNodes);
  });
}

// The server draws a cell whole, or only what is in it.
function from(html) {
  const template = document.createElement("template");
  template.innerHTML = html ?? "";
  const whole = template.content.firstElementChild;
  if (whole?.matches("td, th") && !whole.nextElementSibling) return whole;
  const cell = document.createElement("td");
  cell.innerHTML = html ?? "";
  return cell;
}
