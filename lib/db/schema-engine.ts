import { readFile } from 'node:fs/promises'
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils'
import type { SchemaEngine } from '@prisma/schema-engine-wasm'

type Bindings = typeof import('@prisma/schema-engine-wasm') & {
  __wbg_set_wasm(exports: WebAssembly.Exports): void
}

let loading: Promise<Bindings> | undefined

/** Starts the WebAssembly build of Prisma's schema engine on a database. The caller frees it. */
export async function startSchemaEngine(
  database: SqlMigrationAwareDriverAdapterFactory,
): Promise<SchemaEngine> {
  // The bindings keep one instance's memory in module variables, so the binary is instantiated once.
  loading ??= loadBindings()
  const { SchemaEngine } = await loading
  const discardLog = () => {}
  return SchemaEngine.new(
    { datamodels: undefined },
    discardLog,
    bindMigrationAwareSqlAdapterFactory(database),
  )
}

// The package is made for bundlers; without one its parts have to be put together here.
async function loadBindings(): Promise<Bindings> {
  const entry = import.meta.resolve('@prisma/schema-engine-wasm')
  const bindings: Bindings = await import(new URL('schema_engine_bg.js', entry).href)
  const binary = await readFile(new URL('schema_engine_bg.wasm', entry))
  const { instance } = await WebAssembly.instantiate(binary, {
    './schema_engine_bg.js': bindings as unknown as WebAssembly.ModuleImports,
  })
  bindings.__wbg_set_wasm(instance.exports)
  const start = instance.exports.__wbindgen_start as () => void
  start()
  return bindings
}
