// That looking at a page sees: a page made wrong on purpose is refused for each of its faults.
import assert from "node:assert/strict";
import { test } from "node:test";
import { visit, withChromium } from "./support/house.mjs";
import { look } from "./support/look.mjs";

withChromium();

const WRONG = `<!doctype html><html lang="en"><title>Faux</title><main>
  <h2>Sans titre principal</h2><div style="width:2000px">Trop large</div>
  <p style="color:#bbb;background:#fff">Illisible</p><input name="sans-nom">`;

test("each fault of a page is named", () =>
  visit({}, async (page) => {
    await page.setContent(WRONG);
    const refusal = await look(page, "Page fausse").then(
      () => assert.fail("nothing was found"),
      (error) => error.actual.join("\n"),
    );
    for (const fault of ["0 h1", 'lang "en"', "scrolls sideways", "color-contrast", "label (", "360 px"]) {
      assert.ok(refusal.includes(fault), `${fault} is not in:\n${refusal}`);
    }
  }));
