import { expect, test } from 'vitest'
import { forgetShown, noteEnded, noteShown, noteStraight, seesPage } from '#lib/callers/straight-cookie.ts'

const config = { url: 'https://baton.example', autoSignIn: true }
const name = '__Host-Http-baton.straight'

test('each mark has the browser see the page, for as long as its reason holds', () => {
  const attributes = 'Path=/; HttpOnly; Secure; SameSite=Lax'
  expect([noteStraight(config), noteShown(undefined, config), noteEnded(config)]).toEqual([
    `${name}=gone; Max-Age=60; ${attributes}`,
    [`${name}=shown; ${attributes}`],
    [`${name}=ended; Max-Age=34560000; ${attributes}`],
  ])
  for (const value of ['gone', 'shown', 'ended', 'of another release'])
    expect(seesPage(`${name}=${value}`, config)).toBe(true)
  for (const cookie of [undefined, '', 'baton.straight=ended', `other=${name}`])
    expect(seesPage(cookie, config)).toBe(false)
})

test('that a session has ended is not forgotten because the page was shown', () => {
  expect(noteShown(`${name}=ended`, config)).toEqual([])
  expect(noteShown(`${name}=gone`, config)).toHaveLength(1)
})

test('a finished sign-in removes the mark and leaves the pause, also where it cannot see it', () => {
  const forgotten = (cookie: string | undefined, isCrossSite = false) =>
    forgetShown(cookie, { isCrossSite, config }).join()
  for (const value of ['shown', 'ended'])
    expect(forgotten(`${name}=${value}`)).toMatch(/straight=; Max-Age=0;/)
  for (const cookie of [undefined, `${name}=gone`]) expect(forgotten(cookie)).toBe('')
  expect(forgotten(undefined, true)).toBe(noteStraight(config))
})

test('where nobody goes straight, no browser has a mark', () => {
  const off = { ...config, autoSignIn: false }
  const marks = [noteEnded(off), noteShown(undefined, off)]
  expect([...marks, forgetShown(`${name}=ended`, { isCrossSite: true, config: off })]).toEqual([[], [], []])
})
