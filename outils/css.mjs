// Checks our stylesheets: they parse (a brace that is missing or too many stops here), and every class of ours that a page
// names has a rule, and every rule a page. Also runs alone: `node outils/css.mjs`.
import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import postcss from "postcss";

const STYLES = "static/habilis";
const PAGES = ["src/http", "src/sandbox", "static/habilis"];
const CLASS = /\.(habilis-[a-z0-9]+(?:-{1,2}[a-z0-9]+)*)/g;
/** In a page: « .habilis-step », or a name within quotes. */
const NAMED = /[."' ](habilis-[a-z0-9]+(?:-{1,2}[a-z0-9]+)*)(?=["' .{;[\])])/g;
/** Names of ours that are no class. */
const OTHERS = new Set(["habilis-bac-a-sable", "habilis-demonstration-client", "habilis-raccourcis", "habilis-shortcuts"]);

async function files(folder, extensions) {
  const all = await readdir(folder, { recursive: true });
  return all.filter((name) => extensions.includes(extname(name))).map((name) => join(folder, name));
}

const ruled = new Map();
for (const file of await files(STYLES, [".css"])) {
  const sheet = postcss.parse(await readFile(file, "utf8"), { from: file });
  sheet.walkRules((rule) => {
    for (const [, name] of rule.selector.matchAll(CLASS)) if (!ruled.has(name)) ruled.set(name, file);
  });
}

const used = new Map();
for (const folder of PAGES) {
  for (const file of await files(folder, [".rs", ".js"])) {
    for (const [, name] of (await readFile(file, "utf8")).matchAll(NAMED)) if (!used.has(name)) used.set(name, file);
  }
}
for (const name of OTHERS) used.delete(name);

const faults = [];
for (const [name, file] of used) if (!ruled.has(name)) faults.push(`${file}: the class ${name} has no rule`);
for (const [name, file] of ruled) if (!used.has(name)) faults.push(`${file}: no page has the class ${name}`);
if (ruled.size === 0 || used.size === 0) faults.push("no class was found: this check sees nothing any more");
if (faults.length > 0) {
  console.error(faults.join("\n"));
  process.exit(1);
}
console.log(`${ruled.size} classes, each with its rule and its page`);
