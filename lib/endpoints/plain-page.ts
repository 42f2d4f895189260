import { escapeHtml } from '#lib/http/escape-html.ts'
import type { Problem } from '#lib/http/problem.ts'

/**
 * A short page about an error, which costs next to nothing: for when too many pages wait to be rendered. With
 * `isRead` it loads its address again by itself where that may go better.
 */
export function plainPage({ description, retryAfter, requestId }: Problem, isRead: boolean): string {
  const again =
    isRead && retryAfter !== undefined ? `<meta http-equiv="refresh" content="${retryAfter}">` : ''
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    `<meta name="viewport" content="width=device-width">${again}<title>This does not work right now</title>`,
    `</head><body><h1>This does not work right now</h1><p>${escapeHtml(description)}.</p>`,
    `<p>Reference: ${escapeHtml(requestId)}</p></body></html>`,
  ].join('')
}
