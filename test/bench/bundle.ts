import { bundleSizes, MOST_BUNDLE_BYTES, SDK_BYTES } from "../support/bundle-sizes.ts";
import { table } from "./table.ts";

const kilobytes = (bytes: number): string => (bytes / 1_024).toFixed(0);

/** How large each hosted function is as Slack's build hook deploys it. */
export async function benchBundle(): Promise<void> {
  const sizes = await bundleSizes();
  const [largest] = sizes;
  if (!largest) throw new Error("the manifest has no function");
  console.log(
    [
      `Bundle: ${sizes.length} hosted functions, each bundled on its own, not minified; ${kilobytes(SDK_BYTES)} KB of each are Slack's SDK.`,
      "",
      table(
        ["", "KB"],
        sizes.map(({ name, bytes }) => [name, kilobytes(bytes)]),
      ),
      "",
      `largest: ${largest.name}, ${kilobytes(largest.bytes)} KB (target ${kilobytes(MOST_BUNDLE_BYTES)}: ${largest.bytes < MOST_BUNDLE_BYTES ? "met" : "NOT MET"})`,
    ].join("\n"),
  );
}
