import { type Turn } from "./turn.ts";
import { type Sender } from "./utilities.ts";
/** Handles one task of a request; its answer comes now or when its results are there. */
export declare const submit: (turn: Turn, entry: unknown, sender: Sender) => void;
