import { spawn } from "node:child_process";
import { connect, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const MB = 1_048_576;

/** Sends `totalBytes` as fast as the other side takes them, until the answer is there or the connection ends. */
async function flood(port: number, announce: boolean, totalBytes: number): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  let ended = false;
  socket.on("data", (data) => {
    answer += String(data);
  });
  socket.on("error", () => {});
  socket.on("close", () => {
    ended = true;
  });
  const length = announce ? `Content-Length: ${totalBytes}` : "Transfer-Encoding: chunked";
  socket.write(`POST /webhooks/grafana-alerting HTTP/1.1\r\nHost: x\r\n${length}\r\n\r\n`);
  const block = Buffer.alloc(65_536, "x");
  const piece = announce ? block : Buffer.concat([Buffer.from("10000\r\n"), block, Buffer.from("\r\n")]);
  for (let sent = 0; sent < totalBytes && !ended; sent += block.length) {
    if (!socket.write(piece)) await next(socket, ["drain", "close"]);
  }
  if (!ended) {
    socket.end();
    await next(socket, ["close"]);
  }
  return answer.split("\r\n")[0] ?? "";
}

/** Resolves at the first of these events, and leaves no listener behind. */
const next = (socket: Socket, events: string[]) =>
  new Promise<void>((resolve) => {
    const heard = () => {
      for (const event of events) socket.off(event, heard);
      resolve();
    };
    for (const event of events) socket.on(event, heard);
  });

test("memory stays flat while unsigned bodies of 60 MB are sent", async () => {
  const path = fileURLToPath(new URL("./flooded-bridge.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", path], { stdio: ["pipe", "pipe", "inherit"] });
  try {
    const lines = child.stdout[Symbol.asyncIterator]();
    const ask = async (): Promise<{ port: number; rss: number; peak: number }> => {
      child.stdin.write("?\n");
      return JSON.parse(String((await lines.next()).value));
    };
    const before = await ask();
    const watch = setInterval(() => child.stdin.write("!\n"), 50);
    const answers = [];
    for (let round = 0; round < 3; round += 1) {
      answers.push(
        ...(await Promise.all(Array.from({ length: 6 }, (_, i) => flood(before.port, i % 2 === 0, 60 * MB)))),
      );
    }
    clearInterval(watch);
    const after = await ask();
    expect(new Set(answers)).toEqual(new Set(["HTTP/1.1 413 Payload Too Large"]));
    // Six are sent at a time, 360 MB if they were held; what remains is the noise of a garbage collector, which needs some room.
    expect((after.peak - before.rss) / MB).toBeLessThan(120);
  } finally {
    child.kill();
  }
});
