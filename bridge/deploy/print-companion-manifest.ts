import { companionManifest } from "./companion-manifest.ts";

/** Prints the companion app's manifest for a bridge: `npm run companion-manifest -- https://bridge.example.org`. */
const [bridgeUrl] = process.argv.slice(2);
if (bridgeUrl === undefined || !URL.canParse(bridgeUrl) || new URL(bridgeUrl).protocol !== "https:") {
  console.error("Say where the bridge is, for example: npm run companion-manifest -- https://bridge.example.org");
  process.exit(2);
}
console.log(JSON.stringify(companionManifest({ bridgeUrl: new URL(bridgeUrl).origin }), null, 2));
