/**
 * One delivery in Deno: `deno run … deno-child.ts`, one JSON line in, one marked JSON line out.
 * Runs the sources of the hosted app as they are; the permissions of the process are those of the hosted runtime.
 */
import { SlackAPI } from "deno-slack-sdk/mod.ts";
import { dispatch, type Envelope } from "./dispatch.ts";

declare const Deno: {
  stdin: { readable: ReadableStream<Uint8Array> };
  exit(code: number): never;
};

interface Job {
  /** `file:` URL of the function's source. */
  source: string;
  marker: string;
  envelope: Envelope;
}

const isNetworkRefusal = (error: Error): boolean => /Requires net access/.test(error.message);

async function run(job: Job): Promise<{ ok: true; answer: unknown } | { ok: false; name: string; message: string }> {
  try {
    const answer = await dispatch(job.envelope, {
      load: () => import(job.source),
      SlackAPI: SlackAPI as never,
      warn: (line) => console.warn(line),
    });
    return { ok: true, answer };
  } catch (error) {
    if (!(error instanceof Error)) return { ok: false, name: "Error", message: String(error) };
    if (!isNetworkRefusal(error)) return { ok: false, name: error.name, message: error.message };
    const message = `${error.message} Detected missing network permissions: declare the domain in outgoingDomains of the manifest.`;
    return { ok: false, name: "PermissionDenied", message };
  }
}

const job = (await new Response(Deno.stdin.readable).json()) as Job;
// The hosted server stays up whatever a function waits for; so does this process, until it is told to stop.
setInterval(() => {}, 60_000);
const result = await run(job);
console.log(`${job.marker}${JSON.stringify(result)}`);
Deno.exit(0);
