// Steps moved by their handles: with the arrow keys, or dragged with a mouse or a finger.

const FAR = 4;
const EDGE = 64;
const PACE = 12;

const steps = () => [...document.querySelectorAll("#map-steps > [data-step]")];

export class Order {
  // The step whose handle is held down, and where it would go.
  #held = null;
  #scrolling = 0;

  constructor(editor, keeper, { say, csrf }) {
    Object.assign(this, { editor, keeper, say, csrf });
    editor.addEventListener("keydown", (event) => this.#onKey(event));
    editor.addEventListener("pointerdown", (event) => this.#grip(event));
    addEventListener("keydown", (event) => this.#escape(event), { capture: true });
  }

  // Moves a step by one or more places, here at once and then on the server.
  by(step, places) {
    const all = steps();
    const to = all.indexOf(step) + places;
    if (to < 0 || to >= all.length) {
      return this.say(places < 0 ? "It is the first step already." : "It is the last step already.");
    }
    this.#put(step, places < 0 ? all[to] : all[to].nextElementSibling);
  }

  // After an answer: steps that are still to be moved stand where they were put.
  again() {
    for (const one of this.keeper.queue) {
      const step = one.move && document.getElementById(`edit-step-${one.move.step}`);
      if (step) place(step, document.getElementById(`edit-step-${one.move.before}`));
    }
  }

  #put(step, next) {
    if (next === step || next === step.nextElementSibling) return;
    place(step, next);
    const all = steps();
    const move = { step: step.dataset.step, before: next?.dataset.step ?? "" };
    this.say(`Now step ${all.indexOf(step) + 1} of ${all.length}.`);
    const { edit } = this.editor.dataset;
    this.keeper.add({ url: edit, data: () => this.#data(move), words: "", move, same: `move ${move.step}` });
  }

  #data(move) {
    const seen = this.editor.querySelector("input[type=hidden][name=seen]")?.value ?? "";
    return Object.entries({ do: "move", seen, csrfmiddlewaretoken: this.csrf.token, ...move });
  }

  #onKey(event) {
    if (!["ArrowUp", "ArrowDown"].includes(event.key) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const step = event.target.closest("[data-step]");
    // On its handle; or anywhere in it with Alt.
    if (!step || !(event.altKey || event.target.closest(".handle"))) return;
    event.preventDefault();
    this.by(step, event.key === "ArrowUp" ? -1 : 1);
  }

  // --- Dragging -----------------------------------------------------------------------------------------------------

  // Whether a step is being dragged: nobody moves the list under the hand then.
  get dragging() {
    return Boolean(this.#held?.moved);
  }

  #grip(event) {
    const handle = event.target.closest(".handle");
    if (!handle || event.button || !event.isPrimary) return;
    const held = { step: handle.closest("[data-step]"), from: event.clientY, moved: false, before: null };
    this.#held = held;
    handle.setPointerCapture(event.pointerId);
    const over = new AbortController();
    const listen = (name, act) => handle.addEventListener(name, act, { signal: over.signal });
    listen("pointermove", ({ clientY }) => this.#held === held && this.#move(held, clientY));
    for (const name of ["pointerup", "pointercancel"]) {
      listen(name, () => {
        over.abort();
        if (this.#held !== held) return;
        this.#release();
        if (name === "pointerup" && held.moved) this.#put(held.step, held.before);
      });
    }
  }

  #move(held, y) {
    if (!held.moved && Math.abs(y - held.from) < FAR) return;
    held.moved = true;
    held.step.dataset.drag = "held";
    this.#mark(held, y);
    this.#scroll(held, y);
  }

  // The marker stands before the first step whose middle is below the pointer, or after the last one.
  #mark(held, y) {
    const all = steps();
    const middle = (one) => one.getBoundingClientRect().top + one.getBoundingClientRect().height / 2;
    held.before = all.find((one) => y < middle(one)) ?? null;
    for (const one of all) {
      if (one === held.before) one.dataset.drop = "before";
      else if (!held.before && one === all.at(-1)) one.dataset.drop = "after";
      else delete one.dataset.drop;
    }
  }

  // Near the edge of the window the list goes on.
  #scroll(held, y) {
    cancelAnimationFrame(this.#scrolling);
    const pace = y < EDGE ? -PACE : y > innerHeight - EDGE ? PACE : 0;
    if (!pace) return;
    const go = () => {
      if (this.#held !== held) return;
      scrollBy({ top: pace, behavior: "instant" });
      this.#mark(held, y);
      this.#scrolling = requestAnimationFrame(go);
    };
    this.#scrolling = requestAnimationFrame(go);
  }

  #release() {
    cancelAnimationFrame(this.#scrolling);
    this.#held = null;
    for (const one of steps()) {
      delete one.dataset.drag;
      delete one.dataset.drop;
    }
  }

  #escape(event) {
    if (event.key !== "Escape" || !this.dragging) return;
    event.preventDefault();
    event.stopPropagation();
    this.#release();
    this.say("It stays where it was.");
  }
}

// Before another step, or at the end; whoever has the focus keeps it.
function place(step, before) {
  const focus = document.activeElement;
  if (before) before.before(step);
  else step.parentElement.append(step);
  if (step.contains(focus)) focus.focus({ preventScroll: false });
}
