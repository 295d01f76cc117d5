/** The body around items and errors, in each of the forms that the service's history has left in circulation. */
import type { WireError, WireItem } from "@effect-runware/core/Protocol";
import type { Switches } from "../Switches.ts";
/** Items and errors that travel together. */
export interface Contents {
    readonly data: ReadonlyArray<WireItem>;
    readonly errors: ReadonlyArray<WireError>;
}
/** The body of a reply. `refused` marks an HTTP request of which nothing was accepted. */
export declare const envelope: (contents: Contents, switches: Switches, refused: boolean) => unknown;
/** A failed generation in its place among the items. */
export declare const failedItem: ({ taskType, taskUUID, status: _status, ...error }: WireError) => WireItem;
