/** Replay stores: what keeps a proof from being used twice. */
export { type MemoryReplayStore, type MemoryReplayStoreOptions, memoryReplayStore } from "./replay/memory.js";
export type { ReplayEntry, ReplayStore } from "./replay/store.js";
