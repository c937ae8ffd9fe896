// What is folded of a hand-off comes when it is opened: all of them at once make a long map a very long page.

import { fieldsOf } from "./map_form.js";

const REST = "details[data-rest]";
const PAUSE = 200;

const inside = (rest) => rest.querySelector(":scope > .edit-handoff-more");
const shown = (node) => node.checkVisibility?.() ?? true;

export class Inside {
  // Those for which the server was asked and gave nothing: the link in them is shown, and asks again.
  #vain = new WeakSet();
  #asking = false;
  #timer;
  // The hand-off that somebody goes into as soon as there is something in it, and to which of its boxes.
  #into = null;

  // `page()` gives the editor as it is now, `quiet()` says whether it may be put in place.
  constructor(editor, work, { page, quiet, say }) {
    Object.assign(this, { work, page, quiet, say });
    editor.addEventListener("toggle", ({ target }) => target.matches(REST) && this.#turned(target), { capture: true });
    editor.addEventListener("keydown", (event) => this.#tab(event));
    editor.addEventListener("click", (event) => this.#retry(event));
  }

  // After every answer, and whenever one is opened: what is open and empty is asked for.
  async again() {
    clearTimeout(this.#timer);
    this.#goIn();
    const missing = this.#missing();
    if (this.#asking || !missing.length) return;
    if (!this.quiet()) return this.#soon();
    this.#asking = true;
    const { taken } = this.work;
    const { html } = await this.page();
    this.#asking = false;
    // What came meanwhile may be newer.
    if (html && (taken !== this.work.taken || !this.quiet())) return this.#soon(0);
    this.#mark(missing, true);
    if (!html || !this.work.take(html)) this.say("The server does not answer. Open the hand-off again in a moment.");
    const here = missing.filter((one) => !this.work.unfilled.includes(one));
    this.#mark(here, false);
    if (this.#missing().length) this.#soon(0);
  }

  // Opens a hand-off and goes to what is still to be said of it.
  open(rest) {
    rest.open = true;
    this.#go(rest, (fields) => fields.find((field) => field.closest(".undecided") && !field.value));
  }

  #go(rest, wanted) {
    this.#into = { rest, wanted };
    rest.querySelector("summary").focus({ preventScroll: true });
    this.again();
  }

  #goIn() {
    const { rest, wanted } = this.#into ?? {};
    if (!rest) return;
    const gone = !rest.open || !rest.isConnected || document.activeElement !== rest.querySelector("summary");
    if (!gone && !inside(rest)) return;
    this.#into = null;
    if (gone) return;
    const fields = fieldsOf(inside(rest)).filter((field) => shown(field) && field.type !== "checkbox");
    const first = wanted(fields) ?? fields.find((field) => !field.value) ?? fields[0];
    first?.focus({ preventScroll: true });
    first?.scrollIntoView({ block: "nearest" });
  }

  // Whoever opens one and goes on at once gets to its first box, not past it.
  #tab(event) {
    const rest = event.key === "Tab" && !event.shiftKey && event.target.closest("summary")?.closest(REST);
    if (!rest?.open || inside(rest) || this.#vain.has(rest)) return;
    event.preventDefault();
    this.#go(rest, (fields) => fields[0]);
  }

  #retry(event) {
    const link = event.target.closest(".edit-unfold a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const rest = link.closest(REST);
    this.#mark([rest], false);
    this.#go(rest, (fields) => fields[0]);
  }

  #turned(rest) {
    this.#mark([rest], false);
    if (rest.open) this.again();
  }

  #missing() {
    return this.work.unfilled.filter((one) => !this.#vain.has(one));
  }

  #mark(rests, vain) {
    for (const one of rests) {
      if (vain) this.#vain.add(one);
      else this.#vain.delete(one);
      one.toggleAttribute("data-vain", vain && !inside(one));
    }
  }

  #soon(delay = PAUSE) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.again(), delay);
  }
}
