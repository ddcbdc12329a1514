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

// A section that moves by itself: fetched again while the service says that it still moves.
const refresh = async (section) => {
  const answer = await fetch(section.dataset.habilisLive, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer || !answer.ok || answer.redirected) return watch(section);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = page.querySelector("body > div");
  if (!next) return;
  const open = section.querySelector("details")?.open;
  section.replaceWith(next);
  if (open && next.querySelector("details")) next.querySelector("details").open = true;
  // Nothing moves any more: the gestures of the page may be others. What somebody is typing comes first.
  const typing = [...document.querySelectorAll("input, textarea")].some((field) => field.value !== field.defaultValue);
  if (!next.dataset.habilisLive) return typing ? undefined : location.reload();
  watch(next);
};
const watch = (section) => setTimeout(() => refresh(section), 2000);
document.querySelectorAll("[data-habilis-live]").forEach(watch);
