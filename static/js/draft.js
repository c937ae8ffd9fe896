// Making and running checks: forms that go on by themselves, figures put beside their fields, words pasted from a spreadsheet.

// --- Two exports: when both are read, the form goes on -----------------------------------------------------------------

for (const form of document.querySelectorAll("[data-go-on]")) {
  const button = form.querySelector("[data-go-on-button]");
  const drops = [...form.querySelectorAll("[data-drop]")];
  const ready = new Set();
  const arrived = () => drops.every((drop) => form.elements[`${drop.dataset.drop}_snapshot`].value);
  form.querySelector("[data-go-on-words]").hidden = false;
  button.hidden = !arrived();
  form.addEventListener("snapshot:received", (event) => {
    ready.delete(event.detail.name);
    button.hidden = !arrived();
  });
  form.addEventListener("snapshot:ready", (event) => {
    ready.add(event.detail.name);
    if (arrived() && drops.every((drop) => ready.has(drop.dataset.drop))) form.requestSubmit();
  });
}

// --- What the fields would find ----------------------------------------------------------------------------------------

document.addEventListener("htmx:load", (event) => {
  for (const found of event.target.querySelectorAll?.("[data-differs-of]") ?? []) {
    const place = document.querySelector(`[data-differs="${found.dataset.differsOf}"]`);
    place?.replaceChildren(...found.cloneNode(true).childNodes);
  }
});

// --- What is typed while an answer comes in stays ------------------------------------------------------------------------

{
  const sent = new WeakMap();
  const fields = (root) => [...root.querySelectorAll("input[id]:not([type=checkbox], [type=hidden]), textarea[id], select[id]")];
  const changed = (field) => field.dispatchEvent(new Event("change", { bubbles: true }));

  document.addEventListener("htmx:beforeRequest", (event) => {
    sent.set(event.detail.xhr, new Map(fields(document).map((field) => [field.id, field.value])));
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const before = sent.get(event.detail.xhr);
    const since = fields(event.detail.target).filter((field) => before?.has(field.id) && before.get(field.id) !== field.value);
    if (!since.length) return;
    const typed = since.map((field) => [field.id, field.value]);
    const put = () => {
      for (const [id, value] of typed) {
        const field = document.getElementById(id);
        if (!field || field.value === value) continue;
        field.value = value;
        if (field === document.activeElement) field.addEventListener("blur", () => changed(field), { once: true });
        else changed(field);
      }
    };
    document.addEventListener("htmx:afterSettle", put, { once: true });
  });
}

// --- "Run it" waits until the last change is kept ----------------------------------------------------------------------

{
  const form = document.getElementById("about");
  let underWay = 0;
  let waiting = false;
  const changes = (event) => event.detail.requestConfig?.verb !== "get";
  const go = () => {
    if (!waiting || underWay) return;
    waiting = false;
    form.requestSubmit();
  };
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (changes(event)) underWay += 1;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!changes(event)) return;
    underWay -= 1;
    setTimeout(go);
  });
  form?.addEventListener("submit", (event) => {
    if (!underWay) return;
    event.preventDefault();
    waiting = true;
  });
}

// --- Rows --------------------------------------------------------------------------------------------------------------

addEventListener("click", (event) => {
  const opens = event.target.closest("[data-opens]");
  if (opens) {
    const details = document.getElementById(opens.dataset.opens);
    details.open = true;
    details.querySelector("summary").focus();
  }
  const removes = event.target.closest("[data-removes]");
  if (removes) {
    const form = removes.closest("form");
    removes.closest(removes.dataset.removes).remove();
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }
});

// Two columns pasted into a word fill as many lines as they have.
addEventListener("paste", (event) => {
  const cell = event.target.closest?.(".words input");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!cell || !/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  const form = cell.closest("form");
  const pasted = form.querySelector("textarea");
  pasted.value = text;
  form.dispatchEvent(new Event("change", { bubbles: true }));
});
