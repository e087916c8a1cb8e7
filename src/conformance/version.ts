/** The version of this package. A test keeps it equal to the one in package.json, which nothing reads at run time. */
export const VERSION = "0.1.0";
