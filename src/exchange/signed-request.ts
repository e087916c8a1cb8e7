import { configurationInvalid } from "../base/errors.js";
import { checkSeal, closeSealedClass, SEAL } from "../base/seal.js";
import type { AskedRequest } from "../httpsig/check-response-signature.js";
import { withoutQueryAndFragment } from "../wpt/claims.js";

/** What a response is held against. */
export interface ExpectedAnswer {
  readonly url: string;
  readonly method: string;
  readonly responseSignatureRequired: boolean;
  /** Left out for a request with a WPT, to which no signed response can be tied. */
  readonly asked: AskedRequest | undefined;
}

let seal: (request: Request, expected: ExpectedAnswer) => SignedRequest;
let open: (signed: SignedRequest) => ExpectedAnswer;

/** A request that carries a WIT and a proof. Send it once; to try again, sign again. */
export class SignedRequest {
  readonly #request: Request;
  readonly #expected: ExpectedAnswer;

  private constructor(token: symbol, request: Request, expected: ExpectedAnswer) {
    checkSeal(token, new.target, SignedRequest);
    this.#request = request;
    this.#expected = expected;
    Object.freeze(this); // own properties would hide the getters
  }

  /** The request to send. It never follows a redirect: the proof is for this target only. */
  get request(): Request {
    return this.#request;
  }

  toString(): string {
    return `${this.#request.method} ${withoutQueryAndFragment(this.#request.url)}`;
  }

  static {
    closeSealedClass(SignedRequest);
    seal = (request, expected) => new SignedRequest(SEAL, request, expected);
    open = (signed) => {
      if (typeof signed !== "object" || signed === null || !(#expected in signed)) {
        throw configurationInvalid("A SignedRequest is required: make one with signRequest");
      }
      return signed.#expected;
    };
  }
}

export {
  /** What verifying a response needs; a TypeError for anything that `signRequest` did not make. */
  open as expectedAnswer,
  /** Makes the result of signing. */
  seal as sealSignedRequest,
};
