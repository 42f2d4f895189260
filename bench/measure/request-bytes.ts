/** Returns the bytes of a GET. */
export function getRequest(path: string, headers: Record<string, string>): Buffer {
  return Buffer.from(head('GET', path, headers), 'latin1')
}

/** Returns the bytes of a POST with a form. */
export function formRequest(
  path: string,
  headers: Record<string, string>,
  form: Record<string, string>,
): Buffer {
  return bodyRequest(path, headers, 'application/x-www-form-urlencoded', new URLSearchParams(form).toString())
}

/** Returns the bytes of a POST with JSON. */
export function jsonRequest(path: string, headers: Record<string, string>, value: object): Buffer {
  return bodyRequest(path, headers, 'application/json', JSON.stringify(value))
}

/** Returns the head of a POST whose body follows separately. */
export function uploadHead(path: string, headers: Record<string, string>, length: number): Buffer {
  const more = { 'content-type': 'application/octet-stream', 'content-length': String(length) }
  return Buffer.from(head('POST', path, { ...headers, ...more }), 'latin1')
}

function bodyRequest(path: string, headers: Record<string, string>, type: string, body: string): Buffer {
  const more = { 'content-type': type, 'content-length': String(Buffer.byteLength(body)) }
  return Buffer.from(head('POST', path, { ...headers, ...more }) + body, 'utf8')
}

function head(method: string, path: string, headers: Record<string, string>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
}
