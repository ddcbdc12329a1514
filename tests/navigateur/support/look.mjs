// What every page must be, whoever reads it: axe-core finds nothing, one h1, a language, a title, no sideways scroll,
// nothing in the console. On a desk and on a telephone.
import assert from "node:assert/strict";
import AxeBuilder from "@axe-core/playwright";
import { complaints } from "./house.mjs";

const WIDTHS = [1280, 360];
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Looks at a page at both widths; `name` is how a failure calls it. */
export async function look(page, name) {
  await page.waitForLoadState("load");
  const height = page.viewportSize().height;
  const found = [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height });
    found.push(...(await shape(page)).map((fault) => `${name}, ${width} px: ${fault}`));
    found.push(...(await axe(page)).map((fault) => `${name}, ${width} px: ${fault}`));
  }
  await page.setViewportSize({ width: WIDTHS[0], height });
  assert.deepEqual([...found, ...complaints(page)], [], `${name} (${page.url()})`);
}

function shape(page) {
  return page.evaluate(() => {
    const faults = [];
    const root = document.documentElement;
    const headings = document.querySelectorAll("h1").length;
    if (headings !== 1) faults.push(`${headings} h1`);
    if (root.lang !== "fr") faults.push(`lang "${root.lang}"`);
    if (!document.title.trim()) faults.push("no title");
    if (root.scrollWidth > root.clientWidth) {
      const wide = [...document.body.querySelectorAll("*")].filter(
        (one) => one.getBoundingClientRect().right > root.clientWidth + 1,
      );
      const first = wide[0]?.outerHTML.slice(0, 120);
      faults.push(`scrolls sideways (${root.scrollWidth} px): ${first}`);
    }
    return faults;
  });
}

async function axe(page) {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id} (${help}): ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ""}`),
  );
}
