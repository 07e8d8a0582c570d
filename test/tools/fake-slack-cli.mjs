#!/usr/bin/env node
// Stands in for the Slack CLI: a process of its own that answers as the CLI prints, and keeps what it was told in
// .fake-cli.json where it runs. With a file named .fake-cli-fails, the command named in it fails.
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const args = process.argv.slice(2);
const [noun, verb] = args;
const option = (name) => args[args.indexOf(name) + 1];
const state = existsSync(".fake-cli.json")
  ? JSON.parse(readFileSync(".fake-cli.json", "utf8"))
  : { calls: [], triggers: [], env: {} };
state.calls.push(args.filter((arg) => arg !== "--no-color" && arg !== "--skip-update"));
const end = (said) => {
  writeFileSync(".fake-cli.json", JSON.stringify(state));
  console.log(said);
};

const fails = existsSync(".fake-cli-fails") ? readFileSync(".fake-cli-fails", "utf8").trim() : "";
if (fails !== "" && args.join(" ").startsWith(fails)) {
  console.error("token_revoked: run slack login");
  process.exit(1);
}

const kindOf = (source) =>
  /Webhook/.test(source) ? "webhook" : /TriggerTypes\.Shortcut/.test(source) ? "shortcut" : "scheduled";
const shown = ({ id, kind }) =>
  `   Trigger ID: ${id}\n   Trigger Type: ${kind}\n${
    kind === "scheduled"
      ? ""
      : `   URL: https://${kind === "webhook" ? "hooks.slack.example.com/triggers/T07" : "slack.example.com/shortcuts"}/${id}/5ecret\n`
  }`;

switch (`${noun} ${verb}`) {
  case "trigger list": {
    const type = args.includes("--type") ? option("--type") : "all";
    const wanted = state.triggers.filter(({ kind }) => type === "all" || kind === type);
    const shownNow = wanted.slice(0, args.includes("--limit") ? Number(option("--limit")) : 4);
    const lines = shownNow.map(({ title, id, kind }) => `- ${title} ${id} (${kind})`).join("\n");
    if (shownNow.length < wanted.length) {
      console.log(lines);
      console.error("Show more triggers? There is no terminal to ask in");
      process.exit(1);
    }
    end(`Listing triggers installed to the app...\n${lines}`);
    break;
  }
  case "trigger create": {
    const file = option("--trigger-def");
    const source = readFileSync(file, "utf8");
    const minute = /sweep_(\d\d)/.exec(file)?.[1];
    const title = minute ? `Sweep at :${minute}` : /\bname: "([^"]+)"/.exec(source)?.[1];
    const trigger = { id: `Ft0${state.triggers.length + 100000}`, title, kind: kindOf(source) };
    state.triggers.push(trigger);
    end(`Trigger successfully created!\n\n${title}\n${shown(trigger)}`);
    break;
  }
  case "trigger info":
    end(shown(state.triggers.find(({ id }) => id === option("--trigger-id"))));
    break;
  case "env add":
    state.env[args[2]] = args[3];
    end("Successfully added");
    break;
  default:
    end("done");
}
