// Progressive enhancement only: every page works without this file.

// Copy buttons: shown here, since they need this file. Without the clipboard (plain http), the text is selected.
const copy = async (field) => {
  field.select();
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(field.value);
    return true;
  }
  return document.execCommand("copy");
};

for (const button of document.querySelectorAll("[data-habilis-copy]")) {
  const field = document.getElementById(button.dataset.habilisCopy);
  const said = document.querySelector(`[data-habilis-copied="${button.dataset.habilisCopy}"]`);
  if (!field || !said) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = await copy(field).catch(() => false);
    said.textContent = done ? "Copié." : "Texte sélectionné : copiez-le avec votre clavier.";
  });
}

for (const button of document.querySelectorAll("[data-habilis-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
