import { type Detector, eachMatch, groupRange } from "../detector.ts";

const WHO =
  "(?:customer|cust|user|usr|account|acct|tenant|org|organi[sz]ation|client|member|subscriber|merchant|patient|payer|buyer|seller|guest)";
const UUID = "[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}";
const LABELLED = new RegExp(
  String.raw`(?<![A-Za-z])(?:[a-z]{2,12}_)?${WHO}[ _-]?(?:uu)?(?:id|ref|no|number|key)?["']?(?: ?[:=#] ?|[ ]#?)["']?(${UUID}|(?=[A-Za-z0-9_.:-]{0,40}\d)[A-Za-z0-9][A-Za-z0-9_:-]{3,60})(?![A-Za-z0-9@])`,
  "dgi",
);
const PATH = new RegExp(
  String.raw`/(?:customers|users|accounts|tenants|orgs|organizations|members|clients|merchants)/(${UUID}|\d{4,20}|(?=[\w-]{0,40}\d)[\w-]{8,60})(?=[/?#\s"']|$)`,
  "dgi",
);
const PREFIXED =
  /(?<![A-Za-z0-9])(?:cus|cust|customer|usr|user|acct|org|tnt|tenant|mem|member|merchant|merch|client|sub|buyer)_(?=[A-Za-z]{0,30}[A-Z0-9])[A-Za-z0-9]{6,40}(?![A-Za-z0-9_])/g;
/** `db.example.org:9092`, `client:8080`: a port. */
const PORT = /^[a-z]+:\d{2,5}$/i;
/** `user 500 errors`, `account 12 failed`: a number and what it counts. */
const COUNT = /^\d{1,5}$/;

/** `client = boto3.client(…)`, `account: account1`: a variable. */
function isCode(written: string, value: string, next: string): boolean {
  const label = /[a-z]+/i.exec(written)?.[0].toLowerCase() ?? "";
  return next === "(" || (next === "." && /^[a-z]+\d?$/i.test(value)) || value.toLowerCase().includes(label);
}

/** Ids of customers, users, accounts, tenants and organisations: by label, by path, by prefix. */
export const customerId: Detector = {
  name: "customer-id",
  detect(text, emit) {
    eachMatch(LABELLED, text, (match) => {
      const range = groupRange(match, 1);
      const value = (match[1] ?? "").replace(/[:._-]+$/, "");
      const spaced =
        range !== undefined &&
        /\s#?["']?$/.test(text.slice(range[0] - 2, range[0])) &&
        !/[:=#]/.test(text.slice(range[0] - 3, range[0]));
      if (
        !range ||
        (spaced &&
          (COUNT.test(value) || !/\d/.test(value) || /^\d+(?:ms|s|x|k|m|h|gb|mb|rps|th|st|nd|rd)$/i.test(value)))
      )
        return;
      if (PORT.test(match[0]) || isCode(match[0], value, text.charAt(match.index + match[0].length))) return;
      if (/^(?:\d{1,3}|\d{4}-\d\d-\d\d.*|0x.*|true|false|v\d.*)$/i.test(value)) return;
      emit("CUSTOMER", range[0], range[0] + value.length);
    });
    eachMatch(PATH, text, (match) => {
      const range = groupRange(match, 1);
      if (range) emit("CUSTOMER", ...range);
    });
    eachMatch(PREFIXED, text, (match) => emit("CUSTOMER", match.index, match.index + match[0].length));
  },
};
