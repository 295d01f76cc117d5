/**
 * Shorter names for properties that nobody outside of the bundle sees: of Effect's runtime, and of what the core keeps to itself.
 * The list is explicit, for what a name is used for can't be seen from it. `test/bundledNames.test.ts` holds it to what must be
 * true of each: it is no parameter, field or option that users write, no property of the platform, and asked for by no text.
 */
import { type PropertyKey, parseSync, Visitor } from "oxc-parser"

const words = (text: string): ReadonlyArray<string> => text.trim().split(/\s+/)

export const hidden: ReadonlyArray<string> = [
  // Of Effect's fibers, schedulers, clocks, scopes, contexts and causes.
  ...words(`startImmediately monotonicTimeNanosUnsafe currentTimeMillisUnsafe onFiberStart _interruptedCause
    _deferredInterrupt interruptible currentOpCount interruptUnsafe _parent _asyncContext discard cachedContext
    scheduleTask onSuccess _observers succeedWith orElse addObserver evaluate fiber _yielded yieldWith pollUnsafe finalizerKey
    finalizer cacheRoot _running _children currentDispatcher onFailure fiberCached finalizers permits maxDepth mapUnsafe fiberId
    stackFrame deferred defaultValue defect _exit _stack _flat getRef setContext ring overlay waiters getCont _op
    getOrElseMemoize preventYield removeObserver forkOrCreate nextDoubleUnsafe makeDispatcher afterScheduled _fiberCache
    disableYield releaseUnsafe withPermit withPermits onWinner parentFiber interruptChildren tracerContext shouldYield memoMap
    recordFiberStart nextIntUnsafe runTasks reasons uninterruptible`),
  // Of calls, pacing, polling and tables of options.
  ...words(`pausedUntil failures isComplete startedAt isRefused inFlight minted stalled askedAt endedAt
    statusChanges slowDown unaddressed mayRetry isPaused unread stale fading isLasting isOpen
    isReady oldest deliveries isGuess begin`)
]

/** A short name for each of them that no other property of the files has. */
export const shortNames = (texts: ReadonlyArray<string>): Readonly<Record<string, string>> => {
  const taken = new Set(texts.flatMap(namesIn))
  const free = candidates.filter((name) => !taken.has(name))
  return Object.fromEntries(hidden.map((name, index) => [name, free[index] ?? name]))
}

const letters = [..."etnraiocslduhmpfgyvbwkxTESCRAIODNLPMUFHBGVWYKXjqJzZQ"]

const candidates = [...letters, ...letters.flatMap((one) => letters.map((other) => one + other))]

const namesIn = (text: string): ReadonlyArray<string> => {
  const found: Array<string> = []
  const look = ({ key }: { readonly key: PropertyKey }) => found.push(text.slice(key.start, key.end))
  new Visitor({
    MemberExpression: ({ property }) => found.push(text.slice(property.start, property.end)),
    Property: look,
    MethodDefinition: look,
    PropertyDefinition: look
  }).visit(parseSync("bundle.js", text).program)
  return found
}
