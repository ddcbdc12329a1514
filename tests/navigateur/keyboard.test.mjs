// From the login to an open form without a mouse.
import assert from "node:assert/strict";
import { test } from "node:test";
import { visit, withChromium } from "./support/house.mjs";
import { press, tabTo } from "./support/keyboard.mjs";
import { look } from "./support/look.mjs";
import { charge, logInByKeyboard, login, queue, request, service } from "./support/pages.mjs";

withChromium();

test("an instructeur logs in, reads the first request, takes it, accepts it and sees the form open, by keyboard alone", () =>
  visit({}, async (page) => {
    await logInByKeyboard(page);

    const first = queue.requests(page).first();
    const number = await first.innerText();
    await press(page, first);
    await request.title(page, number).waitFor();

    await press(page, charge.take(page));
    await charge.section(page).getByText("Ada Morel").waitFor();
    await tabTo(page, request.comment(page));
    await page.keyboard.type("Tout est en ordre, bienvenue.");
    await press(page, request.button(page, request.accept));
    await request.confirm(page).waitFor();
    await look(page, "Confirmation d’une acceptation");
    await press(page, request.confirm(page));
    await request.accepted(page).waitFor();

    // Nothing is pressed any more: the page moves by itself.
    await service.open(page).waitFor();
    assert.match(await service.status(page).innerText(), /en service/i);
    await look(page, "Demande en service");
    await press(page, login.leave(page));
    await login.email(page).waitFor();
  }));

test("the first Tab offers to skip to the content", () =>
  visit({}, async (page) => {
    await page.goto(login.address);
    const skip = page.getByRole("link", { name: "Contenu" });
    await press(page, skip);
    const where = await page.evaluate(() => document.activeElement.id);
    assert.equal(where, "contenu");
    await tabTo(page, login.email(page));
  }));
