import { type Detector, eachMatch, groupRange } from "../detector.ts";

const ID = String.raw`(\d{12}|\d{4}-\d{4}-\d{4})`;
const PATTERNS = [
  /\barn:aws[\w-]{0,12}:[\w-]{0,40}:[\w-]{0,30}:(\d{12})(?=:)/dg,
  /(?<!\d)(\d{12})\.(?:dkr\.ecr|signin\.aws|ddb|s3-control)/dg,
  /(?:sqs|sns|queue)[\w.-]{0,40}\.amazonaws\.com(?:\.cn)?\/(\d{12})(?=\/)/dg,
  // Bucket names carry the account that owns them.
  /(?:s3a?:\/\/|arn:aws[\w-]{0,12}:s3:::)[a-z0-9.-]{0,60}?(?<!\d)(\d{12})(?!\d)/dg,
  /(?<![\w.-])[a-z][a-z0-9.-]{0,60}-(\d{12})(?:-[a-z0-9-]{1,30})?\.s3[\w.-]{0,30}\.amazonaws\.com/dg,
  // The cue before: `AWS account id: …`, `"accountId":"…"`, `ACCOUNT=…`.
  new RegExp(
    String.raw`(?:aws|accounts?|acct|accountid|account_id|ownerid|owner_id|owner|registryid|payer|tenant)(?:[ _-]?(?:account|acct|id|no|number|num|nr|#|is|for|in|with))*["']{0,2}[ :=#([]{1,3}["']?${ID}(?!\d|-\d)`,
    "dgi",
  ),
  // The cue behind: `123… (AWS account)`, `123… account`.
  new RegExp(
    String.raw`(?<![\d-])${ID}[ ]{0,2}[("[]{0,2}(?:is |the |our |an? )?(?:[\w-]{1,12} )?(?:aws|account)\b`,
    "dgi",
  ),
];

/** AWS account ids, also inside ARNs, registry and queue URLs; the rest of those stays. */
export const awsAccount: Detector = {
  name: "aws-account",
  detect(text, emit) {
    if (!/\d{12}|\d{4}-\d{4}-\d{4}/.test(text)) return;
    for (const pattern of PATTERNS) {
      eachMatch(pattern, text, (match) => {
        const range = groupRange(match, 1);
        if (range) emit("AWS_ACCOUNT", ...range);
      });
    }
  },
};
