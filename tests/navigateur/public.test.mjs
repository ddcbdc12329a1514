// What the demandeur, the collectivité's agent and the families see.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SERVICE, until, visit, withChromium } from "./support/house.mjs";
import { look } from "./support/look.mjs";
import { collectivite, collectivites, commune, file, heading, mailAddress } from "./support/pages.mjs";

withChromium();

const ORNANS = commune("ORNANS", "21250434400012", "25434", "25290");
// Open from the start of the demonstration.
const VALENCE = { siret: "21260362500014", name: "COMMUNE DE VALENCE" };

test("the demandeur follows the link of the mail they received", () =>
  visit({}, async (page) => {
    const number = await file(page, ORNANS);
    await page.goto(await mailAddress(page, ORNANS.email));
    await page.getByRole("link", { name: /\/suivi\// }).first().click();
    await page.getByText(number).first().waitFor();
    await page.getByText(ORNANS.name).first().waitFor();
    assert.ok(page.url().startsWith(`${SERVICE}/suivi/`));
    assert.ok(!(await page.content()).includes(ORNANS.email), "nothing personal behind the link");
    await look(page, "Suivi de la demande");
  }));

test("a family finds its collectivité, an agent copies the address of its form", () =>
  visit({ permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
    await page.goto(collectivites.address);
    await collectivites.search(page).fill("valénce");
    await collectivites.search(page).press("Enter");
    await collectivites.found(page).getByText("1 collectivité").waitFor();
    await page.getByRole("link", { name: VALENCE.name }).click();
    await heading(page, VALENCE.name).waitFor();

    await collectivite.copy(page).click();
    await collectivite.copied(page).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(copied, await collectivite.form(page).inputValue());
    assert.ok(copied.endsWith(VALENCE.siret));
    await look(page, "Page d’une collectivité, adresse copiée");
  }));

test("the QR code is drawn on the page, and its picture is 480 pixels wide", () =>
  visit({}, async (page) => {
    await page.goto(collectivite.address(VALENCE.siret));
    const drawn = await collectivite.qr(page).evaluate((image) => image.complete && image.naturalWidth > 0);
    assert.ok(drawn, "the QR code of the page is drawn");
    // Within a page: opened alone, a picture gets from Chromium a page that our policy forbids.
    const size = await page.evaluate(async (address) => {
      const picture = Object.assign(new Image(), { src: address });
      await picture.decode();
      return [picture.naturalWidth, picture.naturalHeight];
    }, collectivite.address(VALENCE.siret, "/qr.png"));
    assert.deepEqual(size, [480, 480]);
  }));

test("the poster prints alone, on one sheet", () =>
  visit({}, async (page) => {
    await page.goto(collectivite.address(VALENCE.siret));
    await collectivite.poster(page).click();
    await collectivite.print(page).waitFor();
    await page.emulateMedia({ media: "print" });
    assert.ok(await heading(page, /quotient familial/).isVisible());
    for (const hidden of [page.getByRole("banner"), page.getByRole("contentinfo"), collectivite.print(page)]) {
      assert.ok(!(await hidden.isVisible()), `${hidden} is not printed`);
    }
    const paper = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
    assert.equal(paper.match(/\/Type\s*\/Page\b/g)?.length, 1, "sheets of paper");
  }));

test("public pages are whole without scripts", () =>
  visit({ javaScriptEnabled: false }, async (page) => {
    await page.goto(collectivites.address);
    await collectivites.search(page).fill("26");
    await collectivites.search(page).press("Enter");
    await page.getByRole("link", { name: VALENCE.name }).click();
    await heading(page, VALENCE.name).waitFor();
    assert.ok(await collectivite.form(page).isVisible());
    assert.ok(!(await collectivite.copy(page).isVisible()), "no button that would do nothing");
  }));

test("an open form's mail leads to its page", () =>
  visit({}, async (page) => {
    const mail = await until("the mail of Valence", () => mailAddress(page, "k.benali@mairie-valence.test"));
    await page.goto(mail);
    await heading(page, /D\d+/).waitFor();
  }));
