import { Schema } from "effect"
import { assert, it } from "@effect/vitest"
import * as Agenda from "../src/internal/agenda.ts"

it.prop(
  "takes out what is due by its time, and what is due together in order of entry",
  [Schema.Array(Schema.Int)],
  ([times]) => {
    let agenda: Agenda.Agenda<number> = Agenda.empty
    times.forEach((at, index) => {
      agenda = Agenda.add(agenda, at, index)
    })
    const taken: Array<Agenda.Due<number>> = []
    for (let due = Agenda.next(agenda); due !== undefined; due = Agenda.next(agenda)) {
      taken.push(due)
      agenda = Agenda.rest(agenda)
    }
    const expected = times
      .map((at, value) => ({ at, value }))
      .toSorted((one, other) => one.at - other.at || one.value - other.value)
    assert.deepStrictEqual(taken, expected)
    return true
  }
)
