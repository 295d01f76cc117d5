/** What one purpose draws: four numbers in [0, 1), an unsigned 32-bit integer, and an identifier. */
export interface Draw {
    readonly uniforms: readonly [number, number, number, number];
    readonly uint32: number;
    readonly uuid: string;
}
/** The draw for one purpose, for example `draw(seed, "duration", taskUUID, 0)`. */
export declare const draw: (...purpose: ReadonlyArray<string | number>) => Draw;
/** A lognormal multiple of one: usually near it, now and then far above. */
export declare const lognormal: ({ uniforms: [first, second] }: Draw, sigma: number) => number;
