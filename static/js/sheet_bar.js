// The line above the table: what the chosen cell says whole, what is amiss there, what others suggest, what can be undone.

export class Bar {
  constructor(bar, { grid, suggestions, decide, edit }) {
    Object.assign(this, { bar, grid, suggestions, decide });
    this.part = (name) => bar.querySelector(`[data-part="${name}"]`);
    this.part("edit").addEventListener("click", () => edit(this.grid.active));
  }

  show(cell) {
    if (!cell) return;
    const column = this.grid.columnOf(cell);
    const field = this.grid.fieldOf(cell);
    const text = cell.dataset.mine ?? this.grid.known(cell);
    this.part("what").textContent = this.grid.words(cell);
    this.part("text").textContent = text;
    const amiss = [cell.querySelector(".said")?.textContent.trim(), cell.dataset.problem, this.#here(cell), this.#may(cell)];
    this.part("amiss").textContent = amiss.filter(Boolean).join(" ");
    this.part("edit").hidden = !this.grid.editable(cell);
    const page = this.part("page");
    page.hidden = !cell.parentElement.dataset.address;
    page.href = cell.parentElement.dataset.address ?? "";
    page.querySelector("bdi").textContent = this.grid.nameOf(cell.parentElement);
    const waiting = (this.suggestions.get(field) ?? []).filter((one) => one.column === column);
    this.part("suggested").replaceChildren(...waiting.map((one) => this.#suggestion(one, cell)));
  }

  #here(cell) {
    return cell.dataset.here ? `${cell.dataset.here} is in this cell.` : "";
  }

  #may(cell) {
    return cell.parentElement.dataset.may === "suggest" && this.grid.editable(cell)
      ? "Others edit this field: what you write is suggested to them."
      : "";
  }

  #suggestion(one, cell) {
    const line = document.createElement("p");
    const words = document.createElement("span");
    words.textContent = `${one.who} suggests: ${one.text || "nothing"}${one.why ? ` \u2014 because ${one.why}` : ""}`;
    line.append(words);
    if (cell.parentElement.dataset.may !== "edit") return line;
    for (const [choice, label] of [["take", "Take"], ["decline", "Decline"]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm btn-outline-secondary";
      button.textContent = label;
      button.addEventListener("click", () => this.decide(one, choice));
      line.append(" ", button);
    }
    return line;
  }

  // What is not kept, and what can be undone and done again.
  state({ unsaved, saving, waiting, undo, redo }) {
    const words = saving ? "Saving…" : waiting ? "The server does not answer. What you typed stays here." : "";
    const open = unsaved ? `${unsaved} ${unsaved === 1 ? "cell is" : "cells are"} not saved yet.` : "";
    this.part("state").textContent = words || open;
    for (const [name, entry] of [["undo", undo], ["redo", redo]]) {
      const button = this.part(name);
      if (!button) continue;
      const what = `${name === "undo" ? "Undo" : "Do again"}${entry ? `: ${entry.words}` : ""}`;
      button.disabled = !entry;
      button.title = what;
      button.setAttribute("aria-label", what);
    }
  }
}
