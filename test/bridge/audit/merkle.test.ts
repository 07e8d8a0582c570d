import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  createMerkleTree,
  leafHash,
  leafHashOfBytes,
  verifyConsistency,
  verifyInclusion,
} from "../../../bridge/audit/proof/merkle.ts";
import { holds } from "../../support/holds.ts";

/** The reference tree that implementations of Certificate Transparency (RFC 6962) are tested with. */
const LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"].map(
  (hex) => leafHashOfBytes(Buffer.from(hex, "hex")),
);
const ROOTS = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];
const INCLUSION: [index: number, size: number, proof: string[]][] = [
  [
    0,
    8,
    [
      "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
  ],
  [
    5,
    8,
    [
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
  ],
  [2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]],
];
const CONSISTENCY: [from: number, to: number, proof: string[]][] = [
  [1, 1, []],
  [
    1,
    8,
    [
      "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
  ],
  [
    6,
    8,
    [
      "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
  ],
  [
    2,
    5,
    [
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
  ],
];
const hex = (hashes: readonly Buffer[]) => hashes.map((hash) => hash.toString("hex"));

describe("the reference tree of RFC 6962", () => {
  const tree = createMerkleTree(LEAVES);

  test("has its published roots", () => {
    expect(ROOTS.map((_, size) => tree.root(size).toString("hex"))).toEqual(ROOTS);
  });

  test("has each root before the leaves that make it are appended", () => {
    for (let size = 0; size <= LEAVES.length; size += 1) {
      const begun = createMerkleTree(LEAVES.slice(0, size));
      const roots = ROOTS.slice(size).map((_, more) => begun.rootWith(LEAVES.slice(size, size + more)).toString("hex"));
      expect(roots).toEqual(ROOTS.slice(size));
      expect(begun.size).toBe(size);
    }
  });

  test.each(INCLUSION)("leaf %i of %i has its published proof", (index, size, proof) => {
    expect(hex(tree.inclusion(index, size))).toEqual(proof);
  });

  test.each(CONSISTENCY)("tree %i begins tree %i by its published proof", (from, to, proof) => {
    expect(hex(tree.consistency(from, to))).toEqual(proof);
  });

  test("asks for no leaf and no size that it has not", () => {
    expect(() => tree.root(9)).toThrow(RangeError);
    expect(() => tree.root(-1)).toThrow(RangeError);
    expect(() => tree.inclusion(8)).toThrow(RangeError);
    expect(() => tree.inclusion(-1)).toThrow(RangeError);
    expect(() => tree.consistency(5, 4)).toThrow(RangeError);
  });
});

const sizes = fc.tuple(fc.nat(70), fc.nat(70)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
const treeOf = (size: number) => createMerkleTree(Array.from({ length: size }, (_, n) => leafHash(`leaf ${n}`)));

test("every leaf of every tree is proved, and no other leaf, place or root is", () => {
  holds(
    fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), (size, at) => {
      const tree = treeOf(size);
      const index = at % size;
      const proof = tree.inclusion(index);
      const leaf = leafHash(`leaf ${index}`);
      const root = tree.root();
      const other = (index + 1) % size;
      expect(verifyInclusion(leaf, index, size, proof, root)).toBe(true);
      expect(verifyInclusion(leafHash("another"), index, size, proof, root)).toBe(false);
      if (size > 1) expect(verifyInclusion(leaf, other, size, proof, root)).toBe(false);
      expect(verifyInclusion(leaf, index, size, [...proof, root], root)).toBe(false);
      expect(verifyInclusion(leaf, index, size, proof.slice(1), root)).toBe(size === 1);
      expect(verifyInclusion(leaf, size, size, proof, root)).toBe(false);
      expect(verifyInclusion(leaf, index, size, proof, leafHash("no root"))).toBe(false);
    }),
  );
});

test("every tree is proved to begin every later one, and no other tree is", () => {
  holds(
    fc.property(sizes, ([from, to]) => {
      const tree = treeOf(to);
      const proof = tree.consistency(from, to);
      const old = { size: from, root: tree.root(from) };
      const current = { size: to, root: tree.root(to) };
      expect(verifyConsistency(old, current, proof)).toBe(true);
      expect(verifyConsistency(current, old, proof)).toBe(from === to);
      if (from > 0) {
        expect(verifyConsistency({ ...old, root: leafHash("no root") }, current, proof)).toBe(false);
        expect(verifyConsistency(old, { ...current, root: leafHash("no root") }, proof)).toBe(false);
      }
      expect(verifyConsistency(old, current, [...proof, current.root])).toBe(false);
      if (proof.length > 0) expect(verifyConsistency(old, current, proof.slice(1))).toBe(false);
    }),
  );
});

test("nothing at all proves no consistency where the old tree is not part of the new one whole", () => {
  const tree = treeOf(5);
  const at = (size: number) => ({ size, root: tree.root(size) });
  expect(verifyConsistency(at(3), at(5), [])).toBe(false);
  expect(verifyConsistency(at(4), at(5), [])).toBe(false);
  expect(verifyConsistency(at(5), at(5), [])).toBe(true);
});
