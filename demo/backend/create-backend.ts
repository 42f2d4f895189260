import type { EventEmitter } from 'node:events'
import type { Caller, ResourceServer } from '@baton/resource-server'
import { requireCaller } from '@baton/resource-server/express'
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import { sendBytes, takeBytes } from './bytes.ts'
import { echo } from './echo.ts'
import { eventStream } from './event-stream.ts'
import { slow } from './slow.ts'
import { tokenService } from './token-service.ts'

export type AbortEvents = EventEmitter<{ abort: [{ method: string; url: string }] }>

export type BackendSettings = {
  /** Identifies callers. */
  resourceServer: ResourceServer
  /** Reports callers who disconnect before the answer is complete, to listeners in the same process. */
  aborts?: AbortEvents
}

/** Creates the demo resource server. */
export function createBackend({ resourceServer, aborts }: BackendSettings): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.enable('case sensitive routing')
  if (aborts) app.use(watchAborts(aborts))

  app.get('/', (_request, response) => {
    response.json({ name: 'demo-backend', description: 'The demo resource server behind Baton.' })
  })

  app.use('/api/authenticated', requireCaller(resourceServer))
  app.get('/api/authenticated/greeting', greet)
  app.use('/api/authenticated/echo', echo)
  app.get('/api/authenticated/events', eventStream)
  app.get('/api/authenticated/bytes/:length', sendBytes)
  app.post('/api/authenticated/bytes', takeBytes)
  app.put('/api/authenticated/bytes', takeBytes)
  app.get('/api/authenticated/slow', slow)

  app.post('/token', tokenService(resourceServer))

  app.use((_request, response) => {
    response.status(404).json({ error: 'not_found', error_description: 'There is nothing here.' })
  })
  app.use(fail)
  return app
}

const greet: RequestHandler = (request, response) => {
  const { name, sub } = request.caller as Caller
  response.set('Cache-Control', 'no-store')
  response.json({ greeting: `Hello, ${name ?? sub}!` })
}

function watchAborts(aborts: AbortEvents): RequestHandler {
  return (request, response, next) => {
    response.once('close', () => {
      if (!response.writableFinished)
        aborts.emit('abort', { method: request.method, url: request.originalUrl })
    })
    next()
  }
}

// Express recognizes an error handler by its four parameters.
const fail: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) return next(error)
  // Errors of the request (an undecodable path, an invalid header) have a status or the code of a TypeError.
  const isCallers =
    (error.status ?? 500) < 500 ||
    error.code === 'ERR_INVALID_CHAR' ||
    error.code === 'ERR_INVALID_HTTP_TOKEN'
  if (!isCallers) process.stderr.write(`${error.stack ?? error}\n`)
  response.status(isCallers ? 400 : 500).json({ error: isCallers ? 'invalid_request' : 'server_error' })
}
