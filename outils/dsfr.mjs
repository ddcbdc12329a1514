// Copies the part of the DSFR package that our pages use into static/dsfr/.
// Left out, being reserved to State services: the Marianne and Spectral fonts, the favicon, and the marks drawn inside
// the stylesheets (State logo, FranceConnect logo). Fails when a copied stylesheet would ask for a file we do not ship.
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import postcss from "postcss";

const PACKAGE = "node_modules/@gouvfr/dsfr";
const SOURCE = join(PACKAGE, "dist");
const TARGET = "static/dsfr";
// The first one is what `make` looks at to know that all is there: it is written last.
const [MAIN, ...OTHERS] = ["dsfr.main.min.css", "utility/utility.main.min.css"];
const SCRIPT = "dsfr.module.min.js";

const MARKS = /\.fr-(logo|connect)\b/;
const FONTS = [
  [/^Marianne\b/, "var(--habilis-font,system-ui,sans-serif)"],
  [/^Spectral\b/, "georgia,serif"],
];
const FILE_URL = /url\(\s*["']?(?!["']?data:)([^"')]+)["']?\s*\)/g;

function withoutStateBrand(css) {
  const sheet = postcss.parse(css);
  sheet.walkAtRules("font-face", (rule) => rule.remove());
  sheet.walkDecls("background-image", (image) => {
    if (image.value.includes("data:") && MARKS.test(image.parent.selector)) image.remove();
  });
  sheet.walkDecls("font-family", (font) => {
    for (const [reserved, ours] of FONTS) if (reserved.test(font.value)) font.value = ours;
  });
  return sheet;
}

function filesNamedBy(sheet, sheetPath) {
  const files = new Set();
  sheet.walkDecls(({ value }) => {
    for (const [, url] of value.matchAll(FILE_URL)) files.add(normalize(join(dirname(sheetPath), url)));
  });
  return files;
}

async function write(path, content) {
  await mkdir(dirname(join(TARGET, path)), { recursive: true });
  await writeFile(join(TARGET, path), content);
}

async function copy(path) {
  if (!path.startsWith("icons/")) throw new Error(`${path}: the stylesheets should name icons only`);
  await mkdir(dirname(join(TARGET, path)), { recursive: true });
  await copyFile(join(SOURCE, path), join(TARGET, path));
}

async function stylesheet(path) {
  const sheet = withoutStateBrand(await readFile(join(SOURCE, path), "utf8"));
  for (const file of filesNamedBy(sheet, path)) await copy(file);
  await write(path, sheet.toString());
}

await rm(TARGET, { recursive: true, force: true });
await mkdir(TARGET, { recursive: true });
await copyFile(join(PACKAGE, "LICENSE.md"), join(TARGET, "LICENSE.md"));
const script = await readFile(join(SOURCE, SCRIPT), "utf8");
await write(SCRIPT, script.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n"));
for (const path of OTHERS) await stylesheet(path);
await stylesheet(MAIN);
