/**
 * The error of an emulator that can't start.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"

/**
 * The port could not be had: another process listens there, or the address is not this machine's.
 *
 * @since 0.1.0
 * @category errors
 */
export class ListenError extends Data.TaggedError("ListenError")<{
  readonly host: string
  readonly port: number
  readonly cause: Error
}> {
  override get message(): string {
    return `Can't listen on ${this.host}:${this.port}: ${this.cause.message}`
  }
}
