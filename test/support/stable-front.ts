import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** One address before changing generations of a process: refused while there is none, cut when one dies. */
export interface StableFront {
  url: string;
  /** The port of the generation that answers from now on; undefined: nobody does, and what is open is cut. */
  lead(port: number | undefined): void;
  close(): Promise<void>;
}

export async function startStableFront(): Promise<StableFront> {
  const open = new Set<Socket>();
  let target: number | undefined;
  const track = (socket: Socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    // The other half is destroyed below; a reset is what a dead process looks like.
    socket.on("error", () => {});
  };
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  const server = createServer((client) => {
    track(client);
    if (target === undefined) {
      client.destroy();
      return;
    }
    const upstream = connect(target, "127.0.0.1");
    track(upstream);
    client.once("close", () => upstream.destroy());
    upstream.once("close", () => client.destroy());
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lead(port) {
      cut();
      target = port;
    },
    close: async () => {
      cut();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
