/**
 * How often all clients were told to forget their schemas. Each compares it with what it has seen before it checks a task:
 * nobody has to keep a list of clients.
 */
export const clearings = { count: 0 }
