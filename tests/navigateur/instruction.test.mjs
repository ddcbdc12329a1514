// Two instructeurs on the same request, and a mise en service that waits for a person.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ADA, BRUNO, visit, withChromium } from "./support/house.mjs";
import { look } from "./support/look.mjs";
import { commune, file, logIn, numberOf, request, service, unfold } from "./support/pages.mjs";

withChromium();

const SALERS = commune("SALERS", "21150219000013", "15219", "15140");
const RENNES = commune("RENNES", "21350238800019", "35238", "35000");

async function read(page, email, number) {
  await logIn(page, email);
  await page.goto(request.address(number));
  await request.title(page, number).waitFor();
}

test("the second of two instructeurs sees what the first decided, and keeps their own text", () =>
  visit({}, (ada) =>
    visit({}, async (bruno) => {
      const number = await file(ada, SALERS);
      await read(ada, ADA, number);
      await read(bruno, BRUNO, number);

      await unfold(ada, request.refuse);
      await request.reason(ada).fill("Cette commune relève d’un autre service.");
      await request.button(ada, request.refuse).click();
      await request.confirm(ada).click();
      await request.refused(ada).waitFor();

      await unfold(bruno, request.askChanges);
      await request.changes(bruno).fill("Précisez les destinataires des données.");
      await request.button(bruno, request.askChanges).click();
      await request.stale(bruno).waitFor();
      await bruno.getByText("Ada Morel").first().waitFor();
      await bruno.getByText("Cette commune relève d’un autre service.").waitFor();
      assert.equal(await request.kept(bruno).inputValue(), "Précisez les destinataires des données.");
      await look(bruno, "Demande changée entre-temps");
    }),
  ));

test("an accepted request opens under the eyes of who accepted it", () =>
  visit({}, async (page) => {
    const number = await file(page, RENNES);
    await read(page, ADA, number);
    await unfold(page, request.accept);
    await request.button(page, request.accept).click();
    await request.confirm(page).click();
    await request.accepted(page).waitFor();
    await service.open(page).waitFor();
  }));

test("a mise en service held by an address that HubEE refuses is corrected, then opens", () =>
  visit({}, async (page) => {
    const number = await numberOf(page, "COMMUNE DE COLMAR");
    await read(page, ADA, number);
    await look(page, "Mise en service retenue");
    await service.email(page).fill("pas une adresse");
    await service.save(page).click();
    await page.getByRole("alert").getByRole("link").first().waitFor();
    await look(page, "Correction refusée");
    await service.email(page).fill("c.weber@mairie-colmar.test");
    await service.save(page).click();
    await service.open(page).waitFor();
  }));
