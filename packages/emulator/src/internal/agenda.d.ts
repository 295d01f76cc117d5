/**
 * What the service will do at which time: a persistent leftist heap, so that a state stays a value that can be kept and
 * returned to, while adding and taking cost only the logarithm of what is pending.
 */
/** Something due at a time, in milliseconds. */
export interface Due<A> {
    readonly at: number;
    readonly value: A;
}
interface Node<A> {
    readonly due: Due<A>;
    readonly order: number;
    readonly rank: number;
    readonly left: Node<A> | undefined;
    readonly right: Node<A> | undefined;
}
/** Everything pending, soonest first; what is due at the same time keeps the order in which it was added. */
export interface Agenda<A> {
    readonly root: Node<A> | undefined;
    readonly added: number;
}
/** Nothing pending. */
export declare const empty: Agenda<never>;
/** Adds what is due at a time. */
export declare const add: <A>(agenda: Agenda<A>, at: number, value: A) => Agenda<A>;
/** What is due soonest, if anything is pending. */
export declare const next: <A>(agenda: Agenda<A>) => Due<A> | undefined;
/** The agenda without what is due soonest. */
export declare const rest: <A>(agenda: Agenda<A>) => Agenda<A>;
export {};
