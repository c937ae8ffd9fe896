// What was typed and not kept when the page was left: held in this tab, offered on return.

const NAME = "ownership-unsaved";

export function keep(grid, keeper, editor) {
  const texts = [...keeper.pending.values()].map(({ field, column, text, was }) => ({ field, column, text, was }));
  if (editor.cell) {
    const [field, column] = [grid.fieldOf(editor.cell), grid.columnOf(editor.cell)];
    const text = editor.box.value.trim();
    if (text !== editor.before) texts.push({ field, column, text, was: grid.known(editor.cell) });
  }
  try {
    if (texts.length) sessionStorage.setItem(NAME, JSON.stringify(texts));
    else sessionStorage.removeItem(NAME);
  } catch {
    // A browser that keeps nothing: the page still says what is not saved.
  }
}

export function forget() {
  sessionStorage.removeItem(NAME);
}

// What there is to put back: texts the server does not have by now.
export function left(grid) {
  let texts;
  try {
    texts = JSON.parse(sessionStorage.getItem(NAME) ?? "[]");
  } catch {
    texts = [];
  }
  return texts.filter(({ field, column, text }) => {
    const [cell] = grid.cellsOf(field, column);
    return text && (cell ? grid.known(cell) !== text : field.startsWith("new-"));
  });
}
