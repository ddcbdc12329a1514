// Moving by keyboard alone: Tab to something, seeing at every stop where one is.
import assert from "node:assert/strict";

const MOST_STOPS = 150;

/** Presses Tab until `target` has the focus. Every stop on the way must show its focus. */
export async function tabTo(page, target) {
  await target.waitFor();
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press("Tab");
    const unseen = await page.evaluate(unseenFocus);
    assert.equal(unseen, null, `focus not visible on ${page.url()}`);
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  assert.fail(`Tab never reaches ${target} on ${page.url()}`);
}

/** Tab to it, then Enter. */
export async function press(page, target) {
  await tabTo(page, target);
  await page.keyboard.press("Enter");
}

/** Where the focus is without being drawn: the element as text, or null. Runs in the page. */
function unseenFocus() {
  const focused = document.activeElement;
  // Between the last element and the first, the focus is on the browser itself.
  if (!focused || focused === document.body) return null;
  // The focus is inside another document, which draws its own.
  if (focused.tagName === "IFRAME") return null;
  const box = focused.getBoundingClientRect();
  const inside = box.bottom > 0 && box.top < innerHeight && box.width > 0 && box.height > 0;
  const drawn = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  // The design system draws the focus of a checkbox around the mark of its label.
  const label = focused.labels?.[0];
  const seen = drawn(getComputedStyle(focused)) || (label && drawn(getComputedStyle(label, "::before")));
  return seen && inside ? null : focused.outerHTML.slice(0, 160);
}
