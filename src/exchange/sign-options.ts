import type { Runtime } from "../base/runtime.js";
import type { OlderFormat, ProofKind } from "./policy.js";

/** Settings of `signRequest`. */
export interface SignRequestOptions {
  /** Default `"http-signature"`, which covers method, path, query, content and `Authorization`. A WPT covers none of them. */
  readonly proof?: ProofKind;
  /** Who is meant to receive it. Default: the target URI without query and fragment. */
  readonly audience?: string;
  /** Seconds until the proof expires. Default 60, at most 300. */
  readonly lifetime?: number;
  /**
   * Names of header fields that the proof covers, besides those that it always covers: `Txn-Token`, and with a signature
   * `Content-Type`, `Content-Digest` and `Authorization`. Default: none. A field that was appended twice is one value for
   * fetch, and is sent and bound as that (WPT-2.20).
   */
  readonly boundTokens?: readonly string[];
  /** Demands that the response is signed; a WPT cannot. Verify it with `verifyResponse`. Default false. */
  readonly requireSignedResponse?: boolean;
  /** Allows plain http to other hosts than loopback. Default false. */
  readonly allowInsecure?: boolean;
  /** For older peers, which understand nothing newer. Default: the present revision. */
  readonly revision?: OlderFormat;
  /** Longest content that is signed, bytes. Default 1 MiB, as recipients have it. */
  readonly maxBodyBytes?: number;
  readonly runtime?: Runtime;
}
