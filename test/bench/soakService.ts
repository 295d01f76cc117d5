/**
 * The far end of the soak: an emulator in a process of its own that cuts every socket now and then.
 */
import { startEmulator } from "@effect-runware/emulator"

const emulator = await startEmulator({ timeScale: 0.01, retention: 30_000, balance: 1_000_000 })
setInterval(() => emulator.dropSockets(), 7000)
process.on("message", () => process.send?.(emulator.stats()))
process.send?.({ url: emulator.url, apiKey: emulator.apiKey })
