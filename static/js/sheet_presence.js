// Who else is here, in which cell they are, and what they changed meanwhile.

const EVERY = 5_000;

export class Presence {
  #since = "";
  #timer;
  #asking = false;

  constructor(grid, { address, token, names, where, rows, removed, changed }) {
    Object.assign(this, { grid, address, token, names, where, rows, removed, changed });
    document.addEventListener("visibilitychange", () => this.#next(0));
    grid.table.addEventListener("sheet:moved", () => this.#next(400));
    this.#next(0);
  }

  #next(delay) {
    clearTimeout(this.#timer);
    if (!document.hidden) this.#timer = setTimeout(() => this.#ask(), delay);
  }

  async #ask() {
    if (this.#asking) return this.#next(400);
    if (!this.grid.table.isConnected) return;
    this.#asking = true;
    try {
      const answer = await fetch(this.address, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
        body: JSON.stringify({ cell: this.where(), since: this.#since }),
        redirect: "error",
      });
      if (answer.ok) this.#take(await answer.json());
    } catch {
      // Nothing is lost: the next answer says what happened since.
    }
    this.#asking = false;
    this.#next(EVERY);
  }

  #take({ people, rows, removed, since }) {
    this.#since = since;
    this.#show(people);
    if (rows?.length) this.rows(rows);
    if (removed?.length) this.removed(removed);
    this.#outline(people);
    this.changed();
  }

  #show(people) {
    const words = people.map(({ name }) => name).join(", ");
    if (this.names.dataset.names === words) return;
    this.names.dataset.names = words;
    this.names.hidden = !people.length;
    const list = this.names.querySelector("ul");
    list.replaceChildren(
      ...people.map(({ name, initials, colour }) => {
        const one = document.createElement("li");
        one.className = `here here-${colour}`;
        one.title = name;
        one.textContent = initials;
        const whole = document.createElement("span");
        whole.className = "visually-hidden";
        whole.textContent = ` ${name}`;
        one.append(whole);
        return one;
      }),
    );
    this.names.querySelector("[data-words]").textContent = words ? `${words} ${people.length === 1 ? "is" : "are"} here too` : "";
  }

  #outline(people) {
    for (const cell of this.grid.table.querySelectorAll("[data-here]")) {
      delete cell.dataset.here;
      delete cell.dataset.colour;
    }
    for (const { name, cell: where, colour } of people) {
      if (!where) continue;
      const [field, column] = where.split(":");
      for (const cell of this.grid.cellsOf(field, column)) {
        cell.dataset.here = name;
        cell.dataset.colour = colour;
      }
    }
  }
}
