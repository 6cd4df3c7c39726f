// Prints the value of a local of a Terraform module as JSON. Standard input says which, and what the rest of the world is:
// { "directory": …, "local": …, "scope": { "aws_x.y": …, "var.z": … } }. It knows as much of the language as that takes.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { getExpressionAst, parse } from "@cdktf/hcl2json";
import { tree } from "./expressions.mjs";

const { directory, local, scope } = JSON.parse(readFileSync(0, "utf8"));
const locals = {};
for (const file of readdirSync(directory).filter((name) => name.endsWith(".tf"))) {
  const parsed = await parse(file, readFileSync(join(directory, file), "utf8"));
  Object.assign(locals, ...(parsed.locals ?? []));
}

const functions = {
  keys: (map) => Object.keys(map).sort(),
  sort: (list) => [...list].sort(),
  tostring: (value) => String(value),
};

async function valueOf(json, names) {
  if (typeof json === "string") {
    return json.includes("${") ? await evaluate(await tree(local, json), names) : json;
  }

  if (Array.isArray(json)) {
    return await Promise.all(json.map((item) => valueOf(item, names)));
  }

  return json !== null && typeof json === "object" ? await objectOf(json, (item) => valueOf(item, names)) : json;
}

async function objectOf(items, each) {
  const entries = [];
  for (const [key, item] of Object.entries(items)) {
    entries.push([key, await each(item)]);
  }

  return Object.fromEntries(entries);
}

async function text(expression, names) {
  return await evaluate(await getExpressionAst(local, expression), names);
}

async function evaluate(node, names) {
  const { type, meta, children } = node;
  switch (type) {
    case "literalValue":
      return JSON.parse(meta.type === "string" ? JSON.stringify(meta.value) : meta.value);
    case "templateWrap":
      return await evaluate(children[0], names);
    case "template":
      return (await Promise.all(children.map((part) => evaluate(part, names)))).join("");
    case "scopeTraversal":
      return await named(meta.traversal.map((part) => part.segment), names);
    case "relativeTraversal":
      return walk(await text(meta.sourceExpression, names), meta.traversal.map((part) => part.segment));
    case "index":
      return walk(await text(meta.collectionExpression, names), [await text(meta.keyExpression, names)]);
    case "tuple":
      return await Promise.all(children.map((item) => evaluate(item, names)));
    case "object":
      return await objectOf(meta.items, (item) => text(item, names));
    case "conditional":
      return (await text(meta.conditionExpression, names)) ? await text(meta.trueExpression, names) : await text(meta.falseExpression, names);
    case "binaryOp":
      if (meta.operator !== "notEqual" && meta.operator !== "equal") {
        throw new Error(`the operator ${meta.operator} is not known here: ${meta.value}`);
      }

      return ((await text(meta.lhsExpression, names)) === (await text(meta.rhsExpression, names))) === (meta.operator === "equal");
    case "for":
      return await comprehension(meta, names);
    case "function":
      if (!(meta.name in functions)) {
        throw new Error(`the function ${meta.name} is not known here`);
      }

      return functions[meta.name](...(await Promise.all(children.map((argument) => evaluate(argument, names)))));
    default:
      throw new Error(`an expression of type '${type}' is not known here: ${meta?.value}`);
  }
}

async function comprehension(meta, names) {
  const pairs = [];
  for (const [key, value] of Object.entries(await text(meta.collectionExpression, names))) {
    const inner = { ...names, [meta.valVar]: value, ...(meta.keyVar ? { [meta.keyVar]: key } : {}) };
    if (!meta.conditionalExpression || (await text(meta.conditionalExpression, inner))) {
      pairs.push([meta.keyExpression ? await text(meta.keyExpression, inner) : null, await text(meta.valueExpression, inner)]);
    }
  }

  return meta.openRangeValue.startsWith("{") ? Object.fromEntries(pairs) : pairs.map(([, value]) => value);
}

async function named(segments, names) {
  if (segments[0] in names) {
    return walk(names[segments[0]], segments.slice(1));
  }

  for (let length = segments.length; length > 0; length--) {
    const name = segments.slice(0, length).join(".");
    if (name in scope) {
      return walk(scope[name], segments.slice(length));
    }
  }

  if (segments[0] === "local" && segments[1] in locals) {
    return walk(await valueOf(locals[segments[1]], {}), segments.slice(2));
  }

  throw new Error(`${segments.join(".")} has no value here`);
}

function walk(value, path) {
  return path.reduce((inner, key) => {
    if (inner === null || typeof inner !== "object" || !(key in inner)) {
      throw new Error(`there is no ${key} in ${JSON.stringify(inner)}`);
    }

    return inner[key];
  }, value);
}

process.stdout.write(JSON.stringify(await valueOf(locals[local], {})));
