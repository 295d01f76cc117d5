/** Bad options of a client. */
import { behaviours } from "@effect-runware/core/RunwareConfig"
import { refused, type BadInput, type Case } from "./badInput.ts"

const key = { apiKey: "rw_test_key" }

const isDuration = (name: string): boolean => /timeout|delay|interval|window|grace|ttl|idle|after/i.test(name)

/** For each option with a default a value of the wrong kind. */
const wrongKinds = Object.entries(behaviours).map(([name, { expected }]): Case => {
  const value = isDuration(name) ? "soon" : {}
  return [`\`${name}\` of the wrong kind`, [{ ...key, [name]: value }], name, expected]
})

/** For each of them a name with two letters swapped. */
const misspelt = Object.keys(behaviours).map((name): Case => {
  const wrong = name.slice(0, -2) + name.slice(-1) + name.slice(-2, -1)
  return [`\`${wrong}\``, [{ ...key, [wrong]: 1 }], wrong, `Did you mean ${name}?`]
})

export const config: ReadonlyArray<BadInput> = [
  ...refused("config", [
    ["text", ["rw_test_key"], "options", "must be an object"],
    ["null", [null], "options", "must be an object, got null"],
    ["a list", [[]], "options", "must be an object"],
    ["a number", [5], "options", "must be an object, got 5"],
    ["`apikey`", [{ apikey: "rw_test_key" }], "apikey", "Did you mean apiKey?"],
    ["a relative address", [{ ...key, baseUrl: "localhost" }], "baseUrl", "absolute URL"],
    ["an address that is a number", [{ ...key, baseUrl: 80 }], "baseUrl", "absolute URL"],
    ["an address of another protocol", [{ ...key, restUrl: "ftp://example.com" }], "restUrl", "http"],
    ["a socket's address over HTTP", [{ ...key, webSocketUrl: "mailto:a@b.c" }], "webSocketUrl", "ws"],
    ["an empty address", [{ ...key, contentUrl: "" }], "contentUrl", "absolute URL"],
    ["a negative time", [{ ...key, timeout: -1 }], "timeout", "0 or more, got -1"],
    ["a time that is NaN", [{ ...key, timeout: Number.NaN }], "timeout", "a duration such as"],
    ["a time without a unit that is known", [{ ...key, pollDelay: "5 blinks" }], "pollDelay", "a duration such as"],
    ["a time that is an object", [{ ...key, ackTimeout: {} }], "ackTimeout", "a duration such as"],
    ["a negative count", [{ ...key, maxRetries: -1 }], "maxRetries", "a whole number, 0 or more, or Infinity, got -1"],
    ["half a retry", [{ ...key, maxRetries: 1.5 }], "maxRetries", "a whole number"],
    ["a factor below 1", [{ ...key, pollFactor: 0.5 }], "pollFactor", "a number, 1 or more, got 0.5"],
    ["an infinite factor", [{ ...key, pollFactor: Infinity }], "pollFactor", "a number, 1 or more"],
    ["a transport that there isn't", [{ ...key, transport: "ws" }], "transport", '"websocket" or "rest"'],
    ["a delivery that there isn't", [{ ...key, deliveryMethod: "now" }], "deliveryMethod", '"async" or "sync"'],
    ["a strategy that there isn't", [{ ...key, retryStrategy: "none" }], "retryStrategy", '"exponential" or "linear"'],
    ["a product that is no text", [{ ...key, userAgent: 5 }], "userAgent", "userAgent"],
    ["a product with a line break", [{ ...key, userAgent: "a\r\nb" }], "userAgent", "userAgent"]
  ]),
  ...refused("config", wrongKinds),
  ...refused("config", misspelt),
  ...refused(
    "config",
    [
      ["a `fetch` that is text", [{ ...key, dependencies: { fetch: "curl" } }], "fetch", "a function"],
      [
        "a dependency that there isn't",
        [{ ...key, dependencies: { http: 1 } }],
        "dependencies.http",
        "fetch and WebSocket"
      ],
      ["a `logSink` that can't be called", [{ ...key, logSink: console }], "logSink", "a function"],
      ["a `debug` that is text", [{ ...key, debug: "yes" }], "debug", "true or false"]
    ],
    "promise"
  )
]
