export { type FixedRuntime, fixedRuntime } from "./testing/fixed-runtime.js";
export { type KmsSigner, kmsSigner } from "./testing/kms-signer.js";
export {
  createTestIssuer,
  type TestIssuer,
  type TestIssuerOptions,
  type TestWitOptions,
} from "./testing/test-issuer.js";
