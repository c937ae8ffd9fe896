// Who else is at this map and where, and what they changed meanwhile.

import { elementAt, wordsOf } from "./map_form.js";

const EVERY = 5_000;

export class Presence {
  #timer;
  #asking = false;
  #people = [];

  constructor(editor, { csrf, where, newer, answered }) {
    Object.assign(this, { editor, csrf, where, newer, answered });
    this.status = document.getElementById("map-others");
    document.addEventListener("visibilitychange", () => this.soon(0));
    this.soon(0);
  }

  // Asks after `delay` milliseconds, and from then on every few seconds while somebody sees the page.
  soon(delay = 400) {
    clearTimeout(this.#timer);
    if (!document.hidden) this.#timer = setTimeout(() => this.#ask(), delay);
  }

  // After an answer: the names stand at their places again.
  again() {
    for (const one of this.editor.querySelectorAll("[data-here]")) delete one.dataset.here;
    for (const { name, place } of this.#people) {
      const element = place && elementAt(place);
      if (element) element.dataset.here = element.dataset.here ? `${element.dataset.here}, ${name}` : name;
    }
  }

  async #ask() {
    if (this.#asking) return this.soon();
    this.#asking = true;
    try {
      const answer = await fetch(this.editor.dataset.presence, {
        method: "POST",
        headers: { "X-CSRFToken": this.csrf.token },
        body: new URLSearchParams({ place: this.where() }),
        redirect: "error",
      });
      if (answer.ok) await this.#take(await answer.json());
    } catch {
      // Nothing is lost: the next answer says who is here and what is the latest.
    }
    this.#asking = false;
    this.soon(EVERY);
  }

  async #take({ people, latest, by }) {
    this.#people = people;
    this.again();
    const words = people.map(({ name, place }) => `${name} is here too${this.#at(place)}.`).join(" ");
    if (this.status.textContent !== words) this.status.textContent = words;
    this.answered();
    await this.newer(latest, by);
  }

  #at(place) {
    if (!place || !elementAt(place)) return "";
    const words = wordsOf(place);
    return `, at ${words[0].toLowerCase()}${words.slice(1)}`;
  }
}
