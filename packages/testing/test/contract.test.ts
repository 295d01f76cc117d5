/** Every transport that ships keeps the same promises, whatever carries it. */
import { RunwareConfig } from "@effect-runware/core"
import { make as makeError } from "@effect-runware/core/RunwareError"
import * as RestTransport from "@effect-runware/core/RestTransport"
import type { Transport } from "@effect-runware/core/Transport"
import { type Task, taskUUID } from "@effect-runware/core/Task"
import * as WebSocketTransport from "@effect-runware/core/WebSocketTransport"
import { describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { MockTransport, SimulatedService, TransportContract, VirtualTime } from "../src/index.ts"

const image = (n: number, fields: object = {}): Task => ({
  taskType: "imageInference",
  taskUUID: Effect.runSync(taskUUID(`00000000-0000-4000-8000-${String(n).padStart(12, "0")}`)),
  model: "runware:101@1",
  positivePrompt: "a lighthouse",
  width: 512,
  height: 512,
  deliveryMethod: "async",
  ...fields
})

const service: Omit<TransportContract.Subject<SimulatedService.SimulatedService>, "hasConnection"> = {
  accepted: image,
  refused: (n) => image(n, { model: "runware:nothing@1" }),
  endless: (n) => image(n, { deliveryMethod: "sync", positivePrompt: "[[slow:3600000]]" }),
  breakNext: SimulatedService.SimulatedService.use(({ inject }) => inject({ _tag: "Reset", when: "before" }))
}

const config = RunwareConfig.layer({ apiKey: SimulatedService.testApiKey, baseUrl: SimulatedService.url })

const check = <R, E>(subject: TransportContract.Subject<R>, layer: Layer.Layer<R | Transport, E>) => {
  for (const { check, name } of TransportContract.promises(subject)) {
    it.effect(name, () => VirtualTime.run(Effect.provide(check, layer)))
  }
}

describe("REST", () => {
  check(
    { ...service, hasConnection: false },
    RestTransport.layer.pipe(Layer.provide(config), Layer.provideMerge(SimulatedService.layer()))
  )
})

describe("WebSocket", () => {
  check(
    { ...service, hasConnection: true },
    WebSocketTransport.layer.pipe(Layer.provide(config), Layer.provideMerge(SimulatedService.layer()))
  )
})

describe("the mock", () => {
  let isBroken = false
  check(
    {
      accepted: image,
      refused: (n) => image(n, { taskType: "upscale" }),
      endless: (n) => image(n, { taskType: "caption" }),
      breakNext: Effect.sync(() => void (isBroken = true)),
      hasConnection: false
    },
    MockTransport.layer((task) => {
      if (isBroken) {
        isBroken = false
        return makeError("connection", { message: "It broke.", submission: "unknown" })
      }
      if (task.taskType === "caption") return MockTransport.silence
      return task.taskType === "upscale" ? MockTransport.refused("invalidModel") : MockTransport.acknowledged
    })
  )
})
