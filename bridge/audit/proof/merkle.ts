import { createHash } from "node:crypto";

/** The tree hash of RFC 6962, section 2.1: leaves and nodes are hashed apart, so that neither can pass for the other. */
const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const leafHash = (leaf: string): Buffer => sha256(LEAF, Buffer.from(leaf, "utf8"));
export const leafHashOfBytes = (leaf: Uint8Array): Buffer => sha256(LEAF, leaf);
const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256(NODE, left, right);

/** Root of the tree without leaves. */
const EMPTY_ROOT = sha256();

/** The largest power of two below `n`; `n` is at least 2. */
function splitOf(n: number): number {
  let split = 1;
  while (split * 2 < n) split *= 2;
  return split;
}

/** An append-only tree that keeps the hash of every whole subtree, so that each root and proof costs O(log size). */
export interface MerkleTree {
  readonly size: number;
  append(leaf: Buffer): void;
  /** Root of the first `size` leaves. @throws RangeError when there are not so many */
  root(size?: number): Buffer;
  /** Root that the tree will have once these leaves are appended. */
  rootWith(leaves: readonly Buffer[]): Buffer;
  /** Proves that leaf `index` is among the first `size`. */
  inclusion(index: number, size?: number): Buffer[];
  /** Proves that the first `from` leaves are the beginning of the first `to`. */
  consistency(from: number, to?: number): Buffer[];
}

export function createMerkleTree(leaves: Iterable<Buffer> = []): MerkleTree {
  /** `levels[k][i]` covers the leaves from i·2^k on, 2^k of them. */
  const levels: Buffer[][] = [];
  let count = 0;

  const append = (leaf: Buffer) => {
    count += 1;
    let hash = leaf;
    for (let level = 0; ; level += 1) {
      const here = levels[level] ?? [];
      levels[level] = here;
      const left = here.length % 2 === 1 ? here.at(-1) : undefined;
      here.push(hash);
      if (!left) return;
      hash = nodeHash(left, hash);
    }
  };

  const size = () => count;
  const bounded = (n: number): number => {
    if (!Number.isSafeInteger(n) || n < 0 || n > size())
      throw new RangeError(`the tree has ${size()} leaves, not ${n}`);
    return n;
  };

  /** Hash over leaves [start, end), at least one; every split of the RFC starts at a multiple of its width. */
  const subtree = (start: number, end: number, more: readonly Buffer[] = []): Buffer => {
    const width = end - start;
    const level = Math.log2(width);
    const whole = Number.isInteger(level) ? levels[level]?.[start / width] : undefined;
    const known = whole ?? (width === 1 ? more[start - size()] : undefined);
    if (known) return known;
    const middle = start + splitOf(width);
    return nodeHash(subtree(start, middle, more), subtree(middle, end, more));
  };

  const path = (index: number, start: number, end: number): Buffer[] => {
    if (end - start === 1) return [];
    const middle = start + splitOf(end - start);
    return index < middle
      ? [...path(index, start, middle), subtree(middle, end)]
      : [...path(index, middle, end), subtree(start, middle)];
  };

  /** SUBPROOF of the RFC: `known` while the old tree is a whole subtree that the verifier has the root of. */
  const subproof = (old: number, start: number, end: number, known: boolean): Buffer[] => {
    if (old === end - start) return known ? [] : [subtree(start, end)];
    const split = splitOf(end - start);
    const middle = start + split;
    return old <= split
      ? [...subproof(old, start, middle, known), subtree(middle, end)]
      : [...subproof(old - split, middle, end, false), subtree(start, middle)];
  };

  for (const leaf of leaves) append(leaf);
  return {
    get size() {
      return size();
    },
    append,
    root: (n = size()) => (bounded(n) === 0 ? EMPTY_ROOT : subtree(0, n)),
    rootWith: (more) => (size() + more.length === 0 ? EMPTY_ROOT : subtree(0, size() + more.length, more)),
    inclusion(index, n = size()) {
      if (!Number.isSafeInteger(index) || index < 0 || index >= bounded(n))
        throw new RangeError(`no leaf ${index} of ${n}`);
      return path(index, 0, n);
    },
    consistency(from, to = size()) {
      if (bounded(from) > bounded(to)) throw new RangeError(`${from} leaves do not begin ${to}`);
      return from === 0 || from === to ? [] : subproof(from, 0, to, true);
    },
  };
}

/** Whether `proof` shows that `leaf` is leaf `index` of the tree of `size` leaves with that root. Algorithm of RFC 9162, 2.1.3.2. */
export function verifyInclusion(
  leaf: Buffer,
  index: number,
  size: number,
  proof: readonly Buffer[],
  root: Buffer,
): boolean {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) return false;
  let [node, last] = [index, size - 1];
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 && hash.equals(root);
}

/** Whether `proof` shows that the first tree is the beginning of the second. Algorithm of RFC 9162, 2.1.4.2. */
export function verifyConsistency(
  from: { size: number; root: Buffer },
  to: { size: number; root: Buffer },
  proof: readonly Buffer[],
): boolean {
  if (from.size > to.size) return false;
  if (from.size === to.size) return proof.length === 0 && from.root.equals(to.root);
  if (from.size === 0) return proof.length === 0;
  const isWhole = Number.isInteger(Math.log2(from.size));
  const [first, ...rest] = isWhole ? [from.root, ...proof] : proof;
  if (!first) return false;
  let [node, last] = [from.size - 1, to.size - 1];
  while (node % 2 === 1) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  let [old, current] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      old = nodeHash(sibling, old);
      current = nodeHash(sibling, current);
      while (node % 2 === 0 && node !== 0) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
    } else {
      current = nodeHash(current, sibling);
    }
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 && old.equals(from.root) && current.equals(to.root);
}
