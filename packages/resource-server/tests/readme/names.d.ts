// What the snippets of the README take from the program around them.
import type { Caller } from '@baton/resource-server'

declare global {
  function ordersOf(caller: Caller | undefined): object
  function orderOf(caller: Caller, id: string): Promise<object>
}
