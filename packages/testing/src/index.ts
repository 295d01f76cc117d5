/**
 * Test doubles for the Runware client: a mock transport, the whole service in memory, virtual time.
 *
 * @since 0.1.0
 */
export type { Fault, Faults, Passage, ProtocolStep, Where } from "./Fault.ts"
export * as MockTransport from "./MockTransport.ts"
export * from "./RunningService.ts"
export * as SimulatedService from "./SimulatedService.ts"
export * as TransportContract from "./TransportContract.ts"
export * as VirtualTime from "./VirtualTime.ts"
