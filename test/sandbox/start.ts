import type { DemoStep } from "./demo.ts";
import { HELP, readStartOptions, type StartOptions, UsageError } from "./start-options.ts";
import type { World } from "./world/world.ts";

const OLDEST_NODE = [20, 19] as const;
/** Set by a signal during the start, which is waited out first. */
let interrupted = false;

async function main(): Promise<number> {
  const refusal = nodeRefusal();
  if (refusal) return fail(refusal);
  let options: StartOptions;
  try {
    options = readStartOptions(process.argv.slice(2), process.env);
  } catch (error) {
    if (error instanceof UsageError) return fail(error.message);
    throw error;
  }
  if (options.help) {
    console.log(HELP);
    return 0;
  }

  // Before any AWS client is loaded: its advice about Node versions is not for the person who tries this.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  // A reader that went away (`npm start | head`) ends the world, it does not crash it.
  process.stdout.on("error", () => process.kill(process.pid, "SIGTERM"));
  let world: World | undefined;
  const stopped = onSignals(() => world);
  const print = printer(options.json);
  const { startWorld, PortTakenError } = await import("./world/world.ts");
  const { DataDirError } = await import("./world/kept-world.ts");
  const { tellStory } = await import("./story-teller.ts");

  const began = performance.now();
  print.line("starting", "Incident response on this machine. No accounts, nothing leaves it.");
  try {
    world = await startWorld({
      port: options.port,
      bridgePort: options.bridgePort,
      data: options.data,
      deno: options.deno,
      console: !options.demo,
    });
  } catch (error) {
    if (error instanceof PortTakenError || error instanceof DataDirError) return fail(error.message);
    return fail(`The sandbox could not start: ${error instanceof Error ? error.message : String(error)}`);
  }
  const running = world;
  if (interrupted) return stopped.then(() => 0);
  print.line("");
  print.part(options.demo ? "control" : "console", `http://localhost:${options.port}`);
  for (const { name, url } of running.parts) print.part(name, url);
  print.line("ready", `\nReady after ${seconds(performance.now() - began)}.`);

  const story = await tellStory(running, print.story);
  if (options.demo) {
    const ok = await playDemo(running, print.step);
    await story.settle();
    if (!ok) printTroubles(running, print.line);
    print.line(
      "demo",
      ok ? "\nThe whole incident happened, and its audit trail holds." : "\nThe demo stopped at the step marked ✗.",
    );
    story.stop();
    await running.stop();
    return ok ? 0 : 1;
  }
  if (options.thirtyMinutes) {
    print.line("thirty-minutes", "\nThe first thirty minutes of a SEV1, in under one:\n");
    await playThirtyMinutes(running);
    await story.settle();
  } else if (!options.quiet) {
    print.line("first-alert", "\nA first SEV1 alert of payments fires in OnCall:\n");
    await running.alert({ fixture: "oncall-alert-group-created" });
  }
  print.line("open", `\nOpen http://localhost:${options.port} and act as anybody. Ctrl+C stops everything.\n`);
  await stopped;
  return 0;
}

async function playDemo(world: World, report: (step: DemoStep) => void): Promise<boolean> {
  const { playDemo: play } = await import("./demo.ts");
  return play(world, report);
}

/** Reminders come soon while it is played, and as services.yaml says afterwards. */
async function playThirtyMinutes(world: World): Promise<void> {
  const { playFirstThirtyMinutes, SOONER } = await import("../support/first-thirty-minutes.ts");
  const { sceneOf } = await import("../support/scene.ts");
  const restart = async (env?: Record<string, string>) => {
    await world.bridge("stop");
    await world.bridge("start", env);
  };
  await restart(SOONER);
  await playFirstThirtyMinutes(sceneOf(world));
  await restart();
}

/** Resolves when the first signal has stopped the world; a second one does not wait. */
function onSignals(world: () => World | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onSignal = () => {
      if (interrupted) {
        world()?.destroy();
        process.exit(130);
      }
      interrupted = true;
      const end = async () => {
        // The start is not cut in half: what it has begun would be left running.
        while (!world()) await new Promise((wait) => setTimeout(wait, 50));
        await world()?.stop();
      };
      end().then(resolve, reject);
    };
    process.on("SIGINT", onSignal);
    process.on("SIGTERM", onSignal);
    process.on("SIGHUP", onSignal);
  });
}

function printer(json: boolean) {
  const write = (event: string, fields: Record<string, unknown>, text: string) => {
    if (!json) console.log(text);
    else if (event !== "") console.log(JSON.stringify({ time: new Date().toISOString(), event, ...fields }));
  };
  return {
    line: (event: string, text = "") => write(event, { text: text.trim() }, text),
    part: (name: string, url: string) => write("part", { name, url }, `  ${name.padEnd(18)}${url}`),
    story: ({ afterMs, event, text }: { afterMs: number; event: string; text: string }) =>
      write(event, { afterMs, text }, `  ${`+${seconds(afterMs)}`.padEnd(9)} ${text}`),
    step: ({ ok, name, detail, ms }: DemoStep) =>
      write("step", { ok, name, detail, ms }, `${ok ? "✓" : "✗"} ${name} (${seconds(ms)})\n    ${detail}`),
  };
}

/** The bridge's own words about what went wrong, for whoever looks into a failed demo. */
function printTroubles(world: World, line: (event: string, text: string) => void): void {
  const troubles = world.bridgeLines().filter((text) => /"level":"(warn|error|fatal)"|^\s*\w*Error\b/.test(text));
  for (const text of troubles.slice(-10)) line("bridge-log", `    bridge: ${text.slice(0, 500)}`);
}

function nodeRefusal(): string | undefined {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const old = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  return old
    ? `Node ${process.versions.node} is too old: install Node 20.19 or newer and run the command again.`
    : undefined;
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

function fail(sentence: string): number {
  console.error(sentence);
  return 1;
}

// Whatever still waits (a signal during a start that failed) must not keep the process alive.
process.exit(await main());
