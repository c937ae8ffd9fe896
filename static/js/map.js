// The hand-off map, drawn together: what is typed is kept as one goes and seen in the picture beside it. The page works
// without any of this; here the parts come together.

import { Drawing } from "./map_draw.js";
import * as forms from "./map_form.js";
import { Inside } from "./map_inside.js";
import { Keeper } from "./map_keep.js";
import { Lines } from "./map_lines.js";
import { Order } from "./map_order.js";
import { follow, show } from "./map_places.js";
import { Presence } from "./map_presence.js";
import { Work } from "./map_work.js";

const editor = document.getElementById("map-editor");
const find = (id) => document.getElementById(id);
const csrf = { token: JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["x-csrftoken"] ?? "" };
const say = (words) => {
  find("said").textContent = words;
};

if (editor) start();

function start() {
  const { edit, draw, undo, redo } = editor.dataset;
  const note = document.createElement("p");
  note.id = "map-state";
  editor.prepend(note);

  const work = new Work(editor, { after, waits: (form) => keeper.waits(form) });
  const keeper = new Keeper(work, { csrf, renew, say, state, changed: after, signIn: document.body.dataset.signIn });
  const drawing = new Drawing(work, keeper, { address: draw, csrf, after: look });
  const order = new Order(editor, keeper, { say, csrf });
  const lines = new Lines(editor, keeper, drawing, { say });
  const inside = new Inside(editor, work, { page, quiet: () => !keeper.busy && !order.dragging, say });
  const presence = new Presence(editor, {
    csrf,
    where: () => forms.placeOf(document.activeElement),
    newer,
    answered: () => keeper.waiting && keeper.go(),
  });
  // How many columns the picture of the server has, until it is told how many there is room for.
  let columns = 4;
  // How the select or the number that has the focus is being changed.
  let byKey = false;

  // --- What is kept, and what is said of it -------------------------------------------------------------------------

  // "kept", "refused", "waiting": what stands above the steps.
  function state(name, words = "") {
    note.dataset.state = name;
    note.textContent = words || (name === "kept" ? "All is kept." : "");
  }

  // After whatever changed the page or the queue: what waits is shown where it belongs.
  function after() {
    editor.dataset.unkept = String(keeper.open);
    order.again();
    lines.again();
    presence.again();
    inside.again();
    look();
    if (keeper.idle) drawing.again();
  }

  function look() {
    show(find("map-picture"), document.activeElement?.closest?.("[data-step]")?.dataset.step);
  }

  function turn(kind) {
    const one = kind === "undo" ? { url: undo, words: "Undone." } : { url: redo, words: "Done again." };
    const button = find(`map-${kind}`);
    const nothing = `There is nothing of yours to ${kind === "undo" ? "undo" : "do again"}.`;
    if (button?.disabled && keeper.idle) return say(nothing);
    drawing.forget();
    keeper.add({ ...one, data: () => new FormData(button?.form) });
  }

  // The map as others left it: fetched while nobody types here.
  async function newer(latest, by) {
    if (latest > work.latest && (await anew())) say(`${by || "Somebody else"} changed the map.`);
  }

  async function anew() {
    const typed = () => work.typing.includes(document.activeElement);
    const quiet = () => keeper.idle && !typed() && !order.dragging && !drawing.underWay;
    if (!quiet()) return false;
    const { taken } = work;
    const { html } = await page();
    return Boolean(html) && taken === work.taken && quiet() && work.take(html);
  }

  // The editor as it is now, nothing if the server does not say; `lost` where it leads to sign-in instead.
  async function page() {
    const headers = { "HX-Request": "true" };
    const asked = new URLSearchParams({ columns: work.columns });
    for (const one of work.opened) asked.append("open", one.dataset.rest);
    const answer = await fetch(`${edit}?${asked}`, { headers }).catch(() => null);
    const lost = Boolean(answer?.redirected);
    return { lost, html: answer?.ok && !lost ? await answer.text().catch(() => "") : "" };
  }

  // Whether what was refused may be tried again, with the token of whoever is signed in now.
  async function renew() {
    const { lost, html } = await page();
    const token = html && work.renew(html);
    if (token) csrf.token = token;
    return { lost, again: Boolean(token) };
  }

  function keep(form, button = null) {
    if (form.id === "add-step") return lines.add();
    const kind = forms.does(form);
    if (!kind && button?.id === "map-undo") return turn("undo");
    if (!kind && button?.id === "map-redo") return turn("redo");
    // What slid under the pointer when a row went is not meant.
    if (kind.startsWith("remove") && keeper.queue.some((one) => one.form && forms.does(one.form) === kind)) return;
    if (kind === "move") return order.by(form.closest("[data-step]"), moves(form, button));
    if (!forms.adds(form) && !button?.name && !forms.changedIn(form).length) return;
    drawing.forget();
    keeper.form(form, button?.name ? button : null);
  }

  function moves(form, button) {
    const all = [...find("map-steps").children];
    const at = all.findIndex((one) => one.dataset.step === button?.value);
    const own = all.indexOf(form.closest("[data-step]"));
    return at >= 0 && at < own ? -1 : 1;
  }

  // --- Typing -------------------------------------------------------------------------------------------------------

  editor.addEventListener("input", (event) => {
    const form = forms.formOf(event.target);
    if (!form || event.isComposing || work.swapping) return;
    delete form.dataset.state;
    // Who says that it is by hand is asked how long it takes.
    if (event.target.name === "touch") {
      for (const cost of form.querySelectorAll(".by-hand-cost")) cost.hidden = !event.target.value;
    }
    drawing.soon(form);
  });

  editor.addEventListener("change", (event) => {
    const form = forms.formOf(event.target);
    if (!form || work.swapping || forms.adds(form) || !forms.changedIn(form).length) return;
    if (byKey && event.target.matches("select, [type=number]")) keeper.soon(form);
    else keep(form);
  });

  editor.addEventListener("submit", (event) => {
    const form = forms.formOf(event.target);
    if (!form) return;
    event.preventDefault();
    keep(form, event.submitter);
  });

  editor.addEventListener("focusin", () => {
    byKey = false;
    if (work.swapping) return;
    presence.soon();
    look();
  });
  editor.addEventListener("pointerdown", () => {
    byKey = false;
  });
  editor.addEventListener("focusout", (event) => {
    const form = forms.formOf(event.target);
    if (form && !work.swapping) keeper.now(form);
  });

  // --- Keys ---------------------------------------------------------------------------------------------------------

  editor.addEventListener("keydown", (event) => {
    byKey = true;
    if (event.isComposing || order.dragging) return;
    const field = event.target.closest("input, textarea, select");
    if (event.key === "Escape" && field && forms.changed(field)) {
      giveUp(field);
      event.stopPropagation();
    }
    // A step is one sentence: Enter keeps it.
    if (event.key === "Enter" && field?.matches("textarea") && !event.shiftKey && !event.ctrlKey) {
      event.preventDefault();
      const form = forms.formOf(field);
      if (form && forms.changedIn(form).length) keep(form);
    }
  });

  function giveUp(field) {
    const form = forms.formOf(field);
    work.giveUp(field);
    if (form) delete form.dataset.state;
    if (!forms.changedIn(form ?? field).length) drawing.back(form);
    else drawing.soon(form, 0);
    say("As it was.");
  }

  // "Keep theirs": what one typed is given up, and theirs is fetched.
  editor.addEventListener("click", (event) => {
    const form = event.target.closest(".clash-choice a") && forms.formOf(event.target);
    if (!form) return;
    event.preventDefault();
    drawing.forget();
    for (const field of forms.changedIn(form)) work.giveUp(field);
    forms.fieldsOf(form)[0]?.focus();
    anew().then((fetched) => fetched && say("Theirs is kept."));
  });

  // Undo is there wherever nothing of its own can be undone.
  addEventListener("keydown", (event) => {
    const control = (event.ctrlKey || event.metaKey) && !event.altKey;
    const key = event.key.toLowerCase();
    if (!control || !["z", "y"].includes(key) || document.querySelector("dialog[open]")) return;
    const field = event.target.closest?.("input, textarea");
    if (field && (!editor.contains(field) || forms.changed(field))) return;
    event.preventDefault();
    turn(key === "y" || event.shiftKey ? "redo" : "undo");
  });

  // --- Coming and going ---------------------------------------------------------------------------------------------

  addEventListener("pagehide", () => {
    const typed = work.typing.map(forms.formOf).filter((form) => form && !forms.adds(form) && !work.refused.has(form));
    keeper.leave(new Set(typed));
    lines.leave();
  });
  // What could not be kept is not left without thinking.
  addEventListener("beforeunload", (event) => {
    if (keeper.waiting || work.refused.size || lines.open) event.preventDefault();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  addEventListener("online", () => keeper.go());

  // The picture has as many columns as there is room for.
  const fit = async () => {
    if (work.columns !== columns && (await anew())) columns = work.columns;
  };
  let resized;
  addEventListener("resize", () => {
    clearTimeout(resized);
    resized = setTimeout(fit, 200);
  });

  follow(editor, inside);
  after();
  editor.classList.add("live");
  fit();
}
