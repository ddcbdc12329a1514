// Makes the délibérations of the demonstration: invented acts of real communes, in text, scanned, behind a password, in
// columns, and one that only decides to use API Particulier. Run by outils/deliberations.sh; set in Lato (OFL 1.1).
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const here = dirname(fileURLToPath(import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "deliberations-"));

const style = `
  @page { size: A4; margin: 18mm 20mm }
  body { font: 11pt/1.45 Lato, sans-serif; color: #111; hyphens: none }
  header { text-align: center; border-bottom: 1px solid #111; margin-bottom: 8mm }
  h1 { font-size: 15pt; margin: 2mm 0 } h2 { font-size: 12pt; margin: 6mm 0 2mm }
  .act { text-align: center; font-weight: bold; margin: 4mm 0 }
  .columns { columns: 2; column-gap: 10mm; text-align: justify }
  table { border-collapse: collapse; width: 100%; margin: 4mm 0 } td, th { border: 1px solid #444; padding: 1.5mm 3mm; text-align: left }
  .annex { break-before: page } footer { margin-top: 10mm; font-size: 9pt }`;

const page = (body) => `<!doctype html><html lang="fr"><head><meta charset="utf-8"><style>${style}</style></head><body>${body}</body></html>`;

const opening = (town, siren, department) => `
  <header><p>RÉPUBLIQUE FRANÇAISE – DÉPARTEMENT ${department}</p><h1>COMMUNE DE ${town}</h1><p>SIREN ${siren}</p></header>
  <p class="act">EXTRAIT DU REGISTRE DES DÉLIBÉRATIONS<br>DU CONSEIL MUNICIPAL</p>`;

const grid = `
  <table><tr><th>Tranche</th><th>Quotient familial</th><th>Repas</th><th>Accueil du soir</th></tr>
  <tr><td>Tranche 1</td><td>de 0 à 400</td><td>1,00 €</td><td>0,80 €</td></tr>
  <tr><td>Tranche 2</td><td>de 401 à 700</td><td>2,10 €</td><td>1,40 €</td></tr>
  <tr><td>Tranche 3</td><td>de 701 à 1 000</td><td>3,20 €</td><td>1,90 €</td></tr>
  <tr><td>Tranche 4</td><td>plus de 1 000</td><td>4,35 €</td><td>2,30 €</td></tr></table>`;

const closing = (who) => `
  <p>Fait et délibéré les jour, mois et an que dessus. Pour extrait conforme.</p>
  <p>${who}</p><footer>Acte inventé pour une démonstration : aucune valeur.</footer>`;

const tarifs = page(`${opening("HAUTELUCE", "217 301 324", "DE LA SAVOIE")}
  <p>Séance du 12 mars 2026. Date de convocation : 5 mars 2026. Date d’affichage : 16 mars 2026.</p>
  <p>Membres en exercice : 11 – présents : 9 – votants : 10.</p>
  <h2>Délibération n° 2026-042 : tarifs des services périscolaires</h2>
  <p>Madame la maire expose que les tarifs de la cantine et de l’accueil périscolaire sont inchangés depuis 2021.</p>
  <p>Vu le code général des collectivités territoriales, et notamment son article L. 2121-29 ;</p>
  <p>Vu l’article L. 114-8 du code des relations entre le public et l’administration ;</p>
  <p>Considérant qu’il y a lieu de moduler les tarifs selon les ressources des familles,</p>
  <p>Le conseil municipal, après en avoir délibéré, à l’unanimité :</p>
  <ul><li>FIXE les tarifs de la restauration scolaire et de l’accueil périscolaire selon le quotient familial établi par
  la CAF ou la MSA, conformément à la grille annexée ;</li>
  <li>DIT que le quotient familial est recueilli par le formulaire en ligne de transmission, avec l’accord de la famille,
  et que ces tarifs s’appliquent à compter du 1er septembre 2026.</li></ul>
  ${closing("La maire, Élise Combaz")}
  <section class="annex"><h2>Annexe : grille des tarifs</h2>${grid}</section>`);

const numerisee = page(`${opening("LA ROCHELLE", "211 703 004", "DE LA CHARENTE-MARITIME")}
  <p>L’an deux mille vingt-cinq, le vingt-trois juin, le conseil municipal s’est réuni en séance publique.</p>
  <h2>Délibération n° 2025-117 : restauration scolaire</h2>
  <p>Le conseil municipal, après en avoir délibéré, DÉCIDE d’appliquer aux familles un tarif calculé sur leur
  quotient familial, attesté par la Caisse d’allocations familiales :</p>${grid}
  ${closing("Le maire, Paul Ardouin")}`);

const columns = page(`${opening("RODEZ", "211 202 023", "DE L’AVEYRON")}
  <div class="columns"><p>Séance du 4 décembre 2025. Le conseil municipal était assemblé au lieu ordinaire de ses
  réunions, sous la présidence de son maire.</p>
  <p>Rapport. Les charges de la restauration collective ont augmenté de sept pour cent en deux ans. La commission de
  l’enfance propose de ne pas répercuter cette hausse sur les familles modestes et de revoir les tranches.</p>
  <p>Il est proposé de retenir le quo-<br>tient familial mensuel de la CAF, ou celui de la MSA, comme seul critère de
  modulation, le lieu de résidence n’étant plus pris en compte.</p>
  <p>Tarifs du repas : moins de 450 : 1,20 € ; de 451 à 800 : 2,40 € ; de 801 à 1 200 : 3,60 € ; plus de 1 200 : 4,90 €.</p>
  <p>Après en avoir délibéré, le conseil municipal adopte ces tarifs par 32 voix pour et 3 abstentions.</p>
  <p>Les quotients familiaux sont actualisés chaque année en janvier. Une famille dont la situation change peut
  demander qu’ils le soient sans attendre.</p>
  <p>Les recettes sont inscrites au budget de l’exercice. Ampliation de la présente délibération sera adressée au
  comptable public.</p></div>${closing("Le maire, Antoine Bessière")}`);

const apiOnly = page(`${opening("BREST", "212 900 195", "DU FINISTÈRE")}
  <p>Séance du 9 février 2026.</p><h2>Délibération n° 2026-008 : simplification des démarches</h2>
  <p>Le conseil municipal, après en avoir délibéré, DÉCIDE d’utiliser API Particulier pour obtenir le quotient familial
  des usagers qui y consentent, et AUTORISE le maire à signer tout document utile.</p>
  ${closing("Le maire, Yann Le Guen")}`);

const protectedOne = page(`${opening("ÉPINAL", "218 801 603", "DES VOSGES")}
  <p>Séance du 2 avril 2026.</p><p>Le conseil municipal fixe les tarifs selon le quotient familial.</p>${grid}
  ${closing("La maire, Anne Jacquot")}`);

const at = (name) => join(here, name);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const print = async (html, path) => {
  const tab = await browser.newPage();
  await tab.setContent(html);
  await tab.pdf({ path, format: "A4", printBackground: true, preferCSSPageSize: true });
  await tab.close();
};

await print(tarifs, at("tarifs.pdf"));
await print(columns, at("colonnes.pdf"));
await print(apiOnly, at("api-seule.pdf"));
await print(protectedOne, join(scratch, "clear.pdf"));
execFileSync("qpdf", ["--encrypt", "secret", "proprietaire", "256", "--", join(scratch, "clear.pdf"), at("protegee.pdf")]);

// As a copier does: an image, a little askew, in a little noise.
await print(numerisee, join(scratch, "paper.pdf"));
execFileSync("pdftoppm", ["-r", "200", "-gray", "-jpeg", "-jpegopt", "quality=50", "-singlefile", join(scratch, "paper.pdf"), join(scratch, "scan")]);
const image = readFileSync(join(scratch, "scan.jpg")).toString("base64");
await print(
  `<!doctype html><style>@page{size:A4;margin:0}body{margin:0;background:#f4f2ec}img{display:block;width:100%;height:296mm;object-fit:cover;transform:rotate(.4deg)}body{overflow:hidden;height:296mm}</style><img src="data:image/jpeg;base64,${image}">`,
  at("numerisee.pdf"),
);
await browser.close();
rmSync(scratch, { recursive: true });
