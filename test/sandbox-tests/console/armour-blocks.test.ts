import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { Message, type MessageProps } from "slack-blocks-to-jsx";
import { expect, test } from "vitest";
import { armourBlocks, oneLine } from "../../sandbox/console/page/armour-blocks.ts";

/** What the renderer makes of armoured blocks: its markup, and the text a person reads, all spaces alike. */
function rendered(text: Record<string, unknown>) {
  const { blocks, literals } = armourBlocks([{ type: "section", block_id: "b", text }]);
  const html = renderToStaticMarkup(
    createElement(Message, {
      blocks: blocks as unknown as MessageProps["blocks"],
      logo: "",
      name: "",
      withoutWrapper: true,
      hooks: { user: ({ id }) => literals.get(id) ?? createElement("mark", {}, id) },
    }),
  );
  const read = html
    .replace(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#x27;", "'")
    .replaceAll("&amp;", "&")
    .replaceAll("\u2060", "")
    .replaceAll("\u00a0", " ");
  return { html, read };
}
const mrkdwn = (text: string) => rendered({ type: "mrkdwn", text });
const plain = (text: string, emoji?: boolean) => rendered({ type: "plain_text", text, emoji });

test("plain text is shown to the letter", () => {
  const text = "<!channel> <@U1> *b* _i_ `c` ~s~ <https://a.example|x> [y](https://b.example) &lt; > q 10:30:45";
  const { html, read } = plain(text);
  expect(read).toBe(text);
  expect(html).not.toMatch(/<a |<strong|<em|<code|<s>|<mark|slack_broadcast/);
});

test("an emoji in plain text is drawn, unless the text says it has none", () => {
  expect(plain(":fire: on").read).toBe("🔥 on");
  expect(plain(":fire: on", false).read).toBe(":fire: on");
});

test("escaped text never becomes a mention or a link", () => {
  const { html, read } = mrkdwn("&lt;!channel&gt; &lt;@U1&gt; &lt;https://evil.example|bank&gt; R&amp;D &amp;lt;");
  expect(read).toBe("<!channel> <@U1> <https://evil.example|bank> R&D &lt;");
  expect(html).not.toMatch(/slack_broadcast|<mark|>bank</);
});

test("escaped text in code keeps its characters", () => {
  expect(mrkdwn("`&lt;!here&gt;` and").read).toBe("<!here> and");
  expect(mrkdwn("```a &amp;&amp; b &lt; c```").read.trim()).toBe("a && b < c");
});

test("real markup still works", () => {
  const { html, read } = mrkdwn("*bold* <@U1> <!here> <https://a.example/?x=1&amp;y=2|link> `code` :tada:");
  expect(html).toContain("<mark>U1</mark>");
  expect(html).toContain('href="https://a.example/?x=1&amp;y=2"');
  expect(html).toMatch(/<strong>/);
  expect(html).toContain("slack_broadcast");
  expect(read).toBe("bold U1 @here link code 🎉");
});

test("verbatim keeps markup and only leaves bare addresses alone, as in Slack", () => {
  const { html, read } = rendered({
    type: "mrkdwn",
    text: "*bold* <@U1> :fire: <https://a.example|link> https://b.example/x",
    verbatim: true,
  });
  expect(read).toBe("bold U1 🔥 link https://b.example/x");
  expect(html).toContain("<mark>U1</mark>");
  expect(html).toContain('href="https://a.example"');
  expect(html).not.toContain('href="https://b.example');
});

test("times beside emoji stay times", () => {
  expect(mrkdwn("Alex 09:16\n:fire: next at 10:30:45\n:tada: http://a.example:80/x").read).toBe(
    "Alex 09:16\n🔥 next at 10:30:45\n🎉 http://a.example:80/x",
  );
});

test("Markdown links, which Slack does not have, stay text", () => {
  expect(mrkdwn("[click](https://evil.example) ![i](https://evil.example/p.png)").html).not.toMatch(/<img|>click<\/a>/);
});

test("direction overrides are named instead of obeyed", () => {
  expect(plain("a \u202Eb").read).toBe("a [U+202E]b");
  expect(mrkdwn("a \u202Eb").read).toBe("a [U+202E]b");
  expect(oneLine(null, "a \u202Eb")).toBe("a [U+202E]b");
});

test("block ids do not become element ids", () => {
  expect(mrkdwn("x").html).not.toContain('id="b"');
});
