import { appendFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

// Imported first by a process of which a test wants to know what it loads: each file of a package of
// OpenTelemetry becomes a line of the file that `LOADED_MODULES` names.

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context)
    if (found.url.includes('/@opentelemetry/'))
      appendFileSync(process.env.LOADED_MODULES ?? '', `${found.url}\n`)
    return found
  },
})
