// Every page that a link leads to, found by following links from the first ones: what is added later is looked at too.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CLAIRE, SERVICE, until, visit, withChromium } from "./support/house.mjs";
import { look } from "./support/look.mjs";
import { login, logIn, mailAddress } from "./support/pages.mjs";

withChromium();

const PUBLIC = ["/", "/connexion", "/collectivites", "/collectivites?q=introuvable", "/collectivites/00000000000000"];
const MISSING = ["/nulle-part", "/suivi/inconnu"];
// Files, and what is not for people.
const NOT_PAGES = /^\/(api|static)\/|\.(png|svg|csv|xlsx|json|ico)$|\/export|\/documents\/[0-9a-f-]{36}(\/telecharger)?$/;
/** More pages than this means that links breed: give them fewer shapes. */
const MOST_PAGES = 60;

/** Links of a page within the service. */
async function links(page) {
  const all = await page.locator("a[href]").evaluateAll((found) => found.map((one) => one.href));
  return all.map((href) => new URL(href)).filter((url) => url.origin === SERVICE);
}

/** Numbers of requests, checks and establishments, and ids, tell one page from another of the same kind. */
const kind = (path) =>
  path.replace(/\/([CD])\d+(?=\/|$)/g, "/$1").replace(/\/\d{14}(?=\/|$)/, "/siret").replace(/\/[0-9a-f-]{36}(?=\/|$)/, "/id");

/** Two links of one shape lead to the same sort of page. A request is not the same from one list to another, so that
    each list gives one. */
function shape(url, from) {
  const path = kind(url.pathname);
  const list = path.endsWith("/instruction/D") && from?.pathname === "/instruction" ? from.searchParams.get("onglet") : "";
  const keys = [...new Set(url.searchParams.keys())].sort();
  return [list ?? "", path, url.searchParams.get("onglet") ?? "", keys].join(" ");
}

/** Looks at `starts` and at all that they lead to below `within`. */
async function lookAtAll(page, starts, within) {
  const todo = starts.map((path) => new URL(path, SERVICE));
  const seen = new Set();
  const visited = [];
  while (todo.length > 0) {
    const url = todo.shift();
    const answer = await page.goto(url.href);
    // A page that is not there is not what its likes are.
    if (answer.ok()) seen.add(shape(url));
    await look(page, url.pathname + url.search);
    visited.push(url.pathname + url.search);
    assert.ok(visited.length <= MOST_PAGES, `too many pages:\n${visited.join("\n")}`);
    for (const link of await links(page)) {
      const { pathname } = link;
      if (!within(pathname) || NOT_PAGES.test(pathname) || seen.has(shape(link, url))) continue;
      if (todo.some(({ href }) => href === link.href)) continue;
      seen.add(shape(link, url));
      todo.push(link);
    }
  }
  console.log(`${visited.length} kinds of pages: ${visited.join(" ")}`);
  return visited;
}

test("every public page", () =>
  visit({}, async (page) => {
    const mail = await until("a mail with a link", () => mailAddress(page, "k.benali@mairie-valence.test"));
    await page.goto(mail);
    const tracking = await page.getByRole("link", { name: /\/suivi\// }).first().getAttribute("href");
    const starts = [...PUBLIC, ...MISSING, new URL(tracking).pathname];
    const seen = await lookAtAll(page, starts, (path) => !path.startsWith("/instruction"));
    assert.ok(seen.some((path) => path.endsWith("/affiche")), seen.join("\n"));
    assert.ok(seen.some((path) => path.endsWith("/kit")), seen.join("\n"));
  }));

// A responsable sees all that an instructeur sees, and more.
test("every page of the back office", () =>
  visit({}, async (page) => {
    await logIn(page, CLAIRE);
    const known = new Set(["/", "/collectivites", "/accessibilite", "/connexion"]);
    const backOffice = (path) => !known.has(path) && !path.startsWith("/collectivites/") && !path.startsWith("/suivi/");
    const seen = await lookAtAll(page, ["/instruction", "/instruction/D99999999"], backOffice);
    assert.ok(seen.filter((path) => /\/D\d+$/.test(path)).length > 3, seen.join("\n"));
  }));

test("a refused login", () =>
  visit({}, async (page) => {
    await page.goto(login.address);
    await login.email(page).fill("personne@habilis.example");
    await login.password(page).fill("mauvais mot de passe");
    await login.send(page).click();
    await page.getByRole("alert").waitFor();
    await look(page, "Connexion refusée");
  }));
