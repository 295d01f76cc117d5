/**
 * What the service will do at which time: a persistent leftist heap, so that a state stays a value that can be kept and
 * returned to, while adding and taking cost only the logarithm of what is pending.
 */

/** Something due at a time, in milliseconds. */
export interface Due<A> {
  readonly at: number
  readonly value: A
}

interface Node<A> {
  readonly due: Due<A>
  readonly order: number
  readonly rank: number
  readonly left: Node<A> | undefined
  readonly right: Node<A> | undefined
}

/** Everything pending, soonest first; what is due at the same time keeps the order in which it was added. */
export interface Agenda<A> {
  readonly root: Node<A> | undefined
  readonly added: number
}

/** Nothing pending. */
export const empty: Agenda<never> = { root: undefined, added: 0 }

const precedes = <A>(one: Node<A>, other: Node<A>): boolean =>
  one.due.at < other.due.at || (one.due.at === other.due.at && one.order < other.order)

const merge = <A>(one: Node<A> | undefined, other: Node<A> | undefined): Node<A> | undefined => {
  if (one === undefined) return other
  if (other === undefined) return one
  const [first, second] = precedes(one, other) ? [one, other] : [other, one]
  const merged = merge(first.right, second)
  const [left, right] = (first.left?.rank ?? 0) >= (merged?.rank ?? 0) ? [first.left, merged] : [merged, first.left]
  return { ...first, left, right, rank: (right?.rank ?? 0) + 1 }
}

/** Adds what is due at a time. */
export const add = <A>(agenda: Agenda<A>, at: number, value: A): Agenda<A> => ({
  root: merge(agenda.root, {
    due: { at, value },
    order: agenda.added,
    rank: 1,
    left: undefined,
    right: undefined
  }),
  added: agenda.added + 1
})

/** What is due soonest, if anything is pending. */
export const next = <A>(agenda: Agenda<A>): Due<A> | undefined => agenda.root?.due

/** The agenda without what is due soonest. */
export const rest = <A>(agenda: Agenda<A>): Agenda<A> => ({
  root: merge(agenda.root?.left, agenda.root?.right),
  added: agenda.added
})
