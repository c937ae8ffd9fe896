// What is to be kept, one thing after another, in the order in which it was done. What the server does not take stays
// where it was typed, is said, and is tried again.

import { fieldsOf, placeOf, valueOf, wordsOf } from "./map_form.js";

const SIGNED_OUT = "Not kept yet. You are signed out: sign in on another page, then change anything here.";
const SENTENCES = {
  403: "Not kept. You may read this map, not change it.",
  404: "Not kept. This boundary is not there any more.",
};
const NO_ANSWER = "Not kept yet. The server does not answer. What you typed stays, and the next change tries again.";
const CANNOT = "Not kept yet. The server could not answer. What you typed stays, and the next change tries again.";
const REFUSED = new Set([409, 422]);
// Choosing by arrow keys goes over what one does not want.
const LINGER = 500;
const MOST_KEPT_ALIVE = 60_000;

export class Keeper {
  queue = [];
  waiting = false;
  #busy = false;
  #later = new Map();

  constructor(work, { csrf, renew, say, state, changed, signIn }) {
    Object.assign(this, { work, csrf, renew, say, state, changed, signIn });
  }

  get idle() {
    return !this.#busy && !this.queue.length && !this.#later.size;
  }

  // How much is still to be kept.
  get open() {
    return this.queue.length + this.#later.size;
  }

  // Whether an answer is on its way.
  get busy() {
    return this.#busy;
  }

  // Whether something of a form is still to be kept.
  waits(form) {
    return this.#later.has(form) || this.queue.some((one) => one.form === form);
  }

  // Keeps what stands in a form. `button` is the one that sent it.
  form(form, button = null) {
    clearTimeout(this.#later.get(form));
    this.#later.delete(form);
    const sends = (one) => one.form === form && one.button === button && this.#current(one);
    if (this.queue.some(sends)) return this.go();
    this.add({ form, button, url: form.getAttribute("action"), data: () => new FormData(form, button) });
  }

  // Whether what is on its way is what stands in the form now.
  #current(one) {
    return !one.sent || fieldsOf(one.form).every((field) => one.sent.get(field) === valueOf(field));
  }

  // Keeps it once nothing changed in it for a moment, or it is left.
  soon(form) {
    clearTimeout(this.#later.get(form));
    this.#later.set(form, setTimeout(() => this.form(form), LINGER));
    this.changed();
  }

  now(form) {
    if (this.#later.has(form)) this.form(form);
  }

  // One thing to do: `data()` is asked when its turn comes; `same` replaces one of that name that still waits its turn.
  add(one) {
    const before = one.same ? this.queue.findIndex((other) => other.same === one.same && !other.sent) : -1;
    if (before >= 0) this.queue.splice(before, 1, one);
    else this.queue.push(one);
    this.changed();
    return this.go();
  }

  async go() {
    if (this.#busy) return;
    this.#busy = true;
    let goes = true;
    while (goes && this.queue.length) goes = await this.#do(this.queue[0]);
    this.#busy = false;
    this.changed();
  }

  // Everything that is not kept, sent while the page goes: nobody waits for the answers. `typed` are forms.
  leave(typed) {
    for (const form of typed) this.form(form);
    for (const one of this.queue.filter((other) => !other.sent)) this.#post(one.url, one.data()).catch(() => {});
  }

  async #do(one) {
    if (one.form && !one.form.isConnected) return this.#over(one);
    one.sent = one.form ? new Map(fieldsOf(one.form).map((field) => [field, valueOf(field)])) : new Map();
    const place = one.form ? placeOf(one.form) : "";
    const answer = await this.#post(one.url, one.data()).catch(() => null);
    // Who signed in anew in another window goes on here.
    if (answer?.status === 403 && (await this.#again(one))) return true;
    const html = answer ? await answer.text().catch(() => null) : null;
    const ok = Boolean(answer?.ok) && html !== null;
    const ours = (ok || REFUSED.has(answer?.status)) && html !== null && !this.#lost(answer);
    if (!ours || !this.#taken(one, { html, ok })) return this.#stays(one, answer);
    this.waiting = false;
    if (one.form) delete one.form.dataset.state;
    const complaint = ok ? "" : this.#complaint(one);
    // What is not said where it was typed is said wherever one is.
    const there = one.form?.isConnected && one.form.querySelector('[role="alert"]');
    if (ok || there) this.state(ok ? "kept" : "refused", ok ? "" : "Not kept yet.");
    else this.state("waiting", complaint || "Not kept yet.");
    const words = ok ? one.words ?? `${wordsOf(place)} is kept.` : complaint || "Not kept yet.";
    if (words) this.say(words);
    one.after?.({ ok, complaint });
    return true;
  }

  async #again(one) {
    const { again, lost } = one.again ? { lost: false } : await this.renew();
    Object.assign(one, { again, lost });
    return again;
  }

  // It leaves the queue before its answer is shown: what is shown says what still waits.
  #taken(one, { html, ok }) {
    this.#over(one);
    if (this.work.take(html, { sent: one.sent, form: one.form, ok })) return true;
    this.queue.unshift(one);
    return false;
  }

  #over(one) {
    this.queue.splice(this.queue.indexOf(one), 1);
    return true;
  }

  #stays(one, answer) {
    one.sent = null;
    this.waiting = true;
    const words = !answer ? NO_ANSWER : one.lost || this.#lost(answer) ? SIGNED_OUT : SENTENCES[answer.status] ?? CANNOT;
    this.state("waiting", words);
    this.say(words);
    if (one.form) one.form.dataset.state = "waiting";
    return false;
  }

  #lost(answer) {
    return answer.redirected && new URL(answer.url).pathname === this.signIn;
  }

  // Why it was not kept, where it was typed or above all of it.
  #complaint(one) {
    const words = [one.form, document.getElementById("map-edit")].map((place) => place?.querySelector('[role="alert"]'));
    const [sentence] = words.find(Boolean)?.querySelectorAll("p") ?? [];
    return sentence?.textContent.trim().replace(/\s+/g, " ") ?? "";
  }

  #post(url, data) {
    const body = new URLSearchParams(data);
    body.set("columns", String(this.work.columns));
    for (const one of this.work.opened) body.append("open", one.dataset.rest);
    return fetch(url, {
      method: "POST",
      headers: { "HX-Request": "true", "X-CSRFToken": this.csrf.token },
      body,
      // A page that goes takes nothing with it; more than this a browser does not send for it.
      keepalive: String(body).length < MOST_KEPT_ALIVE,
    });
  }
}
