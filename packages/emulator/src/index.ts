/**
 * A local, stateful Runware service: see `Emulator` for Effect programs, `startEmulator` for all others.
 *
 * @since 0.1.0
 */
export * as Emulator from "./Emulator.ts"
export { testApiKey, type EmulatorOptions, type EmulatorStats } from "./Emulator.ts"
export { ListenError } from "./ListenError.ts"
export type { RequestEntry } from "./RequestEntry.ts"
export { startEmulator, type RunningEmulator } from "./RunningEmulator.ts"
export type { ScriptedRequest, ScriptedResponse } from "./Script.ts"
export type { StreamPart, StreamSwitches } from "./Streaming.ts"
export { defaultSwitches, type EnvelopeForm, type Switches } from "./Switches.ts"
