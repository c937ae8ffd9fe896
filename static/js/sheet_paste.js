// Blocks of cells as text: what spreadsheets put on the clipboard and take from it.

// Columns apart by tabs, rows by new lines; a cell that has either, or quotes, stands in quotes.
export function read(text) {
  const rows = [[""]];
  let quoted = false;
  const add = (character) => {
    rows.at(-1)[rows.at(-1).length - 1] += character;
  };
  const source = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let at = 0; at < source.length; at += 1) {
    const character = source[at];
    if (quoted) {
      if (character !== '"') add(character);
      else if (source[at + 1] === '"') add(source[(at += 1)]);
      else quoted = false;
    } else if (character === '"' && rows.at(-1).at(-1) === "" && closes(source, at)) quoted = true;
    else if (character === "\t") rows.at(-1).push("");
    else if (character === "\n") rows.push([""]);
    else add(character);
  }
  return rows;
}

// A quote opens only what another one closes right before the end of the cell: '"CRM" is ours' is plain text.
function closes(source, from) {
  for (let at = from + 1; at < source.length; at += 1) {
    if (source[at] !== '"') continue;
    if (source[at + 1] === '"') at += 1;
    else return source[at + 1] === undefined || source[at + 1] === "\t" || source[at + 1] === "\n";
  }
  return false;
}

export function write(rows) {
  const cell = (text) => (/[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => row.map(cell).join("\t")).join("\n");
}

// What a pasted block changes, from the first cell picked on: [{cell, text}]. One value fills all that is picked.
// `more` gives a further empty row, or nothing where no fields may be added.
export function changes(grid, block, more) {
  const { top, bottom, left, right } = grid.block;
  const one = block.length === 1 && block[0].length === 1;
  const height = one ? bottom - top + 1 : block.length;
  const width = one ? right - left + 1 : Math.max(...block.map((row) => row.length));
  const found = [];
  let outside = 0;
  for (let row = 0; row < height; row += 1) {
    const cells = (grid.rows[top + row] ?? more())?.cells;
    for (let column = 0; column < width; column += 1) {
      const text = one ? block[0][0] : block[row][column];
      if (text === undefined) continue;
      const cell = cells?.[left + column];
      if (cell && grid.editable(cell)) found.push({ cell, text: text.trim() });
      else outside += text.trim() ? 1 : 0;
    }
  }
  return { found, outside };
}
