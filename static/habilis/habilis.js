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

// Keys of one letter, on the pages that say so: they follow a link, focus a field or walk the lines of a list. Never
// while typing, never with a modifier, and only until they are turned off.
const help = document.querySelector("[data-habilis-shortcuts]");
const OFF = "habilis-raccourcis";
const memory = (act) => {
  try {
    return act(window.localStorage);
  } catch {
    return null;
  }
};

const press = (key) => {
  const target = document.querySelector(`[data-habilis-key="${key}"]`);
  if (target) {
    if (target.matches("input")) target.focus();
    else target.click();
    return true;
  }
  const lines = [...document.querySelectorAll("[data-habilis-line]")];
  if (!lines.length || key === "/") return false;
  const at = lines.indexOf(document.activeElement);
  const next = key === "j" ? at + 1 : Math.max(at - 1, 0);
  lines[Math.min(next, lines.length - 1)].focus();
  return true;
};

if (help) {
  const button = help.querySelector("button");
  let off = memory((kept) => kept.getItem(OFF)) === "non";
  const say = () => button.setAttribute("aria-pressed", String(off));
  help.hidden = false;
  say();
  button.addEventListener("click", () => {
    off = !off;
    memory((kept) => kept.setItem(OFF, off ? "non" : "oui"));
    say();
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (off || typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (["j", "k", "/"].includes(event.key) && press(event.key)) event.preventDefault();
  });
}
