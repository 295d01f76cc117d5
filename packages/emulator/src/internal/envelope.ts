/** The body around items and errors, in each of the forms that the service's history has left in circulation. */
import type { WireError, WireItem } from "@effect-runware/core/Protocol"
import type { Switches } from "../Switches.ts"

/** Items and errors that travel together. */
export interface Contents {
  readonly data: ReadonlyArray<WireItem>
  readonly errors: ReadonlyArray<WireError>
}

/** The body of a reply. `refused` marks an HTTP request of which nothing was accepted. */
export const envelope = (contents: Contents, switches: Switches, refused: boolean): unknown => {
  const { data } = contents
  const errors = switches.addressedErrors ? contents.errors : contents.errors.map(anonymous)
  const [first] = errors
  if (first === undefined) return switches.emptyErrors ? { data, errors: [] } : { data }
  const items = data.length > 0 ? { data } : {}
  switch (switches.errorEnvelope) {
    case "auto":
      return data.length > 0 || refused ? { data, errors } : { errors }
    case "E1":
      return { ...items, errors }
    case "E2":
    case "E3":
      return { data, errors }
    case "E4": {
      const { taskType, taskUUID, ...error } = first
      return {
        ...items,
        error,
        ...(taskUUID === undefined ? {} : { taskUUID }),
        ...(taskType === undefined ? {} : { taskType })
      }
    }
    case "E5":
      return { ...items, error: errors }
    case "E6":
      return { ...items, error: first.message }
    case "E7":
      return { ...items, error: true, errorId: first.code, errorMessage: first.message }
    case "E8":
      return data.length > 0 ? { data, errors } : errors
    case "E9":
      return { data: [...data, ...errors.map(failedItem)] }
  }
}

/** A failed generation in its place among the items. */
export const failedItem = ({ taskType, taskUUID, status: _status, ...error }: WireError): WireItem => ({
  ...(taskType === undefined ? {} : { taskType }),
  ...(taskUUID === undefined ? {} : { taskUUID }),
  status: "error",
  error
})

const anonymous = ({ taskUUID: _taskUUID, ...error }: WireError): WireError => error
