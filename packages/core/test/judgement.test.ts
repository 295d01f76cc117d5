import { describe, expect, it } from "@effect/vitest"
import * as Result from "effect/Result"
import { judgeInquiry, judgePoll, judgeSubmission, replyError } from "../src/internal/judgement.ts"
import type { WireError } from "../src/Protocol.ts"
import { make as makeError, type RunwareError, type Submission } from "../src/RunwareError.ts"
import type { Reply } from "../src/Transport.ts"
import { acknowledgement, failure, image, reply, running, task } from "./builders.ts"

type Outcome = Result.Result<Reply, RunwareError>

const said = (...args: Parameters<typeof reply>): Outcome => Result.succeed(reply(...args))
const refused = (code: string, statusCode?: number, fields?: Partial<WireError>): Outcome =>
  said([], [failure(code, fields)], statusCode === undefined ? {} : { statusCode })
const broken = (submission: Submission, rawCode = "connectionFailed"): Outcome =>
  Result.fail(makeError("connection", { message: "It broke.", rawCode, submission }))
const failed = (code: "auth" | "rateLimit" | "timeout" | "notFound", submission: Submission): Outcome =>
  Result.fail(makeError(code, { message: "It failed.", submission }))

/** A judgement in short: its tag, and what became of the purchase. */
const brief = (judged: { readonly _tag: string; readonly error?: RunwareError | undefined }) =>
  judged.error === undefined ? [judged._tag] : [judged._tag, judged.error.submission]

describe("judgeSubmission", () => {
  const sync = task({ deliveryMethod: "sync" })

  it("accepts an acknowledgement, results, a partial success, and a body without anything", () => {
    for (const outcome of [
      said([acknowledgement()]),
      said([image("a")]),
      said([image("a")], [failure("providerError", { status: "error" })]),
      said([], [], { statusCode: 200 })
    ]) {
      expect(judgeSubmission(outcome, task(), false)).toEqual({
        _tag: "Accepted",
        reply: Result.getOrThrow(outcome)
      })
    }
  })

  it.each<[string, Outcome, ReadonlyArray<string>]>([
    ["a rule of the model is final", refused("invalidPositivePrompt", 400), ["Final", "rejected"]],
    ["a wrong key is final", refused("invalidApiKey", 401), ["Final", "rejected"]],
    ["an empty account is final", refused("insufficientCredits", 402), ["Final", "rejected"]],
    ["a conflict of the first send is the caller's mistake", refused("conflictTaskUUID", 400), ["Final", "rejected"]],
    [
      "what is too large for the queue is final",
      refused("inferenceRateLimitRequestTooLarge", 429),
      ["Final", "rejected"]
    ],
    ["a full queue may be tried again", refused("rateLimitExceeded", 429), ["Refused", "rejected"]],
    ["a full queue on a socket, too", refused("rateLimitExceeded"), ["Refused", "rejected"]],
    ["a gateway's 429 without a body, too", failed("rateLimit", "rejected"), ["Refused", "rejected"]],
    ["after a 503 nobody knows", refused("providerUnavailable", 503), ["Unclear", "unknown"]],
    ["after a 408 nobody knows", refused("timeout", 408), ["Unclear", "unknown"]],
    ["after an internal error nobody knows", refused("internalServerError"), ["Unclear", "unknown"]],
    ["after a lost connection nobody knows", broken("unknown"), ["Unclear", "unknown"]],
    ["after a missing acknowledgement nobody knows", failed("timeout", "unknown"), ["Unclear", "unknown"]],
    ["what never left may be sent again", broken("none"), ["Refused", "none"]],
    ["a closed client is final", broken("none", "disconnected"), ["Final", "none"]],
    ["a given-up connection is final", broken("unknown", "reconnectionFailed"), ["Final", "unknown"]],
    ["a key refused on the way is final", failed("auth", "none"), ["Final", "none"]]
  ])("%s", (_, outcome, expected) => expect(brief(judgeSubmission(outcome, task(), false))).toEqual(expected))

  it.each<[string, Outcome]>([
    ["provider", refused("providerError")],
    ["rate limit of the provider", refused("providerRateLimitExceeded", 200, { status: "error" })],
    ["internal error", refused("internalServerError", 200, { status: "error" })]
  ])("never sends a task again whose generation failed: %s", (_, outcome) => {
    expect(brief(judgeSubmission(outcome, sync, false))).toEqual(["Final", "accepted"])
  })

  it("polls for the other generations of a sync task when one has failed, and for its error", () => {
    const three = task({ deliveryMethod: "sync", numberResults: 3 })
    const failedOne = failure("providerTimeout", { status: "error" })
    for (const [items, errors] of [
      [[], [failedOne]],
      [[], [failure("providerTimeout")]],
      [[image("a")], [failedOne]]
    ] as const) {
      expect(judgeSubmission(said(items, errors), three, false)).toEqual({ _tag: "Accepted", reply: reply(items) })
    }
    const complete = said([image("a"), image("b")], [failedOne])
    expect(judgeSubmission(complete, three, false)).toEqual({ _tag: "Accepted", reply: Result.getOrThrow(complete) })
    expect(brief(judgeSubmission(refused("invalidPositivePrompt", 400), three, false))).toEqual(["Final", "rejected"])
  })

  it("takes a conflict over a UUID of its own for a copy of itself, which the network made", () => {
    const conflict = refused("conflictTaskUUID", 400)
    expect(judgeSubmission(conflict, task(), false, true)).toEqual({ _tag: "Accepted", reply: reply([]) })
    expect(brief(judgeSubmission(conflict, task(), false))).toEqual(["Final", "rejected"])
  })

  it("takes no conflict beside results for a generation that failed", () => {
    const three = task({ deliveryMethod: "sync", numberResults: 3 })
    const outcome = said([image("a"), image("b")], [failure("conflictTaskUUID")])
    expect(judgeSubmission(outcome, three, false)).toEqual({
      _tag: "Accepted",
      reply: reply([image("a"), image("b")])
    })
  })

  it("asks about an error that may be another task's, and believes one that doesn't pass", () => {
    const guessed = (code: string) => Result.succeed({ ...reply([], [failure(code)]), isGuess: true })
    expect(brief(judgeSubmission(guessed("timeoutProvider"), task(), false))).toEqual(["Unclear", "unknown"])
    expect(brief(judgeSubmission(guessed("invalidPositivePrompt"), task(), false))).toEqual(["Final", "rejected"])
  })

  it("takes no refusal for the failure of a sync task that makes several", () => {
    const several = task({ deliveryMethod: "sync", numberResults: 3 })
    expect(brief(judgeSubmission(refused("rateLimitExceeded", 429), several, false))).toEqual(["Refused", "rejected"])
    expect(brief(judgeSubmission(refused("serviceUnavailable", 503), several, false))).toEqual(["Unclear", "unknown"])
  })

  describe("after a send without a clear end", () => {
    it("takes a conflict for the proof that it arrived", () => {
      expect(judgeSubmission(refused("conflictTaskUUID", 400), task(), true)).toEqual({
        _tag: "Accepted",
        reply: reply([])
      })
    })

    it.each<[string, Outcome, string]>([
      ["a refusal", refused("invalidApiKey", 401), "Final"],
      ["a full queue", refused("rateLimitExceeded", 429), "Refused"],
      ["a connection that could not be made", broken("none"), "Refused"],
      ["a closed client", broken("none", "disconnected"), "Final"]
    ])("%s does not prove that nothing was bought", (_, outcome, tag) => {
      expect(brief(judgeSubmission(outcome, task(), true))).toEqual([tag, "unknown"])
    })
  })
})

describe("judgeInquiry", () => {
  it.each<[string, Outcome, ReadonlyArray<string | undefined>]>([
    ["a task at work is accepted", said([running()]), ["Accepted"]],
    ["a finished one is accepted", said([image("a")]), ["Accepted"]],
    ["a failed one is accepted", refused("providerError", 200, { status: "error" }), ["Accepted"]],
    ["one that failed for a missing model is accepted", refused("modelNotFound"), ["Accepted"]],
    ["one that expired was there", refused("taskExpired", 404), ["Accepted"]],
    ["one that was cancelled was there", refused("taskCancelled"), ["Accepted"]],
    ["no rows: unknown", said([], [], { statusCode: 200 }), ["Unknown"]],
    ["not found: unknown", refused("taskNotFound", 404), ["Unknown"]],
    ["failed or not found: unknown", refused("taskFailedOrNotFound"), ["Unknown"]],
    ["a full queue says nothing", refused("rateLimitExceeded", 429), ["Unclear", "unknown"]],
    ["a 503 says nothing", refused("serviceUnavailable", 503), ["Unclear", "unknown"]],
    [
      "a failure of the service on a socket says nothing either",
      refused("internalServerError"),
      ["Unclear", "unknown"]
    ],
    ["a generation that it failed is accepted", refused("internalServerError", 200, { status: "error" }), ["Accepted"]],
    ["no answer says nothing", failed("timeout", "none"), ["Unclear", "unknown"]],
    ["a closed client ends it, and still nobody knows", broken("none", "disconnected"), ["Final", "unknown"]],
    ["a refused key ends it, and still nobody knows", failed("auth", "rejected"), ["Final", "unknown"]],
    ["a refused key in a reply ends it as well", refused("invalidApiKey", 401), ["Final", "unknown"]],
    ["a 404 without its body says nothing", failed("notFound", "rejected"), ["Unclear", "unknown"]]
  ])("%s", (_, outcome, expected) => expect(brief(judgeInquiry(outcome, task()))).toEqual(expected))
})

describe("judgePoll", () => {
  const unknownTask = () => makeError("notFound", { message: "No such task.", rawCode: "taskNotFound" })
  const judge = (outcome: Outcome, mayBeUnknown: boolean) => judgePoll(outcome, task(), mayBeUnknown, unknownTask)

  it.each<[string, string, string, Outcome]>([
    ["news", "State", "State", said([running()])],
    ["a partial failure", "State", "State", said([image("a")], [failure("timeoutProvider", { status: "error" })])],
    ["a failed generation", "State", "State", refused("rateLimitExceeded", 200, { status: "error" })],
    ["no rows", "Again", "Final", said([])],
    ["not found", "Again", "Final", refused("taskNotFound", 404)],
    ["expired", "State", "State", refused("taskExpired", 404)],
    ["a full queue", "Again", "Again", refused("rateLimitExceeded", 429)],
    ["a 502", "Again", "Again", refused("providerBadGateway", 502)],
    ["a failure of the service on a socket", "Again", "State", refused("internalServerError")],
    ["a generation that it failed", "State", "State", refused("internalServerError", 200, { status: "error" })],
    ["a lost connection", "Again", "Again", broken("unknown")],
    ["no answer", "Again", "Again", failed("timeout", "unknown")],
    ["a refused key", "Final", "Final", failed("auth", "none")],
    ["a refused key in a reply", "Final", "Final", refused("invalidApiKey", 401)],
    ["a closed client", "Final", "Final", broken("none", "disconnected")]
  ])("%s: %s while the task is young, %s later", (_, young, old, outcome) => {
    expect([judge(outcome, true)._tag, judge(outcome, false)._tag]).toEqual([young, old])
  })

  it("ends with the error of an unknown task", () => {
    expect(judge(said([]), false)).toMatchObject({ error: { code: "notFound", message: unknownTask().message } })
  })
})

describe("replyError", () => {
  it("is about the task, has the status and the wait of the reply, and keeps all errors", () => {
    const errors = [failure("rateLimitExceeded"), failure("providerError")]
    expect(
      replyError(reply([], errors, { statusCode: 429, retryAfter: 2000 }), task({ model: "runware:101@1" }))
    ).toMatchObject({
      code: "rateLimit",
      taskType: "imageInference",
      taskUUID: task().taskUUID,
      model: "runware:101@1",
      statusCode: 429,
      retryAfter: 2000,
      errors
    })
  })

  it("is nothing where there is none", () => expect(replyError(reply([image("a")]), task())).toBe(undefined))
})
