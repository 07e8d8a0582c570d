import { readdirSync, readFileSync } from "node:fs";
import { REGISTRY } from "../../bridge/commands/registry.ts";
import manifest from "../../manifest.ts";
import { CARD_ACTIONS } from "../../shared/vocabulary.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** Every place where somebody, or something, can ask the product to act: typed words, workflows and their functions, buttons. */
export function surfaces(): string[] {
  // A workflow of ours has one function, of the same name.
  const workflows = Object.keys(manifest.workflows ?? {}).map((id) => id.replace(/_workflow$/, ""));
  const inSlack = new Set([...workflows, ...Object.keys(manifest.functions ?? {})]);
  return [
    ...REGISTRY.map(({ name }) => `command:${name}`),
    ...[...inSlack].map((id) => `slack:${id}`),
    ...CARD_ACTIONS.map((action) => `card:${action}`),
    ...buttons().map((action) => `button:${action}`),
  ].sort();
}

/** Action ids of the workflow buttons, which follow from their labels: these stand in the bridge's views. */
function buttons(): string[] {
  const labels = new Set<string>();
  for (const file of readdirSync(`${ROOT}bridge`, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".ts")) continue;
    const source = readFileSync(`${ROOT}bridge/${file}`, "utf8");
    for (const [, label] of source.matchAll(/\bcontrol\(\s*world,\s*[\w.]+,\s*"[a-z_]+",\s*["`]([^"`]+)["`]/g))
      if (label !== undefined) labels.add(label.replace(/\$\{[^}]*\}/g, "n"));
  }
  return [...labels].map((label) => `open_${label.toLowerCase().replace(/[^a-z0-9]+/g, "_")}`);
}
