/**
 * Runware by Promises: one client for images, video, audio, text and 3D.
 *
 * @since 0.1.0
 */
export type {
  Capability,
  Category,
  Collection,
  Creator,
  Example,
  Guide,
  Model,
  ModelQuery,
  Page,
  PriceRow,
  Pricing
} from "@effect-runware/schemas/catalog"
export type { Family, ModelName, Utility } from "@effect-runware/schemas/calls"
export type { FamilyParams, ModelParams, UtilityParams } from "@effect-runware/schemas/parameters"
export type { FamilyResults, ModelResults, TaskResults, UtilityResults } from "@effect-runware/schemas/results"
export type {
  AccountOperation,
  AccountParams,
  AccountResults,
  FoundModels,
  ImageUpload,
  MediaOperation,
  MediaStorage,
  ModelSearch,
  ModelUpload,
  StoredMedia,
  TaskDetails,
  UploadedImage,
  UploadedModel,
  UploadProgress
} from "@effect-runware/schemas/utilities"
export type {
  ClientConfig,
  LearnedTimes,
  ClientDependencies,
  DurationInput,
  LogCategory,
  LogEntry,
  WebSocketClass,
  WebSocketEvent,
  WebSocketInstance
} from "./ClientConfig.ts"
export { clearValidatorCache } from "./clearValidatorCache.ts"
export type { Content, ContentOptions, ModelListing } from "./Content.ts"
export { createClient } from "./createClient.ts"
export { type ContentConfig, createContent } from "./createContent.ts"
export { fileToDataURI } from "./fileToDataURI.ts"
export * as Media from "./Media.ts"
export type { MediaFile, MediaSource } from "./Media.ts"
export type {
  Batch,
  CallOptions,
  ConnectionStatus,
  Outcomes,
  Pong,
  Results,
  Run,
  RunAs,
  RunOptions,
  RunwareClient,
  Submit,
  UploadOptions,
  UtilityOptions
} from "./RunwareClient.ts"
export {
  createRunwareError,
  type ErrorDetails,
  isRunwareError,
  RunwareError,
  RunwareErrorCode,
  type ServiceError,
  type Submission,
  type ValidationIssue
} from "./RunwareError.ts"
export type {
  Ended,
  FailedItem,
  Item,
  Outcome,
  Progress,
  TaskHandle,
  TaskOutcome,
  TaskParams,
  TaskReference,
  TaskState,
  TaskType
} from "./Task.ts"
export type {
  StreamParams,
  TextMessage,
  TextModel,
  TextParams,
  TextSettings,
  TextTool,
  TextToolCall,
  TextToolChoice
} from "./TextParams.ts"
export type {
  FinishReason,
  StreamOptions,
  StreamText,
  TextChunk,
  TextCostBreakdown,
  TextDelta,
  TextResult,
  TextStream,
  TextUsage
} from "./TextStream.ts"
