// Installs dependencies when they are missing or older than the lock file. Plain JavaScript: it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Node ${process.versions.node} is too old: this project needs Node 20.19 or newer. Install Node 24 and run the command again.`,
  );
  process.exit(1);
}

// npm writes this file last, so it is newer than the lock file exactly when the install finished after the last change.
const stamp = `${root}node_modules/.package-lock.json`;
const fresh = existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(`${root}package-lock.json`).mtimeMs;
if (!fresh) {
  console.log("Installing dependencies (about a minute the first time) …");
  const result = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: "inherit",
  });
  if (result.status !== 0) {
    console.error("`npm ci` failed; its message is above. Mend that and run the command again.");
    process.exit(result.status ?? 1);
  }
}
