// Drop zones: files go to the server piece by piece, go on where a broken line left them, and can be cancelled.
// Tells the page `snapshot:received` when a file is there and `snapshot:ready` when it is read (detail: name, id).

const PIECE = 4 * 1024 * 1024;
const PAUSES = [500, 1000, 2000, 4000, 8000, 15000, 30000];
const STALLED = 30000;
const FINISHING = 15 * 60 * 1000;

class Broken extends Error {} // the line or the server, for now: tried again
class Refused extends Error {} // the sentence is for the person

const size = (bytes) => {
  if (bytes < 1000) return `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
  const units = ["kB", "MB", "GB", "TB"];
  let amount = bytes / 1000;
  let unit = 0;
  while (amount >= 999.5 && unit < 3) {
    amount /= 1000;
    unit += 1;
  }
  return `${amount < 9.95 ? amount.toFixed(1) : Math.round(amount).toLocaleString("en")} ${units[unit]}`;
};

const left = (seconds) => {
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s left`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min left`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min left`;
};

const say = (words) => {
  const place = document.getElementById("said");
  if (place) place.textContent = words;
};

// --- The line ------------------------------------------------------------------------------------------------------

const tokenIn = (page) => {
  try {
    return JSON.parse(page.body.getAttribute("hx-headers"))["x-csrftoken"];
  } catch {
    return undefined;
  }
};
let token = tokenIn(document);

// Whoever signed in again in another tab has a new token: this page takes it over, and the upload goes on.
const renewToken = async () => {
  try {
    const page = await (await fetch(location.href)).text();
    token = tokenIn(new DOMParser().parseFromString(page, "text/html")) ?? token;
  } catch {
    // The next try tells.
  }
};

const ask = (method, address, { body, stop, sent, patience = STALLED }) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let watch;
    const alive = () => {
      clearTimeout(watch);
      watch = setTimeout(() => {
        request.abort();
        reject(new Broken("The line is silent."));
      }, patience);
    };
    const abort = () => request.abort();
    stop.addEventListener("abort", abort, { once: true });
    request.open(method, address);
    request.setRequestHeader("X-CSRFToken", token);
    request.upload.addEventListener("progress", (event) => {
      alive();
      sent?.(event.loaded);
    });
    request.addEventListener("load", () => resolve({ status: request.status, data: asData(request) }));
    request.addEventListener("error", () => reject(new Broken("The line is broken.")));
    request.addEventListener("abort", () => reject(new Broken("The upload was stopped.")));
    request.addEventListener("loadend", () => {
      clearTimeout(watch);
      stop.removeEventListener("abort", abort);
    });
    alive();
    request.send(body);
  });

const asData = (request) => {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return null;
  }
};

// --- One file ------------------------------------------------------------------------------------------------------

class Sending {
  constructor(file, uploads, tell) {
    this.file = file;
    this.uploads = uploads;
    this.tell = tell;
    this.offset = 0;
    this.certain = true; // whether `offset` is where the server stands
    this.stopping = new AbortController();
  }

  cancel() {
    this.stopping.abort();
    if (this.address) {
      fetch(this.address, { method: "DELETE", headers: { "X-CSRFToken": token }, keepalive: true }).catch(() => {});
    }
  }

  async run() {
    for (let failures = 0; ; ) {
      try {
        const arrived = await this.step();
        if (arrived) return arrived;
        failures = 0;
        this.tell.waiting("");
      } catch (error) {
        if (this.stopping.signal.aborted || !(error instanceof Broken)) throw error;
        await this.stillThere();
        this.certain = !this.address;
        this.tell.waiting(`${error.message} The upload goes on by itself as soon as it can.`);
        await this.pause(PAUSES[Math.min(failures, PAUSES.length - 1)]);
        failures += 1;
      }
    }
  }

  // One question to the server; gives what it says once the file has arrived.
  async step() {
    if (!this.address) return this.begin();
    if (!this.certain) return this.place(await this.answer("GET", this.address));
    if (this.offset < this.file.size) return this.piece();
    this.tell.checking();
    return this.place(await this.answer("POST", this.finish, { patience: FINISHING }));
  }

  async begin() {
    const body = new FormData();
    body.append("file_name", this.file.name);
    body.append("size", this.file.size);
    const begun = await this.answer("POST", this.uploads, { body });
    this.address = begun.address;
    this.finish = begun.finish;
    if (this.stopping.signal.aborted) this.cancel();
  }

  async piece() {
    const start = this.offset;
    const body = this.file.slice(start, start + PIECE);
    const sent = (bytes) => this.tell.progress(Math.min(start + bytes, this.file.size));
    return this.place(await this.answer("PUT", `${this.address}?offset=${start}`, { body, sent }));
  }

  place(said) {
    this.offset = said.received ?? this.offset;
    this.certain = true;
    this.tell.progress(this.offset);
    return said.snapshot ? said : null;
  }

  // What the server said, or why that was no answer: Broken is tried again, Refused is final.
  async answer(method, address, options = {}) {
    const { status, data } = await ask(method, address, { ...options, stop: this.stopping.signal });
    if (status >= 200 && status < 300 && data) return data;
    if (status === 409 && data) return data;
    if (status === 404) throw new Refused("This upload is no longer there. Choose the file again.");
    if (data?.why) throw new Refused(data.why);
    if (status < 500 && status !== 408 && status !== 429) {
      await renewToken();
      throw new Broken("You are signed out. Sign in again in another tab.");
    }
    throw new Broken("The server does not answer.");
  }

  async stillThere() {
    try {
      await this.file.slice(0, 1).arrayBuffer();
    } catch {
      throw new Refused(`${this.file.name} was changed or moved meanwhile. Choose it again.`);
    }
  }

  pause(milliseconds) {
    return new Promise((resolve, reject) => {
      const stop = this.stopping.signal;
      const stopped = () => reject(new Broken("The upload was stopped."));
      const go = () => {
        clearTimeout(timer);
        removeEventListener("online", go);
        stop.removeEventListener("abort", stopped);
        resolve();
      };
      const timer = setTimeout(go, milliseconds);
      addEventListener("online", go, { once: true });
      stop.addEventListener("abort", stopped, { once: true });
    });
  }
}

// --- One drop zone -------------------------------------------------------------------------------------------------

class Drop {
  constructor(element) {
    this.element = element;
    this.name = element.dataset.drop;
    this.input = element.querySelector("input[type=file]");
    this.hidden = element.querySelector(`input[name="${this.name}_snapshot"]`);
    this.preview = element.querySelector(".drop-preview");
    this.panel = element.querySelector(".drop-sending");
    this.bar = this.panel.querySelector("progress");
    // From here on the script sends the bytes; a form around it posts the number of the snapshot.
    this.input.removeAttribute("name");
    element.dataset.scripted = "";
    this.input.addEventListener("change", () => this.chosen());
    this.find("cancel").addEventListener("click", () => this.cancel());
    element.addEventListener("htmx:load", (event) => this.shown(event.target));
  }

  find(part) {
    return this.element.querySelector(`[data-${part}]`);
  }

  chosen() {
    const files = [...this.input.files];
    this.input.value = "";
    place(files, this);
  }

  get empty() {
    return this.element.dataset.state === "empty";
  }

  get busy() {
    return this.element.dataset.state === "sending";
  }

  async take(file) {
    this.sending?.cancel();
    const sending = new Sending(file, this.element.dataset.uploads, this.teller(file));
    this.sending = sending;
    this.begin(file);
    try {
      const arrived = await sending.run();
      if (this.sending === sending) this.arrived(arrived);
    } catch (error) {
      if (this.sending === sending) this.failed(error);
    }
  }

  begin(file) {
    this.hidden.value = "";
    this.preview.replaceChildren();
    this.find("refused").textContent = "";
    this.find("file").textContent = file.name;
    this.find("figures").textContent = size(file.size);
    this.find("waiting").hidden = true;
    this.bar.value = 0;
    this.state("sending");
    say(`${file.name}, ${size(file.size)}: upload begins`);
  }

  teller(file) {
    const began = performance.now();
    let quarter = 0;
    const figures = this.find("figures");
    return {
      progress: (done) => {
        const seconds = (performance.now() - began) / 1000;
        const rate = done / seconds;
        this.bar.value = (1000 * done) / file.size;
        const pace = seconds > 1 && done ? ` · ${size(Math.round(rate))}/s · ${left((file.size - done) / rate)}` : "";
        figures.textContent = `${size(done)} of ${size(file.size)}${pace}`;
        if (Math.floor((4 * done) / file.size) > quarter && done < file.size) {
          quarter = Math.floor((4 * done) / file.size);
          say(`${file.name}: ${25 * quarter} % sent`);
        }
      },
      checking: () => (figures.textContent = `${size(file.size)} sent, being checked`),
      waiting: (words) => {
        const place = this.find("waiting");
        if (words && place.hidden) say(words);
        place.textContent = words;
        place.hidden = !words;
      },
    };
  }

  arrived({ snapshot, file_name: fileName, preview }) {
    this.state("arrived");
    this.hidden.value = snapshot;
    say(`${fileName} has arrived`);
    this.fire("snapshot:received", snapshot);
    window.htmx.ajax("GET", preview, { target: this.preview, swap: "innerHTML" });
  }

  failed(error) {
    this.state("empty");
    if (this.sending.stopping.signal.aborted) return;
    this.find("refused").textContent = error instanceof Refused ? error.message : "The upload stopped. Choose the file again.";
    this.sending.cancel();
  }

  cancel() {
    const { file } = this.sending;
    this.sending.cancel();
    this.state("empty");
    this.input.focus();
    say(`${file.name}: upload cancelled`);
  }

  // A preview has come in: it may be of another snapshot when the file was read again.
  shown(content) {
    if (!content.matches?.("[data-snapshot]")) return;
    const { snapshot, state } = content.dataset;
    if (this.hidden.value !== snapshot) {
      this.hidden.value = snapshot;
      this.fire("snapshot:received", snapshot);
    }
    if (state === "ready") this.fire("snapshot:ready", snapshot);
  }

  state(state) {
    this.element.dataset.state = state;
    this.panel.hidden = state !== "sending";
  }

  fire(event, id) {
    this.element.dispatchEvent(new CustomEvent(event, { bubbles: true, detail: { name: this.name, id: Number(id) } }));
  }
}

// --- The page ------------------------------------------------------------------------------------------------------

let drops = [];
const setUp = () => {
  drops = drops.filter((drop) => drop.element.isConnected);
  const fresh = [...document.querySelectorAll("[data-drop]:not([data-scripted])")].map((element) => new Drop(element));
  drops.push(...fresh);
  // A file may have been chosen before this script was there to hear of it.
  for (const drop of fresh) if (drop.empty && drop.input.files.length) drop.chosen();
};
setUp();
document.addEventListener("htmx:load", setUp);

// Files fill the zone they were meant for, and then those that are empty, in order.
function place(files, meant) {
  const free = drops.filter((drop) => drop !== meant && drop.empty);
  const places = meant ? [meant, ...free] : free;
  files.slice(0, places.length).forEach((file, number) => places[number].take(file));
}

const over = (event) => drops.find((drop) => drop.element.contains(event.target));
const mark = (hovered) => {
  for (const drop of drops) drop.element.toggleAttribute("data-over", drop === hovered);
};

addEventListener("dragover", (event) => {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  mark(over(event) ?? drops.find((drop) => drop.empty));
});
addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) mark(null);
});
addEventListener("drop", (event) => {
  if (!event.dataTransfer.files.length) return;
  event.preventDefault();
  mark(null);
  place([...event.dataTransfer.files], over(event));
});
addEventListener("paste", (event) => {
  if (event.clipboardData?.files.length) place([...event.clipboardData.files], over(event));
});
addEventListener("beforeunload", (event) => {
  if (drops.some((drop) => drop.busy)) event.preventDefault();
});
