/**
 * Safeguards switched off, one at a time and from outside the client: by options that nobody would choose, or by a
 * transport that gives back what a careless client would have made of it. A simulation that finds nothing wrong with these
 * would prove nothing.
 */
import { withDetails } from "@effect-runware/core/RunwareError"
import { type Task, taskUUID } from "@effect-runware/core/Task"
import type { Reply, Transport } from "@effect-runware/core/Transport"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Sabotage } from "./WatchedClient.ts"

type Service = Transport["Service"]

const isPoll = ({ taskType }: Task): boolean => taskType === "getResponse"

/** Sends again without asking: every question before the acknowledgement is answered with "unknown task". */
const sendsWithoutAsking = (transport: Service): Service => {
  const acknowledged = new Set<string>()
  return withExchange(transport, (task) => {
    if (isPoll(task)) {
      return acknowledged.has(task.taskUUID) ? transport.exchange(task) : Effect.succeed(unknownTask(task))
    }
    return Effect.tap(transport.exchange(task), ({ errors }) =>
      Effect.sync(() => {
        if (errors.every(({ code }) => code === "conflictTaskUUID")) acknowledged.add(task.taskUUID)
      })
    )
  })
}

const unknownTask = ({ taskUUID }: Task): Reply => ({
  items: [],
  errors: [{ code: "taskNotFound", message: "No such task.", taskUUID }]
})

/** Buys anew: each time a task is sent again it gets a UUID of its own. */
const freshUUIDs = (transport: Service): Service => {
  const newest = new Map<string, string>()
  let sent = 0
  return withExchange(transport, (task) => {
    const isFirst = !newest.has(task.taskUUID)
    if (!isPoll(task)) {
      sent += 1
      newest.set(task.taskUUID, isFirst ? task.taskUUID : `f0f0f0f0-0000-4000-8000-${String(sent).padStart(12, "0")}`)
    }
    return Effect.orDie(taskUUID(newest.get(task.taskUUID) ?? task.taskUUID)).pipe(
      Effect.flatMap((uuid) => transport.exchange({ ...task, taskUUID: uuid })),
      Effect.map((reply): Reply =>
        JSON.parse(JSON.stringify(reply).replaceAll(newest.get(task.taskUUID) ?? "-", task.taskUUID))
      )
    )
  })
}

/** Gives a task up when the connection breaks under one of its polls. */
const losesPolls = (transport: Service): Service =>
  withExchange(transport, (task) =>
    isPoll(task)
      ? Effect.mapError(transport.exchange(task), (error) =>
          error.code === "connection" ? withDetails(error, { rawCode: "disconnected" }) : error
        )
      : transport.exchange(task)
  )

/** Takes the end of the bytes for the end of the text. */
const believesEnds = (transport: Service): Service => ({
  ...transport,
  stream: (task) =>
    Stream.catch(transport.stream(task), (error) =>
      error.rawCode === "streamIncomplete" ? Stream.empty : Stream.fail(error)
    )
})

/** Batches of one: what is decided for one task holds for each of many. */
const withExchange = (transport: Service, exchange: Service["exchange"]): Service => ({
  ...transport,
  exchange,
  exchangeMany: (tasks) =>
    Effect.map(
      Effect.forEach(
        tasks,
        (task) => Effect.map(Effect.result(exchange(task)), (result) => [task.taskUUID, result] as const),
        { concurrency: "unbounded" }
      ),
      (outcomes) => new Map(outcomes)
    )
})

/** A missing safeguard, and the invariant that breaks without it. */
export interface Missing {
  readonly sabotage: Sabotage
  readonly breaks: RegExp
}

/** Each safeguard's absence by its name. */
export const sabotages: Readonly<Record<string, Missing>> = {
  "no question before a task is sent again": {
    sabotage: { transport: sendsWithoutAsking },
    breaks: /was bought twice/
  },
  "a fresh UUID with each retry": { sabotage: { transport: freshUUIDs }, breaks: /one call bought/ },
  "a fresh UUID with each retry of a utility": { sabotage: { transport: freshUUIDs }, breaks: /one call did/ },
  "no check of the pong": { sabotage: { options: { pongTimeout: Infinity } }, breaks: /after the network had healed/ },
  "no new poll after a reconnection": {
    sabotage: { transport: losesPolls },
    breaks: /gave up a task that was accepted/
  },
  "no look at how a text stream ends": {
    sabotage: { transport: believesEnds },
    breaks: /its text is not what the service wrote/
  },
  "no deadline for a poll": {
    sabotage: { options: { pollReplyTimeout: Infinity } },
    breaks: /after the network had healed/
  }
}
