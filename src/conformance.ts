export type { Answer, Greeting, Verdict } from "./conformance/protocol.js";
export { createTarget, type Target } from "./conformance/target.js";
