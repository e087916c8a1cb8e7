// @ts-check

/** Requirements that the vectors do not show, or from one side only, each with its reason. */
export const notShown = {
  format: "wimse-not-shown/v1",
  /** No case shows them. */
  not_shown: {},
  /** Nothing that can be sent violates them, or all that could does so by being refused. */
  accepted_only: {},
};
