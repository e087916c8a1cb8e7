export { decodeUnverifiedWit, type UnverifiedWit } from "./wit/decode-unverified.js";
