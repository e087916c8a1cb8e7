// @ts-check

const STATUS = "Its subject is the answer to a refused request, and no operation gives one.";
const VIOLATED_BY_REFUSING = "It is violated by refusing; whoever refuses fails the accepted cases.";
const FETCHING = "No operation fetches a bundle, or gets a second one.";
const MAPS = "No operation reads a bundle map.";
const WITHOUT = "It binds issuers only; recipients take bundles without it.";
const PERMISSION = "A permission, which no input violates.";

/** Requirements that the vectors do not show, or from one side only, each with its reason. */
export const notShown = {
  format: "wimse-not-shown/v1",
  /** No case shows them. */
  not_shown: {
    "CREDS-5.2.01": STATUS,
    "CREDS-5.2.02": STATUS,
    "WPT-2.1.01": STATUS,
    "WPT-2.1.02": STATUS,
    "WPT-2.1.03": STATUS,
    "WPT-2.1.04": STATUS,
    "WPT-2.1.05": STATUS,
    "HSIG-3.5.04": STATUS,
    "HSIG-3.5.13": STATUS,
    "HSIG-3.6.01": STATUS,
    "HSIG-3.6.02": STATUS,
    "HSIG-3.6.03": STATUS,
    "WPT-3.1.5.01": "Logs do not show in the output of an operation.",
    "BUNDLE-4.1.1.03": FETCHING,
    "BUNDLE-5.1.1.01": MAPS,
    "BUNDLE-5.1.1.02": MAPS,
    "BUNDLE-5.1.1.03": MAPS,
    "BUNDLE-5.1.1.05": MAPS,
    "BUNDLE-6.1.01": FETCHING,
    "FED-4.1.04": FETCHING,
    "FED-4.2.01": FETCHING,
    "FED-4.2.02": FETCHING,
    "FED-4.2.03": FETCHING,
    "FED-5.2.1.1.01": FETCHING,
    "FED-5.2.1.1.02": FETCHING,
    "FED-5.2.1.3.03": FETCHING,
    "FED-5.2.1.3.04": FETCHING,
    "FED-5.2.1.3.05": FETCHING,
    "FED-5.2.1.3.06": FETCHING,
    "FED-5.2.1.4.01": FETCHING,
    "FED-5.2.1.4.02": FETCHING,
    "FED-5.2.1.4.03": FETCHING,
    "FED-5.2.1.4.04": FETCHING,
    "FED-5.2.1.4.05": FETCHING,
    "FED-6.2.01": FETCHING,
    "FED-7.2.01": FETCHING,
  },
  /** No rejected case shows them. */
  accepted_only: {
    "CREDS-5.1.18": VIOLATED_BY_REFUSING,
    "CREDS-5.1.19": PERMISSION,
    "CREDS-5.1.2.04": VIOLATED_BY_REFUSING,
    "CREDS-5.1.3.02": VIOLATED_BY_REFUSING,
    "CREDS-5.1.4.07": VIOLATED_BY_REFUSING,
    "WPT-2.09": "A recipient accepts what was agreed, so that no audience violates it by itself.",
    "WPT-2.13": "One id does not show whether it could be guessed.",
    "WPT-2.37": "It is violated by relying on a token; the accepted cases show which tokens count.",
    "WPT-2.3.04": VIOLATED_BY_REFUSING,
    "HSIG-3.28": PERMISSION,
    "HSIG-3.3.02": VIOLATED_BY_REFUSING,
    "HSIG-3.3.03":
      "It is violated by leaving the parameter out, and the accepted cases show what an implementation has to sign.",
    "HSIG-3.3.04": PERMISSION,
    "HSIG-3.5.06": VIOLATED_BY_REFUSING,
    "HSIG-3.5.07": PERMISSION,
    "HSIG-3.5.10": VIOLATED_BY_REFUSING,
    "HSIG-5.2.01": PERMISSION,
    "ID-4.1.08": VIOLATED_BY_REFUSING,
    "ID-7.1.04": VIOLATED_BY_REFUSING,
    "ID-P-4.1.05": VIOLATED_BY_REFUSING,
    "SPIFFEID-2.3.01": VIOLATED_BY_REFUSING,
    "BUNDLE-4.1.01": VIOLATED_BY_REFUSING,
    "BUNDLE-4.1.02": VIOLATED_BY_REFUSING,
    "BUNDLE-4.1.1.01": WITHOUT,
    "BUNDLE-4.1.1.04": "It is violated by another number in the output.",
    "BUNDLE-4.1.2.01": WITHOUT,
    "WITSVID-2.4.01": "It binds issuers only; recipients ignore further parameters.",
    "WITSVID-3.3.04": VIOLATED_BY_REFUSING,
    "WITSVID-3.6.02": VIOLATED_BY_REFUSING,
    "WITSVID-3.8.02": VIOLATED_BY_REFUSING,
    "WITSVID-3.8.03": VIOLATED_BY_REFUSING,
  },
};
