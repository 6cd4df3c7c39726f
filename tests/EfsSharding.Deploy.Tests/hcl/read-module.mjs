// Prints a Terraform module as JSON: what hcl2json makes of each file, and every traversal in it with the place where it stands.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@cdktf/hcl2json";
import { traversals } from "./expressions.mjs";

const directory = process.argv[2];
const files = {};
const references = [];

async function visit(file, node, path) {
  if (typeof node === "string") {
    for (const value of await traversals(file, node)) {
      references.push({ file, path, value });
    }
  } else if (node !== null && typeof node === "object") {
    for (const [key, child] of Object.entries(node)) {
      await visit(file, child, [...path, key]);
    }
  }
}

for (const file of readdirSync(directory).filter((name) => name.endsWith(".tf")).sort()) {
  files[file] = await parse(file, readFileSync(join(directory, file), "utf8"));
  await visit(file, files[file], []);
}

process.stdout.write(JSON.stringify({ files, references }));
