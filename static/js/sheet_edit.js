// The box one types into: it lies over its cell, keeps what is typed, and says what could stand there.

import { LISTED, List, complete } from "./sheet_choose.js";

const LONG = ["means", "because", "conditions", "editors"];

export class Editor {
  cell = null;
  box = null;

  constructor(grid, { options, list, commit, changed }) {
    Object.assign(this, { grid, options, commit, changed });
    this.list = new List(list, (one) => this.#take(one));
  }

  // Open over `cell`: with its text, or empty for the key that is just being pressed.
  open(cell, { text = null } = {}) {
    if (this.cell) this.close();
    this.cell = cell;
    this.column = this.grid.columnOf(cell);
    this.before = cell.dataset.mine ?? this.grid.known(cell);
    // What one saw when one began to write: whoever changed it since is asked about.
    cell.dataset.was = this.grid.known(cell);
    const long = LONG.includes(this.column);
    this.box = document.createElement(long ? "textarea" : "input");
    if (long) this.box.rows = 1;
    this.box.value = text ?? this.before;
    this.box.className = "editor";
    this.box.autocomplete = "off";
    this.box.spellcheck = long;
    this.box.placeholder = this.grid.heads.get(this.column).hint ?? "";
    this.box.setAttribute("aria-label", this.grid.words(cell));
    this.#describe(long);
    const holder = document.createElement("div");
    holder.className = "editor-box";
    holder.append(this.#head(), this.box);
    cell.classList.add("editing");
    cell.parentElement.classList.add("writing");
    cell.append(holder);
    this.box.addEventListener("input", () => this.#typed());
    this.box.addEventListener("keydown", (event) => this.#key(event));
    this.box.addEventListener("blur", () => this.done());
    this.box.focus({ preventScroll: true });
    this.box.setSelectionRange(this.box.value.length, this.box.value.length);
    this.#grow();
    if (LISTED.includes(this.column)) this.#suggest();
  }

  #describe(long) {
    if (!LISTED.includes(this.column)) return;
    if (!long) this.box.setAttribute("role", "combobox");
    this.box.setAttribute("aria-autocomplete", "list");
    this.box.setAttribute("aria-haspopup", "listbox");
    this.box.setAttribute("aria-controls", this.list.element.id);
    if (!long) this.box.setAttribute("aria-expanded", "false");
  }

  // On a telephone the box stands above the table, with its name and two buttons.
  #head() {
    const head = document.createElement("div");
    head.className = "editor-head";
    const words = document.createElement("span");
    words.textContent = this.grid.words(this.cell);
    const button = (label, act) => {
      const one = document.createElement("button");
      one.type = "button";
      one.className = "btn btn-sm btn-outline-secondary";
      one.textContent = label;
      one.tabIndex = -1;
      one.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        act();
      });
      return one;
    };
    head.append(words, button("Save", () => this.done({ down: 0, focus: true })), button("Cancel", () => this.cancel()));
    return head;
  }

  #grow() {
    if (this.box.tagName !== "TEXTAREA") return;
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight + 2}px`;
  }

  // What could stand there is shown at once, for what stands there now: a list of the text before would be chosen from.
  async #suggest() {
    const { box } = this;
    const show = () => this.list.show(box, complete(this.options, this.column, box.value, box.selectionStart));
    if (this.options.ready) show();
    else this.list.hide();
    const value = box.value;
    await this.options.load();
    await this.options.search(this.column, value.trim());
    if (this.box === box && box.value === value && !this.list.one) show();
  }

  #typed() {
    this.#grow();
    this.changed();
    if (LISTED.includes(this.column)) this.#suggest();
  }

  // Put what was chosen; true if that ends it, false if more has to be typed.
  #take(one) {
    const { from, to } = complete(this.options, this.column, this.box.value, this.box.selectionStart);
    this.box.setRangeText(one.put, from, to, "end");
    this.#grow();
    this.list.hide();
    this.changed();
    if (one.more) this.#suggest();
    else if (this.column !== "editors") this.done({ down: 1, focus: true });
    return !one.more;
  }

  #key(event) {
    event.stopPropagation();
    if (event.isComposing) return;
    const { key } = event;
    const walked = { ArrowDown: 1, ArrowUp: -1 }[key];
    if (walked && this.list.open) this.list.step(walked);
    else if (key === "Enter" && event.altKey && this.box.tagName === "TEXTAREA") this.#line();
    else if (key === "Enter") this.#enter(event);
    else if (key === "Tab") this.#tab(event);
    else if (key === "Escape" && this.list.one) this.list.hide();
    else if (key === "Escape") this.cancel();
    else return;
    event.preventDefault();
  }

  #line() {
    this.box.setRangeText("\n", this.box.selectionStart, this.box.selectionEnd, "end");
    this.#typed();
  }

  #enter(event) {
    const one = this.list.one;
    if (one && !this.#takes(one)) return;
    this.done({ down: event.shiftKey ? -1 : 1, focus: true });
  }

  #tab(event) {
    const one = this.list.one;
    if (one && !this.#takes(one)) return;
    this.done({ right: event.shiftKey ? -1 : 1, focus: true });
  }

  // As `#take`, and nothing more: whoever pressed the key goes on.
  #takes(one) {
    const { from, to } = complete(this.options, this.column, this.box.value, this.box.selectionStart);
    this.box.setRangeText(one.put, from, to, "end");
    this.list.hide();
    if (one.more) this.#suggest();
    return !one.more;
  }

  // Keep what is typed and go on to another cell.
  done({ down = 0, right = 0, focus = false } = {}) {
    if (!this.cell) return;
    const { cell, before } = this;
    const text = this.box.value.trim();
    this.close();
    // Left as it was refused, it is tried again only by whoever says so with a key.
    if (text !== before || (focus && cell.dataset.state)) this.commit(cell, text);
    delete cell.dataset.was;
    if (!focus) return;
    this.grid.go(cell);
    if (right) this.grid.next(right);
    else if (down) this.grid.step(down, 0);
  }

  cancel() {
    const { cell } = this;
    this.close();
    delete cell.dataset.was;
    this.grid.go(cell);
    this.changed();
  }

  close() {
    const { cell, box } = this;
    this.list.hide();
    this.cell = this.box = null;
    cell.classList.remove("editing");
    cell.parentElement.classList.remove("writing");
    box.closest(".editor-box").remove();
  }
}
