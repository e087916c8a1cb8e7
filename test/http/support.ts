import type { HttpRequestView } from "../../src/http/message.js";

export const view = (changes: Partial<HttpRequestView> = {}): HttpRequestView => ({
  method: "GET",
  target: "/",
  headers: [],
  ...changes,
});
