import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** The one bucket that there is. */
export const BUCKET = "audit-bucket";

/** As much of S3 as a write-once log needs. Anything else is refused by name. */
export async function startBucket() {
  const objects = new Map<string, string>();
  const state = { conflict: false, failing: false, listPage: 1_000 };
  const bodyOf = async (request: IncomingMessage) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString("utf8");
    // The client may send its body in signed chunks, with a checksum behind it.
    return request.headers["content-encoding"] === "aws-chunked"
      ? (/^([0-9a-f]+)[^\r]*\r\n([\s\S]*)/.exec(text)?.[2] ?? "").slice(
          0,
          Number(request.headers["x-amz-decoded-content-length"]),
        )
      : text;
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://bucket");
    const [, name, ...path] = url.pathname.split("/");
    const key = path.map(decodeURIComponent).join("/");
    const answer = (status: number, code?: string, body = "") =>
      response
        .writeHead(status, { "content-type": "application/xml" })
        .end(code === undefined ? body : `<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
    void (async () => {
      if (name !== BUCKET) return answer(404, "NoSuchBucket");
      if (state.failing) return answer(403, "AccessDenied");
      if (request.method === "PUT") {
        const body = await bodyOf(request);
        if (request.headers["if-none-match"] !== "*") return answer(501, "Unconditional");
        if (state.conflict) return answer(409, "ConditionalRequestConflict");
        if (objects.has(key)) return answer(412, "PreconditionFailed");
        objects.set(key, body);
        return answer(200);
      }
      if (request.method === "GET" && url.searchParams.get("list-type") === "2") {
        const after = url.searchParams.get("continuation-token") ?? url.searchParams.get("start-after") ?? "";
        const all = [...objects.keys()]
          .filter((one) => one.startsWith(url.searchParams.get("prefix") ?? "") && one > after)
          .sort();
        const page = all.slice(0, state.listPage);
        const more = page.length < all.length;
        const contents = page.map((one) => `<Contents><Key>${one}</Key></Contents>`).join("");
        return answer(
          200,
          undefined,
          `<ListBucketResult><IsTruncated>${more}</IsTruncated>${more ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : ""}${contents}</ListBucketResult>`,
        );
      }
      if (request.method === "GET") {
        const text = objects.get(key);
        return text === undefined ? answer(404, "NoSuchKey") : answer(200, undefined, text);
      }
      return answer(501, `Unknown ${request.method} ${request.url}`);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    objects,
    state,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
