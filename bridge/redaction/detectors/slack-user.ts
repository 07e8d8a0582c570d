import { type Detector, eachMatch } from "../detector.ts";

const MENTION = /<@[UW][A-Z0-9]{5,20}(?:\|[^<>\n]{0,100})?>/g;
/** Without brackets: `U0…`, or any user id that is quoted or assigned. */
const BARE = /(?<![A-Za-z0-9])[UW]0[A-Z0-9]{6,12}(?![A-Za-z0-9])/g;
const QUOTED = /(?<=(?:["']|@|\buser(?:_?id)?["']?[=:] ?["']?))[UW](?=[A-Z]*\d)[A-Z0-9]{7,12}(?![A-Za-z0-9_])/g;
const HANDLE_AFTER_CUE = /(?<![\w@])@[a-z][a-z0-9]{1,20}[._][a-z][a-z0-9._-]{1,30}(?![\w@.-]*\/)/g;
const ROBOTS = /^@(?:types|aws-sdk|babel|org|channel|here|everyone)/;

/** Slack user ids and mentions; `first.last` handles. Channels and user groups stay. */
export const slackUser: Detector = {
  name: "slack-user",
  detect(text, emit) {
    const report = (match: RegExpExecArray) => emit("SLACK_USER", match.index, match.index + match[0].length);
    eachMatch(MENTION, text, report);
    eachMatch(BARE, text, report);
    eachMatch(QUOTED, text, report);
    eachMatch(HANDLE_AFTER_CUE, text, (match) => {
      if (!ROBOTS.test(match[0]) && match[0].includes(".")) report(match);
    });
  },
};
