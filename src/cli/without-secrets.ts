/** The flags of an option as usage errors quote them, or everything from the first other quote to the last. */
const QUOTED = /'--[\w-]+ <\w+>'|'(.*)'/gs;

/** What a name or a number is made of. Private keys, even a bare `d` of one, and tokens are longer. */
const HARMLESS = /^[\w .,:+/=-]{0,30}$/;

/**
 * A usage error without the words of the command line that may be secrets: someone who forgets an option's name, or
 * gives a value to the wrong one, must not find a token or a private key in a log.
 */
export function withoutSecrets(message: string): string {
  return message.replace(QUOTED, (whole, quoted: string | undefined) =>
    quoted === undefined || (HARMLESS.test(quoted) && !quoted.includes("eyJ")) ? whole : "'…'",
  );
}
