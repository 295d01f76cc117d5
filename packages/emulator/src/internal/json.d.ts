/** JSON from strangers. */
/** The value of a JSON text; `undefined` when it is not JSON. */
export declare const parseJson: (text: string) => unknown;
/** Whether a value is an object and not an array. */
export declare const isRecord: (value: unknown) => value is Readonly<Record<string, unknown>>;
