import { getExpressionAst } from "@cdktf/hcl2json";

// The syntax tree of a value as hcl2json gives it: "${…}" is an expression, other text with "${" in it a template.
export async function tree(file, text) {
  const whole = /^\$\{([\s\S]*)\}$/.exec(text);
  if (whole) {
    try {
      return await getExpressionAst(file, whole[1]);
    } catch {
      // Two of them with text between: a template after all.
    }
  }

  return await getExpressionAst(file, `"${text}"`);
}

// What an expression names, "aws_vpc.own.id" or "var.name", without the variables of its own for expressions.
export async function traversals(file, text) {
  if (!text.includes("${")) {
    return [];
  }

  const found = [];
  collect(await tree(file, text), new Set(), found);
  return found;
}

function collect(node, bound, found) {
  if (!node) {
    return;
  }

  if (node.type === "scopeTraversal" && !bound.has(node.meta.traversal[0].segment)) {
    found.push(node.meta.traversal.filter((part) => part.type === "nameTraversal").map((part) => part.segment).join("."));
  }

  const inner = node.type === "for" ? new Set([...bound, node.meta.keyVar, node.meta.valVar]) : bound;
  for (const child of node.children ?? []) {
    collect(child, inner, found);
  }
}
