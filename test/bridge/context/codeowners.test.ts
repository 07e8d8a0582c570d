import { expect, test } from "vitest";
import { ownersOf } from "../../../bridge/context/codeowners.ts";

/** Patterns and what they match, from GitHub's description of CODEOWNERS. */
const SAMPLE = `
*       @global-1 @global-2
*.js    @js-owner #inline comment
*.go docs@example.com
/build/logs/ @doctocat
docs/*  docs2@example.com
apps/ @octocat
/docs/ @docs-root
/scripts/ @doctocat @octocat
**/logs @octo-org/logs
/apps/github
with\\ space/ @spacious
`;
const of = (file: string, text = SAMPLE) => ownersOf(text, [file]).map(({ owner }) => owner);

test.each([
  ["README.md", ["@global-1", "@global-2"]],
  ["src/deep/x.js", ["@js-owner"]],
  ["main.go", ["docs@example.com"]],
  ["build/logs/today/x.txt", ["@octo-org/logs"]],
  ["lib/apps/x.txt", ["@octocat"]],
  ["docs/x.md", ["@docs-root"]],
  ["sub/docs/x.md", ["@global-1", "@global-2"]],
  ["deep/logs/a/b.txt", ["@octo-org/logs"]],
  ["with space/x", ["@spacious"]],
])("%s belongs to %j", (file, owners) => {
  expect(of(file)).toEqual(owners);
});

test("a pattern without owners takes them away", () => {
  expect(of("apps/github/x.rb")).toEqual([]);
  expect(of("apps/other/x.rb")).toEqual(["@octocat"]);
});

test("a star at the end means the files right there, unlike in .gitignore", () => {
  const text = "docs/* @near\n";
  expect(of("docs/x.md", text)).toEqual(["@near"]);
  expect(of("docs/deep/x.md", text)).toEqual([]);
  expect(of("x.md", "* @all")).toEqual(["@all"]);
  expect(of("a/b/x.md", "/* @root")).toEqual([]);
  expect(of("x.md", "/* @root")).toEqual(["@root"]);
});

test("letters count, and what GitHub does not know in such a file is skipped", () => {
  expect(of("docs/x.md", "DOCS/ @a")).toEqual([]);
  expect(of("docs/x.md", "docs/ @a\n!docs/ @b\n[d]ocs/ @c\n")).toEqual(["@a"]);
  expect(of("docs/x.md", "docs/ <!channel> somebody @ok")).toEqual(["@ok"]);
});

test("who owns most files comes first", () => {
  expect(ownersOf("a/ @a\nb/ @b\n", ["a/1", "b/1", "b/2"])).toEqual([
    { owner: "@b", files: 2 },
    { owner: "@a", files: 1 },
  ]);
});

test("paths that no repository can hold own nothing and break nothing", () => {
  expect(ownersOf("* @a", ["../x", "/x", ""])).toEqual([]);
});
