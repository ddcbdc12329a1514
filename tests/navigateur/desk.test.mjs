// A day at the desk: lists, gestures on several requests, who is in charge, messages, texts to start from.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { ADA, BRUNO, CLAIRE, SERVICE, until, visit, withChromium } from "./support/house.mjs";
import { look } from "./support/look.mjs";
import {
  charge, commune, file, logIn, mailAddress, messages, queue, reasons, request, search, unfold,
} from "./support/pages.mjs";

withChromium();

const GORDES = commune("GORDES", "21840050500010", "84050", "84220");
const LOCRONAN = commune("LOCRONAN", "21290134200015", "29134", "29180");
const ROCAMADOUR = commune("ROCAMADOUR", "21460240100017", "46240", "46500");
const EGUISHEIM = commune("EGUISHEIM", "21680078900010", "68078", "68420");

async function read(page, email, number) {
  await logIn(page, email);
  await page.goto(request.address(number));
  await request.title(page, number).waitFor();
}

test("every list of the demonstration holds something, and nothing blocks the first request, which is late", () =>
  visit({}, async (page) => {
    await logIn(page);
    const tabs = await queue.tabs(page).allInnerTexts();
    assert.equal(tabs.length, 7);
    for (const tab of tabs) assert.doesNotMatch(tab, /\(0\)/, `${tab} is empty`);
    const first = page.getByRole("row").nth(1);
    const words = await first.innerText();
    assert.match(words, /LA ROCHELLE[^]*retard/i);
    assert.doesNotMatch(words, /bloquant/i);
  }));

test("several requests are assigned, checked again and exported at once", () =>
  visit({ acceptDownloads: true }, async (page) => {
    await logIn(page);
    await page.goto(queue.list("a-instruire", "&qui=personne"));
    const numbers = (await queue.requests(page).allInnerTexts()).slice(-2);
    assert.equal(numbers.length, 2);

    await queue.recheck(page).click();
    await queue.nothingDone(page).waitFor();
    for (const number of numbers) await queue.box(page, number).check();
    const download = page.waitForEvent("download");
    await queue.exportChecked(page).click();
    const csv = await readFile(await (await download).path(), "utf8");
    assert.equal(csv.trim().split("\n").length, 3, csv);
    for (const number of numbers) assert.ok(csv.includes(number), csv);

    await queue.recheck(page).click();
    await queue.done(page).getByText("Les contrôles de 2 demandes ont été refaits.").waitFor();
    for (const number of numbers) await queue.box(page, number).check();
    await queue.assignTo(page).selectOption({ label: "Bruno Caron" });
    await queue.assign(page).click();
    await queue.done(page).getByText("2 demandes ont été attribuées.").waitFor();
    for (const number of numbers) assert.equal(await queue.box(page, number).count(), 0, "it left this list");
    await search(page, numbers[0]);
    await queue.row(page, numbers[0]).getByText("Bruno Caron").waitFor();
  }));

test("filters are remembered, words are found without accents, keys walk the list", () =>
  visit({}, async (page) => {
    await logIn(page);
    await queue.filters(page).click();
    await queue.who(page).selectOption({ label: "Moi" });
    await queue.filter(page).click();
    await page.waitForURL(/qui=moi/);
    const mine = await queue.requests(page).allInnerTexts();
    assert.ok(mine.length > 1, "Ada is in charge of some");

    await page.goto(`${SERVICE}/collectivites`);
    await page.goto(queue.address);
    await page.getByText("(filtres en place)").waitFor();
    assert.deepEqual(await queue.requests(page).allInnerTexts(), mine, "the same list");

    await page.keyboard.press("j");
    await page.keyboard.press("j");
    const focused = () => page.evaluate(() => document.activeElement.textContent);
    assert.equal(await focused(), mine[1]);
    await page.keyboard.press("k");
    assert.equal(await focused(), mine[0]);
    await page.keyboard.press("Enter");
    await request.title(page, mine[0]).waitFor();
    await page.keyboard.press("j");
    await request.title(page, mine[1]).waitFor();

    await page.goto(queue.list("toutes"));
    await page.keyboard.press("/");
    await page.keyboard.type("epinal");
    await page.keyboard.press("Enter");
    await queue.row(page, "COMMUNE D'EPINAL").waitFor();
    assert.equal(await queue.requests(page).count(), 1);
  }));

test("a request is taken, handed over and released; who acts on an older page sees what was done", () =>
  visit({}, (ada) =>
    visit({}, async (bruno) => {
      const number = await file(ada, GORDES);
      await read(ada, ADA, number);
      await read(bruno, BRUNO, number);
      await charge.take(ada).click();
      await charge.section(ada).getByText("Ada Morel").waitFor();

      await charge.take(bruno).click();
      await charge.missed(bruno).waitFor();
      await bruno.getByText("Ada Morel").first().waitFor();
      await look(bruno, "Demande prise entre-temps");

      await charge.give(ada).click();
      await charge.colleague(ada).selectOption({ label: "Bruno Caron" });
      await charge.handOver(ada).click();
      await charge.section(ada).getByText("Bruno Caron").waitFor();

      await bruno.goto(request.address(number));
      await charge.release(bruno).click();
      await charge.section(bruno).getByText("Personne n’est en charge").waitFor();
    }),
  ));

test("messages go both ways, and each side sees what it has not read", () =>
  visit({}, (ada) =>
    visit({}, async (demandeur) => {
      const number = await file(ada, LOCRONAN);
      await demandeur.goto(await mailAddress(demandeur, LOCRONAN.email));
      const link = await demandeur.getByRole("link", { name: /\/suivi\// }).first().getAttribute("href");
      await demandeur.goto(link);
      await messages.text(demandeur).fill("La délibération est en page 3 du document.");
      await messages.send(demandeur).click();
      await demandeur.getByText("La délibération est en page 3 du document.").waitFor();

      await logIn(ada);
      await search(ada, number);
      await queue.row(ada, number).getByText("1 non lu").waitFor();
      await ada.goto(request.address(number));
      await messages.fresh(ada).waitFor();
      await messages.read(ada).click();
      await messages.fresh(ada).waitFor({ state: "detached" });
      await messages.note(ada).fill("Délibération vérifiée au téléphone.");
      await messages.keep(ada).click();
      await ada.getByText("Délibération vérifiée au téléphone.").waitFor();
      await messages.text(ada).fill("Bien reçu, merci.");
      await messages.send(ada).click();
      await ada.getByText("Bien reçu, merci.").waitFor();

      await demandeur.goto(link);
      await messages.fresh(demandeur).waitFor();
      await demandeur.getByText("Bien reçu, merci.").waitFor();
      assert.equal(await demandeur.getByText("Délibération vérifiée au téléphone.").count(), 0, "notes stay between colleagues");
      await look(demandeur, "Suivi avec un message non lu");
      await messages.read(demandeur).click();
      await messages.fresh(demandeur).waitFor({ state: "detached" });
    }),
  ));

test("a responsable writes a text, an instructeur starts from it and reads the mail before it leaves", () =>
  visit({}, (claire) =>
    visit({}, async (ada) => {
      await logIn(claire, CLAIRE);
      await claire.goto(reasons.address);
      const edit = reasons.edits(claire, request.refuse).first();
      const title = (await edit.innerText()).match(/« (.*) »/)[1];
      await edit.click();
      const text = "Demande {{numero}} de {{collectivite}} : précisez les services tarifés au quotient familial.";
      await reasons.text(claire).fill(text);
      await reasons.save(claire).click();
      await reasons.saved(claire).waitFor();

      const number = await file(ada, ROCAMADOUR);
      await read(ada, ADA, number);
      await unfold(ada, request.refuse);
      await reasons.choice(ada).last().selectOption({ label: title });
      await reasons.insert(ada).last().click();
      const written = await until("the text is there", () => request.reason(ada).inputValue());
      assert.equal(written, `Demande ${number} de COMMUNE DE ROCAMADOUR : précisez les services tarifés au quotient familial.`);
      await request.reason(ada).fill(`${written} Merci.`);
      await request.button(ada, request.refuse).click();
      // Mails keep punctuation with its word: their spaces are not those of the keyboard.
      const letter = (await reasons.letter(ada).innerText()).replaceAll(/\s+/g, " ");
      assert.ok(letter.includes(`${written} Merci.`), letter);
      await ada.getByText("la décision sera aussi à reporter là-bas").waitFor();
    }),
  ));

test("a page being typed in says that its request changed, and loses nothing", () =>
  visit({}, (ada) =>
    visit({}, async (demandeur) => {
      const number = await file(ada, EGUISHEIM);
      await read(ada, ADA, number);
      await unfold(ada, request.askChanges);
      await request.changes(ada).fill("Joignez la délibération signée.");
      // In the simulated DataPass, meanwhile: changes are asked for there.
      await demandeur.goto(`${process.env.HABILIS_BROWSER_SANDBOX}/datapass/demandes/${number.slice(1)}`);
      await demandeur.getByRole("button", { name: "Refuser", exact: true }).click();
      await until("the refusal arrived", async () =>
        (await (await ada.request.get(request.address(number))).text()).includes("Demande refusée"));
      await request.button(ada, request.askChanges).click();
      await request.stale(ada).waitFor();
      assert.equal(await request.kept(ada).inputValue(), "Joignez la délibération signée.");
    }),
  ));
