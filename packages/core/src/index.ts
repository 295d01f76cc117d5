/**
 * Runware for Effect.
 *
 * @since 0.1.0
 */
export * as Content from "./Content.ts"
export * as Envelope from "./Envelope.ts"
export * as Media from "./Media.ts"
export type * as Operation from "./Operation.ts"
export * as Polling from "./Polling.ts"
export * as Protocol from "./Protocol.ts"
export * as Registry from "./Registry.ts"
export * as RestTransport from "./RestTransport.ts"
export * as Retry from "./Retry.ts"
export * as Runware from "./Runware.ts"
export * as RunwareConfig from "./RunwareConfig.ts"
export * as RunwareError from "./RunwareError.ts"
export * as RunwareLogger from "./RunwareLogger.ts"
export * as RunwareMetrics from "./RunwareMetrics.ts"
export * as Task from "./Task.ts"
export * as TextStream from "./TextStream.ts"
export * as Transport from "./Transport.ts"
export * as UserAgent from "./UserAgent.ts"
export type * as Utilities from "./Utilities.ts"
export * as Validator from "./Validator.ts"
export * as WebSocketConstructor from "./WebSocketConstructor.ts"
export * as WebSocketTransport from "./WebSocketTransport.ts"
