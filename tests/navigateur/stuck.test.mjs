// A mise en service that stopped, found and mended by somebody who comes for it: from the list, by keyboard, without scripts.
import { test } from "node:test";
import { until, visit, withChromium } from "./support/house.mjs";
import { press, tabTo } from "./support/keyboard.mjs";
import { commune, fault, file, logIn, logInByKeyboard, queue, request, search, service, services, unfold } from "./support/pages.mjs";

withChromium();

const MENERBES = commune("MENERBES", "21840073700019", "84073", "84560");

/** Accepted while HubEE refuses what is sent for it; the list shows it when it stopped. */
async function stopped(page) {
  await fault(page, { call: "Créer un abonnement", kind: /^Erreur 400/, siret: MENERBES.siret });
  const number = await file(page, MENERBES);
  await logIn(page);
  await search(page, MENERBES.name);
  await queue.row(page, MENERBES.name).getByRole("link", { name: number }).click();
  await unfold(page, request.accept);
  await request.button(page, request.accept).click();
  await request.confirm(page).click();
  await request.accepted(page).waitFor();
  await until("the mise en service stops", async () => {
    await page.goto(services.parked);
    return services.row(page, number).isVisible();
  });
  return number;
}

test("it is found on the list, understood, corrected and seen open, by keyboard alone and without scripts", () =>
  visit({ javaScriptEnabled: false }, async (page, context) => {
    const desk = await context.newPage();
    const number = await stopped(desk);
    await context.clearCookies();

    await logInByKeyboard(page);
    await press(page, services.link(page));
    await services.title(page).waitFor();
    await press(page, services.state(page, "Arrêtée"));
    const row = services.row(page, number);
    await row.getByText("HUBEE-400").waitFor();

    await press(page, row.getByRole("link", { name: number, exact: true }));
    await request.title(page, number).waitFor();
    await service.section(page).getByText(/HubEE refuse/).first().waitFor();
    await tabTo(page, service.email(page));
    await page.keyboard.type("ada.martin@mairie-menerbes.test");
    // Leaving before the answer would take the gesture back.
    const saved = page.waitForEvent("load");
    await press(page, service.save(page));
    await saved;

    // Without scripts, whoever waits reloads.
    await until("the form opens", async () => {
      await page.goto(request.address(number));
      return service.open(page).isVisible();
    });
    await page.goto(services.parked);
    await services.title(page).waitFor();
    if (await services.row(page, number).isVisible()) throw new Error("still on the list of those that stopped");
  }));
