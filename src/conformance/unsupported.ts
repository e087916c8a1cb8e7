/** Thrown for what a context asks for and this release does not have. It is no verdict about the input. */
export class Unsupported extends Error {}
