// Extracts from the official npm package of French administrative divisions what the sandbox shows: seeds/officiel/, two
// tab-separated files with a line of titles, compressed. Fails when the package no longer has the shape we read.
// One line per commune (`commune`, `arrondissement`, `deleguee`, `associee`), sorted by COG, the commune itself first.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const PACKAGE = "node_modules/@etalab/decoupage-administratif";
const TARGET = "seeds/officiel";
const KINDS = {
  "commune-actuelle": "commune",
  "arrondissement-municipal": "arrondissement",
  "commune-deleguee": "deleguee",
  "commune-associee": "associee",
};
const RANK = Object.values(KINDS);

const COMMUNE = ["cog", "nature", "nom", "siren", "codes_postaux", "departement", "region", "population", "parent", "anciens_codes"];
const GROUP = ["siren", "nature", "nom", "siege", "population", "membres"];

async function read(name) {
  return JSON.parse(await readFile(join(PACKAGE, "data", `${name}.json`), "utf8"));
}

function commune(from) {
  const nature = KINDS[from.type];
  if (!nature) throw new Error(`${from.code}: unknown type ${from.type}`);
  return {
    cog: from.code,
    nature,
    nom: from.nom,
    siren: from.siren,
    codes_postaux: from.codesPostaux?.join(","),
    departement: from.departement,
    region: from.region,
    population: from.population,
    parent: from.commune ?? from.chefLieu,
    anciens_codes: from.anciensCodes?.join(","),
  };
}

// The package names no seat: the most populated commune stands for it.
function group(from) {
  const biggest = from.membres.reduce((one, other) => (other.populationTotale > one.populationTotale ? other : one));
  return {
    siren: from.code,
    nature: from.type,
    nom: from.nom,
    siege: biggest.code,
    population: from.populationTotale,
    membres: from.membres.map((member) => member.code).join(","),
  };
}

function text(columns, rows) {
  const line = (values) => values.map((value) => String(value ?? "").replaceAll(/\s+/g, " ")).join("\t");
  return [line(columns), ...rows.map((row) => line(columns.map((column) => row[column])))].join("\n") + "\n";
}

async function write(name, columns, rows, least) {
  if (rows.length < least) throw new Error(`${name}: ${rows.length} lines, at least ${least} were expected`);
  await writeFile(join(TARGET, `${name}.tsv.gz`), gzipSync(text(columns, rows), { level: 9 }));
}

const communes = (await read("communes")).map(commune);
const order = (row) => `${row.cog}${RANK.indexOf(row.nature)}`;
communes.sort((one, other) => (order(one) < order(other) ? -1 : 1));
const groups = (await read("epci")).map(group).sort((one, other) => (one.siren < other.siren ? -1 : 1));

await rm(TARGET, { recursive: true, force: true });
await mkdir(TARGET, { recursive: true });
await write("communes", COMMUNE, communes, 34_000);
await write("intercommunalites", GROUP, groups, 1_000);
