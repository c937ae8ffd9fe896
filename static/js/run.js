// The page of a run: its tiles keep showing what narrows the list, also after htmx loaded the list alone.

const NARROWING = ["kind", "field", "state"];

const narrowing = (search) => {
  const parameters = new URLSearchParams(search);
  const name = NARROWING.find((one) => parameters.get(one));
  return name ? `${name}=${parameters.get(name)}` : "";
};

// What each tile stands for: in its address, or, of the one in force, in the address of the page.
const tiles = new Map();
for (const tile of document.querySelectorAll("main .tiles a")) {
  tiles.set(tile, tile.hasAttribute("aria-current") ? narrowing(location.search) : narrowing(tile.search));
}

function mark() {
  const parameters = new URLSearchParams(location.search);
  for (const [tile, own] of tiles) {
    const [name, value] = own.split("=");
    const inForce = parameters.get(name) === value;
    const address = new URL(tile.href);
    if (inForce) {
      tile.setAttribute("aria-current", "true");
      address.searchParams.delete(name);
    } else {
      tile.removeAttribute("aria-current");
      address.searchParams.set(name, value);
    }
    tile.href = address.href;
  }
}

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "mismatches") mark();
});
