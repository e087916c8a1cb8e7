import { checkSeal, closeSealedClass, SEAL } from "../base/seal.js";
import type { AuthenticatedWorkload } from "./authenticated.js";

let seal: (response: Response, workload: AuthenticatedWorkload | undefined) => AuthenticatedResponse;

/** A response that was judged. Sealed: instances come from `verifyResponse` only. */
export class AuthenticatedResponse {
  readonly #response: Response;
  readonly #workload: AuthenticatedWorkload | undefined;

  private constructor(token: symbol, response: Response, workload: AuthenticatedWorkload | undefined) {
    checkSeal(token, new.target, AuthenticatedResponse);
    this.#response = response;
    this.#workload = workload;
    Object.freeze(this); // own properties would hide the getters
  }

  /** Who signed it; `undefined` when it is not signed, which is possible only where no signature was required. */
  get workload(): AuthenticatedWorkload | undefined {
    return this.#workload;
  }

  /** The response. Of a signed one, the content is the bytes that were verified. */
  get response(): Response {
    return this.#response;
  }

  toString(): string {
    return `response ${this.#response.status} of ${this.#workload?.id.uri ?? "nobody in particular"}`;
  }

  /** What a log may hold. */
  toJSON(): { status: number; workload?: string } {
    const { status } = this.#response;
    return this.#workload === undefined ? { status } : { status, workload: this.#workload.id.uri };
  }

  static {
    closeSealedClass(AuthenticatedResponse);
    seal = (response, workload) => new AuthenticatedResponse(SEAL, response, workload);
  }
}

export {
  /** Makes the result of a verification. */
  seal as sealAuthenticatedResponse,
};
