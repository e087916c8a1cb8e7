export { type SignWptOptions, signWpt, type WptContent } from "./wpt/sign.js";
export { VerifiedWpt } from "./wpt/verified-wpt.js";
export { type VerifyWptOptions, verifyWpt } from "./wpt/verify.js";
