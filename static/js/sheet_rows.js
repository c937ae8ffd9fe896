// Rows that come and go: the empty one at the end, those others add, those that are removed or brought back.

import { NEW, isNew } from "./sheet_grid.js";
import * as paint from "./sheet_paint.js";

export class Rows {
  #number = 1;

  constructor(grid, keeper, suggestions) {
    Object.assign(this, { grid, keeper, suggestions });
  }

  get #last() {
    return this.grid.table.querySelector(".new-rows")?.lastElementChild ?? null;
  }

  // A further empty row, nothing where no fields may be added.
  more() {
    const last = this.#last;
    if (!last) return null;
    const row = document.createElement("tr");
    row.className = "new";
    row.dataset.field = `${NEW}${(this.#number += 1)}`;
    row.dataset.may = "edit";
    for (const column of this.grid.columns) {
      const cell = document.createElement("td");
      cell.dataset.column = column;
      cell.dataset.text = "";
      row.append(cell);
    }
    last.after(row);
    this.grid.moved();
    return row;
  }

  // There is always an empty row below the one that is written into.
  enough(row) {
    if (row === this.#last) this.more();
  }

  // The first cell of the empty row, ready to be written into.
  begin() {
    const row = this.#last;
    if (!row) return;
    this.grid.go(row.cells[Math.max(this.grid.columns.indexOf("subject"), 0)]);
    row.scrollIntoView({ block: "center" });
  }

  // Rows as the server has them now, by whoever they were changed.
  take(drawn) {
    for (const one of drawn) this.#suggested(one);
    this.keeper.draw(drawn);
  }

  #suggested(one) {
    if (one.suggestions?.length) this.suggestions.set(String(one.field), one.suggestions);
    else this.suggestions.delete(String(one.field));
  }

  // A field this page does not show yet: at the end, unless the list is narrowed and nobody here asked for it.
  add(drawn, { asked = false } = {}) {
    if (!asked && document.querySelector(".fields-listing .chips li")) return;
    const row = this.#row(drawn);
    const place = this.#last?.parentElement;
    if (place) place.insertBefore(row, [...place.rows].find((one) => isNew(one.dataset.field)) ?? null);
    else this.grid.table.tBodies[0].append(row);
    this.grid.moved();
  }

  #row(drawn) {
    const row = document.createElement("tr");
    for (const column of this.grid.columns) {
      const cell = document.createElement("td");
      cell.dataset.column = column;
      row.append(cell);
    }
    paint.row(this.grid, row, drawn, () => false);
    return row;
  }

  // After a change was kept: what it removed goes.
  after(batch, answer) {
    for (const one of answer.rows) this.#suggested(one);
    if (batch.body?.remove?.length) this.gone(batch.body.remove.map(String));
  }

  gone(fields) {
    const going = new Set(fields);
    const at = this.grid.active ? this.grid.place(this.grid.active) : null;
    for (const row of this.grid.rows) if (going.has(row.dataset.field)) row.remove();
    this.grid.moved();
    if (at && !this.grid.active.isConnected) this.grid.go(this.grid.at(Math.min(at.row, this.grid.rows.length - 1), at.column));
  }

  // Another list came in: what is not kept yet is painted over its cells again.
  restore() {
    for (const { field, column, text, state } of this.keeper.pending.values()) {
      while (isNew(field) && !this.grid.rowsOf(field).length && this.#last) {
        const row = this.more();
        if (Number(row.dataset.field.slice(NEW.length)) < Number(field.slice(NEW.length))) continue;
        row.dataset.field = field;
      }
      for (const cell of this.grid.cellsOf(field, column)) paint.mine(cell, text, state);
    }
  }

  // What was left unsaved in this tab, offered back.
  offer(texts, { put, forget }) {
    if (!texts.length) return;
    const note = document.createElement("p");
    note.className = "note left-unsaved";
    note.setAttribute("role", "status");
    note.append(`You left ${texts.length} ${texts.length === 1 ? "cell" : "cells"} unsaved. `);
    const button = (label, act) => {
      const one = document.createElement("button");
      one.type = "button";
      one.className = "btn btn-sm btn-outline-secondary";
      one.textContent = label;
      one.addEventListener("click", () => {
        note.remove();
        act();
      });
      note.append(one, " ");
    };
    button("Put them back", () => put(this.#placed(texts), "What was left unsaved"));
    button("Forget them", forget);
    this.grid.table.closest(".listing").before(note);
  }

  #placed(texts) {
    const fresh = new Map();
    return texts.flatMap(({ field, column, text, was }) => {
      if (isNew(field) && !fresh.has(field)) fresh.set(field, this.more());
      const row = isNew(field) ? fresh.get(field) : this.grid.rowsOf(field)[0];
      const cell = row?.cells[this.grid.columns.indexOf(column)];
      if (cell) cell.dataset.was = was;
      return cell ? [{ cell, text }] : [];
    });
  }
}
