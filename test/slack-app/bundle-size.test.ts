import { expect, test } from "vitest";
import { bundleSizes, MOST_BUNDLE_BYTES, SDK_BYTES } from "../support/bundle-sizes.ts";

test("the largest function is below 400 KB as it is deployed, and so is every other", async () => {
  const sizes = await bundleSizes();
  // Nothing came out empty: each holds at least its contracts.
  expect(sizes.at(-1)?.bytes).toBeGreaterThan(SDK_BYTES + 10_000);
  expect(sizes[0]?.bytes, sizes[0]?.name).toBeLessThan(MOST_BUNDLE_BYTES);
});
