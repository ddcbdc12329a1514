// Where the demonstration under test answers, and the browsers that visit it. Knows no page: see pages.mjs.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { chromium } from "playwright-core";

const needed = (name) => process.env[name] ?? assert.fail(`${name} is missing: run outils/navigateur.sh`);
export const SERVICE = needed("HABILIS_BROWSER_SERVICE");
export const SANDBOX = needed("HABILIS_BROWSER_SANDBOX");
/** How long anything may take: the whole of `make test` runs on small machines. */
export const PATIENCE = 30_000;

export const ADA = "ada@habilis.example";
export const BRUNO = "bruno@habilis.example";
export const CLAIRE = "claire@habilis.example";
export const PASSWORD = "demonstration-2026";

const ARGUMENTS = [
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

let browser;
const faults = new Map();

/** To call once at the top of each file: one Chromium for its tests, closed whatever happens. */
export function withChromium() {
  before(async () => {
    const executablePath = process.env.HABILIS_BROWSER_CHROMIUM ?? "/usr/bin/chromium";
    // Chromium's own sandbox refuses to run as root.
    const chromiumSandbox = process.getuid?.() !== 0;
    browser = await chromium.launch({ executablePath, chromiumSandbox, args: ARGUMENTS });
  });
  after(() => browser?.close());
}

/** Gives `story` a page of its own, in a browser without memory, then checks that nothing went wrong behind it. */
export async function visit(options, story) {
  const context = await browser.newContext({
    locale: "fr-FR",
    timezoneId: "Europe/Paris",
    viewport: { width: 1280, height: 900 },
    ...options,
  });
  context.setDefaultTimeout(PATIENCE);
  const wrong = [];
  context.on("request", (request) => refuseElsewhere(request, wrong));
  context.on("page", (page) => listen(page, wrong));
  try {
    const page = await context.newPage();
    faults.set(page, wrong);
    await story(page, context);
    assert.deepEqual(wrong, [], "what the browser complained of");
  } finally {
    await context.close();
  }
}

/** What the browser complained of so far. */
export const complaints = (page) => faults.get(page) ?? [];

function refuseElsewhere(request, wrong) {
  const { hostname, protocol } = new URL(request.url());
  if (/^https?:|^wss?:/.test(protocol) && hostname !== "127.0.0.1") wrong.push(`asks elsewhere: ${request.url()}`);
}

function listen(page, wrong) {
  page.on("pageerror", (error) => wrong.push(`script: ${error.message}`));
  page.on("console", (message) => {
    // Answers with an error status are judged below: those of pages are part of the stories.
    const status = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !status) wrong.push(`console: ${message.text()}`);
  });
  page.on("response", (response) => {
    const page = response.request().isNavigationRequest();
    if (response.status() >= 400 && !page) wrong.push(`${response.status()}: ${response.url()}`);
  });
  page.on("requestfailed", (request) => {
    // Leaving a page drops what it was still asking for.
    const reason = request.failure()?.errorText;
    if (reason !== "net::ERR_ABORTED") wrong.push(`${reason}: ${request.url()}`);
  });
}

/** Asks again until the answer is truthy: for what moves on the other side. */
export async function until(what, ask) {
  const end = Date.now() + PATIENCE;
  while (Date.now() < end) {
    const answer = await ask();
    if (answer) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return assert.fail(`never happened: ${what}`);
}
