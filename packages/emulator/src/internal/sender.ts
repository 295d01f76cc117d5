/** Who sent a task, and where its answer goes. */
export interface Sender {
  readonly apiKey: string
  readonly dryRun: boolean
  readonly exchange: string
  readonly slot: number
  readonly transport: "rest" | "websocket"
}
