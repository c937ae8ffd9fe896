// The part of the page that every answer brings anew: put in place around whoever is typing in it.

import { adds, changed, fieldsOf, formOf, keptOf, put, restore, said, valueOf } from "./map_form.js";
import { morph } from "./map_morph.js";

const NARROWEST = 2;
const COLUMN = 240;
const AROUND = 28;

const SEEN = "input[type=hidden][name=seen]";
const TOKEN = "input[type=hidden][name=csrfmiddlewaretoken]";
const INSIDE = ":scope > .edit-handoff-more";
const WHOLE = new Set(["LI", "DETAILS", "DATALIST", "svg"]);

const parsed = (html) => new DOMParser().parseFromString(html, "text/html");

function open(node) {
  for (let at = node.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
}

export class Work {
  // Counts what was taken: a drawing asked for before is of yesterday.
  taken = 0;
  // True while elements are put in place: what they say of themselves then (blur, change) is not somebody's doing.
  swapping = false;
  // Forms that were refused, with what was typed into them, until they are sent again or given up.
  refused = new Set();
  #kept = new Map();
  // Forms with words of one's own over words somebody else changed, and the version one had seen.
  #behind = new Map();
  // Hand-offs that are open and whose insides did not come with the last answer: they are of the one before.
  #late = new Set();

  // `waits(form)` says whether what stands in it is still to be sent.
  constructor(editor, { after, waits }) {
    Object.assign(this, { editor, after, waits });
    this.#keepParts(this.element);
  }

  get element() {
    return document.getElementById("map-work");
  }

  get latest() {
    return Number(this.element.dataset.latest || this.editor.dataset.latest);
  }

  // How many steps fit beside each other where the picture stands.
  get columns() {
    const room = document.getElementById("map-view")?.clientWidth ?? 0;
    return Math.max(NARROWEST, Math.floor((room - AROUND) / COLUMN));
  }

  get typing() {
    return fieldsOf(this.element).filter(changed);
  }

  // The hand-offs of which all is shown: those that are open, and closed ones with something that is not kept.
  get opened() {
    const unkept = (form) => this.refused.has(form) || this.waits(form) || fieldsOf(form).some(changed);
    const rests = [...this.element.querySelectorAll("details[data-rest]")];
    return rests.filter((one) => one.open || [...one.querySelectorAll("form[data-op]")].some(unkept));
  }

  // Those of them whose insides are still to come.
  get unfilled() {
    return this.opened.filter((one) => this.#late.has(one) || !one.querySelector(INSIDE));
  }

  // Puts an answer in place. `sent` are the values that went with the question, `form` the form that asked, `ok` whether
  // it was kept. False if it is no answer of ours.
  take(html, { sent = new Map(), form = null, ok = true } = {}) {
    const fresh = parsed(html).getElementById("map-work");
    if (!fresh) return false;
    if (form && ok) this.refused.delete(form);
    if (form && !ok) this.refused.add(form);
    this.#behind.delete(form);
    this.#keepParts(fresh);
    this.taken += 1;
    const { latest } = fresh.dataset;
    this.#likeHere(fresh);
    this.#late = this.#notWith(fresh);
    this.#swap(() => {
      const typed = this.typing;
      morph(this.element, fresh, {
        rule: (field, next) => this.#value(field, next, { sent, form, ok }),
        frozen: (old, next) => this.#late.has(old) || (old !== form && this.refused.has(old)) || this.#same(old, next, typed),
        stays: (old) => old.nodeType === Node.ELEMENT_NODE && this.#stays(old, { sent, form, ok }),
      });
      this.#seen(latest, form);
    });
    for (const one of this.refused) if (!one.isConnected) this.refused.delete(one);
    if (form && !ok) open(form);
    this.after();
    return true;
  }

  // Parts of the picture and the notes, by their ids; nothing else moves.
  draw(html) {
    const fresh = parsed(html).body;
    this.#parts([...fresh.querySelectorAll("[id]")].filter((part) => !part.parentElement.closest("[id]")));
  }

  // The picture as it is kept, after something typed was given up.
  drawKept(form) {
    const parts = ["map-picture", "map-notes", "map-told", form?.querySelector(".complaint[id]")?.id].filter(Boolean);
    this.#parts(parts.map((id) => this.#kept.get(id)).filter(Boolean));
  }

  // Another token for every form; the one in `html` is of whoever is signed in now. Empty if there is none.
  renew(html) {
    const token = parsed(html).querySelector(TOKEN)?.value ?? "";
    if (token) for (const field of this.element.querySelectorAll(TOKEN)) field.setAttribute("value", token);
    return token;
  }

  giveUp(field) {
    restore(field);
    const form = formOf(field);
    if (form && !fieldsOf(form).some(changed)) this.refused.delete(form);
  }

  #parts(parts) {
    for (const part of parts) {
      const old = document.getElementById(part.id);
      if (old && this.editor.contains(old)) this.#swap(() => morph(old, part, {}));
    }
  }

  // The value a field shall have: what is typed since, or else what the server says.
  #value(field, next, { sent, form, ok }) {
    const [now, before, after] = [valueOf(field), keptOf(field), keptOf(next)];
    const mine = formOf(field);
    // What was refused stays as typed, and what was kept before stays what Escape leads to.
    if (!ok && form && mine === form && now !== before) return { settle: () => put(field, now), mine: true };
    const typed = now !== before && now !== sent.get(field);
    const over = typed && before !== after && !sent.has(field);
    if (over && mine && !this.#behind.has(mine)) this.#behind.set(mine, said(mine, "seen"));
    return { settle: () => put(field, typed ? now : after) };
  }

  // Somebody took away what one writes in: the words stay until they are given up.
  #stays(old, { sent, form, ok }) {
    if (form && adds(form)) return false;
    const since = (field) => changed(field) && (!ok || !sent.has(field));
    return fieldsOf(old).some(since);
  }

  // Each form says which version its answer came with. Where somebody else changed what one is typing over, it is the
  // version one had before one's eyes: the server sees that both wrote there.
  #seen(latest, form) {
    for (const [one] of this.#behind) if (!one.isConnected || !fieldsOf(one).some(changed)) this.#behind.delete(one);
    for (const field of this.element.querySelectorAll(SEEN)) {
      if (field.form !== form && this.refused.has(field.form)) continue;
      if (this.#late.has(field.closest("details[data-rest]"))) continue;
      const seen = this.#behind.get(field.form) ?? latest;
      if (field.value !== seen) field.setAttribute("value", seen);
    }
  }

  // Opened since this answer was asked for.
  #notWith(fresh) {
    const without = (one) => {
      const next = fresh.querySelector(`#${CSS.escape(one.id)}`);
      return next && !next.querySelector(INSIDE) && one.querySelector(INSIDE);
    };
    return new Set(this.opened.filter(without));
  }

  // What differs in every form of every answer is put as it is here, so that a step that did not change is the same.
  #likeHere(fresh) {
    for (const name of [TOKEN, SEEN]) {
      const here = this.element.querySelector(name)?.value;
      if (here) for (const field of fresh.querySelectorAll(name)) field.setAttribute("value", here);
    }
  }

  // Most steps of a long map are as they were: they are not gone through.
  #same(old, next, typed) {
    return WHOLE.has(old.nodeName) && old.isEqualNode(next) && !typed.some((field) => old.contains(field));
  }

  // Pictures and notes as they are kept, for when what was typed is given up.
  #keepParts(work) {
    const parts = [...work.querySelectorAll("#map-picture, #map-notes, #map-told, .complaint[id]")];
    this.#kept = new Map(parts.map((part) => [part.id, part.cloneNode(true)]));
  }

  // The focus, the caret and the place on the screen outlive what is done.
  #swap(act) {
    const focus = document.activeElement;
    const inside = this.editor.contains(focus);
    const top = inside ? focus.getBoundingClientRect().top : 0;
    const caret = inside && typeof focus.selectionStart === "number" ? [focus.selectionStart, focus.selectionEnd] : null;
    const row = focus.closest?.("[data-step]");
    const place = row ? [...row.parentElement.children].indexOf(row) : -1;
    this.swapping = true;
    act();
    if (inside) this.#refocus(focus, place);
    if (caret && document.activeElement === focus && focus.selectionStart !== caret[0]) focus.setSelectionRange(...caret);
    if (inside && focus.isConnected) scrollBy({ top: focus.getBoundingClientRect().top - top, behavior: "instant" });
    this.swapping = false;
  }

  #refocus(focus, place) {
    if (document.activeElement === focus && focus.isConnected && !focus.disabled) return;
    const next = focus.isConnected && !focus.disabled ? focus : this.#instead(focus, place);
    next?.focus({ preventScroll: true });
  }

  // Where the focus goes when what had it is gone.
  #instead(focus, place) {
    const same = focus.id && document.getElementById(focus.id);
    if (same && !same.disabled) return same;
    const steps = [...document.querySelectorAll("#map-steps > [data-step]")];
    const near = steps[Math.min(place, steps.length - 1)]?.querySelector(".handle");
    const other = focus.id === "map-undo" ? "map-redo" : "map-undo";
    const turn = ["map-undo", "map-redo"].includes(focus.id) ? document.getElementById(other) : null;
    return (turn && !turn.disabled && turn) || near || document.getElementById("add-step-does");
  }
}
