// The pages as people name them: every role, label and sentence that the tests rely on, and the gestures made of them.
// When a page changes, this is the file to change.
import assert from "node:assert/strict";
import { ADA, PASSWORD, SANDBOX, SERVICE, until } from "./house.mjs";

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

// ── Queue ──

export const queue = {
  address: `${SERVICE}/instruction`,
  title: (page) => heading(page, "Demandes"),
  requests: (page) => page.getByRole("table").getByRole("link", { name: /^D\d+$/ }),
  row: (page, organisation) => page.getByRole("row").filter({ hasText: organisation }),
};

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

/** Opens the form of a gesture, if it is not. */
export async function unfold(page, gesture) {
  const button = request.button(page, gesture);
  if (!(await button.isVisible())) await request.opener(page, gesture).click();
  await button.waitFor();
}

// ── Mise en service ──

export const service = {
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
