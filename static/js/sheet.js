// The table of fields, edited like a spreadsheet. It reads without any of this; here the keys, the mouse and the parts
// (cells, editing, keeping, pasting, others) come together.

import { Asking } from "./sheet_ask.js";
import { Bar } from "./sheet_bar.js";
import { Options } from "./sheet_choose.js";
import * as drafts from "./sheet_drafts.js";
import { Editor } from "./sheet_edit.js";
import { Grid } from "./sheet_grid.js";
import { Keeper } from "./sheet_keep.js";
import * as paste from "./sheet_paste.js";
import { Presence } from "./sheet_presence.js";
import { Rows } from "./sheet_rows.js";

const content = document.getElementById("content");
const find = (id) => document.getElementById(id);
const said = find("said");
const say = (words) => {
  said.textContent = words;
};
const token = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["x-csrftoken"] ?? "";

if (find("sheet")) start();

function start() {
  const grid = new Grid(find("sheet"));
  const addresses = { ...grid.table.dataset };
  const suggestions = new Map(Object.entries(JSON.parse(find("sheet-suggestions").textContent)));
  const options = new Options(addresses.options);
  const ask = new Asking(grid, { conflict: find("sheet-conflict"), reason: find("sheet-reason") });
  const keeper = new Keeper(grid, { address: addresses.cells, token, ask, changed });
  const rows = new Rows(grid, keeper, suggestions);
  const editor = new Editor(grid, { options, list: find("sheet-options"), commit, changed: unsaved });
  const bar = new Bar(find("sheet-bar"), { grid, suggestions, decide, edit: (cell) => edit(cell) });
  let leaving = false;

  // --- Keeping ------------------------------------------------------------------------------------------------------

  function commit(cell, text) {
    rows.enough(cell.parentElement);
    keeper.put([{ cell, text }], grid.words(cell));
  }

  function changed({ batch, answer, refused, appeared } = {}) {
    if (appeared) rows.add(appeared);
    if (answer) {
      rows.after(batch, answer);
      if (makes(batch)) options.load({ again: true });
      say(`${spoken(batch, answer)}`);
    }
    if (refused) say(refused);
    unsaved();
    bar.show(grid.active);
  }

  // What was just written may be something to choose from now.
  function makes(batch) {
    const made = ["subject", "first_appears_in", "settled_by", "conditions"];
    return [...(batch.changes?.values() ?? [])].some((change) => made.includes(change.column));
  }

  // "Owner team of billing status: Finance. Saved."
  function spoken(batch, answer) {
    if (answer.suggested && !answer.undo?.changes?.length) return "Kept as a suggestion: who edits the field takes or declines it.";
    const [change, another] = [...(batch.changes?.values() ?? [])];
    if (batch.kind !== "edit") return `${batch.kind === "undo" ? "Undone" : "Done again"}: ${batch.words}.`;
    return change && !another ? `${batch.words}: ${change.kept || "empty"}. Saved.` : `${answer.said} Saved.`;
  }

  function unsaved() {
    drafts.keep(grid, keeper, editor);
    const open = [...keeper.pending.values()].filter((change) => change.batch.held).length;
    const waiting = keeper.queue[0]?.waiting ?? false;
    bar.state({ unsaved: open, saving: keeper.queue.length > 0 && !waiting, waiting, undo: keeper.done.at(-1), redo: keeper.undone.at(-1) });
  }

  function turn(kind) {
    const words = keeper.turn(kind);
    if (!words) say(kind === "undo" ? "There is nothing to undo." : "There is nothing to do again.");
  }

  async function decide(suggestion, choice) {
    const answer = await fetch(addresses.suggestion.replace("/0/", `/${suggestion.id}/`), {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ decision: choice }),
    }).catch(() => null);
    const got = answer ? await answer.json().catch(() => ({})) : {};
    if (!answer?.ok) return say(got.sentence ?? "The server does not answer. Nothing was changed.");
    if (got.rows) rows.take(got.rows);
    say(choice === "take" ? `Taken: ${suggestion.text}.` : "Declined.");
    changed();
  }

  // --- Editing ------------------------------------------------------------------------------------------------------

  function edit(cell, how) {
    if (!cell) return;
    if (!grid.editable(cell)) {
      say(cell.parentElement.dataset.may ? "This cell changes on the page of the field." : "You may read this field, not edit it.");
      return;
    }
    grid.go(cell);
    editor.open(cell, how);
  }

  function empty() {
    const changes = grid.picked().flat().filter((cell) => grid.editable(cell)).map((cell) => ({ cell, text: "" }));
    put(changes, changes.length === 1 ? grid.words(changes[0].cell) : `${changes.length} cells emptied`);
  }

  function put(changes, words) {
    if (changes.length) keeper.put(changes, words);
  }

  // --- Keys ---------------------------------------------------------------------------------------------------------

  const ARROWS = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };
  const KEYS = {
    Enter: () => edit(grid.active),
    F2: () => edit(grid.active),
    Delete: empty,
    Backspace: empty,
    PageDown: (event) => grid.step(10, 0, { extend: event.shiftKey }),
    PageUp: (event) => grid.step(-10, 0, { extend: event.shiftKey }),
    Home: (event) => grid.step(event.ctrlKey ? -Infinity : 0, -Infinity, { extend: event.shiftKey }),
    End: (event) => grid.step(event.ctrlKey ? Infinity : 0, Infinity, { extend: event.shiftKey }),
  };
  const WITH_CONTROL = {
    z: (event) => turn(event.shiftKey ? "redo" : "undo"),
    y: () => turn("redo"),
    a: () => {
      grid.go(grid.at(0, 0));
      grid.go(grid.at(grid.rows.length - 1, grid.columns.length - 1), { extend: true, focus: false });
    },
    enter: () => {
      const { address } = grid.active.parentElement.dataset;
      if (address) location.assign(address);
    },
  };

  // Whether a key is for the table: it has the focus, or nothing has and the key would go nowhere.
  function ours(event) {
    if (editor.cell || document.querySelector("dialog[open]")) return false;
    if (event.target.closest?.("#sheet td") === grid.active) return true;
    return event.target === document.body && !["/", "Tab", "Escape", " "].includes(event.key);
  }

  // Undo is there wherever nothing of its own can be undone.
  function undoes(event) {
    const control = (event.ctrlKey || event.metaKey) && !event.altKey;
    return control && ["z", "y"].includes(event.key.toLowerCase()) && !event.target.closest?.("input, textarea, dialog");
  }

  function onKey(event) {
    if (!grid.active || !(ours(event) || undoes(event))) return;
    if (keeper.queue[0]?.waiting) keeper.work();
    const control = (event.ctrlKey || event.metaKey) && !event.altKey;
    const act = control ? WITH_CONTROL[event.key.toLowerCase()] ?? (KEYS[event.key] && event.key.length > 3 ? KEYS[event.key] : null) : null;
    if (act) act(event);
    else if (control || event.altKey) return;
    else if (event.key in ARROWS) grid.step(...ARROWS[event.key], { extend: event.shiftKey });
    else if (event.key in KEYS) KEYS[event.key](event);
    else if (event.key === "Tab") return onTab(event);
    else if (event.key === "Escape") return onEscape();
    else if (event.key.length === 1 || event.key === "Dead" || event.key === "Process") return type(event);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // The key that is pressed goes into the box that opens for it.
  function type(event) {
    event.stopPropagation();
    edit(grid.active, { text: "" });
    if (!editor.cell) event.preventDefault();
  }

  function onTab(event) {
    if (leaving || !grid.next(event.shiftKey ? -1 : 1)) return;
    event.preventDefault();
  }

  function onEscape() {
    if (keeper.giveBack(grid.active)) return say("As it was.");
    if (grid.anchor !== grid.active) return grid.go(grid.active);
    leaving = true;
    say("Tab leaves the table.");
  }

  addEventListener("keydown", onKey, { capture: true });
  // A screen reader, too, may put the focus into a cell.
  content.addEventListener("focusin", (event) => {
    if (event.target.matches("#sheet tr[data-field] > td") && event.target !== grid.active) grid.go(event.target, { focus: false });
  });
  document.addEventListener("sheet:moved", ({ detail: cell }) => {
    leaving = false;
    bar.show(cell);
  });

  // --- Mouse and touch ----------------------------------------------------------------------------------------------

  let dragging = false;
  const cellAt = (event) => event.target.closest?.("#sheet tr[data-field] > td");
  const followed = (event) => {
    const link = event.target.closest?.("#sheet td a");
    return link && (event.ctrlKey || event.metaKey || link.closest('[data-column="name"]') || !grid.table.matches("[data-adds]"));
  };

  content.addEventListener("pointerdown", (event) => {
    const cell = cellAt(event);
    if (!cell || event.button || event.target.closest(".editor-box") || followed(event)) return;
    if (event.pointerType === "touch") return;
    event.preventDefault();
    if (editor.cell) editor.done();
    grid.go(cell, { extend: event.shiftKey });
    dragging = true;
  });
  content.addEventListener("pointerover", (event) => {
    const cell = cellAt(event);
    if (dragging && event.buttons & 1 && cell && cell !== grid.active) grid.go(cell, { extend: true });
  });
  addEventListener("pointerup", () => {
    dragging = false;
  });
  content.addEventListener("click", (event) => {
    const cell = cellAt(event);
    if (cell && event.target.closest("a") && !followed(event)) event.preventDefault();
    // A finger chooses with the first touch and writes with the second.
    if (cell && event.pointerType === "touch" && !event.target.closest(".editor-box") && !followed(event)) {
      if (grid.active === cell && document.activeElement === cell) edit(cell);
      else grid.go(cell);
    }
    if (event.target.closest("[data-part=undo]")) turn("undo");
    if (event.target.closest("[data-part=redo]")) turn("redo");
    if (event.target.closest("[data-add-field]")) rows.begin();
  });
  content.addEventListener("dblclick", (event) => {
    const cell = cellAt(event);
    if (cell && !editor.cell && !followed(event)) edit(cell);
  });

  // --- The clipboard ------------------------------------------------------------------------------------------------

  const onTable = (event) => grid.active && !editor.cell && (grid.table.contains(event.target) || event.target === document.body);

  function copy(event) {
    if (!onTable(event) || (event.target === document.body && !getSelection().isCollapsed)) return false;
    const texts = grid.picked().map((row) => row.map((cell) => cell.dataset.mine ?? grid.known(cell)));
    event.clipboardData.setData("text/plain", paste.write(texts));
    event.preventDefault();
    return true;
  }
  document.addEventListener("copy", copy);
  document.addEventListener("cut", (event) => {
    if (copy(event)) empty();
  });
  document.addEventListener("paste", (event) => {
    if (!onTable(event)) return;
    event.preventDefault();
    const block = paste.read(event.clipboardData.getData("text/plain"));
    const { found, outside } = paste.changes(grid, block, () => rows.more());
    if (found.length) rows.enough(found.at(-1).cell.parentElement);
    put(found, found.length === 1 ? grid.words(found[0].cell) : `${found.length.toLocaleString("en")} cells pasted`);
    if (outside) say(`${outside} ${outside === 1 ? "text was" : "texts were"} left out: nothing can be written there.`);
  });

  // --- Others, another list, leaving --------------------------------------------------------------------------------

  new Presence(grid, {
    address: addresses.presence,
    token,
    names: find("here-too"),
    where: () => (grid.active && (editor.cell || grid.table.contains(document.activeElement)) ? `${grid.fieldOf(grid.active)}:${grid.columnOf(grid.active)}` : ""),
    rows: (drawn) => {
      rows.take(drawn);
      bar.show(grid.active);
    },
    removed: (fields) => rows.gone(fields.map(String)),
    changed: () => bar.show(grid.active),
  });

  document.addEventListener("htmx:beforeSwap", () => editor.cell && editor.done());
  document.addEventListener("htmx:load", () => {
    const table = find("sheet");
    if (!table || table === grid.table) return;
    grid.attach(table);
    rows.restore();
    bar.show(grid.active);
    unsaved();
  });
  addEventListener("online", () => keeper.work());
  addEventListener("pagehide", unsaved);
  addEventListener("beforeunload", unsaved);

  rows.offer(drafts.left(grid), { put, forget: drafts.forget });
  const asked = new URLSearchParams(location.search);
  const [cell] = grid.cellsOf(asked.get("field") ?? "", asked.get("column") ?? "name");
  if (cell) grid.go(cell);
  else if (grid.active && grid.rows.length === 1) grid.go(grid.active);
  else bar.show(grid.active);
  unsaved();
}
