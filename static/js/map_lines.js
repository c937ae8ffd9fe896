// A story typed as lines: Enter adds a step and the field is empty for the next one; pasted lines are as many steps.

// What stands before a line that was written as a list: "1.", "2)", "-", "•".
const MARK = /^\s*(?:\d+[.)]|[-*•–])\s+/;

const HALF = "half a sentence of ";

const form = () => document.getElementById("add-step");
const field = () => document.getElementById("add-step-does");

export class Lines {
  #refused = [];

  constructor(editor, keeper, drawing, { say }) {
    Object.assign(this, { editor, keeper, drawing, say });
    editor.addEventListener("paste", (event) => this.#paste(event));
    const left = sessionStorage.getItem(HALF + location.pathname);
    if (left && field() && !field().value) field().value = left;
  }

  // A sentence that is half written is there again when one comes back.
  leave() {
    const half = [...this.#refused.map(({ line }) => line), field()?.value ?? ""].join(" ").trim();
    if (half) sessionStorage.setItem(HALF + location.pathname, half);
    else sessionStorage.removeItem(HALF + location.pathname);
  }

  // Adds what stands in the field; false where nothing does.
  add() {
    const text = field().value.trim();
    if (!text) return this.say("Write a sentence first: who does what where.");
    this.#take([text]);
    field().focus();
  }

  // After an answer: what is still on its way stands below the steps.
  again() {
    const waiting = this.keeper.queue.filter((one) => one.line);
    const add = form();
    add?.previousElementSibling?.matches(".lines-waiting") && add.previousElementSibling.remove();
    if (!add || !(waiting.length || this.#refused.length)) return;
    const list = document.createElement("ul");
    list.className = "lines-waiting";
    list.append(...waiting.map(({ line }) => this.#item(line, this.keeper.waiting ? "Not kept yet." : "")));
    list.append(...this.#refused.map((one) => this.#item(one.line, one.complaint, one)));
    add.before(list);
  }

  get open() {
    return this.#refused.length > 0;
  }

  #take(lines) {
    this.drawing.forget();
    for (const line of lines) {
      const one = { url: form().getAttribute("action"), line, words: `Added: ${line}` };
      one.data = () => this.#data(line);
      one.after = ({ ok, complaint }) => ok || this.#back(line, complaint);
      this.keeper.add(one);
    }
    field().value = "";
    this.again();
  }

  #data(line) {
    const data = new FormData(form());
    data.set("does", line);
    return data;
  }

  // A line that cannot be kept goes back to where it was typed, or waits beside it.
  #back(line, complaint) {
    if (!field().value) {
      field().value = line;
      return;
    }
    this.#refused.push({ line, complaint });
    this.again();
  }

  #item(line, words, refused = null) {
    const item = document.createElement("li");
    item.append(line);
    if (words) {
      const note = document.createElement("p");
      note.className = "not-kept";
      note.textContent = words;
      item.append(note);
    }
    if (refused) item.append(this.#button(refused));
    return item;
  }

  #button(refused) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm btn-outline-secondary";
    button.textContent = "Write it anew";
    button.addEventListener("click", () => {
      this.#refused.splice(this.#refused.indexOf(refused), 1);
      field().value = refused.line;
      field().focus();
      this.again();
    });
    return button;
  }

  #paste(event) {
    if (event.target !== field()) return;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!/[\r\n]/.test(text.trim())) return;
    event.preventDefault();
    const before = field().value.trim();
    const whole = `${before ? `${before} ` : ""}${text}`;
    const lines = whole.split(/\r\n?|\n/).map((line) => line.replace(MARK, "").trim()).filter(Boolean);
    this.#take(lines);
    this.say(`${lines.length} steps are being added.`);
  }
}
