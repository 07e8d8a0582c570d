import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { type BridgeProcess, type BridgeProcessOptions, createBridgeProcess, freePort } from "./bridge-process.ts";

/** One or more bridges at one address. What is asked of it is asked of all. */
export interface Replicas extends BridgeProcess {
  /** Each by itself, to be killed and started alone. */
  readonly each: readonly BridgeProcess[];
  close(): Promise<void>;
}

/**
 * As `createBridgeProcess`; with more than one replica they take turns behind a front that passes on to whoever accepts, as a
 * load balancer does once it knows who is gone. A connection to one that dies is cut.
 */
export async function createReplicas(options: BridgeProcessOptions & { count: number }): Promise<Replicas> {
  if (options.count === 1) {
    const only = await createBridgeProcess(options);
    return { ...only, lines: only.lines, each: [only], close: async () => {} };
  }
  const ports = await Promise.all(Array.from({ length: options.count }, () => freePort()));
  const each = await Promise.all(ports.map((port) => createBridgeProcess({ ...options, port })));
  const front = await startFront(options.port, ports);
  const first = each[0] as BridgeProcess;
  const all = (work: (one: BridgeProcess) => Promise<void>) => Promise.all(each.map(work)).then(() => {});
  return {
    each,
    get lines() {
      return each.flatMap(({ lines }) => lines);
    },
    status: () => ({ ...(each.find((one) => one.status().running) ?? first).status(), url: front.url }),
    start: (env) => all((one) => (one.status().running ? Promise.resolve() : one.start(env))),
    kill: () => all((one) => one.kill()),
    stop: (patienceMs) => all((one) => one.stop(patienceMs)),
    destroy: () => each.forEach((one) => void one.destroy()),
    close: front.close,
  };
}

async function startFront(port: number, targets: readonly number[]): Promise<{ url: string; close(): Promise<void> }> {
  const open = new Set<Socket>();
  let turn = 0;
  const server = createServer((client) => {
    open.add(client);
    client.on("error", () => {});
    client.once("close", () => open.delete(client));
    client.pause();
    turn += 1;
    passOn(
      client,
      targets.map((_, place) => targets[(turn + place) % targets.length] as number),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

/** To the first that accepts; nobody is told of those that did not. */
function passOn(client: Socket, [port, ...others]: readonly number[]): void {
  if (port === undefined) {
    client.destroy();
    return;
  }
  const upstream = connect(port, "127.0.0.1");
  upstream.once("error", () => passOn(client, others));
  upstream.once("connect", () => {
    upstream.removeAllListeners("error");
    upstream.on("error", () => {});
    upstream.once("close", () => client.destroy());
    client.once("close", () => upstream.destroy());
    client.pipe(upstream).pipe(client);
  });
}
