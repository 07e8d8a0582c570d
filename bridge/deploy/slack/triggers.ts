import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { LINK_TRIGGERS } from "../../../shared/vocabulary.ts";
import { type SlackCli, SlackCliError } from "./slack-cli.ts";

/** URL of each webhook and link trigger, by the name of its file. */
export type TriggerUrls = ReadonlyMap<string, string>;

/** Of ours. Event triggers are left out: every open room has two. */
const TYPES = ["shortcut", "webhook", "scheduled"];
/** The CLI shows four unless told otherwise, and asks a person whether it should go on: what is not shown would be made twice. */
const LISTED_MAX = "100";

const FOLDER = "slack-app/triggers";
/** Ids and addresses as the CLI prints them. */
const TRIGGER_ID = /\bFt[A-Z0-9]{5,}\b/;
const TRIGGER_URL = /https:\/\/\S+\/(?:shortcuts|triggers)\/[^\s)"']+/;

/**
 * Makes every trigger that is not there yet, one after the other: Slack answers rapid calls with false alarms. Those that are
 * there keep their addresses, and are found again by their title.
 * @param root of the repository
 * @throws SlackCliError when the CLI prints no address where one is needed
 */
export async function ensureTriggers(cli: SlackCli, root: string, say: (line: string) => void): Promise<TriggerUrls> {
  const listed: string[] = [];
  for (const type of TYPES) {
    listed.push(...(await cli.run("trigger", "list", "--type", type, "--limit", LISTED_MAX)).split("\n"));
  }
  const urls = new Map<string, string>();
  for (const name of triggerNames(root)) {
    const title = titleOf(root, name);
    const known = listed.find((line) => line.includes(title) && TRIGGER_ID.test(line));
    const id = known === undefined ? undefined : TRIGGER_ID.exec(known)?.[0];
    const said =
      id === undefined
        ? await cli.run("trigger", "create", "--trigger-def", `${FOLDER}/${name}.ts`)
        : await cli.run("trigger", "info", "--trigger-id", id);
    say(`${id === undefined ? "made" : "kept"} the trigger ${name}`);
    if (name.startsWith("sweep_")) continue;
    const url = TRIGGER_URL.exec(said)?.[0];
    if (url === undefined) throw new SlackCliError(`The Slack CLI printed no address for the trigger ${name}.`);
    urls.set(name, url);
  }
  return urls;
}

/** As the secret `slack-triggers` holds them. */
export const triggersSecret = (urls: TriggerUrls): string =>
  JSON.stringify({
    doorbell: urls.get("doorbell"),
    links: Object.fromEntries(LINK_TRIGGERS.map((name) => [name, urls.get(name)])),
  });

/** File names without `.ts`. */
const triggerNames = (root: string): string[] =>
  readdirSync(join(root, FOLDER))
    .filter((file) => file.endsWith(".ts"))
    .map((file) => basename(file, ".ts"))
    .sort();

/** The hosted app's files are read, never imported: they are Deno's. */
function titleOf(root: string, name: string): string {
  const sweep = /^sweep_(\d\d)$/.exec(name);
  if (sweep) return `Sweep at :${sweep[1]}`;
  const [, title] = /\bname: "([^"]+)"/.exec(readFileSync(join(root, FOLDER, `${name}.ts`), "utf8")) ?? [];
  if (title === undefined) throw new SlackCliError(`${FOLDER}/${name}.ts names no trigger.`);
  return title;
}
