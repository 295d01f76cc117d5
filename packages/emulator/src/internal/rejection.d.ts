/** Refusals: an error as the wire has it, with the HTTP status that goes with it. */
import { type WireError } from "@effect-runware/core/Protocol";
/** Why something was refused. */
export interface Rejection {
    readonly status: number;
    readonly error: WireError;
}
/** The page that explains errors in general. */
export declare const errorsPage: string;
/** The page of a model, at one of its parameters where that is known. */
export declare const modelPage: (slug: string | undefined, parameter?: string) => string;
/** Builds a refusal; the general page explains it unless `fields` names another. */
export declare const reject: (status: number, code: string, message: string, fields?: Readonly<Record<string, unknown>>) => Rejection;
/** No key was given. */
export declare const missingKey: () => Rejection;
/** The key is nobody's. The message does not repeat it. */
export declare const invalidKey: () => Rejection;
/** A task came before the socket was authenticated. */
export declare const missingAuthentication: () => Rejection;
/** The same refusal, addressed to a task as far as it can be told. */
export declare const addressed: ({ error, status }: Rejection, task: {
    readonly taskType?: unknown;
    readonly taskUUID?: unknown;
}) => Rejection;
