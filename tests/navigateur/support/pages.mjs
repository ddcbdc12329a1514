// The pages as people name them: every role, label and sentence that the tests rely on, and the gestures made of them.
// When a page changes, this is the file to change.
import assert from "node:assert/strict";
import { ADA, PASSWORD, SANDBOX, SERVICE, until } from "./house.mjs";
import { tabTo } from "./keyboard.mjs";

export const heading = (page, name) => page.getByRole("heading", { level: 1, name });

// ── Login ──

export const login = {
  address: `${SERVICE}/connexion`,
  email: (page) => page.getByLabel("Adresse électronique"),
  password: (page) => page.getByLabel("Mot de passe"),
  send: (page) => page.getByRole("button", { name: "Se connecter", exact: true }),
  leave: (page) => page.getByRole("button", { name: "Se déconnecter" }),
};

/** Logs in and stands on the queue. */
export async function logIn(page, email = ADA) {
  await page.goto(`${SERVICE}/instruction`);
  await login.email(page).fill(email);
  await login.password(page).fill(PASSWORD);
  await login.send(page).click();
  await queue.title(page).waitFor();
}

/** The same without a mouse: from the queue's address to the queue. */
export async function logInByKeyboard(page) {
  await page.goto(queue.address);
  await tabTo(page, login.email(page));
  await page.keyboard.type(ADA);
  await tabTo(page, login.password(page));
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await queue.title(page).waitFor();
}

// ── Queue ──

export const queue = {
  address: `${SERVICE}/instruction`,
  title: (page) => heading(page, "Demandes"),
  requests: (page) => page.getByRole("table").getByRole("link", { name: /^D\d+$/ }),
  row: (page, organisation) => page.getByRole("row").filter({ hasText: organisation }),
  tabs: (page) => page.getByRole("navigation", { name: "Listes de demandes" }).getByRole("link"),
  list: (tab, filters = "") => `${SERVICE}/instruction?onglet=${tab}${filters}`,
  search: (page) => page.getByRole("searchbox", { name: /^Chercher une demande/ }),
  find: (page) => page.getByRole("button", { name: "Chercher", exact: true }),
  filters: (page) => page.locator("summary").filter({ hasText: "Filtrer la liste" }),
  who: (page) => page.getByLabel("En charge", { exact: true }),
  filter: (page) => page.getByRole("button", { name: "Filtrer", exact: true }),
  box: (page, number) => page.getByRole("checkbox", { name: `Cocher la demande ${number}` }),
  assignTo: (page) => page.getByLabel("Attribuer les demandes cochées à"),
  assign: (page) => page.getByRole("button", { name: "Attribuer", exact: true }),
  recheck: (page) => page.getByRole("button", { name: "Relancer les contrôles" }),
  exportChecked: (page) => page.getByRole("button", { name: "Exporter les cochées (CSV)" }),
  done: (page) => page.getByRole("status").filter({ hasText: "C’est fait" }),
  nothingDone: (page) => page.getByRole("status").filter({ hasText: "Rien n’a été fait" }),
};

/** Searches the queue; the lines that fit are shown. */
export async function search(page, words) {
  await page.goto(queue.list("toutes"));
  await queue.search(page).fill(words);
  await queue.find(page).click();
  await queue.title(page).waitFor();
}

/** The number of the request of an organisation of the demonstration, wherever it stands. */
export async function numberOf(page, organisation) {
  const answer = await page.request.get(`${SANDBOX}/datapass`);
  const rows = (await answer.text()).split("<tr>").filter((row) => row.includes(organisation));
  const number = rows[0]?.match(/>(D\d+)</)?.[1];
  return number ?? assert.fail(`no request of ${organisation}`);
}

// ── Request ──

export const request = {
  address: (number) => `${SERVICE}/instruction/${number}`,
  title: (page, number) => heading(page, new RegExp(number)),
  /** What opens the form of a gesture. */
  opener: (page, gesture) => page.locator("summary").getByText(gesture, { exact: true }),
  button: (page, gesture) => page.getByRole("button", { name: `${gesture}…`, exact: true }),
  confirm: (page) => page.getByRole("button", { name: "Confirmer", exact: true }),
  accept: "Accepter",
  askChanges: "Demander des modifications",
  refuse: "Refuser",
  comment: (page) => page.getByLabel("Commentaire (facultatif)").first(),
  changes: (page) => page.getByLabel(/^Modifications à faire/),
  reason: (page) => page.getByLabel(/^Motif du refus/),
  accepted: (page) => page.getByRole("status").getByText("La demande est acceptée"),
  changesAsked: (page) => page.getByRole("status").getByText("Les modifications sont demandées"),
  refused: (page) => page.getByRole("status").getByText("La demande est refusée"),
  errors: (page) => page.getByRole("alert").filter({ hasText: "À corriger pour continuer" }),
  stale: (page) => heading(page, "La demande a changé depuis que vous l’avez ouverte"),
  kept: (page) => page.getByLabel(/^Votre texte/),
};

// ── Who is in charge, messages, texts to start from ──

export const charge = {
  section: (page) => page.getByRole("region", { name: "En charge", exact: true }),
  take: (page) => page.getByRole("button", { name: /^Prendre en charge/ }),
  release: (page) => charge.section(page).getByRole("button", { name: /^Libérer/ }),
  give: (page) => page.locator("summary").filter({ hasText: "Passer à un collègue" }),
  colleague: (page) => page.getByLabel("Collègue"),
  handOver: (page) => page.getByRole("button", { name: "Passer la demande" }),
  missed: (page) => heading(page, "La demande a changé depuis que vous l’avez lue"),
};

export const messages = {
  fresh: (page) => page.getByText(/^\d+ nouveaux? messages?/),
  text: (page) => page.getByLabel(/^Votre message/),
  send: (page) => page.getByRole("button", { name: "Envoyer le message" }),
  read: (page) => page.getByRole("button", { name: "Marquer les messages comme lus" }),
  note: (page) => page.getByLabel(/^Votre note/),
  keep: (page) => page.getByRole("button", { name: "Ajouter la note" }),
};

export const reasons = {
  address: `${SERVICE}/instruction/modeles`,
  /** The links that edit the texts of a gesture. */
  edits: (page, gesture) =>
    page
      .locator("section")
      .filter({ has: page.getByRole("heading", { level: 2, name: gesture, exact: true }) })
      .getByRole("link", { name: /^Modifier « / }),
  text: (page) => page.getByLabel(/^Texte/),
  save: (page) => page.getByRole("button", { name: "Enregistrer", exact: true }),
  saved: (page) => page.getByRole("status").filter({ hasText: "Le modèle est enregistré" }),
  choice: (page) => page.getByLabel("Partir d’un modèle (facultatif)").filter({ visible: true }),
  insert: (page) => page.getByRole("button", { name: /^Insérer/ }).filter({ visible: true }),
  letter: (page) => page.getByLabel("Texte du courriel"),
};

/** Opens the form of a gesture, if it is not. */
export async function unfold(page, gesture) {
  const button = request.button(page, gesture);
  if (!(await button.isVisible())) await request.opener(page, gesture).click();
  await button.waitFor();
}

// ── Mise en service ──

export const services = {
  parked: `${SERVICE}/instruction/mises-en-service?etat=parked`,
  title: (page) => heading(page, "Mises en service"),
  link: (page) => page.getByRole("banner").getByRole("link", { name: "Mises en service", exact: true }),
  state: (page, label) =>
    page.getByRole("navigation", { name: "Mises en service par état" }).getByRole("link", { name: new RegExp(`^${label} \\(`) }),
  row: (page, number) => page.getByRole("row").filter({ hasText: number }),
};

export const service = {
  section: (page) => page.locator("section").filter({ has: page.locator("#mise-en-service") }),
  open: (page) => page.getByRole("link", { name: "Page publique de la collectivité" }),
  status: (page) => page.getByRole("status").filter({ hasText: "Mise en service" }),
  email: (page) => page.getByLabel("Adresse du demandeur pour HubEE"),
  save: (page) => page.getByRole("button", { name: "Enregistrer et relancer" }),
};

// ── Public pages ──

export const collectivites = {
  address: `${SERVICE}/collectivites`,
  search: (page) => page.getByLabel("Rechercher une collectivité"),
  found: (page) => page.getByRole("main").getByRole("status"),
};

export const collectivite = {
  address: (siret, part = "") => `${SERVICE}/collectivites/${siret}${part}`,
  form: (page) => page.getByLabel("Adresse du formulaire"),
  copy: (page) => page.getByRole("button", { name: "Copier l’adresse du formulaire" }),
  copied: (page) => page.getByRole("status").getByText("Copié."),
  qr: (page) => page.getByRole("img", { name: /^QR code/ }),
  poster: (page) => page.getByRole("link", { name: "Affiche à imprimer" }),
  print: (page) => page.getByRole("button", { name: "Imprimer" }),
};

// ── Simulated neighbours ──

/** A commune that no other test files for. */
export const commune = (town, siret, cog, postal) => ({
  town,
  siret,
  cog,
  postal,
  name: `COMMUNE DE ${town}`,
  email: `secretariat@mairie-${town.toLowerCase()}.test`,
});

/** The next call to HubEE of one sort about a collectivité fails, as the console of the sandbox makes it. */
export async function fault(page, { call, kind, siret }) {
  await page.goto(`${SANDBOX}/pannes`);
  const form = page.locator("form").filter({ has: page.getByRole("button", { name: "Ajouter cette panne" }) });
  await form.getByLabel("Appel", { exact: true }).selectOption({ label: call });
  const labels = await form.getByLabel("Panne", { exact: true }).locator("option").allInnerTexts();
  await form.getByLabel("Panne", { exact: true }).selectOption({ label: labels.find((label) => kind.test(label)) });
  await form.getByLabel(/^SIRET/).fill(siret);
  await form.getByRole("button", { name: "Ajouter cette panne" }).click();
  await page.getByText(siret).first().waitFor();
}

/** Files a request in the simulated DataPass, and waits until it came in and its mail left. Its number. */
export async function file(page, { town, siret, cog, postal, name, email }) {
  await page.goto(`${SANDBOX}/datapass/demandes/nouvelle`);
  const fields = { siret, organisation: name, cog, postal_code: postal, town, applicant_email: email };
  for (const [field, text] of Object.entries(fields)) await page.locator(`[name="${field}"]`).fill(text);
  for (const box of [/conditions générales/, /délégué à la protection des données est informé/]) {
    await page.getByText(box).click();
  }
  await page.getByRole("button", { name: "Soumettre la demande" }).click();
  await page.waitForURL(/\/demandes\/\d+$/);
  const number = `D${page.url().match(/\d+$/)[0]}`;
  await until(`the mail of ${number}`, () => mailAddress(page, email));
  return number;
}

/** Address of the last mail received by somebody, if any. */
export async function mailAddress(page, email) {
  const answer = await page.request.get(`${SANDBOX}/courriels`);
  const row = (await answer.text()).split("<tr>").find((row) => row.includes(email));
  const path = row?.match(/href="([^"]+)"/)?.[1];
  return path && new URL(path, SANDBOX).href;
}
