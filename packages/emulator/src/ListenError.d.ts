declare const ListenError_base: new <A extends Record<string, any> = {}>(args: import("effect/Types").VoidIfEmpty<{ readonly [P in keyof A as P extends "_tag" ? never : P]: A[P]; }>) => import("effect/Cause").YieldableError & {
    readonly _tag: "ListenError";
} & Readonly<A>;
/**
 * The port could not be had: another process listens there, or the address is not this machine's.
 *
 * @since 0.1.0
 * @category errors
 */
export declare class ListenError extends ListenError_base<{
    readonly host: string;
    readonly port: number;
    readonly cause: Error;
}> {
    get message(): string;
}
export {};
