// What cells look like: as the server drew them, or as somebody typed meanwhile, with what became of it in words.

const FROM_SERVER = ["class", "data-problem", "data-suggestions", "title"];
const WORDS = {
  saving: "",
  waiting: "Not saved yet: the server does not answer. It is sent again with the next key.",
};

// Paint `text` over a cell at once; the server's own drawing of it stays with the cell until it is drawn anew.
export function mine(cell, text, state, sentence = WORDS[state] ?? "") {
  if (cell.dataset.text === undefined) cell.dataset.text = cell.textContent;
  const editor = cell.querySelector(".editor-box");
  editor?.remove();
  cell._drawn ??= cell.innerHTML;
  cell.dataset.mine = text;
  cell.dataset.state = state;
  const shown = document.createElement("span");
  shown.className = "typed";
  shown.textContent = text;
  const parts = [shown];
  if (sentence) {
    const said = document.createElement("span");
    said.className = "said";
    said.textContent = sentence;
    parts.push(said);
  }
  if (state === "refused") cell.setAttribute("aria-invalid", "true");
  else cell.removeAttribute("aria-invalid");
  if (editor) parts.push(editor);
  cell.replaceChildren(...parts);
}

// Give a cell back what the server said of it last.
export function theirs(cell) {
  if (cell.dataset.mine === undefined) return;
  const editor = cell.querySelector(".editor-box");
  cell.innerHTML = cell._drawn ?? "";
  if (editor) cell.append(editor);
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
    if (cell.querySelector(".editor-box")) cell.classList.add("editing");
    for (const link of fresh.querySelectorAll("a")) link.tabIndex = -1;
    if (busy(cell, column)) {
      cell._drawn = fresh.innerHTML;
      return;
    }
    if (cell.dataset.mine !== undefined) theirs(cell);
    const editor = cell.querySelector(".editor-box");
    cell.innerHTML = fresh.innerHTML;
    if (editor) cell.append(editor);
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
