// What somebody has to decide before a change is kept: whose words count, and why something agreed changes.

const spoken = (when) => {
  const minutes = Math.round((Date.now() - new Date(when)) / 60_000);
  if (Number.isNaN(minutes) || minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} ${minutes === 1 ? "minute" : "minutes"} ago`;
  return new Date(when).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
};

// Shows a dialog and gives what closed it; Escape gives an empty text.
function answered(dialog, prepare) {
  return new Promise((resolve) => {
    const before = document.activeElement;
    dialog.returnValue = "";
    prepare();
    dialog.addEventListener(
      "close",
      () => {
        if (before?.isConnected) before.focus({ preventScroll: true });
        resolve(dialog.returnValue);
      },
      { once: true },
    );
    dialog.showModal();
  });
}

const put = (dialog, name, text) => {
  for (const place of dialog.querySelectorAll(`[data-put="${name}"]`)) {
    place.textContent = text || "empty";
    place.classList.toggle("no-value", !text);
  }
};

export class Asking {
  constructor(grid, { conflict, reason }) {
    Object.assign(this, { grid, conflictDialog: conflict, reasonDialog: reason });
    const box = reason.querySelector("textarea");
    reason.querySelector("form").addEventListener("submit", (event) => {
      const kept = event.submitter?.value !== "";
      if (kept && !box.value.trim()) {
        event.preventDefault();
        box.focus();
      }
    });
  }

  // "mine", "theirs", or nothing: then it stays open.
  conflict({ field, column, yours, theirs, who, when }) {
    const dialog = this.conflictDialog;
    return answered(dialog, () => {
      const [cell] = this.grid.cellsOf(String(field), column);
      put(dialog, "what", cell ? this.grid.words(cell) : this.grid.label(column));
      put(dialog, "yours", yours);
      put(dialog, "theirs", theirs);
      put(dialog, "who", who);
      put(dialog, "when", spoken(when));
    });
  }

  // The reason in words, or nothing.
  async reason({ sentence, needs_reason: fields }) {
    const dialog = this.reasonDialog;
    const box = dialog.querySelector("textarea");
    const choice = await answered(dialog, () => {
      put(dialog, "sentence", sentence);
      box.value = "";
    });
    const words = choice === "keep" ? box.value.trim() : "";
    if (words) this.#remember(words);
    return fields ? words : "";
  }

  // The reasons used last are offered again; one just given comes first.
  #remember(words) {
    const list = this.reasonDialog.querySelector(".reasons");
    for (const button of list.querySelectorAll("button")) if (button.textContent.trim() === words) button.parentElement.remove();
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.fill = this.reasonDialog.querySelector("textarea").id;
    button.textContent = words;
    item.append(button);
    list.prepend(item);
    list.closest("[data-last-used]").hidden = false;
    while (list.children.length > 5) list.lastElementChild.remove();
  }
}
