// The picture while one types: drawn as it would be, kept nowhere. A drawing that comes late is not shown.

import { changed, fieldsOf, placeOf } from "./map_form.js";

const PAUSE = 250;

export class Drawing {
  #timer;
  #asked;
  #form = null;

  constructor(work, keeper, { address, csrf, after }) {
    Object.assign(this, { work, keeper, address, csrf, after });
  }

  // Draws what stands in `form` once there is a pause in the typing.
  soon(form, delay = PAUSE) {
    this.forget();
    this.#form = form;
    this.#timer = setTimeout(() => this.#draw(form), delay);
  }

  // Nothing that was asked for is shown any more.
  forget() {
    clearTimeout(this.#timer);
    this.#asked?.abort();
    this.#asked = null;
    this.#form = null;
  }

  get underWay() {
    return this.#form !== null;
  }

  // The picture as it is kept: what was typed is given up.
  back(form) {
    this.forget();
    this.work.drawKept(form);
  }

  // An answer put the kept picture there; who still types sees their own words in it again.
  again() {
    const form = document.activeElement?.closest?.("form[data-op]");
    if (form && fieldsOf(form).some(changed)) this.soon(form, 0);
  }

  async #draw(form) {
    // What is being kept comes with a picture; after it, `again` draws what was typed meanwhile.
    if (!form.isConnected || this.keeper.queue.length) return this.forget();
    const asked = new AbortController();
    const { taken } = this.work;
    this.#asked = asked;
    const html = await this.#ask(form, asked.signal).catch(() => null);
    if (asked.signal.aborted) return;
    this.#asked = null;
    this.#form = null;
    if (html === null || taken !== this.work.taken || !form.isConnected) return;
    this.work.draw(html);
    this.after();
  }

  async #ask(form, signal) {
    const body = new URLSearchParams(new FormData(form));
    body.set("columns", String(this.work.columns));
    body.set("place", placeOf(form));
    const headers = { "HX-Request": "true", "X-CSRFToken": this.csrf.token };
    const answer = await fetch(this.address, { method: "POST", headers, body, signal });
    return answer.ok && !answer.redirected ? answer.text() : null;
  }
}
