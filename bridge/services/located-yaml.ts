import { isMap, isPair, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, visit } from "yaml";

export interface Place {
  line: number;
  column: number;
}

export interface LocatedYaml {
  /** The document as plain values; undefined when it has problems. */
  value: unknown;
  /** What is wrong with the YAML itself. */
  problems: (Place & { reason: string })[];
  /** Whether something is written at this path. */
  has(path: readonly PropertyKey[]): boolean;
  /** Where the value at `path` stands, or the nearest thing around it. `key`: where that key of it stands. */
  placeOf(path: readonly PropertyKey[], key?: string): Place;
}

/**
 * Parses one YAML document that people write by hand: keys are unique, and anchors and aliases are refused, because a value
 * would then mean something that does not stand where it is read.
 */
export function parseLocatedYaml(source: string): LocatedYaml {
  const lines = new LineCounter();
  const document = parseDocument(source, { uniqueKeys: true, lineCounter: lines, prettyErrors: false });
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };

  const problems = [...document.errors, ...document.warnings].map(({ pos, message }) => ({
    ...at(pos[0]),
    reason: `is not acceptable YAML: ${message}`,
  }));
  const refuse = (node: Node, what: string) => {
    problems.push({ ...at(node.range?.[0] ?? 0), reason: `${what} not accepted here; write the value out` });
  };
  visit(document, {
    Alias: (_, node) => refuse(node, `the alias *${node.source} is`),
    Pair: (_, { key }) => {
      // Plain objects cannot hold this key as a value of their own: it would vanish without a word.
      if (isScalar(key) && key.value === "__proto__") refuse(key, "the key __proto__ is");
    },
    Value: (_, node) => {
      if (node.anchor !== undefined) refuse(node, `the anchor &${node.anchor} is`);
    },
  });

  const walk = (path: readonly PropertyKey[]): { offset: number; whole: boolean; node: unknown } => {
    let node: unknown = document.contents;
    let offset = document.contents?.range?.[0] ?? 0;
    for (const segment of path) {
      const pair = isMap(node) ? node.items.find((item) => keyOf(item) === String(segment)) : undefined;
      const next = pair ? pair.value : isSeq(node) ? node.items[Number(segment)] : undefined;
      if (next === undefined || next === null)
        return { offset: pair ? offsetOf(pair.key, offset) : offset, whole: false, node };
      offset = offsetOf(next, pair ? offsetOf(pair.key, offset) : offset);
      node = next;
    }
    return { offset, whole: true, node };
  };

  return {
    problems,
    value: problems.length === 0 ? document.toJS({ maxAliasCount: 0 }) : undefined,
    has: (path) => walk(path).whole,
    placeOf(path, key) {
      const { offset, node } = walk(path);
      const pair = key !== undefined && isMap(node) ? node.items.find((item) => keyOf(item) === key) : undefined;
      return at(pair ? offsetOf(pair.key, offset) : offset);
    },
  };
}

const keyOf = (item: Pair): string | undefined =>
  isPair(item) && isScalar(item.key) ? String(item.key.value) : undefined;

function offsetOf(node: unknown, otherwise: number): number {
  if (typeof node !== "object" || node === null || !("range" in node) || !Array.isArray(node.range)) return otherwise;
  const start: unknown = node.range[0];
  return typeof start === "number" ? start : otherwise;
}
