// Lists to choose from while one types: the best match first, arrows and Enter choose.

const SYSTEM = /^([^:]+):\s*(.*)$/s;
const MUST = ["owner", "approver", "deputy"];
const RECORDS = ["first_appears_in", "settled_by"];
export const LISTED = [...MUST, ...RECORDS, "subject", "editors"];
const MOST_SHOWN = 8;
const ENOUGH = 500;

export class Options {
  #all = null;
  #asked = null;

  constructor(address) {
    this.address = address;
  }

  // Every list, fetched once and again after something was made.
  async load({ again = false } = {}) {
    if (again) this.#asked = null;
    this.#asked ??= fetch(this.address, { redirect: "error" })
      .then((answer) => (answer.ok ? answer.json() : null))
      .catch(() => null);
    const got = await this.#asked;
    if (got) this.#all = got;
    else this.#asked = null;
    return this.#all;
  }

  get ready() {
    return this.#all !== null;
  }

  of(column) {
    return this.#all?.[column] ?? [];
  }

  creates(column) {
    return Boolean(this.#all?.can_create?.[column]);
  }

  systems() {
    const named = this.of("editors").filter((one) => one.hint === "system").map((one) => one.text.replace(/:\s*$/, ""));
    const used = [...this.of("first_appears_in"), ...this.of("settled_by")].map((one) => SYSTEM.exec(one.text)?.[1]);
    return [...new Set([...named, ...used].filter(Boolean))];
  }

  // More than the page knows: the server looks.
  async search(column, text) {
    if (this.of(column).length < ENOUGH || !text) return;
    const address = `${this.address}?${new URLSearchParams({ column, q: text })}`;
    const answer = await fetch(address, { redirect: "error" }).catch(() => null);
    const got = answer?.ok ? await answer.json() : {};
    const known = new Set(this.of(column).map((one) => one.text));
    for (const one of got[column] ?? []) if (!known.has(one.text)) this.#all[column].push(one);
  }
}

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

// How well `option` answers `text`: 0 is best, null is no match.
export function rank(option, text) {
  const [one, asked] = [fold(option), fold(text)];
  if (one === asked) return 0;
  if (one.startsWith(asked)) return 1;
  const words = one.split(/[\s:;,|/-]+/);
  if (words.some((word) => word.startsWith(asked))) return 2;
  if (one.includes(asked)) return 3;
  if (asked.split(/[\s:]+/).filter(Boolean).every((part) => one.includes(part))) return 4;
  return null;
}

function best(options, text) {
  const ranked = options.map((one, at) => ({ one, at, how: text ? rank(one.text, text) : 1 }));
  return ranked
    .filter(({ how }) => how !== null)
    .sort((a, b) => a.how - b.how || a.at - b.at)
    .slice(0, MOST_SHOWN)
    .map(({ one, how }) => ({ ...one, exact: how === 0 }));
}

// Which part of `value` is being typed at `caret`, and what could stand there:
// {from, to, found: [{text, hint, put, more}], take}. `take`: Enter takes the first one, for what is typed cannot stand.
export function complete(options, column, value, caret) {
  if (column === "editors") return completeEditors(options, value, caret);
  const text = value.trim();
  const found = best(options.of(column), text).map((one) => ({ ...one, put: one.text }));
  const whole = { from: 0, to: value.length };
  if (found[0]?.exact) return { ...whole, found, take: false };
  const system = SYSTEM.exec(text);
  const placed = system && options.systems().some((one) => fold(one) === fold(system[1]));
  if (text && options.creates(column)) found.push(...makes(options, column, text, system, placed));
  const stands = column === "subject" || placed || fold(text) === "it depends";
  return { ...whole, found, take: text !== "" && !stands && !found[0]?.made };
}

function makes(options, column, text, system, placed) {
  if (!RECORDS.includes(column)) return [{ text: `Create “${text}”`, put: text, made: true }];
  const made = (name, record) => ({ text: `Create “${record}” in ${name}`, put: `${name}: ${record}`, made: true });
  if (placed) return system[2] ? [made(options.systems().find((one) => fold(one) === fold(system[1])), system[2])] : [];
  return system ? [] : options.systems().slice(0, 4).map((name) => made(name, text));
}

function completeEditors(options, value, caret) {
  const before = value.slice(0, caret);
  const from = Math.max(...[";", ":", ",", "\n"].map((sign) => before.lastIndexOf(sign))) + 1;
  const sign = before[from - 1];
  const after = value.slice(caret).search(/[;:,\n]/);
  const to = after < 0 ? value.length : caret + after;
  const text = value.slice(from, to).trim();
  const names = sign === ":" || sign === ",";
  const kind = names ? "team" : "system";
  const all = options.of("editors").filter((one) => (one.hint === "system") === (kind === "system"));
  const every = names ? [...all, ...(sign === ":" ? [{ text: "nobody", hint: "" }] : [])] : all;
  const found = best(every, text).map((one) => {
    const name = one.text.replace(/:\s*$/, "");
    const put = `${from && sign !== "\n" ? " " : ""}${name}${names ? "" : ": "}`;
    return { ...one, text: name, put, more: !names };
  });
  const rest = value.slice(to);
  if (names && found[0]?.exact) return { from, to, found, take: false };
  return { from, to: !names && rest.startsWith(":") ? to + 1 + (rest[1] === " " ? 1 : 0) : to, found, take: text !== "" };
}

// The list under a box: shown, walked with the arrows, pointed at.
export class List {
  at = -1;
  found = [];

  constructor(element, chosen) {
    this.element = element;
    this.chosen = chosen;
    // The box keeps the focus: what is pressed here is taken before it would lose it.
    element.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) this.chosen(this.found[[...element.children].indexOf(option)]);
    });
  }

  get open() {
    return this.found.length > 0;
  }

  get one() {
    return this.found[this.at] ?? null;
  }

  show(box, { found, take }) {
    this.box = box;
    this.found = found;
    this.element.replaceChildren(...found.map((one, number) => this.#option(one, number)));
    if (box.role === "combobox") box.ariaExpanded = String(this.open);
    if (!this.open) return this.hide();
    if (!this.element.matches(":popover-open")) this.element.showPopover();
    this.place();
    this.point(take ? 0 : -1);
  }

  #option({ text, hint }, number) {
    const option = document.createElement("li");
    option.setAttribute("role", "option");
    option.id = `sheet-option-${number}`;
    const words = document.createElement("bdi");
    words.textContent = text;
    option.append(words);
    if (hint) {
      const small = document.createElement("span");
      small.className = "hint";
      small.textContent = hint;
      option.append(" ", small);
    }
    return option;
  }

  place() {
    const { left, bottom, top, width } = this.box.getBoundingClientRect();
    const { style } = this.element;
    style.minWidth = `${Math.max(width, 200)}px`;
    const height = this.element.offsetHeight;
    const below = bottom + height + 4 <= innerHeight || top < height;
    style.left = `${Math.max(8, Math.min(left, innerWidth - this.element.offsetWidth - 8))}px`;
    style.top = `${below ? bottom + 2 : top - height - 2}px`;
  }

  point(at) {
    this.element.children[this.at]?.setAttribute("aria-selected", "false");
    this.at = at;
    const option = this.element.children[at];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.box.setAttribute("aria-activedescendant", option.id);
    else this.box.removeAttribute("aria-activedescendant");
  }

  step(by) {
    const last = this.found.length - 1;
    const to = this.at + by;
    this.point(to > last ? 0 : to < 0 ? last : to);
  }

  hide() {
    this.found = [];
    this.at = -1;
    if (this.element.matches(":popover-open")) this.element.hidePopover();
    if (this.box?.role === "combobox") this.box.ariaExpanded = "false";
    this.box?.removeAttribute("aria-activedescendant");
  }
}
