// Keeping what is typed: one request after the other, in order. What cannot be kept stays in its cells, with the reason.

import { isNew, keyOf } from "./sheet_grid.js";
import * as paint from "./sheet_paint.js";

const MOST_UNDONE = 100;

export class Keeper {
  queue = [];
  undone = [];
  done = [];
  ids = new Map();
  // The last change of each cell that is not kept yet, by field and column; each knows the batch it belongs to.
  pending = new Map();
  #busy = false;
  #sending = null;

  constructor(grid, { address, token, ask, changed }) {
    Object.assign(this, { grid, address, token, ask, changed });
  }

  // Keep `changes` ([{cell, text}]) as one request and one undo. What is as it was is left alone.
  put(changes, words) {
    const fresh = { changes: new Map(), kind: "edit", words };
    const touched = new Set();
    for (const { cell, text } of changes) {
      const field = this.grid.fieldOf(cell);
      const column = this.grid.columnOf(cell);
      const before = this.pending.get(keyOf(field, column));
      if (text === (before ? before.text : this.grid.known(cell))) {
        if (before?.batch.held) touched.add(before.batch);
        continue;
      }
      const held = before?.batch.held ? before.batch : this.#batchOfRow(field);
      const batch = held ?? fresh;
      const was = before?.batch.held ? before.was : cell.dataset.was ?? this.grid.known(cell);
      const change = { field, column, text, was, after: before && !before.batch.held ? before : null, state: "saving", batch };
      batch.changes.set(keyOf(field, column), change);
      this.pending.set(keyOf(field, column), change);
      for (const one of this.grid.cellsOf(field, column)) paint.mine(one, text, "saving");
      touched.add(batch);
    }
    for (const batch of touched) this.#send(batch);
    return touched.size > 0;
  }

  // What is written into a new row belongs together until it is on its way.
  #batchOfRow(field) {
    if (!isNew(field)) return null;
    for (const { field: other, batch } of this.pending.values()) if (other === field && batch !== this.#sending) return batch;
    return null;
  }

  // Take a change that is not kept back: the cell says again what the server knows.
  giveBack(cell) {
    const key = keyOf(this.grid.fieldOf(cell), this.grid.columnOf(cell));
    const change = this.pending.get(key);
    if (!change?.batch.held) return false;
    this.#forget(change);
    const { batch } = change;
    if (batch.changes.size && ![...batch.changes.values()].some((one) => one.state === "refused")) this.#send(batch);
    this.changed();
    return true;
  }

  #forget(change) {
    const key = keyOf(change.field, change.column);
    change.batch.changes.delete(key);
    if (this.pending.get(key) !== change) return;
    this.pending.delete(key);
    for (const cell of this.grid.cellsOf(change.field, change.column)) paint.theirs(cell);
  }

  #send(batch) {
    if (!batch.changes.size) return;
    batch.held = false;
    for (const change of batch.changes.values()) this.#mark(change, "saving");
    if (!this.queue.includes(batch)) this.queue.push(batch);
    this.changed();
    this.work();
  }

  #mark(change, state, sentence) {
    if (change.state === state && !sentence) return;
    change.state = state;
    if (this.pending.get(keyOf(change.field, change.column)) !== change) return;
    for (const cell of this.grid.cellsOf(change.field, change.column)) paint.mine(cell, change.text, state, sentence);
  }

  // --- One request after the other ----------------------------------------------------------------------------------

  async work() {
    if (this.#busy) return;
    this.#busy = true;
    while (this.queue.length) {
      const batch = this.queue[0];
      if (batch.changes && this.#nameless(batch)) {
        this.#hold(batch);
        continue;
      }
      this.#sending = batch;
      const answer = await this.#post(this.#body(batch));
      this.#sending = null;
      if (!answer) {
        batch.waiting = true;
        for (const change of batch.changes?.values() ?? []) this.#mark(change, "waiting");
        break;
      }
      batch.waiting = false;
      await this.#settle(batch, answer);
    }
    this.#busy = false;
    this.changed();
  }

  // A new field is kept as soon as it has a name; until then its row waits.
  #nameless(batch) {
    const rows = new Map();
    for (const { field, column, text } of batch.changes.values()) {
      if (!isNew(field) || this.ids.has(field)) continue;
      rows.set(field, rows.get(field) || (column === "name" && text !== ""));
    }
    const waiting = [...rows].filter(([, named]) => !named).map(([field]) => field);
    for (const field of waiting) {
      for (const change of batch.changes.values()) {
        if (change.field === field) this.#mark(change, "held", " ");
      }
    }
    return waiting.length > 0;
  }

  #hold(batch) {
    batch.held = true;
    this.queue = this.queue.filter((one) => one !== batch);
    this.changed();
  }

  #body(batch) {
    const number = (field) => (isNew(field) ? this.ids.get(field) ?? field : Number(field));
    if (batch.body) return { ...batch.body, reason: batch.reason ?? "", create: true };
    const changes = [...batch.changes.values()].map((change) => ({
      field: number(change.field),
      column: change.column,
      text: change.text,
      was: change.after ? change.after.kept ?? change.after.was : change.was,
    }));
    return { changes, reason: batch.reason ?? "", create: true };
  }

  async #post(body) {
    const sent = JSON.stringify(body);
    try {
      const response = await fetch(this.address, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
        body: sent,
        redirect: "error",
        // What is on its way when the page is left arrives all the same.
        keepalive: sent.length < 60_000,
      });
      if (response.status >= 500) return null;
      return { status: response.status, ...(await response.json().catch(() => ({}))) };
    } catch {
      return null;
    }
  }

  async #settle(batch, answer) {
    if (answer.status === 200) this.#kept(batch, answer);
    else if (answer.status === 409) await this.#conflicts(batch, answer);
    else if (answer.needs_reason) await this.#reason(batch, answer);
    else this.#refused(batch, answer);
  }

  #kept(batch, answer) {
    for (const row of answer.rows) if (isNew(String(row.key ?? ""))) this.#named(row.key, row.field);
    this.queue.shift();
    // What comes back comes in the order in which it went.
    const back = batch.body?.bring_back ?? [];
    if (back.length) answer.rows.sort((a, b) => back.indexOf(a.field) - back.indexOf(b.field));
    const changes = [...(batch.changes?.values() ?? [])];
    for (const change of changes) {
      const row = answer.rows.find((one) => String(one.field) === change.field);
      change.kept = row ? row.texts[change.column] : change.text;
      const key = keyOf(change.field, change.column);
      if (this.pending.get(key) === change) this.pending.delete(key);
      // Whoever writes into the cell again by now saw what is kept now.
      for (const cell of this.grid.cellsOf(change.field, change.column)) if ("was" in cell.dataset) cell.dataset.was = change.kept;
    }
    this.draw(answer.rows);
    // What stayed as it was (or is kept as a suggestion of its own) is in no row of the answer.
    for (const change of changes) {
      if (this.pending.has(keyOf(change.field, change.column))) continue;
      for (const cell of this.grid.cellsOf(change.field, change.column)) paint.theirs(cell);
    }
    this.#remember(batch, answer);
    this.changed({ batch, answer });
  }

  // A row that was new has a number by now, also in what is still to be sent.
  #named(key, field) {
    this.ids.set(key, field);
    for (const row of this.grid.rowsOf(key)) row.dataset.field = String(field);
    const batches = new Set([...this.queue, ...[...this.pending.values()].map((change) => change.batch)]);
    const renamed = (changes) => {
      for (const [old, change] of [...changes]) {
        if (!old.startsWith(`${key}:`)) continue;
        changes.delete(old);
        change.field = String(field);
        changes.set(keyOf(change.field, change.column), change);
      }
    };
    renamed(this.pending);
    for (const batch of batches) if (batch.changes) renamed(batch.changes);
  }

  // Rows as they are now: what one is just typing, or has not kept yet, stays.
  draw(rows) {
    for (const drawn of rows) {
      const field = String(drawn.field);
      const busy = (cell, column) => this.pending.has(keyOf(field, column));
      const there = this.grid.rowsOf(field);
      for (const row of there) paint.row(this.grid, row, drawn, busy);
      if (!there.length) this.changed({ appeared: drawn });
    }
  }

  #remember(batch, answer) {
    const undo = answer.undo;
    const empty = !undo || !(undo.changes?.length || undo.remove?.length || undo.bring_back?.length || undo.withdraw?.length);
    if (empty) return;
    const entry = { words: batch.words, body: undo };
    if (batch.kind === "undo") this.undone.push(entry);
    else this.done.push(entry);
    if (batch.kind === "edit") this.undone = [];
    this.done = this.done.slice(-MOST_UNDONE);
  }

  // --- What cannot be kept as it is ---------------------------------------------------------------------------------

  #refused(batch, answer) {
    this.#hold(batch);
    const sentence = answer.sentence ?? (answer.status === 403 ? "You may not change this." : "This could not be read.");
    if (batch.body) return this.changed({ refused: answer.refused?.[0]?.sentence ?? sentence, batch });
    const about = new Map();
    for (const one of answer.refused ?? []) about.set(keyOf(String(one.key ?? one.field), one.column), one.sentence);
    for (const one of answer.refused ?? []) about.set(keyOf(String(one.field), one.column), one.sentence);
    for (const [key, change] of batch.changes) {
      const said = about.get(key) ?? (about.size ? "" : sentence);
      if (said) this.#mark(change, "refused", said);
      else this.#mark(change, "held");
    }
    this.changed({ refused: [...about.values()][0] ?? sentence, batch });
  }

  async #conflicts(batch, answer) {
    this.draw(answer.rows ?? []);
    for (const conflict of answer.conflicts) {
      const choice = await this.ask.conflict(conflict);
      if (batch.body) this.#settleUndo(batch, conflict, choice);
      else this.#settleOne(batch, conflict, choice);
    }
    const open = batch.changes && [...batch.changes.values()].some((change) => change.state === "refused");
    if (open) this.#hold(batch);
    else if (batch.changes ? !batch.changes.size : !batch.body.changes.length && !batch.body.remove?.length) this.queue.shift();
    this.changed();
  }

  #settleOne(batch, conflict, choice) {
    const change = batch.changes.get(keyOf(String(conflict.field), conflict.column));
    if (!change) return;
    change.was = conflict.theirs;
    change.after = null;
    if (choice === "theirs") this.#forget(change);
    else if (choice !== "mine") this.#mark(change, "refused", `${conflict.who} wrote “${conflict.theirs}” here meanwhile. Enter takes yours, Escape theirs.`);
  }

  #settleUndo(batch, conflict, choice) {
    const same = (one) => String(one.field) === String(conflict.field) && one.column === conflict.column;
    if (choice === "mine") for (const one of batch.body.changes.filter(same)) one.was = conflict.theirs;
    else batch.body.changes = batch.body.changes.filter((one) => !same(one));
  }

  async #reason(batch, answer) {
    const reason = await this.ask.reason(answer);
    if (reason) {
      batch.reason = reason;
      return;
    }
    this.#refused(batch, { status: 422, sentence: answer.sentence });
  }

  // --- Undo and redo ------------------------------------------------------------------------------------------------

  turn(kind) {
    const entry = (kind === "undo" ? this.done : this.undone).pop();
    if (!entry) return null;
    this.queue.push({ kind, words: entry.words, body: entry.body });
    this.changed();
    this.work();
    return entry.words;
  }
}
