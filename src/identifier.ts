export { parseWorkloadIdentifier, type WorkloadIdentifier } from "./identifier/parse.js";
