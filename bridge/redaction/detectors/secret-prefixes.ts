/** Body alphabets. */
const ALNUM = "[A-Za-z0-9]";
const URLSAFE = "[A-Za-z0-9_-]";
const DOTTED = "[A-Za-z0-9_.-]";
const BASE64 = "[A-Za-z0-9+/=_-]";
const HEX = "[0-9a-fA-F]";
const UPPER = "[A-Z0-9]";

export interface TokenShape {
  /** Who issues it. */
  maker: string;
  /** What it begins with, literally. */
  prefixes: readonly string[];
  /** What follows: one character class and the least number of characters that makes it a token rather than a word. */
  body: string;
  min: number;
}

const shape = (maker: string, prefixes: string | string[], body: string, min: number): TokenShape => ({
  maker,
  prefixes: [prefixes].flat(),
  body,
  min,
});

/** Prefixes that makers of tokens document for secret scanning. Lower bounds are generous: a cut-off token is a leak too. */
export const TOKEN_SHAPES: readonly TokenShape[] = [
  shape("GitHub", ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], ALNUM, 16),
  shape("GitHub fine-grained", "github_pat_", "[A-Za-z0-9_]", 20),
  shape(
    "GitLab",
    ["glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glft-", "glimt-", "glagent-", "gloas-", "glsoat-", "glffct-"],
    DOTTED,
    16,
  ),
  shape("GitLab runner", "GR1348941", URLSAFE, 16),
  shape(
    "Slack",
    [
      "xoxb-",
      "xoxp-",
      "xoxa-",
      "xoxr-",
      "xoxs-",
      "xoxo-",
      "xoxc-",
      "xoxd-",
      "xoxe-",
      "xoxe.xoxp-",
      "xoxe.xoxb-",
      "xapp-",
      "xwfp-",
    ],
    "[A-Za-z0-9%-]",
    10,
  ),
  shape("Stripe", ["sk_live_", "sk_test_", "rk_live_", "rk_test_", "whsec_"], BASE64, 10),
  shape("AWS", ["AKIA", "ASIA", "AROA", "AIDA", "AGPA", "ANPA", "ANVA", "ABIA", "ACCA"], UPPER, 14),
  shape("AWS Bedrock", ["ABSK", "bedrock-api-key-"], BASE64, 40),
  shape("Google key", "AIza", URLSAFE, 30),
  shape("Google OAuth", ["ya29.", "GOCSPX-", "1//0"], DOTTED, 20),
  shape("Linear", ["lin_api_", "lin_oauth_", "lin_wh_"], ALNUM, 16),
  shape("Grafana", ["glsa_", "glc_"], BASE64, 20),
  shape("Vault", ["hvs.", "hvb.", "hvr."], URLSAFE, 16),
  shape("npm", "npm_", ALNUM, 20),
  shape("PyPI", "pypi-", URLSAFE, 32),
  shape("OpenAI", ["sk-proj-", "sk-svcacct-", "sk-admin-", "sk-None-"], URLSAFE, 16),
  shape("Anthropic", "sk-ant-", URLSAFE, 16),
  shape("OpenRouter", "sk-or-v1-", ALNUM, 20),
  shape("Secret key", "sk-", ALNUM, 20),
  shape("Hugging Face", ["hf_", "api_org_"], ALNUM, 20),
  shape("Replicate", "r8_", ALNUM, 20),
  shape("Groq", "gsk_", ALNUM, 20),
  shape("xAI", "xai-", ALNUM, 20),
  shape("Perplexity", "pplx-", ALNUM, 20),
  shape("Twilio", ["SK", "AC"], HEX, 32),
  shape("SendGrid", "SG.", DOTTED, 30),
  shape("Mailgun", "key-", HEX, 32),
  shape("Brevo", "xkeysib-", URLSAFE, 30),
  shape("Postman", "PMAK-", URLSAFE, 24),
  shape("Shopify", ["shpat_", "shpss_", "shpca_", "shppa_"], ALNUM, 20),
  shape("Square", ["sq0atp-", "sq0csp-", "sq0idp-"], URLSAFE, 20),
  shape("DigitalOcean", ["dop_v1_", "doo_v1_", "dor_v1_"], ALNUM, 20),
  shape("Doppler", ["dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit."], DOTTED, 20),
  shape("Databricks", "dapi", HEX, 28),
  shape("Dynatrace", "dt0c01.", DOTTED, 20),
  shape("New Relic", ["NRAK-", "NRJS-", "NRII-", "NRRA-", "NRIQ-"], URLSAFE, 16),
  shape("Sentry", ["sntrys_", "sntryu_"], BASE64, 20),
  shape("Atlassian", ["ATATT3x", "ATCTT3x"], BASE64, 20),
  shape("Bitbucket", "ATBB", ALNUM, 20),
  shape("Fly.io", ["FlyV1 fm2_", "fm2_", "fo1_"], BASE64, 20),
  shape("Heroku", "HRKU-", URLSAFE, 20),
  shape("Supabase", ["sbp_", "sb_secret_"], URLSAFE, 20),
  shape("PlanetScale", ["pscale_tkn_", "pscale_pw_", "pscale_oauth_"], DOTTED, 20),
  shape("Netlify", ["nfp_", "nfc_", "nfu_"], ALNUM, 20),
  shape("Vercel", ["vcp_", "vci_", "vca_", "vcr_", "vck_"], ALNUM, 20),
  shape(
    "Tailscale",
    ["tskey-api-", "tskey-auth-", "tskey-client-", "tskey-scim-", "tskey-webhook-", "tskey-"],
    URLSAFE,
    16,
  ),
  shape("Pulumi", "pul-", HEX, 20),
  shape("Docker", ["dckr_pat_", "dckr_oat_"], URLSAFE, 16),
  shape("RubyGems", "rubygems_", HEX, 20),
  shape("Figma", ["figd_", "figu_"], URLSAFE, 20),
  shape("Notion", "ntn_", ALNUM, 20),
  shape("Dropbox", "sl.", URLSAFE, 60),
  shape("1Password", "ops_eyJ", BASE64, 30),
  shape("age", "AGE-SECRET-KEY-1", UPPER, 30),
  shape("CircleCI", "CCIPAT_", "[A-Za-z0-9_]", 20),
  shape("Buildkite", ["bkua_", "bkaj_", "bkct_"], ALNUM, 20),
  shape("Sonar", ["sqp_", "sqa_", "squ_"], HEX, 20),
  shape("LaunchDarkly", ["api-", "sdk-", "mob-"], "[0-9a-f-]", 36),
  shape("Prefect", ["pnu_", "pnb_"], ALNUM, 20),
  shape("Contentful", "CFPAT-", URLSAFE, 20),
  shape("Duffel", ["duffel_test_", "duffel_live_"], URLSAFE, 20),
  shape("EasyPost", ["EZAK", "EZTK"], ALNUM, 30),
  shape("Typeform", "tfp_", DOTTED, 20),
  shape("ReadMe", "rdme_", ALNUM, 20),
  shape("Clojars", "CLOJARS_", ALNUM, 20),
  shape("Artifactory", ["AKCp", "cmVmdGtuO"], ALNUM, 30),
  shape("HubSpot", ["pat-na1-", "pat-na2-", "pat-eu1-", "pat-ap1-"], "[0-9a-f-]", 20),
  shape("Plaid", ["access-sandbox-", "access-development-", "access-production-"], "[0-9a-f-]", 20),
  shape("Razorpay", ["rzp_live_", "rzp_test_"], ALNUM, 12),
  shape("Shippo", ["shippo_live_", "shippo_test_"], ALNUM, 20),
  shape("Segment", "sgp_", ALNUM, 20),
  shape("PostHog", ["phx_", "phs_"], ALNUM, 20),
  shape("Okta", "SSWS 00", URLSAFE, 20),
  shape("Honeycomb", ["hcaik_", "hcalk_", "hcamk_", "hcxik_"], ALNUM, 20),
  shape("Ngrok", ["ak_2", "cr_2"], ALNUM, 20),
  shape("Cloudflare", ["v1.0-", "cfut_", "cfat_", "cfk_"], "[0-9A-Za-z-]", 40),
  shape("Scaleway", "SCW", UPPER, 17),
  shape("Yandex", "AQVN", DOTTED, 35),
  shape("Facebook", "EAA", ALNUM, 60),
];
