// Reading and deciding with JavaScript off.
import assert from "node:assert/strict";
import { test } from "node:test";
import { visit, withChromium } from "./support/house.mjs";
import { commune, file, logIn, queue, request, search, unfold } from "./support/pages.mjs";

withChromium();

const OFF = { javaScriptEnabled: false };
const CROZON = commune("CROZON", "21290042700015", "29042", "29160");
const CASSIS = commune("CASSIS", "21130022300016", "13022", "13260");

async function opened(page, body) {
  const number = await file(page, body);
  await logIn(page);
  await search(page, body.name);
  await queue.row(page, body.name).getByRole("link", { name: number }).click();
  await request.title(page, number).waitFor();
  return number;
}

test("changes are asked for: a short text is given back with its error, a right one is taken", () =>
  visit(OFF, async (page) => {
    await opened(page, CROZON);
    await unfold(page, request.askChanges);
    await request.changes(page).fill("Trop");
    const refused = page.waitForResponse((answer) => answer.request().method() === "POST");
    await request.button(page, request.askChanges).click();
    assert.equal((await refused).status(), 422);

    const link = request.errors(page).getByRole("link");
    const field = request.changes(page);
    assert.equal(await link.getAttribute("href"), `#${await field.getAttribute("id")}`);
    await link.click();
    assert.ok(await field.isVisible(), "the field is in an open section");
    assert.equal(await field.inputValue(), "Trop", "what was typed is kept");
    assert.equal(await field.getAttribute("aria-invalid"), "true");

    await field.fill("Joignez la délibération qui fixe les tarifs.");
    await request.button(page, request.askChanges).click();
    await request.confirm(page).click();
    await request.changesAsked(page).waitFor();
    await page.getByText("Joignez la délibération qui fixe les tarifs.").first().waitFor();
  }));

test("a request is refused, with its reason in the history", () =>
  visit(OFF, async (page) => {
    await opened(page, CASSIS);
    await unfold(page, request.refuse);
    await request.reason(page).fill("La commune n’applique pas le quotient familial.");
    await request.button(page, request.refuse).click();
    await request.confirm(page).click();
    await request.refused(page).waitFor();
    await page.getByText("La commune n’applique pas le quotient familial.").first().waitFor();
  }));
