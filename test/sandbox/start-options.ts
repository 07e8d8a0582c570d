import { parseArgs } from "node:util";

export const HELP = `npm start -- [flags]

Starts the whole incident-response world on this machine: the bridge, a local Slack, a store and simulated vendors.
No accounts, nothing leaves the machine.

  --quiet            no first alert
  --demo             play a whole incident with scripted people, verify the audit trail, exit 0 or 1
  --thirty-minutes   play the first thirty minutes of a SEV1 with scripted people, then leave the room to you
  --data DIR         keep the world in DIR and continue it at the next start
  --deno             run the Slack functions in Deno, as Slack does
  --json             print one JSON event a line
  --port N           port of the console and control interface (default 4000, or SANDBOX_PORT)
  --bridge-port N    port of the bridge (default: the port after the console's)
  --help             this text`;

export interface StartOptions {
  quiet: boolean;
  demo: boolean;
  thirtyMinutes: boolean;
  data: string | undefined;
  deno: boolean;
  json: boolean;
  port: number;
  bridgePort: number;
  help: boolean;
}

/** What is wrong with the command line, in one sentence. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const DEFAULT_PORT = 4_000;

/** Reads the command line. @throws UsageError for an unknown flag, a missing or a wrong value */
export function readStartOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): StartOptions {
  const values = parse(args);
  const port = portOf("--port", values.port) ?? portOf("SANDBOX_PORT", env.SANDBOX_PORT || undefined) ?? DEFAULT_PORT;
  const bridgePort = portOf("--bridge-port", values["bridge-port"]) ?? port + 1;
  if (bridgePort === port)
    throw new UsageError(`--bridge-port ${bridgePort} is the console's port too; choose another.`);
  if (bridgePort > 65_535) throw new UsageError(`--port ${port} leaves no port for the bridge; choose a lower one.`);
  if (values.data === "") throw new UsageError("--data needs a directory.");
  return {
    quiet: values.quiet ?? false,
    demo: values.demo ?? false,
    thirtyMinutes: values["thirty-minutes"] ?? false,
    data: values.data,
    deno: values.deno ?? false,
    json: values.json ?? false,
    port,
    bridgePort,
    help: values.help ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        quiet: { type: "boolean" },
        demo: { type: "boolean" },
        "thirty-minutes": { type: "boolean" },
        data: { type: "string" },
        deno: { type: "boolean" },
        json: { type: "boolean" },
        port: { type: "string" },
        "bridge-port": { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    // Node's first sentence names the flag; the rest of its message is advice for programmers.
    const [sentence = ""] = (error as Error).message.split(/\. |\n/);
    throw new UsageError(`${sentence}. Run npm start -- --help to see the flags.`, { cause: error });
  }
}

function portOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port >= 1 && port <= 65_535)) throw new UsageError(`${name} ${text} is not a port; use 1 to 65535.`);
  return port;
}
