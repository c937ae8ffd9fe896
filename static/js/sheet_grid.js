// The table as rows and columns: which cell is where, what it says, where one is and what is picked.

export const NEW = "new-";
export const isNew = (field) => field.startsWith(NEW);
export const keyOf = (field, column) => `${field}:${column}`;

// What a cell holds, where the head of its column would read oddly before "of billing status".
const HOLDS = {
  name: "Name",
  means: "Meaning",
  first_appears_in: "First record",
  editors: "Editors",
  settled_by: "Settling record",
  because: "Reason",
  conditions: "Conditions",
};

export class Grid {
  #rows = null;
  active = null;
  anchor = null;

  constructor(table) {
    this.attach(table);
  }

  // The table of this page, or the one that came in its place when the list was narrowed or sorted.
  attach(table) {
    const before = this.active && { field: this.fieldOf(this.active), column: this.columnOf(this.active) };
    this.table = table;
    this.#rows = null;
    this.heads = new Map();
    this.columns = [...table.tHead.rows[0].cells].map((head) => {
      this.heads.set(head.dataset.column, head.dataset);
      return head.dataset.column;
    });
    table.setAttribute("role", "grid");
    table.setAttribute("aria-multiselectable", "true");
    this.#measure(table);
    // Everything in it is reached through its cells, by the arrows.
    table.parentElement.removeAttribute("tabindex");
    for (const link of table.querySelectorAll("tbody a")) link.tabIndex = -1;
    this.active = (before && this.cellsOf(before.field, before.column)[0]) || this.rows[0]?.cells[0] || null;
    this.anchor = this.active;
    if (this.active) this.active.tabIndex = 0;
  }

  // Rows are laid out one by one, so each has to know how wide the columns are.
  #measure(table) {
    const widths = [...table.tHead.rows[0].cells].map((head) => parseInt(getComputedStyle(head).getPropertyValue("--wide"), 10));
    const tracks = widths.map((width, at) => (this.columns[at] === "subject" ? `${width}px` : `minmax(${width}px, 1fr)`));
    // On the element around it: htmx would copy a style of the table, which has an id, as an attribute.
    const { style } = table.parentElement;
    style.setProperty("--columns", tracks.join(" "));
    style.setProperty("--whole", `${widths.reduce((sum, width) => sum + width, 0)}px`);
    table.classList.add("live");
    document.documentElement.classList.add("sheet-live");
  }

  get rows() {
    this.#rows ??= [...this.table.querySelectorAll("tr[data-field]")];
    return this.#rows;
  }

  // Rows came, went or moved.
  moved() {
    this.#rows = null;
  }

  rowsOf(field) {
    return this.rows.filter((row) => row.dataset.field === field);
  }

  cellsOf(field, column) {
    const at = this.columns.indexOf(column);
    return at < 0 ? [] : this.rowsOf(field).map((row) => row.cells[at]);
  }

  at(row, column) {
    return this.rows[row]?.cells[column];
  }

  place(cell) {
    return { row: this.rows.indexOf(cell.parentElement), column: cell.cellIndex };
  }

  fieldOf(cell) {
    return cell.parentElement.dataset.field;
  }

  columnOf(cell) {
    return this.columns[cell.cellIndex];
  }

  // The text the server last gave for a cell, whatever is painted over it.
  known(cell) {
    if (cell.dataset.text === undefined) cell.dataset.text = cell.textContent;
    return cell.dataset.text;
  }

  editable(cell) {
    return this.heads.get(this.columnOf(cell)).editable === "yes" && Boolean(cell.parentElement.dataset.may);
  }

  label(column) {
    return this.heads.get(column).label;
  }

  // "Owner team of billing status", "Owner team of a new field".
  words(cell) {
    const column = this.columnOf(cell);
    return `${HOLDS[column] ?? this.label(column)} of ${this.nameOf(cell.parentElement)}`;
  }

  nameOf(row) {
    const at = this.columns.indexOf("name");
    const cell = row.cells[at];
    return (cell && (cell.dataset.mine ?? this.known(cell))) || "a new field";
  }

  // --- Where one is -------------------------------------------------------------------------------------------------

  go(cell, { extend = false, focus = true } = {}) {
    if (!cell) return;
    const before = this.active;
    if (before && before !== cell) before.tabIndex = -1;
    this.active = cell;
    if (!extend) this.anchor = cell;
    cell.tabIndex = 0;
    if (focus) {
      cell.focus({ preventScroll: true });
      cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
    this.#pick();
    document.dispatchEvent(new CustomEvent("sheet:moved", { detail: cell }));
  }

  step(rows, columns, options) {
    if (!this.active) return;
    const { row, column } = this.place(this.active);
    const to = this.at(
      Math.min(Math.max(row + rows, 0), this.rows.length - 1),
      Math.min(Math.max(column + columns, 0), this.columns.length - 1),
    );
    this.go(to, options);
  }

  // To the next cell as one reads; false at either end of the table.
  next(by) {
    const { row, column } = this.place(this.active);
    const place = row * this.columns.length + column + by;
    const cell = this.at(Math.floor(place / this.columns.length), ((place % this.columns.length) + this.columns.length) % this.columns.length);
    if (place < 0 || !cell) return false;
    this.go(cell);
    return true;
  }

  // --- What is picked -----------------------------------------------------------------------------------------------

  get block() {
    const one = this.place(this.anchor);
    const other = this.place(this.active);
    return {
      top: Math.min(one.row, other.row),
      bottom: Math.max(one.row, other.row),
      left: Math.min(one.column, other.column),
      right: Math.max(one.column, other.column),
    };
  }

  picked() {
    const { top, bottom, left, right } = this.block;
    return this.rows.slice(top, bottom + 1).map((row) => [...row.cells].slice(left, right + 1));
  }

  #pick() {
    for (const cell of this.table.querySelectorAll("[aria-selected]")) cell.removeAttribute("aria-selected");
    if (this.anchor === this.active || !this.anchor.isConnected) return;
    for (const cell of this.picked().flat()) cell.setAttribute("aria-selected", "true");
  }
}
