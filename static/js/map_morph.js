// One part of a page turned into another, in place: elements that stay are the same elements, so that the focus, the
// caret, what is open and what is being typed stay too.

const FIELDS = new Set(["INPUT", "TEXTAREA", "SELECT"]);
const NONE = new Set();
const KEPT = new Set(["value", "checked"]);
const OWN = new Set(["data-active", "data-here", "data-state", "data-drag", "data-drop", "data-vain"]);

// What is recognised wherever it stands; text and comments never are.
const key = (node) => node.id || null;

// `rule(field, fresh)` gives `settle`, which gives a field the value it shall have after, and `mine` where what was kept of
// it stays as it was. `frozen(element, fresh)` says what is left as it is, `stays(element)`
// what does not go although it is gone.
export function morph(old, fresh, how) {
  if (how.frozen?.(old, fresh)) return;
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  if (FIELDS.has(old.nodeName) && old.type !== "hidden") return field(old, fresh, how);
  attributes(old, fresh);
  children(old, fresh, how);
}

function field(old, fresh, how) {
  const { settle, mine } = how.rule?.(old, fresh) ?? {};
  attributes(old, fresh, mine ? KEPT : NONE);
  if (!mine && old.nodeName === "TEXTAREA") old.defaultValue = fresh.defaultValue;
  if (!mine && old.nodeName === "SELECT" && !old.isEqualNode(fresh)) children(old, fresh, how);
  settle?.();
}

function attributes(old, fresh, besides = NONE) {
  const leaves = (name) => besides.has(name) || (name === "open" && old.nodeName === "DETAILS");
  for (const { name, value } of fresh.attributes) {
    if (!leaves(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !leaves(name) && !OWN.has(name)) old.removeAttribute(name);
  }
}

// Alike enough to be the same thing: a box and the words of what is wrong above it are not.
const alike = (one, other) => one.nodeName === other.nodeName && one.classList?.[0] === other.classList?.[0];

// Where the browser can, without losing the focus and what plays in it.
const put = (parent, node, at) => (parent.moveBefore ? parent.moveBefore(node, at) : parent.insertBefore(node, at));

function children(old, fresh, how) {
  const keyed = new Map([...old.childNodes].filter(key).map((child) => [key(child), child]));
  let at = old.firstChild;
  for (const want of [...fresh.childNodes]) {
    const match = found(want, keyed, at);
    if (!match) {
      old.insertBefore(document.importNode(want, true), at);
      continue;
    }
    if (match === at) at = at.nextSibling;
    else put(old, match, at);
    morph(match, want, how);
  }
  while (at) {
    const next = at.nextSibling;
    if (!how.stays?.(at)) at.remove();
    at = next;
  }
}

function found(want, keyed, at) {
  if (key(want)) {
    const match = keyed.get(key(want));
    return match && alike(match, want) ? match : null;
  }
  while (at && (key(at) || !alike(at, want))) at = at.nextSibling;
  return at;
}
