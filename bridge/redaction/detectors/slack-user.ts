import { type Detector, eachMatch } from "../detector.ts";

const MENTION = /<@[UW][A-Z0-9]{5,20}(?:\|[^<>\n]{0,100})?>/g;
/** Without brackets: `U0…`, or any user id that is quoted or assigned. */
const BARE = /(?<![A-Za-z0-9])[UW]0[A-Z0-9]{6,12}(?![A-Za-z0-9])/g;
const QUOTED = /(?<=(?:["']|@|\buser(?:_?id)?["']?[=:] ?["']?))[UW](?=[A-Z]*\d)[A-Z0-9]{7,12}(?![A-Za-z0-9_])/g;
/** `@first.last` in chat; a host behind `user@` has no blank before. */
const HANDLE = /(?<=^|[\s(,])@[a-z][a-z0-9]{1,20}\.[a-z][a-z0-9-]{1,30}(?![\w@./-])/gm;
const HOST_ENDING = /\.(?:com|org|net|io|dev|app|co|ai|js|ts)$/;

/** Slack user ids and mentions; `first.last` handles. Channels and user groups stay. */
export const slackUser: Detector = {
  name: "slack-user",
  detect(text, emit) {
    const report = (match: RegExpExecArray) => emit("SLACK_USER", match.index, match.index + match[0].length);
    eachMatch(MENTION, text, report);
    eachMatch(BARE, text, report);
    eachMatch(QUOTED, text, report);
    eachMatch(HANDLE, text, (match) => {
      if (!HOST_ENDING.test(match[0])) report(match);
    });
  },
};
