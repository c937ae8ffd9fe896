// A token is copied with one key stroke: it stands selected, and a button copies it where the browser allows that.

const said = document.getElementById("said");

for (const button of document.querySelectorAll("[data-copies]")) {
  const text = document.getElementById(button.dataset.copies);
  text.focus();
  text.select();
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.value);
      said.textContent = "Copied.";
      button.lastChild.textContent = " Copied";
    } catch {
      text.select();
    }
  });
}
