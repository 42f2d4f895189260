/** Runs through all batches; returns the number of rows in them. */
export async function total(batches: AsyncIterable<number>): Promise<number> {
  let rows = 0
  for await (const batch of batches) rows += batch
  return rows
}
